"""Request smuggling: messages whose end two readers may see in two places.

Each carries a body that creates a token when the lenient reading is taken, so that leniency shows as a 201.
"""

from .attack import Attack, framing, refused_or
from .messages import HOST, TOKEN_BODY, bearer, chunked, get, post

LENGTH = len(TOKEN_BODY)
CHUNKED = b"Transfer-Encoding: chunked\r\n"
SMUGGLED = get(b"/version")


def attacks(token: str) -> list[Attack]:
    auth = bearer(token)
    return [*lengths(auth), *codings(auth), *chunks(auth), *lines(auth), *hosts()]


def lengths(auth: bytes) -> list[Attack]:
    def with_length(name: str, value: bytes) -> Attack:
        return framing(name, post(auth + b"Content-Length: " + value + b"\r\n", TOKEN_BODY))

    plain = b"Content-Length: %d\r\n" % LENGTH
    return [
        framing("two equal Content-Lengths", post(auth + plain + plain, TOKEN_BODY)),
        framing("two different Content-Lengths", post(auth + plain + b"Content-Length: 0\r\n", TOKEN_BODY + SMUGGLED)),
        framing("two different Content-Lengths, shorter first", post(auth + b"Content-Length: 0\r\n" + plain, TOKEN_BODY)),
        with_length("Content-Length with a plus", b"+%d" % LENGTH),
        with_length("Content-Length with a minus", b"-1"),
        with_length("Content-Length of two numbers", b"%d %d" % (LENGTH, LENGTH)),
        with_length("Content-Length as a list", b"%d, %d" % (LENGTH, LENGTH)),
        with_length("Content-Length in hexadecimal", b"0x%x" % LENGTH),
        with_length("Content-Length with a tail", b"%dz" % LENGTH),
        with_length("Content-Length beyond 64 bits", b"18446744073709551616"),
        with_length("Content-Length, empty", b""),
        framing("Content-Length with a space before the colon", post(auth + b"Content-Length : %d\r\n" % LENGTH, TOKEN_BODY)),
    ]


def codings(auth: bytes) -> list[Attack]:
    length = b"Content-Length: %d\r\n"
    body = chunked(TOKEN_BODY)
    early = b"0\r\n\r\n" + SMUGGLED

    def with_coding(name: str, header: bytes) -> Attack:
        return framing(name, post(auth + header, body))

    return [
        framing("Content-Length and Transfer-Encoding", post(auth + length % len(body) + CHUNKED, body)),
        framing("Transfer-Encoding and Content-Length", post(auth + CHUNKED + length % 4, body + SMUGGLED)),
        framing("Content-Length and an early last chunk", post(auth + length % len(early) + CHUNKED, early)),
        with_coding("Transfer-Encoding: gzip, chunked", b"Transfer-Encoding: gzip, chunked\r\n"),
        with_coding("Transfer-Encoding: chunked, identity", b"Transfer-Encoding: chunked, identity\r\n"),
        with_coding("Transfer-Encoding: chunked twice", CHUNKED + CHUNKED),
        with_coding("Transfer-Encoding: xchunked", b"Transfer-Encoding: xchunked\r\n"),
        with_coding("Transfer-Encoding, space before the colon", b"Transfer-Encoding : chunked\r\n"),
        with_coding("Transfer-Encoding, folded, with a length", b"Transfer-Encoding:\r\n chunked\r\n" + length % len(body)),
        framing(
            "Transfer-Encoding in HTTP/1.0",
            post(auth + CHUNKED, body).replace(b" HTTP/1.1\r\n", b" HTTP/1.0\r\n", 1),
        ),
    ]


def chunks(auth: bytes) -> list[Attack]:
    def sized(name: str, size: bytes) -> Attack:
        return framing(name, post(auth + CHUNKED, size + b"\r\n" + TOKEN_BODY + b"\r\n0\r\n\r\n"))

    zeros = post(auth + CHUNKED, b"0" * 100_000 + chunked(TOKEN_BODY))
    return [
        sized("chunk size with a plus", b"+%x" % LENGTH),
        sized("chunk size with a minus", b"-%x" % LENGTH),
        sized("chunk size with 0x", b"0x%x" % LENGTH),
        sized("chunk size that is no number", b"zz"),
        sized("chunk size, empty", b""),
        sized("chunk size beyond 64 bits", b"1" + b"0" * 15 + b"%02x" % LENGTH),
        sized("chunk size with a space before it", b" %x" % LENGTH),
        Attack("chunk size behind 100 KB of zeros", zeros, refused_or(201)),
        framing("chunk longer than its size", post(auth + CHUNKED, b"4\r\n" + TOKEN_BODY + b"\r\n0\r\n\r\n")),
        framing("chunk without a line end", post(auth + CHUNKED, b"%x\r\n" % LENGTH + TOKEN_BODY + b"0\r\n\r\n")),
    ]


def lines(auth: bytes) -> list[Attack]:
    length = b"Content-Length: %d\r\n" % LENGTH
    return [
        Attack("obs-fold in a harmless header", get(b"/version", b"X-Note: a\r\n b\r\n"), refused_or(200)),
        Attack("bare LF line ends", get(b"/version").replace(b"\r\n", b"\n"), refused_or(200)),
        framing("bare CR that hides a Content-Length", post(auth + b"X-Note: a\r" + length, TOKEN_BODY)),
        framing("NUL in a header's value", post(auth + b"X-Note: a\x00b\r\n" + length, TOKEN_BODY)),
        framing("NUL in a header's name", post(auth + b"X-No\x00te: a\r\n" + length, TOKEN_BODY)),
        framing("header without a colon", post(auth + b"X-Note\r\n" + length, TOKEN_BODY)),
        framing("header without a name", post(auth + b": a\r\n" + length, TOKEN_BODY)),
        Attack("first header line starts with a space", get(b"/version", host=b" X: y\r\n" + HOST), refused_or(200)),
    ]


def hosts() -> list[Attack]:
    return [
        Attack("no Host", get(b"/version", host=b"")),
        Attack("two Hosts", get(b"/version", host=HOST + b"Host: other.example\r\n")),
        Attack("two equal Hosts", get(b"/version", host=HOST + HOST)),
    ]
