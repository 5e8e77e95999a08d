#ifndef GATEHOUSE_CPOSTGRES_H
#define GATEHOUSE_CPOSTGRES_H

#if !__has_include(<postgresql/libpq-fe.h>)
#error "postgresql/libpq-fe.h is missing: apt-get install libpq-dev (or 'make setup', which installs everything)"
#else
#include <postgresql/libpq-fe.h>
#endif

/// Names the calling thread, at most 15 bytes. `pthread_setname_np` hides behind `_GNU_SOURCE`.
void cpostgres_name_thread(const char *name);

/// A descriptor that becomes readable when the process ends, or -1 with errno. `syscall` is variadic.
int cpostgres_pidfd_open(int process);

/// Signals the process behind the descriptor, never another one that got its number. 0, or -1 with errno.
int cpostgres_pidfd_send_signal(int pidfd, int signal);

/// The exit code in a status of `waitpid`, or -signal. WIFEXITED and its kin are macros.
int cpostgres_exit_code(int status);

#endif
