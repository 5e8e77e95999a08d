#define _GNU_SOURCE
#include "CPostgres.h"

#include <fcntl.h>
#include <sys/eventfd.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

int cpostgres_pipe(int ends[2]) {
    return pipe2(ends, O_CLOEXEC);
}

int cpostgres_eventfd(void) {
    return eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
}

int cpostgres_start_clean(posix_spawn_file_actions_t *actions) {
    int failure = posix_spawn_file_actions_addclosefrom_np(actions, 3);
    return failure != 0 ? failure : posix_spawn_file_actions_addchdir_np(actions, "/");
}

int cpostgres_pidfd_open(int process) {
    return (int)syscall(SYS_pidfd_open, process, 0);
}

int cpostgres_pidfd_send_signal(int pidfd, int signal) {
    return (int)syscall(SYS_pidfd_send_signal, pidfd, signal, NULL, 0);
}

int cpostgres_exit_code(int status) {
    return WIFEXITED(status) ? WEXITSTATUS(status) : -WTERMSIG(status);
}
