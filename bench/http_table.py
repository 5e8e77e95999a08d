#!/usr/bin/env python3
"""How fast Gatehouse answers beside nginx and a bare libmicrohttpd that send the same bytes.

A shared machine drifts by tens of percent within minutes, so rates of two runs cannot be compared. Here every round
measures all servers back to back, every other round in reverse order, and only ratios within a round are judged.
"""

import argparse
import sys
import tempfile
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from statistics import median

from gatehouse_bench import machine, processes, report, wrk
from gatehouse_bench.client import Answer, Client
from gatehouse_bench.failure import Failed
from gatehouse_bench.figures import spread
from gatehouse_bench.server import Gatehouse, add_binary_option
from gatehouse_bench.yardsticks import Bare, Nginx, build_bare


@dataclass(frozen=True)
class Target:
    """One row of the table. `against` names the rows it is compared with, by column."""

    name: str
    port: int
    path: str
    headers: dict[str, str]
    pids: list[int]
    against: dict[str, str]


@dataclass(frozen=True)
class Budget:
    target: str
    column: str
    least: float
    connections: int = 64


BUDGETS = [
    Budget("Gatehouse /version", "bare", 0.90),
    Budget("Gatehouse /version", "nginx", 0.85),
    Budget("Gatehouse /v1/whoami", "bare", 0.70),
]
MOST_NOISE = 1.3  # largest ratio over smallest, of nginx beside bare


def fetch(port: int, path: str, headers: dict[str, str]) -> Answer:
    with Client(port) as client:
        answer = client.request("GET", path, headers=headers)
    if answer.status != 200:
        raise Failed(f"{path} answered {answer.status}: {answer.body[:200]!r}")
    return answer


def check_bytes(target: Target, sample: Answer) -> None:
    """A yardstick that sends less, or a server that says no quickly, would be fast for the wrong reason."""
    answer = fetch(target.port, target.path, target.headers)
    if answer.body != sample.body or answer.header("Content-Type") != sample.header("Content-Type"):
        raise Failed(f"{target.name} sent other bytes than expected: {answer.body[:200]!r}")


def start_targets(stack: ExitStack, binary: str) -> list[Target]:
    """Start every server, checked to answer 200 with its sample's bytes."""
    gatehouse = stack.enter_context(Gatehouse(binary))
    gatehouse.start()
    gatehouse.wait_ready()
    bearer = {"Authorization": f"Bearer {gatehouse.token}"}
    version = fetch(gatehouse.port, "/version", {})
    whoami = fetch(gatehouse.port, "/v1/whoami", bearer)

    bare = build_bare(Path(stack.enter_context(tempfile.TemporaryDirectory())))
    nginx_server = stack.enter_context(Nginx(version))
    bare_version = stack.enter_context(Bare(bare, version))
    bare_built = stack.enter_context(Bare(bare, version, per_request=True))
    bare_whoami = stack.enter_context(Bare(bare, whoami))

    both = {"bare": "bare", "nginx": "nginx"}
    own = {"bare": "bare, whoami's bytes"}
    targets = [
        Target("nginx", nginx_server.port, "/version", {}, nginx_server.pids, {"bare": "bare"}),
        Target("bare", bare_version.port, "/version", {}, bare_version.pids, {"nginx": "nginx"}),
        Target("bare, built per request", bare_built.port, "/version", {}, bare_built.pids, both),
        Target("Gatehouse /version", gatehouse.port, "/version", {}, [gatehouse.pid], both),
        Target("bare, whoami's bytes", bare_whoami.port, "/v1/whoami", bearer, bare_whoami.pids, {}),
        Target("Gatehouse /v1/whoami", gatehouse.port, "/v1/whoami", bearer, [gatehouse.pid], own),
    ]
    for target in targets:
        check_bytes(target, whoami if "whoami" in target.path else version)
    return targets


def measure(target: Target, connections: int, seconds: int) -> dict:
    before = processes.cpu_seconds(target.pids)
    load = wrk.run(f"http://127.0.0.1:{target.port}{target.path}", connections, seconds, target.headers)
    cpu = processes.cpu_seconds(target.pids) - before
    return {"rate": load.per_second, "p99": load.p99 / 1000, "cpu": cpu / load.requests * 1e6}


def run_rounds(targets: list[Target], connections: int, seconds: int, rounds: int) -> list[dict]:
    """One dictionary of measurements by target's name for each round."""
    for target in targets:
        wrk.run(f"http://127.0.0.1:{target.port}{target.path}", connections, 1, target.headers)
    results = []
    for number in range(rounds):
        order = targets if number % 2 == 0 else targets[::-1]
        results.append({target.name: measure(target, connections, seconds) for target in order})
        print(f"{connections} connections, round {number + 1} of {rounds}", file=sys.stderr)
    return results


def ratios(results: list[dict], name: str, other: str) -> list[float]:
    return [one[name]["rate"] / one[other]["rate"] for one in results]


def row(target: Target, connections: int, results: list[dict]) -> list[str]:
    own = [one[target.name] for one in results]
    columns = [
        spread(ratios(results, target.name, target.against[column])) if column in target.against else ""
        for column in ("bare", "nginx")
    ]
    rate = spread([one["rate"] for one in own], "{:,.0f}")
    cpu = spread([one["cpu"] for one in own], "{:.1f}")
    p99 = spread([one["p99"] for one in own])
    return [str(connections), target.name, rate, *columns, cpu, p99]


def verdicts(targets: list[Target], measured: dict[int, list[dict]]) -> tuple[list[str], bool]:
    lines, all_met = [], True
    for budget in BUDGETS:
        what = f"{budget.target} at {budget.connections} connections, at least {budget.least:.2f} of {budget.column}"
        if budget.connections not in measured:
            lines.append(f"- not measured: {what}")
            continue
        target = next(one for one in targets if one.name == budget.target)
        values = ratios(measured[budget.connections], target.name, target.against[budget.column])
        met = median(values) >= budget.least
        all_met = all_met and met
        lines.append(report.verdict(what, spread(values), met))
    return lines, all_met


def noise(measured: dict[int, list[dict]]) -> list[str]:
    """How far two servers that do not change drift against each other: a verdict is worth no more than this."""
    lines = []
    for count, results in measured.items():
        values = ratios(results, "nginx", "bare")
        warning = ": **too noisy to judge by**" if max(values) / min(values) > MOST_NOISE else ""
        lines.append(f"- noise at {count} connections: nginx beside bare {spread(values)}{warning}")
    return lines


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    add_binary_option(parser)
    parser.add_argument("--seconds", type=int, default=5, help="length of one measurement")
    parser.add_argument("--rounds", type=int, default=5, help="measurements of each server at each number of connections")
    parser.add_argument("--connections", default="1,16,64,256", help="comma-separated")
    parser.add_argument("--strict", action="store_true", help="exit 1 when a budget is missed")
    options = parser.parse_args()
    connections = [int(one) for one in options.connections.split(",")]

    machine.raise_open_files()
    about = machine.describe()
    with ExitStack() as stack:
        targets = start_targets(stack, options.binary)
        measured = {count: run_rounds(targets, count, options.seconds, options.rounds) for count in connections}

    columns = ["connections", "server", "requests/s", "of bare", "of nginx", "CPU µs/request", "p99 ms"]
    rows = [row(target, count, results) for count, results in measured.items() for target in targets]
    lines, all_met = verdicts(targets, measured)
    lines += noise(measured)
    page = [
        "# Requests per second, paired",
        "",
        f"{machine.sentence(about)}. Median [min–max] of {options.rounds} rounds of {options.seconds} s,",
        f"ratios within a round. wrk with {machine.cores()} threads runs on the same cores. CPU is the server process's own",
        "(nginx: master and workers).",
        "",
        report.table(columns, rows),
        "",
        *lines,
    ]
    data = {"machine": about, "seconds": options.seconds, "measured": measured, "verdicts": lines}
    report.publish("http", "\n".join(page), data)
    return 1 if options.strict and not all_met else 0


if __name__ == "__main__":
    try:
        sys.exit(main())
    except Failed as failure:
        sys.exit(f"http_table: {failure}")
