#pragma once
#include <stddef.h>
#include <sys/types.h>

struct lectern_start {
    /// The program's working folder, or NULL for ours.
    const char *folder;
    /// The most address space it may have, or 0.
    size_t memory_bytes;
    /// It is killed when the thread that starts it ends, however that happens (prctl(2), PR_SET_PDEATHSIG): for programs
    /// that a thread waits for.
    int ends_with_us;
};

/// Starts a program with its three standard streams connected to the caller, and with no other descriptor of ours.
///
/// In C because what it needs stands behind `_GNU_SOURCE`, which Swift's view of the C library leaves out; by vfork(2)
/// because posix_spawn(3) knows nothing of a parent's end.
/// @param streams receives our ends: its input (a socket, so that a write to a program that is gone is EPIPE and no
///   SIGPIPE), its output, its errors; all close-on-exec and non-blocking
/// @return 0, or an errno; then nothing is left open
int lectern_spawn(const char *path, char *const argv[], char *const envp[], struct lectern_start how, int streams[3],
                  pid_t *pid);

/// From now on this process is killed when the thread that started it ends.
void lectern_end_with_parent(void);
