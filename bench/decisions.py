#!/usr/bin/env python3
"""Audited decisions a second: who is let on, and who is not, each written down durably before the answer.

Beside them, in the same rounds and on the same PostgreSQL: pgbench, each transaction of which inserts one row as long as
an event.
"""

import argparse
import json
import re
import subprocess
import sys
import tempfile
from contextlib import ExitStack, closing
from dataclasses import dataclass
from pathlib import Path
from statistics import median

from gatehouse_bench import machine, pipeline, report, wrk
from gatehouse_bench.client import Client
from gatehouse_bench.failure import Failed
from gatehouse_bench.figures import spread
from gatehouse_bench.policy import put
from gatehouse_bench.replica import Sql, conninfo
from gatehouse_bench.server import Gatehouse, add_binary_option

BUDGET = 3.0
# pgbench has a session for each client, and the private cluster not many more than servers need.
SESSIONS = 36
SCRIPT = Path(wrk.__file__).with_name("decide.lua")
LET_ON, REFUSED, PGBENCH = "let on", "refused", "pgbench"
CLOSED = '{name: never, window: {kind: allow, rrule: "FREQ=YEARLY;BYMONTH=1;BYMONTHDAY=1", start: "00:00", duration: 1s, timeZone: UTC}}'


@dataclass(frozen=True)
class Question:
    name: str
    bodies: Path


def manifests(project: str) -> bytes:
    """Everything goes into beta, nothing into paper; nothing by itself."""
    head = pipeline.manifests(project).decode().split("---\n")
    policy = next(part for part in head if "kind: ProjectPolicy" in part)
    warehouse = next(part for part in head if "kind: Warehouse" in part)
    stages = []
    for name, gates in (("beta", ""), ("paper", CLOSED)):
        stages.append(f"""apiVersion: kargo.akuity.io/v1alpha1
kind: Stage
metadata: {{name: {name}, namespace: {project}}}
spec: {{requestedFreight: [{{origin: {{kind: Warehouse, name: market}}, sources: {{direct: true}}}}]}}
---
apiVersion: gatehouse.dev/v1
kind: StagePolicy
metadata: {{name: {name}, namespace: {project}}}
spec: {{gates: [{gates}]}}
""")
    return "---\n".join([policy, warehouse, *stages]).encode()


def prepare(client: Client, projects: list[str], folder: Path) -> list[Question]:
    """A promotion at work in each project's beta, and one that waits outside its paper."""
    bodies: dict[str, list[str]] = {LET_ON: [], REFUSED: []}
    for number, project in enumerate(projects):
        put(client, project, manifests(project))
        image = {"repoURL": pipeline.IMAGE, "tag": "v1", "digest": f"sha256:{number:064x}"}
        answer = client.request("POST", f"/v1/projects/{project}/freight", {"warehouse": "market", "images": [image]})
        freight = json.loads(answer.body)["id"]
        for name, stage in ((LET_ON, "beta"), (REFUSED, "paper")):
            body = {"project": project, "stage": stage, "promotion": f"{project}.{stage}", "freight": freight}
            answer = client.request("POST", "/v1/kargo/enforce", body)
            if answer.status != (200 if name == LET_ON else 423):
                raise Failed(f"{stage}: {answer.status} {answer.body!r}")
            bodies[name].append(json.dumps(body))
    questions = []
    for name, lines in bodies.items():
        path = folder / name.replace(" ", "-")
        path.write_text("\n".join(lines) + "\n")
        questions.append(Question(name, path))
    return questions


def ask(question: Question, gatehouse: Gatehouse, clients: int, seconds: int) -> dict:
    url = f"http://127.0.0.1:{gatehouse.port}/"
    command = [*wrk.command(url, clients, seconds, {}, SCRIPT), "--timeout", "30s"]
    environment = {
        "BENCH_REPORT": str(wrk.SCRIPT), "BENCH_TOKEN": gatehouse.token, "BENCH_BODIES": str(question.bodies),
        "PATH": "/usr/bin:/bin",
    }  # fmt: skip
    result = subprocess.run(command, capture_output=True, text=True, timeout=seconds + 60, env=environment)
    load = wrk.parse(result.stdout)
    expected = 0 if question.name == LET_ON else load.requests
    if load.broken or load.requests == 0 or load.refused != expected:
        raise Failed(f"{question.name}: {load.requests} answers, {load.refused} refused, {load.broken} broken")
    return {"rate": load.per_second, "p99": load.p99 / 1000}


def insert(info: str, script: Path, clients: int, seconds: int) -> dict:
    clients = min(clients, SESSIONS)
    command = [
        "pgbench", "-n", "-M", "prepared", "-f", str(script), "-c", str(clients), "-j", str(min(clients, machine.cores())),
        "-T", str(seconds), info,
    ]  # fmt: skip
    result = subprocess.run(command, capture_output=True, text=True, timeout=seconds + 60)
    found = re.search(r"tps = ([0-9.]+)", result.stdout)
    if result.returncode or not found:
        raise Failed(f"pgbench: {result.stderr.strip()}")
    return {"rate": float(found.group(1)), "p99": 0.0}


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    add_binary_option(parser)
    parser.add_argument("--seconds", type=int, default=5)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--clients", type=int, nargs="+", default=[1, 16, 64])
    parser.add_argument("--projects", type=int, default=64)
    options = parser.parse_args()
    machine.raise_open_files()
    about = machine.describe()
    rounds: list[dict] = []
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        gatehouse = stack.enter_context(Gatehouse(options.binary))
        gatehouse.start()
        gatehouse.wait_ready()
        with gatehouse.client(timeout=30) as client:
            questions = prepare(client, pipeline.names(options.projects), folder)
        info = conninfo(gatehouse, "postgres")
        sql = stack.enter_context(closing(Sql(info)))
        sql("create table one_row (id bigint generated always as identity primary key, at timestamptz, event bytea)")
        length = int(sql("select avg(octet_length(event))::int from audit_events where code like 'decision.%'")[0])
        script = folder / "insert.sql"
        script.write_text(f"insert into one_row (at, event) values (now(), convert_to(repeat('x', {length}), 'UTF8'));\n")
        for number in range(options.rounds):
            results: dict = {}
            order = [(clients, name) for clients in options.clients for name in (PGBENCH, LET_ON, REFUSED)]
            for clients, name in order if number % 2 == 0 else order[::-1]:
                if name == PGBENCH:
                    results[f"{name} {clients}"] = insert(info, script, clients, options.seconds)
                else:
                    question = next(question for question in questions if question.name == name)
                    results[f"{name} {clients}"] = ask(question, gatehouse, clients, options.seconds)
                print(f"{name}, {clients} clients: {results[f'{name} {clients}']['rate']:.0f}/s", file=sys.stderr)
            rounds.append(results)
    report.publish("decisions", page(about, rounds, options), {"machine": about, "rounds": rounds})
    return 0


def page(about: dict, rounds: list[dict], options: argparse.Namespace) -> str:
    rows, verdicts = [], []
    for clients in options.clients:
        for name in (PGBENCH, LET_ON, REFUSED):
            rates = [one[f"{name} {clients}"]["rate"] for one in rounds]
            ratios = [one[f"{name} {clients}"]["rate"] / one[f"{PGBENCH} {clients}"]["rate"] for one in rounds]
            p99 = "" if name == PGBENCH else spread([one[f"{name} {clients}"]["p99"] for one in rounds])
            rows.append([str(clients), name, spread(rates, "{:,.0f}"), spread(ratios), p99])
            if name != PGBENCH:
                what = f"{name}, {clients} clients: at least {BUDGET:g} of pgbench's inserts"
                verdicts.append(report.verdict(what, spread(ratios), median(ratios) >= BUDGET))
    return "\n".join([
        "# Audited decisions", "", f"{machine.sentence(about)}.",
        f"{options.rounds} rounds of {options.seconds} s, {options.projects} promotions, median [min–max]."
        f" pgbench has {SESSIONS} sessions at most.", "",
        report.table(["clients", "what", "a second", "of pgbench", "p99 ms"], rows), "", *verdicts,
    ])  # fmt: skip


if __name__ == "__main__":
    try:
        sys.exit(main())
    except Failed as failure:
        sys.exit(f"decisions: {failure}")
