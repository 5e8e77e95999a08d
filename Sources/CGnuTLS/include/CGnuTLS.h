#ifndef GATEHOUSE_CGNUTLS_H
#define GATEHOUSE_CGNUTLS_H

#if !__has_include(<gnutls/gnutls.h>)
#error "gnutls/gnutls.h is missing: apt-get install libgnutls28-dev (or 'make setup', which installs everything)"
#else
#include <gnutls/gnutls.h>
#include <gnutls/crypto.h>
#endif

#endif
