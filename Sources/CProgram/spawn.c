#define _GNU_SOURCE
#include "CProgram.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

static int start(const char *path, char *const argv[], char *const envp[], const char *folder, const int theirs[3],
                 pid_t *pid) {
    posix_spawn_file_actions_t actions;
    posix_spawnattr_t attributes;
    sigset_t signals;
    int failure = posix_spawn_file_actions_init(&actions);
    if (failure) return failure;
    if ((failure = posix_spawnattr_init(&attributes))) {
        posix_spawn_file_actions_destroy(&actions);
        return failure;
    }
    for (int i = 0; i < 3 && !failure; i++) failure = posix_spawn_file_actions_adddup2(&actions, theirs[i], i);
    if (!failure) failure = posix_spawn_file_actions_addclosefrom_np(&actions, 3);
    if (!failure && folder) failure = posix_spawn_file_actions_addchdir_np(&actions, folder);
    sigemptyset(&signals);
    if (!failure) failure = posix_spawnattr_setsigmask(&attributes, &signals);
    sigaddset(&signals, SIGPIPE);
    if (!failure) failure = posix_spawnattr_setsigdefault(&attributes, &signals);
    if (!failure) failure = posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF);
    if (!failure) failure = posix_spawn(pid, path, &actions, &attributes, argv, envp);
    posix_spawnattr_destroy(&attributes);
    posix_spawn_file_actions_destroy(&actions);
    return failure;
}

/// Moves a descriptor above the standard three: we may have been started without one of them, and the copies made for
/// the child would then overwrite it.
static int raised(int descriptor) {
    if (descriptor < 0 || descriptor > 2) return descriptor;
    int moved = fcntl(descriptor, F_DUPFD_CLOEXEC, 3);
    int failure = errno;
    close(descriptor);
    errno = failure;
    return moved;
}

int lectern_spawn(const char *path, char *const argv[], char *const envp[], const char *folder, size_t memory_bytes,
                  int streams[3], pid_t *pid) {
    int ends[3][2] = {{-1, -1}, {-1, -1}, {-1, -1}};
    int failure = 0;
    if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends[0]) || pipe2(ends[1], O_CLOEXEC) ||
        pipe2(ends[2], O_CLOEXEC))
        failure = errno;
    for (int i = 0; i < 6 && !failure; i++) {
        int *end = &ends[i / 2][i % 2];
        if ((*end = raised(*end)) < 0) failure = errno;
    }
    // The child's ends: [1] of the socket pair, and the writing ends of the pipes.
    const int theirs[3] = {ends[0][1], ends[1][1], ends[2][1]};
    for (int i = 0; i < 3 && !failure; i++)
        if (fcntl(ends[i][0], F_SETFL, O_NONBLOCK)) failure = errno;
    if (!failure) failure = start(path, argv, envp, folder, theirs, pid);
    for (int i = 0; i < 3; i++) {
        if (ends[i][1] >= 0) close(ends[i][1]);
        if (failure && ends[i][0] >= 0) close(ends[i][0]);
        streams[i] = failure ? -1 : ends[i][0];
    }
    if (!failure && memory_bytes) {
        struct rlimit limit = {memory_bytes, memory_bytes};
        // Fails only when the child is gone already, and then there is nothing to limit.
        prlimit(*pid, RLIMIT_AS, &limit, NULL);
    }
    return failure;
}
