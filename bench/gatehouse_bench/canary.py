"""A well-behaved client that must be served whatever else goes on.

It runs as a process of its own, so that the attackers' event loop does not show in its latencies, and ends when its
standard input does, so that it cannot outlive them. Its turns: /version over a kept connection, /v1/whoami over it,
/version over a new connection. Prints one JSON list of samples.
"""

import json
import os
import select
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

from .client import Client, Unanswered

PAUSE = 0.05
MOST_SAMPLES = 100_000


@dataclass(frozen=True)
class Sample:
    at: float
    """On the monotonic clock, which all processes of a machine share."""
    seconds: float
    error: str | None


class Canary:
    """The process, seen from the attackers' side."""

    def __init__(self, port: int, token: str):
        self._process = subprocess.Popen(
            [sys.executable, "-m", "gatehouse_bench.canary", str(port)],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=Path(__file__).resolve().parent.parent,
            env=dict(os.environ, CANARY_TOKEN=token),
        )  # fmt: skip

    def finish(self) -> list[Sample]:
        """Stop it: all that it saw."""
        page, _ = self._process.communicate(timeout=30)
        return [Sample(*one) for one in json.loads(page)]

    def abandon(self) -> None:
        if self._process.poll() is None:
            self._process.kill()
            self._process.wait(10)


def ask(kept: Client, port: int, turn: int) -> str | None:
    """One request; what was wrong with its answer."""
    try:
        if turn % 3 == 2:
            with Client(port, timeout=10) as fresh:
                status = fresh.get("/version").status
        else:
            status = kept.get("/v1/whoami" if turn % 3 else "/version").status
        return None if status == 200 else f"status {status}"
    except Unanswered as error:
        return str(error)


def main() -> None:
    port = int(sys.argv[1])
    kept = Client(port, os.environ["CANARY_TOKEN"], timeout=10)
    samples = []
    for turn in range(MOST_SAMPLES):
        before = time.monotonic()
        error = ask(kept, port, turn)
        samples.append((before, time.monotonic() - before, error))
        if select.select([sys.stdin], [], [], PAUSE)[0]:
            break
    print(json.dumps(samples))


if __name__ == "__main__":
    main()
