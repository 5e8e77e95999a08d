"""Other protocols, other versions and other methods on an HTTP/1.1 port; pipelining and half-closed clients."""

import random
import ssl

from .attack import Attack, answered, framing, refused, refused_and_closed, refused_or
from .messages import HOST, TOKEN_BODY, bearer, get, post, post_json
from .wire import Outcome

PIPELINED = 100


def attacks(token: str, seed: int) -> list[Attack]:
    return [*versions(), *methods(), *garbage(seed), *pipelines(bearer(token)), *half_closed(bearer(token))]


def client_hello() -> bytes:
    """The first flight of a real TLS client."""
    outgoing = ssl.MemoryBIO()
    context = ssl.create_default_context()
    connection = context.wrap_bio(ssl.MemoryBIO(), outgoing, server_hostname="gatehouse.example")
    try:
        connection.do_handshake()
    except ssl.SSLWantReadError:
        pass
    return outgoing.read()


def versions() -> list[Attack]:
    def version(text: bytes) -> bytes:
        return get(b"/version").replace(b"HTTP/1.1", text, 1)

    return [
        framing("TLS ClientHello", client_hello()),
        framing("TLS ClientHello and an empty line", client_hello() + b"\r\n\r\n"),
        framing("HTTP/0.9", b"GET /version\r\n"),
        framing("HTTP/0.9 and an empty line", b"GET /version\r\n\r\n"),
        framing("HTTP/2 preface", b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n" + bytes.fromhex("000000040000000000")),
        Attack("HTTP/2.0 in a request line", version(b"HTTP/2.0")),
        Attack("HTTP/9.9", version(b"HTTP/9.9")),
        Attack("HTTP/1.1x", version(b"HTTP/1.1x")),
        Attack("http/1.1 in lower case", version(b"http/1.1")),
        Attack("HTTPS/1.1", version(b"HTTPS/1.1")),
    ]


def methods() -> list[Attack]:
    names = [b"BREW", b"get", b"Get", b"GET\x00", b"G@T", b"PROPFIND", b"TRACE"]
    other = [Attack(f"method {name.decode()!r}", get(b"/version").replace(b"GET", name, 1)) for name in names]
    connect = b"CONNECT other.example:443 HTTP/1.1\r\n" + HOST + b"\r\n"
    return [*other, Attack("method 'CONNECT'", connect), Attack("no method", get(b"/version").removeprefix(b"GET "))]


def garbage(seed: int) -> list[Attack]:
    noise = random.Random(seed)
    return [
        *(framing(f"garbage {number}", noise.randbytes(4096) + b"\r\n\r\n") for number in range(20)),
        framing("garbage without an end", noise.randbytes(4096).replace(b"\n", b"")),
        Attack("garbage after a request", get(b"/version") + noise.randbytes(4096) + b"\r\n\r\n", after_one_answer, None),
        framing("only empty lines", b"\r\n" * 5_000),
    ]


def after_one_answer(outcome: Outcome) -> str | None:
    """The request counts, the garbage behind it does not."""
    if not outcome.replies or outcome.replies[0].status != 200:
        return f"the request before the garbage: {outcome}"
    return refused_and_closed(Outcome(outcome.replies[1:], outcome.ending))


def pipelines(auth: bytes) -> list[Attack]:
    pair = get(b"/version") + get(b"/nothing-here")
    mixed = post_json(auth, TOKEN_BODY) + get(b"/version") + post_json(auth, b"{") + get(b"/v1/whoami", auth)
    return [
        Attack("pipelined requests", pair * PIPELINED, answered(*[200, 404] * PIPELINED), stop_after=2 * PIPELINED),
        Attack("pipelined bodies", mixed, answered(201, 200, 400, 200), stop_after=4),
    ]


def half_closed(auth: bytes) -> list[Attack]:
    too_long = b"Content-Length: %d\r\n" % (len(TOKEN_BODY) + 1)
    return [
        Attack("half-closed after a request", get(b"/version"), refused_or(200), half_close=True),
        Attack("half-closed within a header", get(b"/version")[:-10], refused, None, half_close=True),
        Attack("half-closed within a body", post(auth + too_long, TOKEN_BODY), refused, None, half_close=True),
        Attack(
            "half-closed within a chunked body",
            post(auth + b"Transfer-Encoding: chunked\r\n", b"%x\r\n" % len(TOKEN_BODY) + TOKEN_BODY + b"\r\n"),
            refused, None, half_close=True,
        ),  # fmt: skip
    ]
