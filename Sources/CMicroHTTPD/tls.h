#ifndef GATEHOUSE_TLS_H
#define GATEHOUSE_TLS_H

#include <gnutls/abstract.h>
#include <gnutls/gnutls.h>

/* Called by GnuTLS at each handshake for the certificate to show. */
int gh_tls_retrieve(gnutls_session_t session, const gnutls_datum_t *names, int name_count,
                    const gnutls_pk_algorithm_t *algorithms, int algorithm_count, gnutls_pcert_st **chain,
                    unsigned int *chain_length, gnutls_privkey_t *key);

#endif
