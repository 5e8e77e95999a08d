"""wrk: closed-loop load over a fixed number of connections."""

import json
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

from . import machine
from .failure import Failed

SCRIPT = Path(__file__).with_name("wrk.lua")


@dataclass(frozen=True)
class Load:
    """What one run of wrk saw. Latencies in microseconds; `refused` counts statuses of 400 and above, `broken`
    connections that could not be opened, read, written or that timed out."""

    requests: int
    microseconds: int
    p50: int
    p99: int
    max: int
    refused: int
    broken: int

    @property
    def per_second(self) -> float:
        return self.requests / self.microseconds * 1e6


def command(url: str, connections: int, seconds: int, headers: dict[str, str], script: Path = SCRIPT) -> list[str]:
    wrk = shutil.which("wrk")
    if wrk is None:
        raise Failed("wrk is not installed (Debian: wrk)")
    threads = min(machine.cores(), connections)
    arguments = [wrk, f"-t{threads}", f"-c{connections}", f"-d{seconds}s", "-s", str(script)]
    for name, value in headers.items():
        arguments += ["-H", f"{name}: {value}"]
    return [*arguments, url]


def parse(page: str) -> Load:
    for line in page.splitlines():
        if line.startswith("JSON "):
            return Load(**json.loads(line.removeprefix("JSON ")))
    raise Failed(f"wrk said nothing of use:\n{page}")


def run(url: str, connections: int, seconds: int, headers: dict[str, str]) -> Load:
    """One run in which every request must be answered below 400."""
    arguments = command(url, connections, seconds, headers)
    try:
        result = subprocess.run(arguments, capture_output=True, text=True, timeout=seconds + 30)
    except subprocess.TimeoutExpired as late:
        raise Failed(f"wrk {url} did not end") from late
    if result.returncode:
        raise Failed(f"wrk {url}: {result.stderr.strip()}")
    load = parse(result.stdout)
    if load.refused or load.broken or not load.requests:
        raise Failed(f"wrk {url}: {load.requests} answers, {load.refused} refused, {load.broken} broken")
    return load
