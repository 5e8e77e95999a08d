"""The servers that Gatehouse is measured against: each sends the bytes of a sample answer and does nothing else."""

import shutil
import subprocess
import tempfile
from pathlib import Path

from . import machine, processes
from .client import Answer, Client, Unanswered
from .failure import Failed
from .server import free_port
from .waiting import wait_for

SOURCE = Path(__file__).resolve().parent.parent / "bare" / "bare.c"
# What each server writes itself, and must not be told.
OWN_HEADERS = {"date", "content-length", "connection", "keep-alive", "transfer-encoding", "server"}


def constant_headers(sample: Answer) -> list[tuple[str, str]]:
    """The sample's headers that a yardstick repeats, so that it sends the same bytes."""
    return [(name, value) for name, value in sample.headers if name.lower() not in OWN_HEADERS]


class Yardstick:
    """A process in a folder of its own, that answers every request with the sample."""

    def __init__(self) -> None:
        self.port = free_port()
        self._folder = Path(tempfile.mkdtemp(prefix="gatehouse-bench-"))
        self._process: subprocess.Popen | None = None

    def _start(self, command: list[str]) -> None:
        with (self._folder / "log").open("wb") as log:
            self._process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=log, stderr=log)
        wait_for(f"{command[0]} to answer", self._answers, bound=10)

    def _answers(self) -> bool:
        if self._process.poll() is not None:
            raise Failed(f"a yardstick ended at once: {(self._folder / 'log').read_text(errors='replace').strip()}")
        try:
            with Client(self.port, timeout=2) as client:
                return client.get("/").status > 0
        except Unanswered:
            return False

    @property
    def pids(self) -> list[int]:
        return [self._process.pid, *processes.children(self._process.pid)]

    def __enter__(self) -> "Yardstick":
        return self

    def __exit__(self, *_: object) -> None:
        if self._process is not None:
            self._process.terminate()
            try:
                self._process.wait(10)
            except subprocess.TimeoutExpired:
                self._process.kill()
                self._process.wait(10)
        shutil.rmtree(self._folder, ignore_errors=True)


class Bare(Yardstick):
    """bench/bare: libmicrohttpd and nothing else."""

    def __init__(self, program: Path, sample: Answer, per_request: bool = False):
        super().__init__()
        body = self._folder / "body"
        body.write_bytes(sample.body)
        command = [str(program), "--port", str(self.port), "--threads", str(machine.cores()), "--body", str(body)]
        for name, value in constant_headers(sample):
            command += ["--header", f"{name}: {value}"]
        self._start(command + (["--per-request"] if per_request else []))


def build_bare(folder: Path) -> Path:
    """Compile bench/bare/bare.c with the system's C compiler."""
    compiler = shutil.which("cc")
    if compiler is None:
        raise Failed("no C compiler (Debian: gcc, libmicrohttpd-dev)")
    program = folder / "bare"
    result = subprocess.run(
        [compiler, "-O2", "-Wall", "-Wextra", "-Werror", "-o", str(program), str(SOURCE), "-lmicrohttpd", "-pthread"],
        capture_output=True, text=True, timeout=120,
    )  # fmt: skip
    if result.returncode:
        raise Failed(f"bare.c does not build:\n{result.stderr}")
    return program


class Nginx(Yardstick):
    """nginx with a worker per core and `return 200`."""

    def __init__(self, sample: Answer):
        super().__init__()
        program = shutil.which("nginx") or shutil.which("/usr/sbin/nginx")
        if program is None:
            raise Failed("nginx is not installed (Debian: nginx-light)")
        configuration = self._folder / "nginx.conf"
        configuration.write_text(self._configuration(sample))
        self._start([program, "-p", str(self._folder), "-c", str(configuration), "-e", "stderr"])

    def _configuration(self, sample: Answer) -> str:
        headers = [(name, value) for name, value in constant_headers(sample) if name.lower() != "content-type"]
        added = "\n".join(f"      add_header {name} {quoted(value)};" for name, value in headers)
        content_type = sample.header("Content-Type") or "application/octet-stream"
        temporary = "\n".join(
            f"  {kind}_temp_path {self._folder}/{kind};" for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
        )
        return f"""
daemon off;
worker_processes {machine.cores()};
pid {self._folder}/nginx.pid;
events {{ worker_connections 4096; }}
http {{
  access_log off;
  server_tokens off;
  keepalive_requests 1000000000;
{temporary}
  server {{
    listen 127.0.0.1:{self.port};
    location / {{
      default_type {quoted(content_type)};
{added}
      return 200 {quoted(sample.body.decode())};
    }}
  }}
}}
"""


def quoted(text: str) -> str:
    """A string for nginx's configuration. A dollar sign cannot be escaped there, so it cannot be sent."""
    if "$" in text:
        raise Failed("nginx cannot send a literal $ with `return`")
    return "'" + text.replace("\\", "\\\\").replace("'", "\\'") + "'"
