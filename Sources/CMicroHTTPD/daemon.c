#define _GNU_SOURCE /* RTLD_NEXT */
#include "CMicroHTTPD.h"
#include "tls.h"

#include <arpa/inet.h>
#include <dlfcn.h>
#include <errno.h>
#include <netinet/in.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

const ssize_t gh_mhd_end_of_stream = MHD_CONTENT_READER_END_OF_STREAM;
const ssize_t gh_mhd_broken_stream = MHD_CONTENT_READER_END_WITH_ERROR;
const uint64_t gh_mhd_size_unknown = MHD_SIZE_UNKNOWN;

static void (*_Atomic write_log)(void *context, const char *line);

static void log_line(void *context, const char *format, va_list arguments) {
    char line[512];
    vsnprintf(line, sizeof line, format, arguments);
    line[strcspn(line, "\n")] = 0;
    void (*write)(void *, const char *) = atomic_load_explicit(&write_log, memory_order_relaxed);
    if (write) write(context, line);
}

/* The target is decoded by the router, which refuses what is malformed; here it stays as it was sent. */
static size_t leave_escaped(void *context, struct MHD_Connection *connection, char *text) {
    (void)context;
    (void)connection;
    return strlen(text);
}

struct MHD_Daemon *gh_mhd_start(const struct gh_mhd_options *o) {
    unsigned int flags = MHD_USE_EPOLL_INTERNAL_THREAD | MHD_ALLOW_SUSPEND_RESUME | MHD_USE_ERROR_LOG;
    if (o->tls) flags |= MHD_USE_TLS;
    atomic_store(&write_log, o->log);
    struct MHD_OptionItem tls[] = {
        {o->tls ? MHD_OPTION_HTTPS_CERT_CALLBACK : MHD_OPTION_END, 0, (void *)gh_tls_retrieve},
        {MHD_OPTION_HTTPS_PRIORITIES, 0, "NORMAL:-VERS-ALL:+VERS-TLS1.3:+VERS-TLS1.2"},
        {MHD_OPTION_END, 0, NULL},
    };
    /* The logger comes first, so that what the later options have to say is heard. */
    return MHD_start_daemon(
        flags, 0, o->accept, o->context, o->handle, o->context,
        MHD_OPTION_EXTERNAL_LOGGER, log_line, o->context,
        MHD_OPTION_LISTEN_SOCKET, o->listen_socket,
        MHD_OPTION_THREAD_POOL_SIZE, o->threads,
        MHD_OPTION_CONNECTION_LIMIT, o->connection_limit,
        MHD_OPTION_CONNECTION_MEMORY_LIMIT, o->connection_memory,
        MHD_OPTION_NOTIFY_COMPLETED, o->completed, o->context,
        MHD_OPTION_NOTIFY_CONNECTION, o->connection_changed, o->context,
        MHD_OPTION_URI_LOG_CALLBACK, o->target_read, o->context,
        MHD_OPTION_UNESCAPE_CALLBACK, leave_escaped, NULL,
        MHD_OPTION_SIGPIPE_HANDLED_BY_APP, 1,
        MHD_OPTION_ARRAY, tls,
        MHD_OPTION_END);
}

void *gh_mhd_socket_context(struct MHD_Connection *connection) {
    const union MHD_ConnectionInfo *info = MHD_get_connection_info(connection, MHD_CONNECTION_INFO_SOCKET_CONTEXT);
    return info ? info->socket_context : NULL;
}

void gh_mhd_end_if_silent(struct MHD_Connection *connection, unsigned int seconds) {
    MHD_set_connection_option(connection, MHD_CONNECTION_OPTION_TIMEOUT, seconds);
}

int gh_mhd_socket(struct MHD_Connection *connection) {
    const union MHD_ConnectionInfo *info = MHD_get_connection_info(connection, MHD_CONNECTION_INFO_CONNECTION_FD);
    return info ? info->connect_fd : -1;
}

void gh_mhd_address_text(const struct sockaddr *address, char *text, size_t size) {
    text[0] = 0;
    if (!address) return;
    if (address->sa_family == AF_INET) {
        inet_ntop(AF_INET, &((const struct sockaddr_in *)address)->sin_addr, text, (socklen_t)size);
    } else if (address->sa_family == AF_INET6) {
        const struct in6_addr *six = &((const struct sockaddr_in6 *)address)->sin6_addr;
        if (IN6_IS_ADDR_V4MAPPED(six))
            inet_ntop(AF_INET, &six->s6_addr[12], text, (socklen_t)size);
        else
            inet_ntop(AF_INET6, six, text, (socklen_t)size);
    }
}

void gh_mhd_client_address(struct MHD_Connection *connection, char *text, size_t size) {
    const union MHD_ConnectionInfo *info = MHD_get_connection_info(connection, MHD_CONNECTION_INFO_CLIENT_ADDRESS);
    gh_mhd_address_text(info ? info->client_addr : NULL, text, size);
}

typedef enum MHD_Result (*queue_function)(struct MHD_Connection *, unsigned int, struct MHD_Response *);
static _Atomic(queue_function) library_queue;
static struct MHD_Response *(*_Atomic make_error)(struct MHD_Connection *, unsigned int status);
static _Thread_local bool queueing_our_own;

void gh_mhd_set_error_maker(struct MHD_Response *(*maker)(struct MHD_Connection *, unsigned int status)) {
    atomic_store(&make_error, maker);
}

enum MHD_Result gh_mhd_queue(struct MHD_Connection *connection, unsigned int status, struct MHD_Response *response) {
    queueing_our_own = true;
    enum MHD_Result result = MHD_queue_response(connection, status, response);
    queueing_our_own = false;
    return result;
}

/* For a Content-Length that is no number libmicrohttpd 0.9.75 sends the head of its answer twice. */
static bool length_is_unreadable(struct MHD_Connection *connection) {
    const char *length = NULL;
    size_t size = 0;
    if (MHD_lookup_connection_value_n(connection, MHD_HEADER_KIND, "Content-Length", 14, &length, &size) != MHD_YES)
        return false;
    if (!length || size == 0 || strspn(length, "0123456789") != size) return true;
    errno = 0;
    strtoull(length, NULL, 10);
    return errno == ERANGE;
}

/* libmicrohttpd has no hook for the pages that it answers malformed requests with, but it queues them through its own
   public function: this definition stands before the library's, changes those answers, and leaves ours alone. */
enum MHD_Result MHD_queue_response(struct MHD_Connection *connection, unsigned int status, struct MHD_Response *response) {
    queue_function queue = atomic_load_explicit(&library_queue, memory_order_relaxed);
    if (!queue) {
        queue = (queue_function)dlsym(RTLD_NEXT, "MHD_queue_response");
        if (!queue) return MHD_NO;
        atomic_store_explicit(&library_queue, queue, memory_order_relaxed);
    }
    bool ours = queueing_our_own;
    queueing_our_own = false; /* queueing may answer the next request on this thread at once */
    struct MHD_Response *(*maker)(struct MHD_Connection *, unsigned int) = atomic_load_explicit(&make_error, memory_order_relaxed);
    if (ours || !maker) return queue(connection, status, response);
    if (length_is_unreadable(connection)) return MHD_NO; /* closes the connection: better no answer than half of two */
    struct MHD_Response *better = maker(connection, status);
    if (!better) return queue(connection, status, response);
    /* The one 500 that it makes by itself is for a chunk's size behind too many zeros: the client's fault. */
    enum MHD_Result result = queue(connection, status == 500 ? 400 : status, better);
    MHD_destroy_response(better);
    return result;
}
