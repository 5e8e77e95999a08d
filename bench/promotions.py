#!/usr/bin/env python3
"""Promotions a second through three Stages by a deployer that is done at once, without a past and with a long one.

Two servers of our own, each with its durable PostgreSQL: one has seen next to nothing, in the other a million promotions
have finished. In every round both are measured back to back, every other round in reverse. In each of many projects one
Freight is always on its way: beta, paper, live, and then the next. What went through counts as three promotions.

`gatehouse serve` only makes the database and takes the manifests; then it stands still with its connections cut, and
`rehearsal` (Tests/Rehearsal) serves in its place.
"""

import argparse
import os
import sys
import time
from contextlib import ExitStack, closing
from pathlib import Path
from statistics import median

from gatehouse_bench import machine, past, pipeline, processes, report
from gatehouse_bench.failure import Failed
from gatehouse_bench.figures import spread
from gatehouse_bench.replica import Replica, Sql, conninfo
from gatehouse_bench.server import ROOT, Gatehouse, add_binary_option
from gatehouse_bench.standstill import standing_still
from gatehouse_bench.waiting import wait_for

RATE_BUDGET = 200.0
FLAT_BUDGET = 0.90
STAGES = len(pipeline.STAGES)
WORKERS = ("server", "PostgreSQL")

COUNTS = """
select xact_commit, tup_fetched, tup_inserted, tup_updated, tup_deleted, blks_read, wal_bytes, wal_sync
from pg_stat_database, pg_stat_wal where datname = 'gatehouse'
"""
COUNTED = ("commits", "rows read", "inserted", "updated", "deleted", "blocks read", "WAL bytes", "WAL syncs")

Rounds = dict[str, list[dict[str, float]]]

WRONG = {
    "promotions that are not Succeeded": "select count(*) from promotions where phase <> 'Succeeded'",
    "Freight that was not promoted once into each Stage": f"""
        select count(*) from (select from freight f left join promotions p on p.project = f.project and p.freight = f.id
                              group by f.project, f.id
                              having count(*) <> {STAGES} or count(distinct p.stage) <> {STAGES}) x""",
    "promotions whose work was not done just once": """
        select count(*) from (select from promotions p left join promotion_steps s on s.promotion = p.id
                              group by p.id having count(s.outcome) filter (where s.outcome = 'done') <> 1) x""",
    "Stages in which not just one is current": f"""
        select count(*) from (select from occupancies group by project, stage
                              having count(*) filter (where until is null) <> 1) x""",
    "Freight that became current before another one left": """
        select count(*) from (select since, lag(coalesce(until, 'infinity')) over
                                  (partition by project, stage order by since, until) as before
                              from occupancies) x where since < before""",
}


class Line:
    """A server with its database and projects, through which something has gone once."""

    def __init__(self, stack: ExitStack, options: argparse.Namespace):
        self.projects = pipeline.names(options.projects)
        self.gatehouse = stack.enter_context(Gatehouse(options.binary))
        self.gatehouse.start()
        self.gatehouse.wait_ready()
        with self.gatehouse.client(timeout=30) as client:
            pipeline.apply(client, self.projects)
        self.sql = stack.enter_context(closing(Sql(conninfo(self.gatehouse, "postgres"))))
        stack.enter_context(standing_still(self.gatehouse, self.sql))
        self._server = stack.enter_context(closing(Replica(options.rehearsal, conninfo(self.gatehouse, "gatehouse"))))
        self.run(0)

    def run(self, seconds: float) -> dict[str, float]:
        """Let Freight go through, at least once in each project, and then that long: what that came to and cost."""
        traffic = pipeline.Traffic(self._server.port, self.gatehouse.token, self.sql, self.projects)

        def warm() -> bool:
            traffic.check()
            return len(traffic.arrivals) >= len(self.projects)

        wait_for("the first Freight in the last Stages", warm, 60)
        before, began = self._spent(), time.monotonic()
        while time.monotonic() < began + seconds:
            time.sleep(0.1)
            traffic.check()
        after, ended = self._spent(), time.monotonic()
        traffic.drain()
        promotions = max(1, STAGES * sum(began < at <= ended for at in traffic.arrivals))
        spent = {name: after[name] - before[name] for name in before}
        elapsed = ended - began
        spent["others"] = (spent.pop("busy") - spent["server"] - spent["PostgreSQL"] - spent.pop("ours")) / elapsed
        return {"rate": promotions / elapsed, "promotions": promotions, "made": traffic.made, "looks": traffic.looks, **spent}

    def _spent(self) -> dict[str, float]:
        postmaster = self.gatehouse.postmaster()
        if postmaster is None:
            raise Failed("PostgreSQL has gone")
        return {
            "server": processes.cpu_seconds([self._server.pid]),
            "PostgreSQL": processes.family_cpu_seconds(postmaster),
            "ours": time.process_time(),
            "busy": machine.busy_seconds(),
        }

    def counts(self) -> list[int]:
        """Those of the sessions, which tell them when they are idle for a second, or every second at work."""
        time.sleep(1.2)
        return [int(value) for value in self.sql(COUNTS)[0].split("|")]

    def finished(self) -> int:
        return int(self.sql("select count(*) from promotions where ended_at is not null")[0])

    def check(self) -> None:
        for what, question in WRONG.items():
            count = self.sql(" ".join(question.split()))[0]
            if count != "0":
                raise Failed(f"{count} {what}")


def durable_write_ms(folder: Path) -> float:
    """How long the disk takes for what every commit waits for."""
    path, times = folder / "bench-durable", []
    file = os.open(path, os.O_WRONLY | os.O_CREAT, 0o600)
    try:
        os.pwrite(file, bytes(8192 * 100), 0)
        os.fsync(file)
        for number in range(100):
            began = time.monotonic()
            os.pwrite(file, os.urandom(8192), 8192 * number)
            os.fdatasync(file)
            times.append((time.monotonic() - began) * 1000)
    finally:
        os.close(file)
        path.unlink()
    return median(times)


def measure(lines: dict[str, Line], options: argparse.Namespace) -> Rounds:
    rounds: Rounds = {name: [] for name in lines}
    for number in range(options.rounds):
        for name in list(lines) if number % 2 == 0 else reversed(lines):
            line = lines[name]
            disk = durable_write_ms(line.gatehouse.data.parent)
            counts = line.counts()
            result = line.run(options.seconds)
            # Of the whole run, its beginning and end included, without our own looks.
            through, looks = STAGES * result.pop("made"), result.pop("looks")
            result |= {what: (b - a) / through for what, a, b in zip(COUNTED, counts, line.counts())}
            result["commits"] -= looks / through
            result["disk"] = disk
            rounds[name].append(result)
            print(f"{name}: {result['rate']:.0f} promotions/s", file=sys.stderr)
    return rounds


def cost(result: dict[str, float]) -> float:
    return sum(result[who] for who in WORKERS) / result["promotions"]


def page(about: dict, rounds: Rounds, finished: dict[str, int], options: argparse.Namespace) -> str:
    def row(name: str) -> list[str]:
        results = rounds[name]
        cpu = [spread([1000 * result[who] / result["promotions"] for result in results]) for who in WORKERS]
        return [
            f"{finished[name]:,}", spread([result["rate"] for result in results], "{:.0f}"), *cpu,
            spread([result["disk"] for result in results]), spread([result["others"] for result in results]),
        ]  # fmt: skip

    def counts(name: str) -> list[str]:
        return [f"{finished[name]:,}", *(f"{median(result[what] for result in rounds[name]):,.1f}" for what in COUNTED)]

    new, old = (rounds[name] for name in ("new", "old"))
    rate = median(result["rate"] for result in new)
    ratios = [b["rate"] / a["rate"] for a, b in zip(new, old)]
    cpu = [cost(b) / cost(a) for a, b in zip(new, old)]
    return "\n".join([
        "# Promotions",
        "",
        f"{machine.sentence(about)}.",
        f"{options.projects} projects with a Freight on its way in each, {options.rounds} rounds of {options.seconds:g} s,"
        " median [min–max].",
        f"Disk is what a durable write of 8 KiB takes; others are what they used of {about['cores']} cores meanwhile.",
        "",
        report.table(
            ["finished before", "promotions/s", "CPU ms/promotion, server", "PostgreSQL", "disk ms", "others' cores"],
            [row(name) for name in rounds],
        ),
        "",
        "What PostgreSQL counts for a promotion (a third of a Freight's way, from the request that makes it):",
        "",
        report.table(["finished before", *COUNTED], [counts(name) for name in rounds]),
        "",
        report.verdict(f"promotions/s without a past (asked: {RATE_BUDGET:g})", f"{rate:.0f}", rate >= RATE_BUDGET),
        report.verdict(
            f"rate with a past, of that without (asked: {FLAT_BUDGET:.2f})", spread(ratios), median(ratios) >= FLAT_BUDGET),
        f"- CPU a promotion with a past, of that without: {spread(cpu)}",
    ])  # fmt: skip


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    add_binary_option(parser)
    parser.add_argument("--rehearsal", default=str(ROOT / ".build/release/rehearsal"), help="the server with the deployer")
    parser.add_argument("--projects", type=int, default=64)
    parser.add_argument("--seconds", type=float, default=20)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--past", type=int, default=1_000_000, help="promotions that have finished")
    parser.add_argument("--short", action="store_true", help="few and little, to see that it works")
    options = parser.parse_args()
    if options.short:
        options.projects, options.seconds, options.rounds, options.past = 8, 3.0, 2, 10_000
    about = machine.describe()
    with ExitStack() as stack:
        lines = {name: Line(stack, options) for name in ("new", "old")}
        began = time.monotonic()
        past.write(lines["old"].sql, lines["old"].projects, options.past)
        print(f"a past of {options.past:,} promotions: {time.monotonic() - began:.0f} s", file=sys.stderr)
        for line in lines.values():
            past.settle(line.sql)
        finished = {name: line.finished() for name, line in lines.items()}
        rounds = measure(lines, options)
        for line in lines.values():
            line.check()
    data = {"machine": about, "finished": finished, "rounds": rounds}
    report.publish("promotions", page(about, rounds, finished, options), data)
    return 0


if __name__ == "__main__":
    try:
        sys.exit(main())
    except Failed as failure:
        sys.exit(f"promotions: {failure}")
