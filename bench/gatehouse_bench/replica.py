"""A second server on a Gatehouse's database, and a psql beside it.

One (Tests/Replica) lets releases on for whoever asks; another (Tests/Rehearsal) has a deployer that is done at once.
"""

import os
import shutil
import signal
import subprocess
from pathlib import Path

from .client import Client, Unanswered
from .failure import Failed
from .server import Gatehouse, free_port
from .waiting import wait_for


def psql_program() -> str:
    found = shutil.which("psql") or next(map(str, Path("/usr/lib/postgresql").glob("*/bin/psql")), None)
    if found is None:
        raise Failed("no psql; install the package postgresql-client")
    return found


def conninfo(gatehouse: Gatehouse, user: str) -> str:
    """As the server itself connects: the socket's folder is in its data folder, or where that would be too long."""
    lines = (gatehouse.data / "postgres" / "postmaster.pid").read_text().splitlines()
    return f"host={lines[4]} port={lines[3]} dbname=gatehouse user={user}"


class Sql:
    """One psql that stays, so that a question costs no start of a program."""

    def __init__(self, info: str):
        self._process = subprocess.Popen(
            [psql_program(), "-XqtA", "-v", "ON_ERROR_STOP=1", info], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )

    def __call__(self, statement: str) -> list[str]:
        assert self._process.stdin and self._process.stdout
        self._process.stdin.write(f"{statement};\n\\echo --end--\n")
        self._process.stdin.flush()
        lines = []
        for line in self._process.stdout:
            if line.strip() == "--end--":
                return lines
            lines.append(line.rstrip("\n"))
        raise Failed(f"psql ended in: {statement}")

    def close(self) -> None:
        self._process.kill()
        self._process.wait()


class Replica:
    """The program `replica` or `rehearsal`, which can be paused."""

    def __init__(self, binary: str, info: str):
        self.port = free_port()
        self._process = subprocess.Popen(
            [os.path.abspath(binary), info, str(self.port)], stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL
        )

        def answers() -> bool:
            if self._process.poll() is not None:
                raise Failed(f"the replica ended ({self._process.returncode})")
            try:
                with Client(self.port, timeout=2) as client:
                    return client.get("/").status == 404
            except Unanswered:
                return False

        wait_for("the replica", answers, 30, 0.02)

    @property
    def pid(self) -> int:
        return self._process.pid

    def pause(self) -> None:
        self._process.send_signal(signal.SIGSTOP)

    def go_on(self) -> None:
        self._process.send_signal(signal.SIGCONT)

    def close(self) -> None:
        self.go_on()
        self._process.kill()
        self._process.wait()
