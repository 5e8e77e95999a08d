#ifndef GATEHOUSE_CMICROHTTPD_H
#define GATEHOUSE_CMICROHTTPD_H

#if !__has_include(<microhttpd.h>)
#error "microhttpd.h is missing: apt-get install libmicrohttpd-dev (or 'make setup', which installs everything)"
#elif !__has_include(<gnutls/gnutls.h>)
#error "gnutls/gnutls.h is missing: apt-get install libgnutls28-dev (or 'make setup', which installs everything)"
#else
#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>
#include <sys/socket.h>
#include <microhttpd.h>
#endif

/* Starts the daemon: MHD_start_daemon takes its options as varargs, which Swift cannot call. */
struct gh_mhd_options {
    int listen_socket;
    unsigned int threads;
    unsigned int connection_limit;
    size_t connection_memory;
    bool tls;
    void *context;
    MHD_AcceptPolicyCallback accept;
    MHD_AccessHandlerCallback handle;
    MHD_RequestCompletedCallback completed;
    MHD_NotifyConnectionCallback connection_changed;
    void *(*target_read)(void *context, const char *target, struct MHD_Connection *connection);
    void (*log)(void *context, const char *line);
};
struct MHD_Daemon *gh_mhd_start(const struct gh_mhd_options *options);

/* MHD_get_connection_info is variadic, too. */
void *gh_mhd_socket_context(struct MHD_Connection *connection);
int gh_mhd_socket(struct MHD_Connection *connection);
/* Closes a connection when nothing has moved on it for that long. */
void gh_mhd_end_if_silent(struct MHD_Connection *connection, unsigned int seconds);
/* Writes the numeric address of the client, without its port. */
void gh_mhd_client_address(struct MHD_Connection *connection, char *text, size_t size);
void gh_mhd_address_text(const struct sockaddr *address, char *text, size_t size);

/* Whether the head of a request holds no byte beside those that libmicrohttpd made strings of: `target` is its start in
   the read buffer, `target_size` its length before it was cut at the question mark. */
bool gh_mhd_head_is_plain(struct MHD_Connection *connection, const char *method, const char *target,
                          size_t target_size, const char *version);

/* Queues an answer of our own. Where libmicrohttpd itself queues one (an HTML page for a header that it cannot read),
   the maker set here supplies the answer instead; it returns a response that is ours to destroy. */
enum MHD_Result gh_mhd_queue(struct MHD_Connection *connection, unsigned int status, struct MHD_Response *response);
void gh_mhd_set_error_maker(struct MHD_Response *(*maker)(struct MHD_Connection *connection, unsigned int status));

/* MHD_CONTENT_READER_END_OF_STREAM and MHD_SIZE_UNKNOWN are casts, which Swift does not import. */
extern const ssize_t gh_mhd_end_of_stream;
extern const ssize_t gh_mhd_broken_stream;
extern const uint64_t gh_mhd_size_unknown;

/* The certificate served from now on; on failure the one before stays. Returns NULL, or a static text saying what is
   wrong. A certificate once served is never freed: a handshake may still be reading it. */
const char *gh_tls_use(const void *certificates, size_t certificates_size, const void *key, size_t key_size);

#endif
