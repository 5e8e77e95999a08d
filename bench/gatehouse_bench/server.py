"""A Gatehouse of our own: started on a free port with a data folder of its own, stopped whatever happens."""

import argparse
import os
import secrets
import shutil
import signal
import socket
import subprocess
import tempfile
from pathlib import Path

from . import processes
from .client import Client, Unanswered
from .failure import Failed
from .waiting import TooLate, wait_for

ROOT = Path(__file__).resolve().parents[2]
STOP_BOUND = 30.0


def add_binary_option(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--binary", default=str(ROOT / ".build/release/gatehouse"), help="the gatehouse to run")


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Gatehouse:
    """One server process and its embedded PostgreSQL, over any number of starts on the same data.

    The data folder's parents are open to be searched: as root the server runs PostgreSQL as another user, who could not
    reach a folder inside the usual 0700 temporary one.
    """

    def __init__(self, binary: str, flags: list[str] | None = None):
        path = shutil.which(os.path.abspath(binary))
        if path is None:
            raise Failed(f"{binary} is not a program; build it with `swift build -c release`, or give --binary")
        self.token = secrets.token_hex(32)
        self.port = free_port()
        self._folder = Path(tempfile.mkdtemp(prefix="gatehouse-bench-"))
        self._folder.chmod(0o711)
        self.data = self._folder / "data"
        self._log = self._folder / "log"
        self._process: subprocess.Popen | None = None
        self._command = [
            path, "serve", "--listen", f"127.0.0.1:{self.port}", "--data", str(self.data),
            "--rate-limit", "0", "--log-level", "warning", *(flags or []),
        ]  # fmt: skip

    def __enter__(self) -> "Gatehouse":
        return self

    def __exit__(self, *_: object) -> None:
        self.destroy()

    @property
    def pid(self) -> int:
        assert self._process is not None
        return self._process.pid

    @property
    def running(self) -> bool:
        return self._process is not None and self._process.poll() is None

    def start(self) -> None:
        # Ours alone: a GATEHOUSE_DATABASE of the caller's would turn these loads on a database that is not ours.
        environment = {name: value for name, value in os.environ.items() if not name.startswith("GATEHOUSE_")}
        environment["GATEHOUSE_ADMIN_TOKEN"] = self.token
        with self._log.open("ab") as log:
            self._process = subprocess.Popen(
                self._command, stdin=subprocess.DEVNULL, stdout=log, stderr=log, env=environment, cwd=self._folder
            )

    def client(self, timeout: float = 10) -> Client:
        return Client(self.port, self.token, timeout)

    def ready(self) -> bool:
        """Whether /readyz is 200 now, asked over a connection of its own."""
        try:
            with Client(self.port, timeout=2) as client:
                return client.get("/readyz").status == 200
        except Unanswered:
            return False

    def wait_ready(self, bound: float = 60.0, every: float = 0.005) -> None:
        def ready_or_dead() -> bool:
            if not self.running:
                raise Failed(f"the server ended ({self._process.poll()}) before it was ready{self.log_tail()}")
            return self.ready()

        try:
            wait_for("/readyz", ready_or_dead, bound, every)
        except TooLate as late:
            raise Failed(f"{late}{self.log_tail()}") from late

    def stop(self) -> int:
        """SIGTERM and wait: the exit code."""
        assert self._process is not None
        self._process.terminate()
        try:
            return self._process.wait(STOP_BOUND)
        except subprocess.TimeoutExpired as late:
            raise Failed(f"SIGTERM did not end the server within {STOP_BOUND:g} s{self.log_tail()}") from late

    def kill(self) -> None:
        """SIGKILL the server, and only it: what it started stays."""
        assert self._process is not None
        self._process.kill()
        self._process.wait(STOP_BOUND)

    def postmaster(self) -> int | None:
        """The pid of the embedded PostgreSQL. Believed only while that process works in our data folder: the file
        outlives a SIGKILL, and by then the pid may be somebody else's."""
        folder = self.data / "postgres"
        try:
            pid = int((folder / "postmaster.pid").read_text().split()[0])
            return pid if os.path.samefile(f"/proc/{pid}/cwd", folder) else None
        except (OSError, ValueError, IndexError):
            return None

    def kill_postmaster(self) -> int:
        pid = self.postmaster()
        if pid is None:
            raise Failed(f"no embedded PostgreSQL to kill{self.log_tail()}")
        os.kill(pid, signal.SIGKILL)
        return pid

    def tree(self) -> list[int]:
        """The server and everything it has started."""
        return [self.pid, *processes.descendants(self.pid)]

    def log_tail(self) -> str:
        try:
            lines = self._log.read_text(errors="replace").splitlines()[-15:]
        except FileNotFoundError:
            return ""
        return "".join(f"\n    {line}" for line in lines)

    def destroy(self) -> None:
        """End what is left of it, an orphaned PostgreSQL too, and remove its folder."""
        if self.running:
            try:
                self.stop()
            except Failed:
                self.kill()
        orphan = self.postmaster()
        if orphan is not None:
            os.kill(orphan, signal.SIGQUIT)
            try:
                wait_for("the end of PostgreSQL", lambda: processes.started_at(orphan) is None, 10)
            except TooLate:
                os.kill(orphan, signal.SIGKILL)
        shutil.rmtree(self._folder, ignore_errors=True)
