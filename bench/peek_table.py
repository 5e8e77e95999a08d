#!/usr/bin/env python3
"""How fast a gate is asked: now, and at random instants of forty years.

Beside it, in the same rounds: a bare libmicrohttpd and nginx that send the same bytes to the same request, and
exchange-calendar-service, the nearest relative, asked for one day that it has in its cache and for random days.
"""

import argparse
import subprocess
import sys
import tempfile
from contextlib import ExitStack, closing
from dataclasses import dataclass
from pathlib import Path
from statistics import median

from gatehouse_bench import machine, processes, report, wrk
from gatehouse_bench.calendar_service import CalendarService, install
from gatehouse_bench.failure import Failed
from gatehouse_bench.figures import spread
from gatehouse_bench.policy import manifest, put
from gatehouse_bench.server import Gatehouse, add_binary_option
from gatehouse_bench.yardsticks import Bare, Nginx, build_bare

PROJECT, STAGE = "stonks-oracle", "paper"
PATH = f"/v1/projects/{PROJECT}/stages/{STAGE}/gate"
GATES = """[
  {name: market-hours, market: {calendar: XNYS, closedIn: [{session: core, before: 30m, after: 20m}]}},
  {name: no-friday-evening, window: {kind: deny, rrule: "FREQ=WEEKLY;BYDAY=FR", start: "18:00", duration: 6h, timeZone: America/New_York}},
  {name: sign-off, approval: {required: 1, validFor: 24h}}]"""
FOLDER = Path(wrk.__file__).parent
NOW, RANDOM = "Gatehouse, now", "Gatehouse, random instants"
DAY, RANDOM_DAY = "exchange-calendar-service, one day", "exchange-calendar-service, random days"


@dataclass(frozen=True)
class Target:
    name: str
    port: int
    path: str
    headers: dict[str, str]
    pids: list[int]
    script: Path = wrk.SCRIPT
    # One that needs a second for each answer would have none to show for 64 connections.
    is_slow: bool = False


def measure(target: Target, connections: int, seconds: int) -> dict:
    if target.is_slow:
        connections, seconds = 4, max(seconds, 10)
    url = f"http://127.0.0.1:{target.port}{target.path}"
    command = [*wrk.command(url, connections, seconds, target.headers, target.script), "--timeout", "30s"]
    before = processes.cpu_seconds(target.pids)
    environment = {"BENCH_REPORT": str(wrk.SCRIPT), "PATH": "/usr/bin:/bin"}
    result = subprocess.run(command, capture_output=True, text=True, timeout=seconds + 60, env=environment)
    load = wrk.parse(result.stdout)
    # A closed gate is an answer like any other; a connection that broke, or a slow one, is none.
    if load.requests == 0 or (load.broken and "exchange" not in target.name):
        raise Failed(f"{target.name}: {load.requests} answers, {load.broken} broken")
    cpu = processes.cpu_seconds(target.pids) - before
    return {"rate": load.per_second, "p99": load.p99 / 1000, "cpu": cpu / load.requests * 1e6}


def start(stack: ExitStack, binary: str) -> list[Target]:
    gatehouse = stack.enter_context(Gatehouse(binary))
    gatehouse.start()
    gatehouse.wait_ready()
    bearer = {"Authorization": f"Bearer {gatehouse.token}"}
    with gatehouse.client() as client:
        put(client, PROJECT, manifest(PROJECT, STAGE, GATES))
        sample = client.get(PATH)
    bare = build_bare(Path(stack.enter_context(tempfile.TemporaryDirectory())))
    nginx_server = stack.enter_context(Nginx(sample))
    bare_server = stack.enter_context(Bare(bare, sample))
    targets = [
        Target("nginx", nginx_server.port, PATH, bearer, nginx_server.pids),
        Target("bare", bare_server.port, PATH, bearer, bare_server.pids),
        Target(NOW, gatehouse.port, PATH, bearer, [gatehouse.pid]),
        Target("bare, random instants", bare_server.port, PATH, bearer, bare_server.pids, FOLDER / "random_at.lua"),
        Target(RANDOM, gatehouse.port, PATH, bearer, [gatehouse.pid], FOLDER / "random_at.lua"),
    ]
    if install():
        service = stack.enter_context(closing(CalendarService()))
        pids = [service.pid, *processes.descendants(service.pid)]
        targets += [
            Target(DAY, service.port, "/v1/exchanges/XNYS/days/2026-11-20", {}, pids),
            Target(RANDOM_DAY, service.port, "/", {}, pids, FOLDER / "random_day.lua", True),
        ]
    else:
        print("skipped: exchange-calendar-service cannot be installed", file=sys.stderr)
    return targets


def ratios(results: list[dict], name: str, other: str) -> list[float]:
    return [one[name]["rate"] / one[other]["rate"] for one in results]


def verdicts(results: list[dict]) -> list[str]:
    budgets = [
        (NOW, "bare", 0.9), (NOW, "nginx", 0.85), (RANDOM, "bare, random instants", 0.72), (RANDOM, NOW, 0.8),
        (NOW, DAY, 8), (RANDOM, RANDOM_DAY, 1_000),
    ]  # fmt: skip
    lines = []
    for name, other, least in budgets:
        if other not in results[0]:
            lines.append(f"- not measured: {name} beside {other}")
            continue
        values = ratios(results, name, other)
        what = f"{name}, at least {least:g} of {other}"
        lines.append(report.verdict(what, spread(values), median(values) >= least))
    slowest = max(one[NOW]["p99"] for one in results)
    lines.append(report.verdict("p99 of a peek below 10 ms in each round", f"{slowest:.2f} ms at most", slowest < 10))
    lines.append(f"- noise: nginx beside bare {spread(ratios(results, 'nginx', 'bare'))}")
    return lines


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    add_binary_option(parser)
    parser.add_argument("--seconds", type=int, default=5)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--connections", type=int, default=64)
    options = parser.parse_args()
    machine.raise_open_files()
    about = machine.describe()
    results = []
    with ExitStack() as stack:
        targets = start(stack, options.binary)
        for target in targets:
            measure(target, options.connections, 1)
        for number in range(options.rounds):
            order = targets if number % 2 == 0 else targets[::-1]
            results.append({target.name: measure(target, options.connections, options.seconds) for target in order})
    rows = [
        [
            target.name,
            spread([one[target.name]["rate"] for one in results], "{:,.0f}"),
            spread([one[target.name]["cpu"] for one in results], "{:.1f}"),
            spread([one[target.name]["p99"] for one in results]),
        ]
        for target in targets
    ]
    page = [
        "# Peeks per second, paired",
        "",
        f"{machine.sentence(about)}. Median [min–max] of {options.rounds} rounds of {options.seconds} s at",
        f"{options.connections} connections, ratios within a round. wrk with {machine.cores()} threads runs on the same cores, and makes",
        "the random questions there too: so `bare, random instants` is what random questions are compared with.",
        "",
        report.table(["server", "requests/s", "CPU µs/request", "p99 ms"], rows),
        "",
        *verdicts(results),
    ]
    report.publish("peek", "\n".join(page), {"machine": about, "results": results})
    return 0


if __name__ == "__main__":
    try:
        sys.exit(main())
    except Failed as failure:
        sys.exit(f"peek_table: {failure}")
