#pragma once
#include <stddef.h>
#include <sys/types.h>

/// Starts a program with its three standard streams connected to the caller, and with no other descriptor of ours.
///
/// In C because what it needs (`pipe2`, `posix_spawn_file_actions_addclosefrom_np`, `prlimit`) stands behind
/// `_GNU_SOURCE`, which Swift's view of the C library leaves out.
/// @param folder the program's working folder, or NULL for ours
/// @param memory_bytes the most address space it may have, or 0
/// @param streams receives our ends: its input (a socket, so that a write to a program that is gone is EPIPE and no
///   SIGPIPE), its output, its errors; all close-on-exec and non-blocking
/// @return 0, or an errno; then nothing is left open
int lectern_spawn(const char *path, char *const argv[], char *const envp[], const char *folder, size_t memory_bytes,
                  int streams[3], pid_t *pid);
