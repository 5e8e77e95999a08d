#!/usr/bin/env python3
"""After a freeze, or a stricter policy, has been answered on one server, no other lets anything on by what held before.

64 clients ask a second server on the same database to let releases on, as fast as it can. In the midst of that the line
is stopped through the first: by a freeze of a Stage, a project or everything, or by a policy with one more gate. In half
of the rounds the second server hears nothing of it: its listener's connection is cut again and again, or its whole
process is paused before the change and goes on after the answer. Two things must not be: a yes to a request that was
sent after the answer, and a row of an act that was not there when the answer was.
"""

import argparse
import random
import sys
import threading
import time
from collections import Counter
from contextlib import ExitStack, closing

from gatehouse_bench import machine, report
from gatehouse_bench.client import Client, Unanswered
from gatehouse_bench.failure import Failed
from gatehouse_bench.figures import spread
from gatehouse_bench.policy import manifest, put
from gatehouse_bench.replica import Replica, Sql, conninfo
from gatehouse_bench.server import ROOT, Gatehouse, add_binary_option
from gatehouse_bench.waiting import wait_for

PROJECT, STAGE = "stonks-oracle", "paper"
CHANGES = ("freeze of the Stage", "freeze of the project", "freeze of everything", "stricter policy")
DISTURBANCES = ("none", "none", "listener cut", "process paused")


OPEN = manifest(PROJECT, STAGE, "[]")
STRICT = manifest(PROJECT, STAGE, "[{name: sign-off, approval: {required: 1}}]")


class Clients:
    """They ask for ever, and note when each yes was asked for."""

    def __init__(self, port: int, count: int):
        self.yes: list[float] = []
        self.answers: Counter[int] = Counter()
        self._stop = threading.Event()
        self._threads = [threading.Thread(target=self._ask, args=(port,), daemon=True) for _ in range(count)]
        for thread in self._threads:
            thread.start()

    def _ask(self, port: int) -> None:
        with Client(port, timeout=30) as client:
            while not self._stop.is_set():
                sent = time.monotonic()
                try:
                    status = client.request("POST", f"/act/{PROJECT}/{STAGE}", {}).status
                except Unanswered:
                    continue
                self.answers[status] += 1
                if status == 200:
                    self.yes.append(sent)

    def stop(self) -> None:
        self._stop.set()
        for thread in self._threads:
            thread.join(60)


def must(answer, *statuses: int):
    if answer.status not in statuses:
        raise Failed(f"answered {answer.status}: {answer.body[:300]!r}")
    return answer


def insist(request):
    """503 says that nothing was changed: a person would press the button again."""
    for _ in range(20):
        answer = request()
        if answer.status != 503:
            return answer
    return answer


def change(client: Client, kind: str):
    """Stop the line; what starts it again."""
    if kind == "stricter policy":
        put(client, PROJECT, STRICT)
        return lambda: put(client, PROJECT, OPEN)
    scope = {"freeze of the Stage": {"project": PROJECT, "stage": STAGE}, "freeze of the project": {"project": PROJECT}}
    body = {"scope": scope.get(kind, {}), "reason": "the line is stopped for a test"}
    freeze = must(insist(lambda: client.request("POST", "/v1/freezes", body)), 201).json()["id"]
    return lambda: must(insist(lambda: client.request("POST", f"/v1/freezes/{freeze}/end", {"reason": "over"})), 200)


def rows(sql: Sql) -> int:
    return int(sql("select count(*) from acts")[0])


def run_round(client: Client, sql: Sql, superuser: str, replica: Replica, clients: Clients, kind: str, disturbance: str) -> float:
    """Seconds from the wish to the answer."""
    before = len(clients.yes)
    wait_for("acts that are let on", lambda: len(clients.yes) > before + 64, 30, 0.002)
    cutting = threading.Event()
    cutter = threading.Thread(target=cut_listener, args=(superuser, cutting), daemon=True)
    if disturbance == "listener cut":
        cutter.start()
    if disturbance == "process paused":
        replica.pause()
    began = time.monotonic()
    undo = change(client, kind)
    answered = time.monotonic()
    there = rows(sql)
    replica.go_on()
    refused = clients.answers[423]
    wait_for("refusals", lambda: clients.answers[423] > refused + 64, 30, 0.002)
    cutting.set()
    late = [sent for sent in clients.yes if sent > answered]
    if late:
        raise Failed(f"{len(late)} yes to what was asked after the answer ({kind}, {disturbance})")
    after = rows(sql)
    if after != there:
        raise Failed(f"{after - there} acts were let on after the answer ({kind}, {disturbance})")
    clients.yes.clear()
    undo()
    return answered - began


def cut_listener(info: str, done: threading.Event) -> None:
    with closing(Sql(info)) as sql:
        while not done.is_set():
            sql("select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'replica-listener'")
            time.sleep(0.05)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    add_binary_option(parser)
    parser.add_argument("--replica", default=str(ROOT / ".build/debug/replica"), help="the replica to run")
    parser.add_argument("--rounds", type=int, default=500)
    parser.add_argument("--clients", type=int, default=64)
    parser.add_argument("--seed", type=int, default=random.randrange(2**32))
    options = parser.parse_args()
    chance = random.Random(options.seed)
    about = machine.describe()
    times: dict[str, list[float]] = {}
    counts: Counter[str] = Counter()
    with ExitStack() as stack:
        gatehouse = stack.enter_context(Gatehouse(options.binary))
        gatehouse.start()
        gatehouse.wait_ready()
        owner = stack.enter_context(closing(Sql(conninfo(gatehouse, "gatehouse_owner"))))
        owner("create table acts (id bigint generated always as identity, code text)")
        owner("grant select, insert on acts to gatehouse")
        superuser = conninfo(gatehouse, "postgres")
        client = stack.enter_context(gatehouse.client(timeout=30))
        put(client, PROJECT, OPEN)
        replica = stack.enter_context(closing(Replica(options.replica, conninfo(gatehouse, "gatehouse"))))
        clients = Clients(replica.port, options.clients)
        stack.callback(clients.stop)
        for number in range(options.rounds):
            kind, disturbance = CHANGES[number % 4], DISTURBANCES[chance.randrange(4)]
            try:
                seconds = run_round(client, owner, superuser, replica, clients, kind, disturbance)
            except Failed as failure:
                raise Failed(f"round {number + 1}, seed {options.seed}: {failure}{gatehouse.log_tail()}") from failure
            times.setdefault(disturbance, []).append(seconds)
            counts[kind] += 1
    page = [
        "# The line is stopped",
        "",
        f"{machine.sentence(about)}. {options.rounds} rounds with {options.clients} clients, seed {options.seed}: no act was let",
        "on by what held before, after the change had been answered.",
        "",
        report.table(
            ["the other server", "rounds", "seconds until the answer"],
            [[name, str(len(values)), spread(values)] for name, values in sorted(times.items())],
        ),
        "",
        "Answers of the other server: " + ", ".join(f"{count:,} × {status}" for status, count in sorted(clients.answers.items())),
    ]
    report.publish("stop_the_line", "\n".join(page), {"machine": about, "times": times, "changes": counts})
    return 0


if __name__ == "__main__":
    try:
        sys.exit(main())
    except Failed as failure:
        sys.exit(f"stop_the_line: {failure}")
