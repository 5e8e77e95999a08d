#!/usr/bin/env python3
"""Looks at a repository of many tags in a real docker-registry: the first one, and those that find nothing new.

A look is timed from asking for it over HTTP to the answer with what it found, the database and the waiting included. What the
registry was asked is counted in its own access log.
"""

import argparse
import sys
import time
from statistics import median

from gatehouse_bench import machine, policy, report
from gatehouse_bench.failure import Failed
from gatehouse_bench.figures import spread
from gatehouse_bench.registry import Registry
from gatehouse_bench.server import Gatehouse, add_binary_option
from gatehouse_bench.waiting import wait_for

FIRST_SECONDS = 10
NEXT_MS = 100
LIMIT = 20


def warehouse(name: str, strategy: str, repository: str) -> str:
    return f"""---
apiVersion: kargo.akuity.io/v1alpha1
kind: Warehouse
metadata: {{name: {name}, namespace: poll}}
spec:
  interval: 24h
  subscriptions:
    - image: {{repoURL: "{repository}", imageSelectionStrategy: {strategy}, discoveryLimit: {LIMIT}}}
"""


def first_look(client, registry: Registry, name: str, strategy: str) -> float:
    """Seconds from the manifests to what was found."""
    document = policy.manifest("poll", "beta", "[]") + warehouse(name, strategy, f"127.0.0.1:{registry.port}/big").encode()
    before = time.monotonic()
    policy.put(client, "poll", document)
    wait_for("the first look", lambda: client.get(f"/v1/projects/poll/warehouses/{name}").json().get("looks", 0) > 0, 60)
    elapsed = time.monotonic() - before
    found = client.get(f"/v1/projects/poll/warehouses/{name}").json()
    if len(found["subscriptions"][0]["candidates"]) != LIMIT or "freight" not in found:
        raise Failed(f"the first look found too little: {str(found)[:500]}")
    return elapsed


def next_look(client, registry: Registry, name: str) -> tuple[float, dict[str, int]]:
    """Milliseconds, and what the registry was asked."""
    asked = registry.asked()
    before = time.monotonic()
    answer = client.request("POST", f"/v1/projects/poll/warehouses/{name}/refresh?wait=30s")
    elapsed = (time.monotonic() - before) * 1000
    if answer.status != 200 or answer.json()["failures"] != 0:
        raise Failed(f"the look failed: {answer.status} {answer.body[:300]!r}")
    return elapsed, dict(registry.asked() - asked)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    add_binary_option(parser)
    parser.add_argument("--tags", type=int, default=10_000)
    parser.add_argument("--looks", type=int, default=20)
    parser.add_argument("--strict", action="store_true", help="exit 1 when a budget is missed")
    options = parser.parse_args()

    about = machine.describe()
    rows, lines, results, all_met = [], [], {}, True
    with Registry() as registry, Gatehouse(options.binary) as gatehouse:
        registry.push("big", [f"{n // 1000}.{n // 10 % 100}.{n % 10}" for n in range(options.tags)])
        gatehouse.start()
        gatehouse.wait_ready()
        with gatehouse.client(timeout=60) as client:
            for strategy in ["SemVer", "Lexical"]:
                name = strategy.lower()
                first = first_look(client, registry, name, strategy)
                looks = [next_look(client, registry, name) for _ in range(options.looks)]
                times = [elapsed for elapsed, _ in looks]
                most = {kind: max(asked.get(kind, 0) for _, asked in looks) for kind in ["list", "head", "manifest", "blob", "other"]}
                rows.append([strategy, f"{first:.2f} s", spread(times, "{:.0f}") + " ms", *[str(count) for count in most.values()]])
                budgets = [
                    (f"{strategy}: first look below {FIRST_SECONDS} s", f"{first:.2f} s", first < FIRST_SECONDS),
                    (f"{strategy}: nothing new below {NEXT_MS} ms", spread(times, "{:.0f}") + " ms", median(times) < NEXT_MS),
                    (
                        f"{strategy}: one list, at most {LIMIT} HEADs, nothing else", str(most),
                        most["list"] == 1 and most["head"] <= LIMIT and sum(most.values()) == most["list"] + most["head"],
                    ),
                ]  # fmt: skip
                lines += [report.verdict(*budget) for budget in budgets]
                all_met = all_met and all(met for _, _, met in budgets)
                results[strategy] = {"first": first, "next": times, "asked": most}
    page = [
        "# Looks at a Warehouse", "",
        f"{machine.sentence(about)}. {options.tags:,} tags, discoveryLimit {LIMIT}; median [min–max] of {options.looks} looks;"
        " requests to the registry: the most of one look.", "",
        report.table(["strategy", "first look", "nothing new", "lists", "HEADs", "manifests", "blobs", "other"], rows), "",
        *lines,
    ]  # fmt: skip
    report.publish("warehouse", "\n".join(page), {"machine": about, "tags": options.tags, "results": results, "verdicts": lines})
    return 1 if options.strict and not all_met else 0


if __name__ == "__main__":
    try:
        sys.exit(main())
    except Failed as failure:
        sys.exit(f"warehouse_poll: {failure}")
