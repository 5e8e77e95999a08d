#ifndef GATEHOUSE_CMICROHTTPD_H
#define GATEHOUSE_CMICROHTTPD_H

#if !__has_include(<microhttpd.h>)
#error "microhttpd.h is missing: apt-get install libmicrohttpd-dev (or 'make setup', which installs everything)"
#else
#include <sys/types.h>
#include <sys/socket.h>
#include <microhttpd.h>
#endif

#endif
