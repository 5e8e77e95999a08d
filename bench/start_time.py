#!/usr/bin/env python3
"""Start to ready: on an empty folder, and again after a clean stop; and the memory it rests on.

Readiness is /readyz answering 200 over a new connection, asked every millisecond: what a supervisor would see.
"""

import argparse
import sys
import time
from statistics import median

from gatehouse_bench import machine, processes, report
from gatehouse_bench.failure import Failed
from gatehouse_bench.figures import spread
from gatehouse_bench.server import Gatehouse, add_binary_option

SECOND_START_MS = 150
IDLE_MIB = 40


def timed_start(gatehouse: Gatehouse) -> float:
    """Milliseconds from before fork and exec to the first 200."""
    before = time.monotonic()
    gatehouse.start()
    gatehouse.wait_ready(every=0.001)
    return (time.monotonic() - before) * 1000


def timed_stop(gatehouse: Gatehouse) -> float:
    before = time.monotonic()
    code = gatehouse.stop()
    if code != 0:
        raise Failed(f"SIGTERM ended the server with {code}, not 0{gatehouse.log_tail()}")
    return (time.monotonic() - before) * 1000


def one_life(binary: str, settle: float) -> dict[str, float]:
    with Gatehouse(binary) as gatehouse:
        first = timed_start(gatehouse)
        timed_stop(gatehouse)
        second = timed_start(gatehouse)
        time.sleep(settle)
        idle = processes.resident_mib(gatehouse.pid)
        whole = processes.proportional_mib(gatehouse.tree())
        stop = timed_stop(gatehouse)
    return {"first": first, "second": second, "idle": idle, "whole": whole, "stop": stop}


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    add_binary_option(parser)
    parser.add_argument("--times", type=int, default=10, help="folders to start in")
    parser.add_argument("--settle", type=float, default=2, help="seconds of rest before memory is read")
    parser.add_argument("--strict", action="store_true", help="exit 1 when a budget is missed")
    options = parser.parse_args()

    about = machine.describe()
    lives = [one_life(options.binary, options.settle) for _ in range(options.times)]

    def values(key: str) -> list[float]:
        return [life[key] for life in lives]

    rows = [
        ["first start, empty folder", spread(values("first"), "{:.0f}") + " ms"],
        ["second start, after a clean stop", spread(values("second"), "{:.0f}") + " ms"],
        ["stop (SIGTERM to exit 0)", spread(values("stop"), "{:.0f}") + " ms"],
        ["idle memory of the server (RSS)", spread(values("idle"), "{:.1f}") + " MiB"],
        ["idle memory with its PostgreSQL (PSS)", spread(values("whole"), "{:.1f}") + " MiB"],
    ]
    quick = median(values("second")) < SECOND_START_MS
    small = median(values("idle")) < IDLE_MIB
    lines = [
        report.verdict(f"second start below {SECOND_START_MS} ms", rows[1][1], quick),
        report.verdict(f"idle memory of the server below {IDLE_MIB} MiB", rows[3][1], small),
    ]
    page = [
        "# Start to ready",
        "",
        f"{machine.sentence(about)}. Median [min–max] of {options.times}.",
        "",
        report.table(["what", "measured"], rows),
        "",
        *lines,
    ]
    report.publish("start", "\n".join(page), {"machine": about, "lives": lives, "verdicts": lines})
    return 1 if options.strict and not (quick and small) else 0


if __name__ == "__main__":
    try:
        sys.exit(main())
    except Failed as failure:
        sys.exit(f"start_time: {failure}")
