"""Clients that create tokens as fast as they are acknowledged, and remember what was.

A request without a whole answer is in doubt: it may have taken effect. It is sent again with the same Idempotency-Key
until it is acknowledged, as a careful client would, so that at the end every key is acknowledged once.
"""

import threading
import time
from dataclasses import dataclass, field

from .client import Answer, Client, Unanswered

RETRY_PAUSE = 0.02
# The server is away, does not have its database, or still runs the first attempt: ask again.
TEMPORARY = (409, 429, 502, 503, 504)


@dataclass
class Acknowledged:
    """What the server has promised: the id it gave for each name."""

    ids: dict[str, str] = field(default_factory=dict)
    retried: set[str] = field(default_factory=set)
    """Names whose first attempt was in doubt."""
    wrong: list[str] = field(default_factory=list)
    """Answers that may not come at all."""
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def add(self, name: str, answer: Answer) -> None:
        with self._lock:
            if answer.status in (200, 201):
                self.ids[name] = answer.json()["id"]
            else:
                self.wrong.append(f"{name}: {answer.status} {answer.body[:200]!r}")

    def doubt(self, name: str) -> None:
        with self._lock:
            self.retried.add(name)

    def count(self) -> int:
        with self._lock:
            return len(self.ids)


def create(client: Client, name: str, acknowledged: Acknowledged, bound: float) -> bool:
    """One token, retried until it is acknowledged or refused; False when neither came within `bound` seconds."""
    deadline = time.monotonic() + bound
    body = {"name": name, "kind": "robot", "roles": ["gate"], "expiresIn": "24h"}
    while time.monotonic() < deadline:
        try:
            answer = client.request("POST", "/v1/tokens", body, {"Idempotency-Key": name})
            if answer.status not in TEMPORARY:
                acknowledged.add(name, answer)
                return True
        except Unanswered:
            pass
        acknowledged.doubt(name)
        time.sleep(RETRY_PAUSE)
    return False


class Writers:
    """Threads that write until they are told to stop, each finishing the request it is in."""

    def __init__(self, port: int, token: str, count: int, prefix: str, bound: float):
        self.acknowledged = Acknowledged()
        self.unfinished: list[str] = []
        self._stop = threading.Event()
        self._bound = bound
        self._threads = [
            threading.Thread(target=self._write, args=(Client(port, token, timeout=5), f"{prefix}-{number}"), daemon=True)
            for number in range(count)
        ]
        for thread in self._threads:
            thread.start()

    def _write(self, client: Client, prefix: str) -> None:
        turn = 0
        while not self._stop.is_set():
            name = f"{prefix}-{turn}"
            turn += 1
            if not create(client, name, self.acknowledged, self._bound):
                self.unfinished.append(name)
        client.close()

    def finish(self) -> None:
        """Stop: afterwards every request is acknowledged, refused or listed as unfinished."""
        self._stop.set()
        for thread in self._threads:
            thread.join(self._bound + 10)
