// Calls of Linux that Swift's Glibc module does not show: they are variadic, or hidden behind _GNU_SOURCE.
#ifndef LECTERN_CLINUX_H
#define LECTERN_CLINUX_H

#include <sys/ioctl.h>
#include <sys/syscall.h>
#include <sys/types.h>
#include <unistd.h>

extern long syscall(long number, ...);

/// Swaps two names in one step (renameat2(2), RENAME_EXCHANGE).
static inline int linux_exchange(int from, const char *from_path, int to, const char *to_path) {
    return (int)syscall(SYS_renameat2, from, from_path, to, to_path, 1U << 1);
}

/// Renames only when the new name is free (renameat2(2), RENAME_NOREPLACE).
static inline int linux_rename_new(int from, const char *from_path, int to, const char *to_path) {
    return (int)syscall(SYS_renameat2, from, from_path, to, to_path, 1U << 0);
}

/// Lets a file share another file's blocks (ioctl_ficlonerange(2), FICLONE).
static inline int linux_clone_file(int to, int from) {
    return ioctl(to, _IOW(0x94, 9, int), from);
}

/// Copies inside the kernel, from both files' positions (copy_file_range(2)).
static inline ssize_t linux_copy_range(int from, int to, size_t length) {
    return (ssize_t)syscall(SYS_copy_file_range, from, (void *)0, to, (void *)0, length, 0U);
}

/// Lists an open folder, a buffer at a time (getdents64(2)).
static inline ssize_t linux_read_folder(int descriptor, void *buffer, size_t length) {
    return (ssize_t)syscall(SYS_getdents64, descriptor, buffer, length);
}

/// Writes everything that waits for one file system (syncfs(2)).
static inline int linux_sync_file_system(int descriptor) {
    return (int)syscall(SYS_syncfs, descriptor);
}

#endif
