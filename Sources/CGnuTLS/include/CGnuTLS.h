#ifndef GATEHOUSE_CGNUTLS_H
#define GATEHOUSE_CGNUTLS_H

#if !__has_include(<gnutls/gnutls.h>)
#error "gnutls/gnutls.h is missing: apt-get install libgnutls28-dev (or 'make setup', which installs everything)"
#else
#include <gnutls/gnutls.h>
#include <gnutls/crypto.h>
#include <gnutls/abstract.h>
#include <gnutls/x509.h>

/// What gnutls_free points to, which Swift takes for a variable that anybody may change.
static inline void gh_gnutls_free(void *memory) { gnutls_free(memory); }
#endif

#endif
