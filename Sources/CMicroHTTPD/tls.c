#include "CMicroHTTPD.h"
#include "tls.h"

#include <stdatomic.h>
#include <stdlib.h>

enum { longest_chain = 16 };

struct credentials {
    gnutls_pcert_st chain[longest_chain];
    unsigned int chain_length;
    gnutls_privkey_t key;
    struct credentials *before; /* kept: a handshake may still be reading them */
};

static _Atomic(struct credentials *) current;

static void discard(struct credentials *c) {
    for (unsigned int i = 0; i < c->chain_length; i++) gnutls_pcert_deinit(&c->chain[i]);
    if (c->key) gnutls_privkey_deinit(c->key);
    free(c);
}

static const char *read_chain(struct credentials *c, const gnutls_datum_t *pem) {
    c->chain_length = longest_chain;
    int error = gnutls_pcert_list_import_x509_raw(c->chain, &c->chain_length, pem, GNUTLS_X509_FMT_PEM, 0);
    if (error == 0 && c->chain_length > 0) return NULL;
    c->chain_length = 0;
    return error == GNUTLS_E_SHORT_MEMORY_BUFFER ? "the certificate chain has more than 16 members"
                                                 : "the certificate file holds no PEM certificate that can be read";
}

static bool key_fits(struct credentials *c) {
    unsigned char of_key[64], of_certificate[64];
    size_t key_size = sizeof of_key, certificate_size = sizeof of_certificate;
    gnutls_pubkey_t public_key;
    if (gnutls_pubkey_init(&public_key) != 0) return false;
    bool same = gnutls_pubkey_import_privkey(public_key, c->key, 0, 0) == 0 &&
                gnutls_pubkey_get_key_id(public_key, GNUTLS_KEYID_USE_SHA256, of_key, &key_size) == 0 &&
                gnutls_pubkey_get_key_id(c->chain[0].pubkey, GNUTLS_KEYID_USE_SHA256, of_certificate, &certificate_size) == 0 &&
                key_size == certificate_size && gnutls_memcmp(of_key, of_certificate, key_size) == 0;
    gnutls_pubkey_deinit(public_key);
    return same;
}

const char *gh_tls_use(const void *certificates, size_t certificates_size, const void *key, size_t key_size) {
    struct credentials *fresh = calloc(1, sizeof *fresh);
    if (!fresh) return "out of memory";
    gnutls_datum_t certificate_pem = {(unsigned char *)certificates, (unsigned int)certificates_size};
    gnutls_datum_t key_pem = {(unsigned char *)key, (unsigned int)key_size};
    const char *problem = read_chain(fresh, &certificate_pem);
    if (!problem && (gnutls_privkey_init(&fresh->key) != 0 ||
                     gnutls_privkey_import_x509_raw(fresh->key, &key_pem, GNUTLS_X509_FMT_PEM, NULL, 0) != 0))
        problem = "the key file holds no unencrypted PEM private key that can be read";
    if (!problem && !key_fits(fresh)) problem = "the private key does not belong to the certificate";
    if (problem) {
        discard(fresh);
        return problem;
    }
    fresh->before = atomic_load(&current);
    atomic_store(&current, fresh);
    return NULL;
}

int gh_tls_retrieve(gnutls_session_t session, const gnutls_datum_t *names, int name_count,
                    const gnutls_pk_algorithm_t *algorithms, int algorithm_count, gnutls_pcert_st **chain,
                    unsigned int *chain_length, gnutls_privkey_t *key) {
    (void)session, (void)names, (void)name_count, (void)algorithms, (void)algorithm_count;
    struct credentials *c = atomic_load(&current);
    if (!c) return -1;
    *chain = c->chain;
    *chain_length = c->chain_length;
    *key = c->key;
    return 0;
}
