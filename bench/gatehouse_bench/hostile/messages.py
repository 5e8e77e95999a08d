"""Requests as bytes, with the parts that attacks replace."""

HOST = b"Host: 127.0.0.1\r\n"
TOKEN_BODY = b'{"name":"hostile","kind":"robot","roles":["gate"],"expiresIn":"1h"}'


def bearer(token: str) -> bytes:
    return b"Authorization: Bearer " + token.encode() + b"\r\n"


def get(target: bytes, headers: bytes = b"", host: bytes = HOST) -> bytes:
    return b"GET " + target + b" HTTP/1.1\r\n" + host + headers + b"\r\n"


def post(headers: bytes, body: bytes) -> bytes:
    """A POST that would create a token, were its framing what the body assumes. No length is added."""
    return b"POST /v1/tokens HTTP/1.1\r\n" + HOST + b"Content-Type: application/json\r\n" + headers + b"\r\n" + body


def post_json(auth: bytes, body: bytes) -> bytes:
    """A well-framed POST of any body."""
    return post(auth + b"Content-Length: %d\r\n" % len(body), body)


def chunked(body: bytes) -> bytes:
    return b"%x\r\n" % len(body) + body + b"\r\n0\r\n\r\n"
