#!/usr/bin/env python3
"""Hostile clients: each attack has an expectation, and a well-behaved client is served throughout.

An attack may be refused (4xx, 501, 505) or its connection closed, within a bound; nothing may be answered with the wrong
meaning, hang, or hurt the others. Afterwards the same process serves, and holds no connection of theirs.
"""

import argparse
import asyncio
import os
import random
import sys
import time
from contextlib import ExitStack
from dataclasses import dataclass

from gatehouse_bench import machine, processes, report
from gatehouse_bench.canary import Canary, Sample
from gatehouse_bench.client import Client, Unanswered
from gatehouse_bench.failure import Failed
from gatehouse_bench.figures import percentile
from gatehouse_bench.hostile import bodies, crowds, framing, protocols, targets
from gatehouse_bench.hostile.attack import Attack
from gatehouse_bench.hostile.crowds import Breach, Limits
from gatehouse_bench.hostile.wire import Malformed, exchange
from gatehouse_bench.server import Gatehouse, add_binary_option
from gatehouse_bench.waiting import TooLate, wait_for

AT_ONCE = 32
SPARE_FILES = 8  # the server may have opened some of its own meanwhile, database connections for one


@dataclass(frozen=True)
class Prey:
    """The server under attack, ours or one that runs already, and its identity."""

    port: int
    pid: int
    token: str
    started: int


@dataclass(frozen=True)
class Result:
    phase: str
    name: str
    seen: str
    breach: str | None


@dataclass
class Phase:
    name: str
    began: float
    ended: float
    results: list[Result]


async def one_connection(prey: Prey, attack: Attack, gate: asyncio.Semaphore, bound: float) -> Result:
    async with gate:
        outcome = await exchange(
            prey.port, [attack.payload], bound, stop_after=attack.stop_after, half_close=attack.half_close
        )
    return Result("one connection", attack.name, str(outcome), attack.expect(outcome))


async def crowd(phase: str, name: str, work) -> Result:
    try:
        return Result(phase, name, await work, None)
    except (Breach, Malformed, OSError) as error:
        return Result(phase, name, "", f"{error}" if isinstance(error, Breach) else repr(error))


async def single(prey: Prey, limits: Limits, seed: int) -> list[Result]:
    """Each attack on a connection of its own, a few at once."""
    attacks = [
        *framing.attacks(prey.token),
        *targets.attacks(prey.token),
        *bodies.attacks(prey.token),
        *protocols.attacks(prey.token, seed),
    ]
    gate = asyncio.Semaphore(AT_ONCE)
    bound = max(limits.header, limits.body) + limits.slack
    return await asyncio.gather(*(one_connection(prey, attack, gate, bound) for attack in attacks))


async def volume(prey: Prey, limits: Limits, count: int) -> list[Result]:
    """Size and number, one after the other."""
    name, port, token = "volume", prey.port, prey.token
    return [
        await crowd(name, "100 MB by Content-Length", crowds.huge_body(port, token, limits)),
        await crowd(name, "100 MB in chunks", crowds.huge_chunked_body(port, token, limits)),
        await crowd(name, "100 MB without a token", crowds.huge_body_without_token(port, token, limits)),
        await crowd(name, "clients gone by RST", crowds.resets(port, token, count * 5)),
        await crowd(name, "clients that do not read", crowds.deaf(port, count, limits)),
    ]


async def slowness(prey: Prey, limits: Limits, slow: int, pace: float, idle: int) -> list[Result]:
    """All the slow and the silent at the same time."""
    name, port, token = "slowness", prey.port, prey.token
    return await asyncio.gather(
        crowd(name, "idle connections", crowds.idle(port, idle, limits)),
        crowd(name, "slow headers", crowds.slow_headers(port, slow, pace, limits)),
        crowd(name, "slow bodies", crowds.slow_bodies(port, token, slow, pace, limits)),
        crowd(name, "slow chunks", crowds.slow_chunks(port, token, slow, pace, limits)),
    )


def still_there(prey: Prey) -> str | None:
    if processes.started_at(prey.pid) != prey.started:
        return f"the process {prey.pid} is gone"
    try:
        with Client(prey.port) as client:
            status = client.get("/readyz").status
    except Unanswered as error:
        return str(error)
    return None if status == 200 else f"/readyz answers {status}"


def run_phase(prey: Prey, name: str, work) -> Phase:
    began = time.monotonic()
    results = list(asyncio.run(work))
    ended = time.monotonic()
    results.append(Result(name, "the same process, and ready", "yes", still_there(prey)))
    print(f"{name}: {len(results)} checks, {ended - began:.1f} s", file=sys.stderr)
    return Phase(name, began, ended, results)


def let_go(prey: Prey, before: int, limits: Limits) -> Result:
    """No connection is held for clients that are gone."""
    bound = max(limits.header, limits.body) + limits.slack
    name = "holds no connection of theirs"
    try:
        wait_for("descriptors", lambda: processes.open_files(prey.pid) <= before + SPARE_FILES, bound, every=0.1)
        return Result("afterwards", name, f"{processes.open_files(prey.pid)} open files, {before} before", None)
    except TooLate:
        return Result("afterwards", name, "", f"{processes.open_files(prey.pid)} open files, {before} before")
    except FileNotFoundError:
        return Result("afterwards", name, "", "the process is gone")


def canary_result(phase: Phase, samples: list[Sample], most_ms: float) -> Result:
    """What the well-behaved client met while this phase ran: requests that began in it or reached into it."""
    during = [one for one in samples if one.at + one.seconds >= phase.began and one.at <= phase.ended]
    name = "the well-behaved client"
    if not during:
        return Result(phase.name, name, "", "was never served")
    errors = [one.error for one in during if one.error]
    worst = max(one.seconds for one in during) * 1000
    p99 = percentile([one.seconds for one in during], 99) * 1000
    seen = f"{len(during)} requests, {len(errors)} errors, p99 {p99:.1f} ms, longest {worst:.1f} ms"
    if errors:
        return Result(phase.name, name, seen, f"{len(errors)} of {len(during)} failed, first: {errors[0]}")
    return Result(phase.name, name, seen, None if worst <= most_ms else f"waited {worst:.0f} ms, at most {most_ms:g}")


def attack_all(prey: Prey, limits: Limits, options: argparse.Namespace) -> list[Result]:
    canary = Canary(prey.port, prey.token)
    try:
        before = processes.open_files(prey.pid)
        phases = [
            run_phase(prey, "one connection", single(prey, limits, options.seed)),
            run_phase(prey, "volume", volume(prey, limits, options.slow)),
            run_phase(prey, "slowness", slowness(prey, limits, options.slow, options.pace, options.idle)),
        ]
        samples = canary.finish()
    finally:
        canary.abandon()
    results = []
    for phase in phases:
        results += [*phase.results, canary_result(phase, samples, options.canary_ms)]
    return [*results, let_go(prey, before, limits)]


def find_prey(stack: ExitStack, options: argparse.Namespace, flags: list[str]) -> Prey:
    if options.port:
        token = os.environ.get("GATEHOUSE_ADMIN_TOKEN", "")
        started = processes.started_at(options.pid)
        if not token or started is None:
            raise Failed("--port needs the --pid of the running server, and its token in GATEHOUSE_ADMIN_TOKEN")
        return Prey(options.port, options.pid, token, started)
    gatehouse = stack.enter_context(Gatehouse(options.binary, flags))
    gatehouse.start()
    gatehouse.wait_ready()
    return Prey(gatehouse.port, gatehouse.pid, gatehouse.token, processes.started_at(gatehouse.pid))


def parse() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    add_binary_option(parser)
    parser.add_argument("--quick", action="store_true", help="fewer clients and limits of 2 s: under 40 s in all")
    parser.add_argument("--idle", type=int, help="silent connections (10000; quick: 500)")
    parser.add_argument("--slow", type=int, help="slow clients of each kind (200; quick: 20)")
    parser.add_argument("--pace", type=float, help="seconds between a slow client's bytes (1; quick: 0.25)")
    parser.add_argument("--header-timeout", type=float, help="seconds, given to a server we start (30; quick: 2)")
    parser.add_argument("--body-timeout", type=float, help="as above, for bodies")
    parser.add_argument("--slack", type=float, help="seconds allowed beyond a limit (5; quick: 3)")
    parser.add_argument("--canary-ms", type=float, default=3000, help="the longest the well-behaved client may wait")
    parser.add_argument("--seed", type=int, default=random.randrange(1 << 32), help="of the garbage")
    parser.add_argument("--port", type=int, help="attack a server that already runs on 127.0.0.1; needs --pid")
    parser.add_argument("--pid", type=int, default=0)
    options = parser.parse_args()
    defaults = (500, 20, 0.25, 3.0) if options.quick else (10_000, 200, 1.0, 5.0)
    for name, default in zip(("idle", "slow", "pace", "slack"), defaults):
        if getattr(options, name) is None:
            setattr(options, name, default)
    return options


def server_limits(options: argparse.Namespace) -> tuple[Limits, list[str]]:
    """The limits to expect, and the flags that set them when they are not the server's own."""
    flags, seconds = [], []
    for name in ("header", "body"):
        value = getattr(options, f"{name}_timeout")
        if value is None and options.quick:
            value = 2.0
        if value is not None:
            flags += [f"--{name}-timeout", f"{value:g}"]
        seconds.append(30.0 if value is None else value)
    return Limits(*seconds, options.slack), flags


def main() -> int:
    options = parse()
    files = machine.raise_open_files()
    if options.idle > files - 2000:
        options.idle = files - 2000
        print(f"only {options.idle} idle connections: a process may open {files} files here", file=sys.stderr)
    limits, flags = server_limits(options)
    about = machine.describe()
    began = time.monotonic()
    with ExitStack() as stack:
        prey = find_prey(stack, options, flags)
        results = attack_all(prey, limits, options)
        alive = processes.started_at(prey.pid) == prey.started
        peak = f"{processes.peak_resident_mib(prey.pid):.1f} MiB" if alive else "unknown, it is gone"

    breaches = [result for result in results if result.breach]
    rows = [
        [one.phase, one.name.replace("|", "\\|"), f"**{one.breach}**" if one.breach else one.seen] for one in results
    ]
    heading = [
        "# Hostile clients",
        "",
        f"{machine.sentence(about)}. Seed {options.seed}, {options.idle} idle and 3 × {options.slow} slow clients, limits",
        f"{limits.header:g} s (header) and {limits.body:g} s (body), {time.monotonic() - began:.0f} s in all.",
        f"Most memory the server ever used: {peak}.",
        "",
    ]
    verdict = [
        f"{len(results)} checks, {len(breaches)} breaches",
        *(f"- {one.phase}, {one.name}: {one.breach}" for one in breaches),
    ]
    page = "\n".join([*heading, report.table(["attack", "", "seen"], rows), "", *verdict])
    report.keep("hostile", page, {"machine": about, "seed": options.seed, "results": [vars(one) for one in results]})
    print("\n".join([*heading, *verdict]) if options.quick else page)
    return 1 if breaches else 0


if __name__ == "__main__":
    try:
        sys.exit(main())
    except Failed as failure:
        sys.exit(f"hostile: {failure}")
