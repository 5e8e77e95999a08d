#ifndef GATEHOUSE_CPOSTGRES_H
#define GATEHOUSE_CPOSTGRES_H

#if !__has_include(<postgresql/libpq-fe.h>)
#error "postgresql/libpq-fe.h is missing: apt-get install libpq-dev (or 'make setup', which installs everything)"
#else
#include <postgresql/libpq-fe.h>
#endif

#include <spawn.h>

// What hides behind `_GNU_SOURCE`, which Swift's Glibc is compiled without.

/// A pipe that children do not inherit. 0, or -1 with errno.
int cpostgres_pipe(int ends[2]);

/// An eventfd that children do not inherit, never blocking. -1 with errno.
int cpostgres_eventfd(void);

/// The child starts in / and with no descriptor but 0, 1 and 2. 0, or an errno.
int cpostgres_start_clean(posix_spawn_file_actions_t *actions);

/// A descriptor that becomes readable when the process ends, or -1 with errno. `syscall` is variadic.
int cpostgres_pidfd_open(int process);

/// Signals the process behind the descriptor, never another one that got its number. 0, or -1 with errno.
int cpostgres_pidfd_send_signal(int pidfd, int signal);

/// The exit code in a status of `waitpid`, or -signal. WIFEXITED and its kin are macros.
int cpostgres_exit_code(int status);

#endif
