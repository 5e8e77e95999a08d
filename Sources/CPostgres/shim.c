#define _GNU_SOURCE
#include "CPostgres.h"

#include <pthread.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

void cpostgres_name_thread(const char *name) {
    (void)pthread_setname_np(pthread_self(), name);
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
