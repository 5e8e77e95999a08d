"""Request targets and header bombs: bytes that a path, a query or a header must not hold, or not in that number."""

from .attack import Attack
from .messages import bearer, get


def attacks(token: str) -> list[Attack]:
    auth = bearer(token)
    return [*paths(auth), *queries(auth), *bombs()]


def paths(auth: bytes) -> list[Attack]:
    targets = {
        "raw NUL in the path": b"/version\x00",
        "raw NUL within the path": b"/version\x00x",
        "%00 in the path": b"/version%00",
        "%00 within the path": b"/version%00x",
        "%00 in an id": b"/v1/tokens/a%00b",
        "%ff in the path": b"/v1/tokens/%ff",
        "raw 0xff in the path": b"/v1/tokens/\xff",
        "overlong slash in the path": b"/v1%c0%afwhoami",
        "overlong NUL in the path": b"/version%c0%80",
        "UTF-16 surrogate in the path": b"/v1/tokens/%ed%a0%80",
        "%zz in the path": b"/version%zz",
        "% at the end of the path": b"/version%",
        "%2 at the end of the path": b"/version%2",
        "tab in the target": b"/version\tx",
        "space in the target": b"/version x",
        "empty target": b"",
        "target without a slash": b"version",
        "dot segments": b"/version/../v1/nothing-here",
    }
    return [Attack(name, get(target, auth)) for name, target in targets.items()]


def queries(auth: bytes) -> list[Attack]:
    values = {
        "%00 in the query": b"%00",
        "raw NUL in the query": b"a\x00b",
        "%ff in the query": b"%ff",
        "raw 0xff in the query": b"\xff",
        "overlong in the query": b"%c0%80",
        "%zz in the query": b"%zz",
        "% at the end of the query": b"%",
    }
    return [Attack(name, get(b"/v1/tokens?limit=1&cursor=" + value, auth)) for name, value in values.items()]


def bombs() -> list[Attack]:
    many = b"".join(b"X-%d: y\r\n" % number for number in range(10_000))
    return [
        Attack("one header of 10 MB", get(b"/version", b"X-Bomb: " + b"a" * 10_000_000 + b"\r\n")),
        Attack("one header's name of 1 MB", get(b"/version", b"a" * 1_000_000 + b": b\r\n")),
        Attack("10,000 small headers", get(b"/version", many)),
        Attack("a target of 1 MB", get(b"/" + b"a" * 1_000_000)),
        Attack("a query of 1 MB", get(b"/version?" + b"a=b&" * 250_000)),
        Attack("a method of 1 MB", b"A" * 1_000_000 + b" / HTTP/1.1\r\n\r\n"),
    ]
