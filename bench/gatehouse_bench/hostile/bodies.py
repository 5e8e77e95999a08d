"""JSON that must be refused: bytes that no text column holds, depth, size, and fields that mean two things."""

from .attack import Attack, answered, refused_or
from .messages import TOKEN_BODY, bearer, post, post_json


def attacks(token: str) -> list[Attack]:
    auth = bearer(token)

    def named(name: bytes) -> bytes:
        return TOKEN_BODY.replace(b'"hostile"', name)

    bodies = {
        "raw NUL in a string": named(b'"a\x00b"'),
        "\\u0000 in a string": named(b'"a\\u0000b"'),
        "raw line feed in a string": named(b'"a\nb"'),
        "invalid UTF-8 in a string": named(b'"a\xffb"'),
        "overlong UTF-8 in a string": named(b'"a\xc0\x80b"'),
        "raw UTF-8 surrogate in a string": named(b'"a\xed\xa0\x80b"'),
        "lone high surrogate": named(b'"a\\ud800b"'),
        "lone low surrogate": named(b'"a\\udc00b"'),
        "surrogates in the wrong order": named(b'"\\udc00\\ud800"'),
        "bad escape": named(b'"\\x41"'),
        "arrays 1,000 deep": named(b"[" * 1_000 + b"]" * 1_000),
        "objects 1,000 deep": named(b'{"a":' * 1_000 + b"1" + b"}" * 1_000),
        "arrays 100,000 deep, unclosed": b"[" * 100_000,
        "string of 1 MB": named(b'"' + b"a" * 1_000_000 + b'"'),
        "number of 1 MB": named(b"1" * 1_000_000),
        "number with a huge exponent": named(b"1e999999999"),
        "duplicate keys": TOKEN_BODY.replace(b'"kind"', b'"name":"other","kind"'),
        "duplicate keys, one escaped": TOKEN_BODY.replace(b'"kind"', b'"n\\u0061me":"other","kind"'),
        "unknown field": TOKEN_BODY.replace(b'"kind"', b'"surprise":1,"kind"'),
        "text after the value": TOKEN_BODY + b"x",
        "two values": TOKEN_BODY + TOKEN_BODY,
        "NaN": named(b"NaN"),
        "single quotes": TOKEN_BODY.replace(b'"', b"'"),
        "comment": TOKEN_BODY.replace(b"{", b"{/**/", 1),
        "trailing comma": TOKEN_BODY.replace(b"}", b",}"),
        "array at the top": b"[" + TOKEN_BODY + b"]",
        "UTF-16": TOKEN_BODY.decode().encode("utf-16"),
        "only white space": b" " * 100,
        "empty": b"",
    }
    return [
        *(Attack(f"JSON: {name}", post_json(auth, body)) for name, body in bodies.items()),
        Attack("JSON: byte order mark", post_json(auth, b"\xef\xbb\xbf" + TOKEN_BODY), refused_or(201)),
        Attack("JSON sent as text/plain", post_json(auth, TOKEN_BODY).replace(b"application/json", b"text/plain")),
        Attack("POST without a body", post(auth, b"")),
        Attack("POST that waits for 100 Continue", post(auth + b"Expect: 100-continue\r\nContent-Length: 104857600\r\n", b"")),
        Attack("POST well formed", post_json(auth, TOKEN_BODY), answered(201)),
    ]
