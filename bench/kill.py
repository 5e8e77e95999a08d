#!/usr/bin/env python3
"""kill -9 under write load: what was acknowledged is there, once, and what was in doubt is there once after a retry.

The server, its PostgreSQL, or both die at random moments. A dead server is started again by us, as a supervisor would; a
dead PostgreSQL is the server's own business. At the end all tokens are listed and compared with what was promised.
"""

import argparse
import random
import sys
import time
from collections import Counter

from gatehouse_bench import machine, processes, report
from gatehouse_bench.failure import Failed
from gatehouse_bench.figures import spread
from gatehouse_bench.server import Gatehouse, add_binary_option
from gatehouse_bench.waiting import TooLate, wait_for
from gatehouse_bench.writers import Acknowledged, Writers, create

VICTIMS = ("the server", "PostgreSQL", "both")
MOST_PAGES = 100_000


def kill(gatehouse: Gatehouse, victim: str, chance: random.Random) -> int | None:
    """Kill, and start the server again where it died; the pid of the PostgreSQL that was killed."""
    killed = None
    if victim != "the server":
        killed = gatehouse.kill_postmaster()
    if victim == "both":
        time.sleep(chance.choice([0, 0.001, 0.01, 0.1]))  # at different depths of the server's own repair
    if victim != "PostgreSQL":
        gatehouse.kill()
        gatehouse.start()
    return killed


def recover(
    gatehouse: Gatehouse, killed: int | None, name: str, acknowledged: Acknowledged, bound: float, began: float
) -> dict[str, float]:
    """Seconds since `began` until /readyz was 200 on a living PostgreSQL, and until a write begun then was acknowledged."""

    def replaced() -> bool:
        postmaster = gatehouse.postmaster()
        return postmaster is not None and postmaster != killed and processes.started_at(postmaster) is not None

    try:
        wait_for("a living PostgreSQL", replaced, bound)
    except TooLate as late:
        raise Failed(f"{late}{gatehouse.log_tail()}") from late
    gatehouse.wait_ready(bound)
    ready = time.monotonic() - began
    with gatehouse.client() as client:
        if not create(client, name, acknowledged, bound):
            raise Failed(f"ready, but no write was acknowledged within {bound:g} s{gatehouse.log_tail()}")
    return {"ready": ready, "written": time.monotonic() - began}


def run_round(gatehouse: Gatehouse, writers: Writers, victim: str, name: str, chance: random.Random, bound: float) -> dict:
    """One death in the middle of writing."""
    pid = gatehouse.pid
    before = writers.acknowledged.count()
    try:
        wait_for("acknowledged writes", lambda: writers.acknowledged.count() > before + 10, bound)
    except TooLate as late:
        raise Failed(f"{late}{gatehouse.log_tail()}") from late
    time.sleep(chance.uniform(0, 1))
    began = time.monotonic()
    killed = kill(gatehouse, victim, chance)
    times = recover(gatehouse, killed, name, writers.acknowledged, bound, began)
    if victim == "PostgreSQL" and (gatehouse.pid != pid or not gatehouse.running):
        raise Failed(f"the server did not outlive its PostgreSQL{gatehouse.log_tail()}")
    return {"victim": victim, **times}


def list_tokens(gatehouse: Gatehouse, prefix: str) -> list[tuple[str, str]]:
    """Name and id of every token of this run."""
    found, cursor = [], ""
    with gatehouse.client(timeout=30) as client:
        for _ in range(MOST_PAGES):
            answer = client.get("/v1/tokens?limit=500" + (f"&cursor={cursor}" if cursor else ""))
            if answer.status != 200:
                raise Failed(f"listing tokens: {answer.status} {answer.body[:200]!r}")
            page = answer.json()
            found += [(one["name"], one["id"]) for one in page["tokens"] if one["name"].startswith(prefix)]
            cursor = page.get("next")
            if not cursor:
                return found
    raise Failed("the list of tokens has no end")


def compare(acknowledged: Acknowledged, unfinished: list[str], listed: list[tuple[str, str]]) -> list[str]:
    """Everything by which promise and fact differ."""
    names = Counter(name for name, _ in listed)
    ids = Counter(found for _, found in listed)
    fact = dict(listed)
    breaches = [f"refused: {one}" for one in acknowledged.wrong]
    breaches += [f"never acknowledged: {name}" for name in unfinished]
    for name, promised in acknowledged.ids.items():
        if ids[promised] == 0:
            other = f" ({fact[name]} is there instead)" if name in fact else ""
            breaches.append(f"lost: {name}, acknowledged as {promised}{other}")
    breaches += [f"listed {count} times: {one}" for one, count in [*names.items(), *ids.items()] if count > 1]
    promised_names = acknowledged.ids.keys() | set(unfinished)
    breaches += [f"listed but never asked for: {name}" for name in names if name not in promised_names]
    return breaches


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    add_binary_option(parser)
    parser.add_argument("--rounds", type=int, default=50, help="deaths; 3 for a short run")
    parser.add_argument("--writers", type=int, default=8)
    parser.add_argument("--bound", type=float, default=60, help="seconds in which it must have recovered")
    parser.add_argument("--seed", type=int, default=random.randrange(1 << 32))
    options = parser.parse_args()

    about = machine.describe()
    chance = random.Random(options.seed)
    prefix = f"kill-{options.seed}"
    print(f"seed {options.seed}", file=sys.stderr)
    rounds = []
    with Gatehouse(options.binary) as gatehouse:
        gatehouse.start()
        gatehouse.wait_ready(options.bound)
        writers = Writers(gatehouse.port, gatehouse.token, options.writers, prefix, options.bound * 2)
        for number in range(options.rounds):
            victim = VICTIMS[number % len(VICTIMS)]
            rounds.append(run_round(gatehouse, writers, victim, f"{prefix}-round-{number}", chance, options.bound))
            done = writers.acknowledged.count()
            print(f"round {number + 1}: {victim}, ready in {rounds[-1]['ready']:.2f} s, {done} acknowledged", file=sys.stderr)
        writers.finish()
        listed = list_tokens(gatehouse, prefix)

    breaches = compare(writers.acknowledged, writers.unfinished, listed)
    rows = []
    for victim in VICTIMS:
        of_it = [one for one in rounds if one["victim"] == victim]
        if of_it:
            cells = [spread([one[key] for one in of_it]) for key in ("ready", "written")]
            rows.append([victim, str(len(of_it)), *cells])
    page = [
        "# kill -9 under write load",
        "",
        f"{machine.sentence(about)}. Seed {options.seed}, {options.writers} writers. Seconds, median [min–max], from the kill.",
        "",
        report.table(["killed", "times", "ready again", "first write acknowledged"], rows),
        "",
        f"{len(writers.acknowledged.ids)} writes acknowledged, {len(writers.acknowledged.retried)} of them in doubt at first,",
        f"{len(listed)} listed at the end: {len(breaches)} breaches",
        *(f"- {one}" for one in breaches[:50]),
    ]
    report.publish("kill", "\n".join(page), {"machine": about, "seed": options.seed, "rounds": rounds, "breaches": breaches})
    return 1 if breaches else 0


if __name__ == "__main__":
    try:
        sys.exit(main())
    except Failed as failure:
        sys.exit(f"kill: {failure}")
