#!/usr/bin/env python3
"""Pages of the log, by each filter, in a log of ten million events: the first, and the thousandth; and proofs.

The events are written in bulk by the superuser, as servers would have left them over two years. Then the server is asked, as
an auditor would, one page after the other: pages 1 to `--pages` of each filter in turn, and again the first and the last
of them, each `--repeat` times. What meets fewer events than that has fewer pages, and its last one is taken.

Then, when all events are sealed, `--proofs` of them are asked for the proof that they are in the log, drawn at random, and as
many sizes for the proof that the log goes on from there. Each proof is checked.
"""

import argparse
import hashlib
import random
import sys
import time
from base64 import b64decode
from contextlib import ExitStack, closing
from statistics import median
from urllib.parse import urlencode

from gatehouse_bench import machine, report
from gatehouse_bench.client import Client
from gatehouse_bench.failure import Failed
from gatehouse_bench.replica import Sql, conninfo
from gatehouse_bench.server import Gatehouse, add_binary_option

BUDGET_MS = 25.0
FLAT_BUDGET = 1.5

# Ten projects, the first with a third of all; three Stages; a Freight in 12 events and a promotion in 4; fifty people, and the
# service itself in six of ten; one who did next to nothing; break-glass once in 30,000 events.
FILL = """
insert into audit_events (at, code, actor, project, stage, freight, promotion, event)
select at, code, actor, project, stage, freight, promotion,
       convert_to('{{"at":"' || to_char(at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') || '","code":"' || code
           || '","project":"' || project || '","stage":"' || stage || '","freight":"' || freight || '","promotion":"'
           || promotion || '","actor":{{"name":"' || actor || '","kind":"token","token":"abcdefghijklmnop","address":"10.0.0.7"}}'
           || ',"session":{{"calendar":"XNYS","session":"core","date":"2026-11-20"}},"details":{{"phase":"Running",'
           || '"decision":"stage.open","reason":"' || stage || ' is open","revision":1,"epoch":2}},"requestId":"'
           || left(md5(n::text), 13) || '"}}', 'UTF8')
from (select n, now() - interval '730 days' + n * (interval '729 days' / {events}) as at,
             case when n % 100003 = 7 then 'override.consumed' when n % 50021 = 9 then 'override.requested'
                  when n % 1000 = 3 then 'freight.rejected'
                  else (array['promotion.requested', 'promotion.started', 'promotion.ended', 'promotion.held'])[1 + n % 4]
             end as code,
             case when n % 499979 = 5 then 'rita' when n % 10 < 6 then 'gatehouse' else 'person-' || (n / 10 % 50) end as actor,
             'project-' || least(9, floor(-ln(1 - ((n / 12)::bigint * 7919 % 100000) / 100000.0) * 3))::int as project,
             (array['beta', 'paper', 'live'])[1 + n / 4 % 3] as stage,
             encode(substring(sha256(convert_to((n / 12)::text, 'UTF8')) for 20), 'hex') as freight,
             (array['beta', 'paper', 'live'])[1 + n / 4 % 3] || '.' || lpad((n / 4)::text, 26, '0') as promotion
      from generate_series({first}, {last}) n) x
"""

FILTERS: list[dict[str, str]] = [
    {}, {"project": "project-0"}, {"project": "project-9"}, {"project": "project-0", "stage": "paper"}, {"actor": "gatehouse"},
    {"actor": "person-7"}, {"actor": "rita"}, {"code": "promotion.started"}, {"code": "promotion.*"}, {"code": "override.*"},
    {"freight": "FREIGHT"}, {"promotion": "PROMOTION"}, {"from": "FROM", "to": "TO"},
    {"project": "project-0", "from": "FROM", "to": "TO"}, {"project": "project-0", "code": "override.*"},
    {"project": "project-0", "actor": "rita"}, {"project": "project-0", "actor": "person-7"},
    {"actor": "person-7", "code": "freight.rejected", "project": "project-9"}, {"q": "beta is open"}, {"q": "stands nowhere"},
    {"order": "asc"},
]  # fmt: skip


def fill(sql: Sql, events: int) -> dict[str, str]:
    """Write the events; what some filters name."""
    sql("set synchronous_commit = off")
    # Made anew from all that is there, an index takes a third of the time.
    indexes = [
        line.split("|", 1)
        for line in sql("select indexname, indexdef from pg_indexes where tablename = 'audit_events' and indexname not like '%pkey'")
    ]
    for name, _ in indexes:
        sql(f"drop index {name}")
    for first in range(1, events + 1, 500_000):
        last = min(events, first + 499_999)
        sql(" ".join(FILL.format(events=events, first=first, last=last).split()))
        print(f"{last:,} events", file=sys.stderr)
    for _, definition in indexes:
        sql(definition)
    sql("vacuum (analyze) audit_events")
    sql("checkpoint")
    middle = events // 2
    row = sql(f"select freight, promotion from audit_events where id >= {middle} and freight is not null order by id limit 1")[0]
    freight, promotion = row.split("|")
    form = "to_char(({}) at time zone 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS\"Z\"')"
    ends = sql(f"select {form.format('now() - interval ' + repr('400 days'))}, {form.format('now() - interval ' + repr('100 days'))}")
    begin, end = ends[0].split("|")
    return {"FREIGHT": freight, "PROMOTION": promotion, "FROM": begin, "TO": end}


def ask(client: Client, query: dict[str, str], cursor: str | None) -> tuple[float, int, str | None]:
    """A page: how long it took in ms, how many events it has, and where the next one goes on."""
    asked = query | ({"cursor": cursor} if cursor else {})
    began = time.monotonic()
    answer = client.get("/v1/audit?" + urlencode(asked))
    took = (time.monotonic() - began) * 1000
    if answer.status != 200:
        raise Failed(f"{asked}: {answer.status} {answer.body[:300]!r}")
    document = answer.json()
    return took, len(document["events"]), document.get("next")


def centile(values: list[float], part: float) -> float:
    return sorted(values)[min(len(values) - 1, int(len(values) * part))]


def measure(client: Client, query: dict[str, str], pages: int, repeat: int) -> dict:
    times: list[float] = []
    seen, cursor, last = 0, None, None
    for _ in range(pages):
        last = cursor
        took, count, cursor = ask(client, query, last)
        times.append(took)
        seen += count
        if cursor is None:
            break
    first, end = [], []
    for _ in range(repeat):
        first.append(ask(client, query, None)[0])
        end.append(ask(client, query, last)[0])
    return {
        "pages": len(times), "events": seen, "p50": median(times), "p99": centile(times, 0.99), "first": median(first),
        "first99": centile(first, 0.99), "last": median(end), "last99": centile(end, 0.99),
    }  # fmt: skip


def wait_sealed(client: Client, events: int, within: float) -> int:
    """Wait until the log's checkpoint has all events; how many it has."""
    deadline = time.monotonic() + within
    size = 0
    while size < events:
        answer = client.get("/v1/audit/checkpoint")
        size = int(answer.body.decode().split("\n")[1]) if answer.status == 200 else 0
        if time.monotonic() > deadline:
            raise Failed(f"{size:,} of {events:,} events were sealed in {within:.0f} s")
        time.sleep(0.5)
    return size


def node(left: bytes, right: bytes) -> bytes:
    return hashlib.sha256(b"\x01" + left + right).digest()


def includes(leaf: int, size: int, start: bytes, proof: list[bytes], root: bytes) -> bool:
    """RFC 9162, 2.1.3.2."""
    place, last, found = leaf, size - 1, start
    for other in proof:
        if place % 2 == 1 or place == last:
            found = node(other, found)
            while place % 2 == 0 and place != 0:
                place, last = place >> 1, last >> 1
        else:
            found = node(found, other)
        place, last = place >> 1, last >> 1
    return last == 0 and found == root


def goes_on(first: int, size: int, old: bytes, proof: list[bytes], root: bytes) -> bool:
    """RFC 9162, 2.1.4.2."""
    if first == size:
        return not proof and old == root
    path = [old, *proof] if first & (first - 1) == 0 else proof
    place, last = first - 1, size - 1
    while place % 2 == 1:
        place, last = place >> 1, last >> 1
    before = after = path[0]
    for other in path[1:]:
        if place % 2 == 1 or place == last:
            before, after = node(other, before), node(other, after)
            while place % 2 == 0 and place != 0:
                place, last = place >> 1, last >> 1
        else:
            after = node(after, other)
        place, last = place >> 1, last >> 1
    return last == 0 and before == old and after == root


def prove(client: Client, path: str) -> tuple[float, dict, list[bytes]]:
    """A proof: how long it took in ms, and what it is."""
    began = time.monotonic()
    answer = client.get(path)
    took = (time.monotonic() - began) * 1000
    if answer.status != 200:
        raise Failed(f"{path}: {answer.status} {answer.body[:300]!r}")
    document = answer.json()
    return took, document, [b64decode(text) for text in document["proof"]]


def proofs(client: Client, size: int, count: int, draw: random.Random) -> dict[str, list[float]]:
    """How long proofs take, each of which holds."""
    times: dict[str, list[float]] = {"inclusion": [], "consistency": []}
    for _ in range(count):
        took, one, path = prove(client, f"/v1/audit/{draw.randint(1, size)}/proof")
        if not includes(one["leaf"], one["size"], b64decode(one["hash"]), path, b64decode(one["root"])):
            raise Failed(f"no proof: {one}")
        times["inclusion"].append(took)
        took, one, path = prove(client, f"/v1/audit/consistency?from={draw.randint(1, size)}&to={size}")
        if not goes_on(one["from"], one["to"], b64decode(one["fromRoot"]), path, b64decode(one["toRoot"])):
            raise Failed(f"no proof: {one}")
        times["consistency"].append(took)
    return times


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    add_binary_option(parser)
    parser.add_argument("--events", type=int, default=10_000_000)
    parser.add_argument("--pages", type=int, default=1_000)
    parser.add_argument("--repeat", type=int, default=100)
    parser.add_argument("--proofs", type=int, default=1_000)
    parser.add_argument("--seed", type=int, default=random.randrange(1 << 32))
    options = parser.parse_args()
    about = machine.describe()
    results = {}
    with ExitStack() as stack:
        gatehouse = stack.enter_context(Gatehouse(options.binary))
        gatehouse.start()
        gatehouse.wait_ready()
        with closing(Sql(conninfo(gatehouse, "postgres"))) as sql:
            named = fill(sql, options.events)
        gatehouse.stop()
        gatehouse.start()
        gatehouse.wait_ready()
        client = stack.enter_context(gatehouse.client(timeout=60))
        for shape in FILTERS:
            query = {name: named.get(value, value) for name, value in shape.items()}
            name = " ".join(f"{key}={value}" for key, value in shape.items()) or "everything"
            results[name] = measure(client, query, options.pages, options.repeat)
            print(f"{name}: {results[name]}", file=sys.stderr)
        size = wait_sealed(client, options.events, within=60 + options.events / 5_000)
        proved = proofs(client, size, options.proofs, random.Random(options.seed))
    rows = [
        [
            name, f"{one['pages']:,}", f"{one['events']:,}", f"{one['p50']:.1f}", f"{one['p99']:.1f}",
            f"{one['first']:.1f}", f"{one['last']:.1f}", f"{one['last'] / one['first']:.2f}",
        ]
        for name, one in results.items()
    ]  # fmt: skip
    slowest = max(results, key=lambda name: results[name]["p99"])
    long = {name: one["last"] / one["first"] for name, one in results.items() if one["pages"] == options.pages}
    steepest = max(long, key=lambda name: long[name])
    proof_rows = [
        [name, f"{len(times):,}", f"{median(times):.1f}", f"{centile(times, 0.99):.1f}", f"{max(times):.1f}"]
        for name, times in proved.items()
    ]
    page = [
        "# Pages of the log",
        "",
        f"{machine.sentence(about)}. {options.events:,} events, pages of 50 over HTTP, one client; the first and the last page",
        f"{options.repeat} times each, median.",
        "",
        report.table(["filter", "pages", "events", "p50 ms", "p99 ms", "first page ms", "last page ms", "last of first"], rows),
        "",
        f"Proofs in the log of {size:,} events, of places drawn at random (`--seed {options.seed}`), one client; each holds.",
        "",
        report.table(["proof", "asked", "p50 ms", "p99 ms", "longest ms"], proof_rows),
        "",
        report.verdict(f"p99 of a page by any filter (asked: < {BUDGET_MS:g} ms)", f"{results[slowest]['p99']:.1f} ms, {slowest}", results[slowest]["p99"] < BUDGET_MS),
        report.verdict(f"page {options.pages:,} of the first page (at most {FLAT_BUDGET})", f"{long[steepest]:.2f}, {steepest}", long[steepest] <= FLAT_BUDGET),
    ]  # fmt: skip
    report.publish("audit_pages", "\n".join(page), {"machine": about, "results": results, "proofs": proved, "seed": options.seed})
    return 0


if __name__ == "__main__":
    try:
        sys.exit(main())
    except Failed as failure:
        sys.exit(f"audit_pages: {failure}")
