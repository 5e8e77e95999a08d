#!/usr/bin/env python3
"""Memory over millions of requests: a leak of one byte a request shows as megabytes, so the bound is small.

The first tenth is for warming up (pools, caches, the allocator's arenas). What grows after it is a leak until explained.
"""

import argparse
import os
import subprocess
import sys
import time

from gatehouse_bench import machine, processes, report, wrk
from gatehouse_bench.client import Client
from gatehouse_bench.failure import Failed
from gatehouse_bench.figures import slope
from gatehouse_bench.server import Gatehouse, add_binary_option

MIX = wrk.SCRIPT.with_name("mix.lua")
REFUSED_SHARE = 3 / 5
# What mix.lua sends: method, path, with a token, body, and the status that is due.
EXPECTED = [
    ("GET", "/version", False, None, 200),
    ("GET", "/v1/whoami", True, None, 200),
    ("GET", "/v1/nothing-here", True, None, 404),
    ("GET", "/v1/whoami", False, None, 401),
    ("POST", "/v1/tokens", True, b'{"name": "x", "kind": ', 400),
]
WARM_UP = 0.1


def check_mix(gatehouse: Gatehouse) -> None:
    """Each kind of the mix once, by itself; the load's own count of refusals covers the rest of the run."""
    for method, path, with_token, body, status in EXPECTED:
        with Client(gatehouse.port, gatehouse.token if with_token else None) as client:
            answer = client.request(method, path, body)
        if answer.status != status:
            raise Failed(f"{method} {path}: {answer.status}, not {status}")


def run_slice(gatehouse: Gatehouse, connections: int, seconds: int) -> tuple[wrk.Load, list[float]]:
    """One run of the mix, and memory sampled about every second of it."""
    environment = dict(os.environ, BENCH_REPORT=str(wrk.SCRIPT), BENCH_TOKEN=gatehouse.token)
    url = f"http://127.0.0.1:{gatehouse.port}/version"
    process = subprocess.Popen(
        wrk.command(url, connections, seconds, {}, MIX), stdout=subprocess.PIPE, text=True, env=environment
    )
    samples = []
    deadline = time.monotonic() + seconds + 30
    try:
        while process.poll() is None:
            if time.monotonic() > deadline:
                raise Failed("wrk did not end")
            if not gatehouse.running:
                raise Failed(f"the server ended{gatehouse.log_tail()}")
            samples.append(processes.resident_mib(gatehouse.pid))
            time.sleep(0.5)
    finally:
        if process.poll() is None:
            process.kill()
        page = process.communicate()[0]
    load = wrk.parse(page)
    share = load.refused / max(1, load.requests)
    if load.broken or abs(share - REFUSED_SHARE) > 0.01:
        raise Failed(f"{load.broken} broken connections; {share:.3f} refused where {REFUSED_SHARE:.3f} should be")
    samples.append(processes.resident_mib(gatehouse.pid))
    return load, samples


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    add_binary_option(parser)
    parser.add_argument("--requests", type=int, default=10_000_000)
    parser.add_argument("--connections", type=int, default=64)
    parser.add_argument("--slice-seconds", type=int, default=5, help="length of one run of wrk")
    parser.add_argument("--bound-mib", type=float, default=8, help="growth allowed after the first tenth")
    parser.add_argument("--max-minutes", type=float, default=30, help="give up after this long")
    options = parser.parse_args()

    about = machine.describe()
    deadline = time.monotonic() + options.max_minutes * 60
    points: list[tuple[float, float]] = []  # requests answered, MiB
    with Gatehouse(options.binary) as gatehouse:
        gatehouse.start()
        gatehouse.wait_ready()
        check_mix(gatehouse)
        answered = 0
        while answered < options.requests:
            if time.monotonic() > deadline:
                raise Failed(f"only {answered:,} requests in {options.max_minutes:g} minutes")
            load, samples = run_slice(gatehouse, options.connections, options.slice_seconds)
            share = load.requests / len(samples)
            points += [(answered + share * (number + 1), mib) for number, mib in enumerate(samples)]
            answered += load.requests
            print(f"{answered:,} requests, {samples[-1]:.1f} MiB", file=sys.stderr)

    warm = [mib for done, mib in points if done <= answered * WARM_UP] or [points[0][1]]
    after = [(done, mib) for done, mib in points if done > answered * WARM_UP]
    growth = max(mib for _, mib in after) - max(warm)
    rows = [
        ["requests", f"{answered:,}"],
        ["RSS at the first sample", f"{points[0][1]:.1f} MiB"],
        ["highest RSS in the first tenth", f"{max(warm):.1f} MiB"],
        ["highest RSS after it", f"{max(mib for _, mib in after):.1f} MiB"],
        ["RSS at the last sample", f"{points[-1][1]:.1f} MiB"],
        ["trend after the first tenth", f"{slope(after) * 1024 * 1024:.3f} bytes a request"],
    ]
    flat = growth <= options.bound_mib
    line = report.verdict(f"growth after the first tenth at most {options.bound_mib:g} MiB", f"{growth:+.1f} MiB", flat)
    page = [
        "# Memory over many requests",
        "",
        f"{machine.sentence(about)}. {options.connections} connections; /version, /v1/whoami, a 404, a 401 and a POST of",
        "broken JSON in turn. RSS of the server process, PostgreSQL apart.",
        "",
        report.table(["what", "measured"], rows),
        "",
        line,
    ]
    report.publish("memory", "\n".join(page), {"machine": about, "points": points, "growth": growth, "flat": flat})
    return 0 if flat else 1


if __name__ == "__main__":
    try:
        sys.exit(main())
    except Failed as failure:
        sys.exit(f"memory_flat: {failure}")
