#define _GNU_SOURCE
#include "CProgram.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

/// What the child does between its birth and the program's: nothing but calls to the kernel, since it runs in our memory
/// while the thread that called `start` stands still.
/// @return an errno, when the program could not be started
static int become(const char *path, char *const argv[], char *const envp[], const struct lectern_start *how,
                  const int theirs[3], pid_t parent) {
    for (int i = 0; i < 3; i++)
        if (dup2(theirs[i], i) < 0) return errno;
    if (close_range(3, ~0U, 0)) return errno;
    if (how->folder && chdir(how->folder)) return errno;
    if (how->ends_with_us) {
        if (prctl(PR_SET_PDEATHSIG, SIGKILL)) return errno;
        if (getppid() != parent) return ESRCH;
    }
    if (how->memory_bytes) {
        struct rlimit limit = {how->memory_bytes, how->memory_bytes};
        if (setrlimit(RLIMIT_AS, &limit)) return errno;
    }
    signal(SIGPIPE, SIG_DFL);
    sigset_t signals;
    sigemptyset(&signals);
    sigprocmask(SIG_SETMASK, &signals, NULL);
    execve(path, argv, envp);
    return errno;
}

static int start(const char *path, char *const argv[], char *const envp[], const struct lectern_start *how,
                 const int theirs[3], pid_t *pid) {
    sigset_t all, before;
    volatile int failure = 0;
    const pid_t own = getpid();
    // No handler of ours may run in the child.
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    const pid_t child = vfork();
    if (child == 0) {
        failure = become(path, argv, envp, how, theirs, own);
        _exit(127);
    }
    if (child < 0) failure = errno;
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    if (child > 0 && failure)
        while (waitpid(child, NULL, 0) < 0 && errno == EINTR) {}
    *pid = child;
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

int lectern_spawn(const char *path, char *const argv[], char *const envp[], struct lectern_start how, int streams[3],
                  pid_t *pid) {
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
    if (!failure) failure = start(path, argv, envp, &how, theirs, pid);
    for (int i = 0; i < 3; i++) {
        if (ends[i][1] >= 0) close(ends[i][1]);
        if (failure && ends[i][0] >= 0) close(ends[i][0]);
        streams[i] = failure ? -1 : ends[i][0];
    }
    return failure;
}

void lectern_end_with_parent(void) { prctl(PR_SET_PDEATHSIG, SIGKILL); }
