/* The yardstick: the least a libmicrohttpd program can do to send given bytes.
 *
 * An epoll pool of one thread per core queues one prebuilt response for every request, whatever it asks. What Gatehouse
 * needs beyond this is Gatehouse's own cost. With --per-request the response is built for each request (body copied,
 * headers added), which is what a program that answers different things at least has to do. */
#include <arpa/inet.h>
#include <getopt.h>
#include <microhttpd.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { MAX_HEADERS = 32, MAX_BODY = 1 << 20 };

struct content {
    char body[MAX_BODY];
    size_t size;
    const char *names[MAX_HEADERS];
    const char *values[MAX_HEADERS];
    int headers;
    struct MHD_Response *prebuilt; /* NULL: build one per request */
};

static void fail(const char *what) {
    fprintf(stderr, "bare: %s\n", what);
    exit(2);
}

static struct MHD_Response *build(const struct content *content) {
    struct MHD_Response *response =
        MHD_create_response_from_buffer(content->size, (void *)content->body, MHD_RESPMEM_MUST_COPY);
    for (int i = 0; response && i < content->headers; i++)
        MHD_add_response_header(response, content->names[i], content->values[i]);
    return response;
}

static enum MHD_Result answer(void *cls, struct MHD_Connection *connection, const char *url, const char *method,
                              const char *version, const char *upload, size_t *upload_size, void **state) {
    static int seen;
    struct content *content = cls;
    (void)url, (void)method, (void)version, (void)upload;
    if (*state == NULL) { /* the headers are in, the body is not */
        *state = &seen;
        return MHD_YES;
    }
    if (*upload_size) {
        *upload_size = 0;
        return MHD_YES;
    }
    if (content->prebuilt) return MHD_queue_response(connection, MHD_HTTP_OK, content->prebuilt);
    struct MHD_Response *response = build(content);
    enum MHD_Result queued = MHD_queue_response(connection, MHD_HTTP_OK, response);
    MHD_destroy_response(response);
    return queued;
}

static void read_body(struct content *content, const char *path) {
    FILE *file = fopen(path, "rb");
    if (!file) fail("cannot open the body");
    content->size = fread(content->body, 1, MAX_BODY, file);
    if (!feof(file)) fail("the body is too large");
    fclose(file);
}

static void add_header(struct content *content, char *line) {
    char *colon = strstr(line, ": ");
    if (!colon || content->headers == MAX_HEADERS) fail("--header takes 'Name: value', 32 at most");
    *colon = 0;
    content->names[content->headers] = line;
    content->values[content->headers++] = colon + 2;
}

int main(int argc, char **argv) {
    static struct content content;
    int port = 0, threads = 1, per_request = 0, option;
    static const struct option options[] = {
        {"port", required_argument, 0, 'p'},   {"threads", required_argument, 0, 't'}, {"body", required_argument, 0, 'b'},
        {"header", required_argument, 0, 'h'}, {"per-request", no_argument, 0, 'r'},   {0, 0, 0, 0}};
    while ((option = getopt_long(argc, argv, "", options, NULL)) != -1) {
        switch (option) {
        case 'p': port = atoi(optarg); break;
        case 't': threads = atoi(optarg); break;
        case 'b': read_body(&content, optarg); break;
        case 'h': add_header(&content, optarg); break;
        case 'r': per_request = 1; break;
        default: fail("usage: bare --port N --threads N --body FILE [--header 'Name: value']... [--per-request]");
        }
    }
    if (port < 1 || port > 65535 || threads < 1) fail("--port and --threads are needed");
    if (!per_request) content.prebuilt = build(&content);

    sigset_t signals; /* blocked before any thread starts, so that all of them inherit it and main can sigwait */
    sigemptyset(&signals);
    sigaddset(&signals, SIGTERM);
    sigaddset(&signals, SIGINT);
    pthread_sigmask(SIG_BLOCK, &signals, NULL);

    struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons((uint16_t)port)};
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    struct MHD_OptionItem pool[] = {{MHD_OPTION_THREAD_POOL_SIZE, threads, NULL}, {MHD_OPTION_END, 0, NULL}};
    struct MHD_Daemon *daemon =
        MHD_start_daemon(MHD_USE_EPOLL_INTERNAL_THREAD | MHD_USE_ERROR_LOG, (uint16_t)port, NULL, NULL, answer, &content,
                         MHD_OPTION_SOCK_ADDR, &address, MHD_OPTION_CONNECTION_LIMIT, 4096u, MHD_OPTION_ARRAY,
                         threads > 1 ? pool : pool + 1, MHD_OPTION_END);
    if (!daemon) fail("cannot listen");
    int signal;
    sigwait(&signals, &signal);
    MHD_stop_daemon(daemon);
    if (content.prebuilt) MHD_destroy_response(content.prebuilt);
    return 0;
}
