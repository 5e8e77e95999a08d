"""One raw connection: bytes out, answers in, and how it ended."""

import asyncio
import json
import time
from dataclasses import dataclass, field
from typing import Iterable

READ_LIMIT = 1 << 20


class Malformed(Exception):
    """What came back is not HTTP/1.1."""


class CutShort(Malformed):
    """The connection ended within a header."""


@dataclass(frozen=True)
class Reply:
    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def last(self) -> bool:
        """Whether the server said that it will close: a client then reads no further."""
        return self.headers.get("connection", "").lower() == "close"

    @property
    def code(self) -> str:
        """The `code` of a problem, or where it came from when it has none."""
        try:
            return str(json.loads(self.body)["code"])
        except (ValueError, KeyError, TypeError):
            return "no code"


@dataclass
class Outcome:
    replies: list[Reply] = field(default_factory=list)
    ending: str = "open"
    """closed: by the server, perhaps after bytes that no client reads. reset: by RST. left: we had what we came for.
    open: still so at the bound."""
    seconds: float = 0.0

    def __str__(self) -> str:
        said = ", ".join(f"{one.status} {one.code}" if one.status >= 400 else str(one.status) for one in self.replies[:4])
        more = f" and {len(self.replies) - 4} more" if len(self.replies) > 4 else ""
        return f"{said or 'no answer'}{more}, {self.ending}"


async def read_reply(reader: asyncio.StreamReader) -> Reply | None:
    """The next final answer; None at the end of the connection."""
    while True:
        try:
            head = await reader.readuntil(b"\r\n\r\n")
        except asyncio.IncompleteReadError as end:
            if not end.partial.strip():
                return None
            raise CutShort(f"ended within a header: {end.partial[:80]!r}") from end
        except asyncio.LimitOverrunError as error:
            raise Malformed("endless header") from error
        lines = head.decode("latin-1").split("\r\n")
        parts = lines[0].split(" ", 2)
        if len(parts) < 2 or not parts[0].startswith("HTTP/1.") or not parts[1].isdigit():
            raise Malformed(f"not a status line: {lines[0][:80]!r}")
        fields = (line.partition(":") for line in lines[1:] if line)
        headers = {name.strip().lower(): value.strip() for name, _, value in fields}
        status = int(parts[1])
        if status >= 200:
            return Reply(status, headers, await _read_body(reader, status, headers))


async def _read_body(reader: asyncio.StreamReader, status: int, headers: dict[str, str]) -> bytes:
    try:
        if status in (204, 304):
            return b""
        if headers.get("transfer-encoding") == "chunked":
            body = b""
            while size := int(await reader.readuntil(b"\r\n"), 16):
                body += await reader.readexactly(size)
                await reader.readexactly(2)
            await reader.readexactly(2)
            return body
        if "content-length" in headers:
            return await reader.readexactly(int(headers["content-length"]))
        return await reader.read(READ_LIMIT)  # up to the end of the connection
    except (asyncio.IncompleteReadError, ValueError) as error:
        raise Malformed(f"body of a {status}: {error}") from error


async def _send(writer: asyncio.StreamWriter, chunks: Iterable[bytes], pace: float, half_close: bool) -> None:
    """Send until the peer no longer listens: that it stops listening is its right."""
    try:
        for chunk in chunks:
            writer.write(chunk)
            await writer.drain()
            if pace:
                await asyncio.sleep(pace)
        if half_close:
            writer.write_eof()
    except OSError:
        return


async def exchange(
    port: int,
    chunks: Iterable[bytes],
    bound: float,
    *,
    stop_after: int | None = None,
    pace: float = 0.0,
    half_close: bool = False,
) -> Outcome:
    """Send, and collect answers until the server closes, `stop_after` of them came, or the bound passes.

    `pace` is a pause after each chunk; `half_close` ends our direction after the last.
    """
    outcome = Outcome()
    began = time.monotonic()
    writer = None
    sender = None
    try:
        async with asyncio.timeout(bound):
            reader, writer = await asyncio.open_connection("127.0.0.1", port, limit=READ_LIMIT)
            sender = asyncio.create_task(_send(writer, chunks, pace, half_close))
            while stop_after is None or len(outcome.replies) < stop_after:
                reply = await read_reply(reader)
                if reply is None:
                    outcome.ending = "closed"
                    break
                outcome.replies.append(reply)
            else:
                outcome.ending = "left"
    except TimeoutError:
        outcome.ending = "open"
    except OSError:
        outcome.ending = "reset"
    except CutShort as error:
        # libmicrohttpd 0.9.75 sends its own 400 to a bad Content-Length with the header twice, then closes.
        over = bool(outcome.replies) and outcome.replies[-1].last
        outcome.ending = "closed, bytes left over" if over else f"malformed ({error})"
    except Malformed as error:
        outcome.ending = f"malformed ({error})"
    finally:
        if sender is not None:
            sender.cancel()
        if writer is not None:
            writer.transport.abort()
    outcome.seconds = time.monotonic() - began
    return outcome
