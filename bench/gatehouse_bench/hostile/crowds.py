"""Attacks by number, size or slowness. Each returns what was seen, and raises `Breach` when it went wrong."""

import asyncio
import itertools
import socket
import struct
import time
from dataclasses import dataclass
from typing import Callable, Iterable, Iterator

from .attack import refused
from .messages import HOST, bearer, get, post, post_json
from .wire import Outcome, exchange, read_reply

HUGE = 100 * 1024 * 1024
PIECE = b"a" * (64 * 1024)
OPENING_AT_ONCE = 64


class Breach(Exception):
    """The server did what it must not, or did not what it must."""


@dataclass(frozen=True)
class Limits:
    """The server's own, and the time a busy machine may take beyond them, all in seconds."""

    header: float
    body: float
    slack: float


async def huge_body(port: int, token: str, limits: Limits) -> str:
    """100 MB by Content-Length: refused, at the latest when it has been sent."""
    head = post(bearer(token) + b"Content-Length: %d\r\n" % HUGE, b"")
    return await _huge(port, itertools.chain([head], itertools.repeat(PIECE, HUGE // len(PIECE))), limits)


async def huge_chunked_body(port: int, token: str, limits: Limits) -> str:
    """100 MB in chunks: nothing announces the size, so it must be counted."""
    head = post(bearer(token) + b"Transfer-Encoding: chunked\r\n", b"")
    piece = b"%x\r\n" % len(PIECE) + PIECE + b"\r\n"
    return await _huge(port, itertools.chain([head], itertools.repeat(piece, HUGE // len(PIECE)), [b"0\r\n\r\n"]), limits)


async def huge_body_without_token(port: int, token: str, limits: Limits) -> str:
    """100 MB from nobody."""
    head = post(b"Content-Length: %d\r\n" % HUGE, b"")
    return await _huge(port, itertools.chain([head], itertools.repeat(PIECE, HUGE // len(PIECE))), limits)


async def _huge(port: int, chunks: Iterable[bytes], limits: Limits) -> str:
    outcome = await exchange(port, chunks, limits.body + limits.slack, stop_after=1)
    if reason := refused(outcome):
        raise Breach(reason)
    return str(outcome)


async def resets(port: int, token: str, count: int) -> str:
    """Clients that vanish by RST: before, within and after a request, and while its answer is on the way."""
    whole = get(b"/v1/whoami", bearer(token))
    body = post_json(bearer(token), b'{"name":"x"')
    payloads = [b"", whole[:20], whole, whole * 20, body[:-5], body]
    for number in range(count):
        with socket.create_connection(("127.0.0.1", port), timeout=10) as client:
            client.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            client.sendall(payloads[number % len(payloads)])
        await asyncio.sleep(0)
    return f"{count} clients gone by RST"


async def deaf(port: int, count: int, limits: Limits) -> str:
    """Clients that ask for much and read nothing: what is meant for them must not pile up, nor hold anything up."""
    request = get(b"/openapi.json") * 200
    clients = []
    try:
        for _ in range(count):
            client = socket.socket()
            client.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
            client.setblocking(False)
            clients.append(client)
            await asyncio.get_running_loop().sock_connect(client, ("127.0.0.1", port))
            try:
                client.send(request)
            except BlockingIOError:
                pass
        await asyncio.sleep(min(limits.header, 5))
    finally:
        for client in clients:
            client.close()
    return f"{count} clients that read nothing"


async def slow_headers(port: int, count: int, pace: float, limits: Limits) -> str:
    """A byte at a time, so that no timer of inactivity ever fires: only one for the whole header cuts it off."""

    def endless() -> Iterator[bytes]:
        yield b"GET /version HTTP/1.1\r\n" + HOST + b"X-Slow: "
        yield from itertools.repeat(b"a")

    return await _slow(port, endless, count, pace, limits.header, limits.slack)


async def slow_bodies(port: int, token: str, count: int, pace: float, limits: Limits) -> str:
    """A body that is announced and comes a byte at a time."""

    def endless() -> Iterator[bytes]:
        yield post(bearer(token) + b"Content-Length: 4096\r\n", b"{")
        yield from itertools.repeat(b" ")

    return await _slow(port, endless, count, pace, limits.body, limits.slack)


async def slow_chunks(port: int, token: str, count: int, pace: float, limits: Limits) -> str:
    """A chunked body of one-byte chunks, which has no end to wait for."""

    def endless() -> Iterator[bytes]:
        yield post(bearer(token) + b"Transfer-Encoding: chunked\r\n", b"")
        yield from itertools.repeat(b"1\r\n \r\n")

    return await _slow(port, endless, count, pace, limits.body, limits.slack)


async def _slow(port: int, chunks: Callable[[], Iterator[bytes]], count: int, pace: float, limit: float, slack: float) -> str:
    outcomes = await asyncio.gather(*(exchange(port, chunks(), limit + slack, pace=pace) for _ in range(count)))
    return _cut_off(outcomes, limit)


def _cut_off(outcomes: list[Outcome], limit: float) -> str:
    held = sum(outcome.ending == "open" for outcome in outcomes)
    if held:
        raise Breach(f"{held} of {len(outcomes)} still open beyond the limit of {limit:g} s")
    wrong = next((reason for reason in map(refused, outcomes) if reason), None)
    if wrong:
        raise Breach(wrong)
    times = [outcome.seconds for outcome in outcomes]
    early = sum(seconds < limit / 2 for seconds in times)
    if early:
        raise Breach(f"{early} of {len(outcomes)} cut off before half of {limit:g} s: a slow link would not be served")
    return f"{len(outcomes)} cut off after {min(times):.1f}–{max(times):.1f} s; first: {outcomes[0]}"


async def idle(port: int, count: int, limits: Limits) -> str:
    """Connections that say nothing: every other one at all, the rest after one answered request."""
    gate = asyncio.Semaphore(OPENING_AT_ONCE)
    crowd = Crowd()
    results = await asyncio.gather(*(_idle(port, gate, crowd, number % 2 == 1, limits) for number in range(count)))
    held = [seconds for seconds, closed in results if not closed]
    if held:
        raise Breach(f"{len(held)} of {count} still open after {max(held):.1f} s; the limit is {limits.header:g} s")
    times = [seconds for seconds, _ in results]
    at_once = sum(seconds < limits.header / 2 for seconds in times)
    turned_away = f"; {at_once} of them turned away early" if at_once else ""
    return f"{count} closed after {min(times):.1f}–{max(times):.1f} s of silence, {crowd.most} at once{turned_away}"


@dataclass
class Crowd:
    """How many are open, and were at most: some may be closed before the last are open."""

    now: int = 0
    most: int = 0

    def enter(self) -> None:
        self.now += 1
        self.most = max(self.most, self.now)

    def leave(self) -> None:
        self.now -= 1


async def _idle(port: int, gate: asyncio.Semaphore, crowd: Crowd, speaks_once: bool, limits: Limits) -> tuple[float, bool]:
    """Seconds of silence until the server closed, and whether it did."""
    writer = None
    since = time.monotonic()
    try:
        async with gate:
            since = time.monotonic()
            reader, writer = await asyncio.wait_for(asyncio.open_connection("127.0.0.1", port), limits.slack + 5)
            crowd.enter()
            if speaks_once:
                writer.write(get(b"/version"))
                await asyncio.wait_for(read_reply(reader), limits.slack + 5)
            since = time.monotonic()
        await asyncio.wait_for(reader.read(1), limits.header + limits.slack)
        return time.monotonic() - since, True
    except TimeoutError:  # an OSError too, so it comes first
        return time.monotonic() - since, False
    except OSError:  # reset or refused: it holds nothing any more
        return time.monotonic() - since, True
    finally:
        if writer is not None:
            crowd.leave()
            writer.transport.abort()
