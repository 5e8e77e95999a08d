#ifndef GATEHOUSE_CPOSTGRES_H
#define GATEHOUSE_CPOSTGRES_H

#if !__has_include(<postgresql/libpq-fe.h>)
#error "postgresql/libpq-fe.h is missing: apt-get install libpq-dev (or 'make setup', which installs everything)"
#else
#include <postgresql/libpq-fe.h>
#endif

#endif
