#include "CMicroHTTPD.h"

#include <string.h>

/* libmicrohttpd hands over C strings out of its read buffer, where it has written a NUL over each delimiter. A NUL that
   the client sent, a folded line, a line that begins with a colon (which ends the head too early) and a bare LF leave
   traces there: bytes between the strings that no plain head has. */
struct walk {
    const char *end; /* of what has been accounted for */
    bool is_plain;
};

static enum MHD_Result step(void *context, enum MHD_ValueKind kind, const char *name, size_t name_size,
                            const char *value, size_t value_size) {
    (void)kind;
    struct walk *walk = context;
    /* CR and LF of the line before; the colon, and blanks behind it. */
    walk->is_plain = name && value && name == walk->end + 2 && value > name + name_size;
    for (const char *blank = name + name_size + 1; walk->is_plain && blank < value; blank++)
        walk->is_plain = *blank == ' ' || *blank == '\t';
    if (!walk->is_plain) return MHD_NO;
    walk->end = value + value_size;
    return MHD_YES;
}

bool gh_mhd_head_is_plain(struct MHD_Connection *connection, const char *method, const char *target,
                          size_t target_size, const char *version) {
    if (target != method + strlen(method) + 1 || version != target + target_size + 1) return false;
    const union MHD_ConnectionInfo *size =
        MHD_get_connection_info(connection, MHD_CONNECTION_INFO_REQUEST_HEADER_SIZE);
    if (!size) return false;
    struct walk walk = {version + strlen(version), true};
    MHD_get_connection_values_n(connection, MHD_HEADER_KIND, step, &walk);
    return walk.is_plain && method + size->header_size == walk.end + 4;
}
