#!/usr/bin/env python3
"""Events written as fast as PostgreSQL takes them, one a transaction, and whether the sealer keeps up.

A server of our own with its durable PostgreSQL. Beside it pgbench inserts events as the server's role does. In every round
it does so twice, back to back, every other round in reverse: once while events are sealed, and once while somebody else
holds the sealer's lock. What the second time left is then sealed without writers: that is how fast a sealer can be.
"""

import argparse
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from contextlib import closing
from pathlib import Path

from gatehouse_bench import machine, report
from gatehouse_bench.failure import Failed
from gatehouse_bench.figures import spread
from gatehouse_bench.replica import Sql, conninfo
from gatehouse_bench.server import Gatehouse, add_binary_option
from gatehouse_bench.waiting import wait_for

# As long as an event of a decision is on the average.
SCRIPT = """
insert into audit_events (at, code, actor, project, stage, event)
values (now(), 'promotion.started', 'bench', 'oracle', 'live',
        convert_to('{"at":"2026-11-20T15:00:00Z","code":"promotion.started","n":' || :client_id || ',"x":"' || repeat('x', 400) || '"}', 'utf8'));
"""
WRITTEN = "select last_value from audit_events_id_seq"
SEALED = "select coalesce(max(size), 0) from audit_checkpoints"
LOCK = "select pg_advisory_lock(4748, 0)"
UNLOCK = "select pg_advisory_unlock(4748, 0)"


def pgbench_program() -> str:
    found = shutil.which("pgbench") or next(map(str, Path("/usr/lib/postgresql").glob("*/bin/pgbench")), None)
    if found is None:
        raise Failed("no pgbench; install the package postgresql-contrib")
    return found


class Watch:
    """How far what is written and what is sealed were, every 100 ms."""

    def __init__(self, info: str):
        self._sql = Sql(info)
        self._stop = threading.Event()
        self.samples: list[tuple[float, int, int]] = []
        self._thread = threading.Thread(target=self._run)

    def __enter__(self) -> "Watch":
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        self._thread.join()
        self._sql.close()

    def _run(self) -> None:
        while not self._stop.wait(0.1):
            written, sealed = self._sql(f"select ({WRITTEN}), ({SEALED})")[0].split("|")
            self.samples.append((time.monotonic(), int(written), int(sealed)))

    def lags(self) -> list[float]:
        """For each moment, how long ago what was sealed by then had been written."""
        lags, first = [], 0
        for at, written, sealed in self.samples:
            while first < len(self.samples) and self.samples[first][1] <= sealed:
                first += 1
            lags.append(max(0.0, at - self.samples[first][0]) if first < len(self.samples) and written > sealed else 0.0)
        return lags


def write(folder: Path, info: str, clients: int, seconds: int) -> float:
    """Events a second that were acknowledged."""
    script = folder / "event.sql"
    script.write_text(SCRIPT)
    parts = dict(part.split("=", 1) for part in info.split())
    done = subprocess.run(
        [pgbench_program(), "-n", "-M", "prepared", "-c", str(clients), "-j", "2", "-T", str(seconds), "-f", str(script),
         "-h", parts["host"], "-p", parts["port"], "-U", "gatehouse", "gatehouse"],
        capture_output=True, text=True, timeout=seconds + 60,
    )  # fmt: skip
    for line in done.stdout.splitlines():
        if line.startswith("tps = "):
            return float(line.split()[2])
    raise Failed(f"pgbench: {done.stderr[-500:]}")


def caught_up(sql: Sql) -> bool:
    return int(sql("select count(*) from audit_events e where not exists (select from audit_leaves l where l.event = e.id)")[0]) == 0


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    add_binary_option(parser)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--seconds", type=int, default=10)
    parser.add_argument("--clients", default="1,16,64", help="writers at once, separated by commas")
    options = parser.parse_args()
    rows, raw = [], {}
    with Gatehouse(options.binary) as gatehouse, tempfile.TemporaryDirectory() as folder:
        gatehouse.start()
        gatehouse.wait_ready()
        info = conninfo(gatehouse, "gatehouse")
        owner = conninfo(gatehouse, "postgres")
        with closing(Sql(owner)) as sql:
            for clients in map(int, options.clients.split(",")):
                both: dict[str, list[float]] = {"beside": [], "alone": [], "lag": [], "sealing": []}
                for number in range(options.rounds):
                    for kind in ("beside", "alone") if number % 2 == 0 else ("alone", "beside"):
                        if kind == "alone":
                            sql(LOCK)
                            both["alone"].append(write(Path(folder), info, clients, options.seconds))
                            left = int(sql(f"select count(*) - ({SEALED}) from audit_events")[0])
                            sql(UNLOCK)
                            began = time.monotonic()
                            wait_for("what was left is sealed", lambda: caught_up(sql), 300, 0.05)
                            both["sealing"].append(left / (time.monotonic() - began))
                        else:
                            with Watch(owner) as watch:
                                both["beside"].append(write(Path(folder), info, clients, options.seconds))
                            both["lag"].append(max(watch.lags()))
                            wait_for("the rest is sealed", lambda: caught_up(sql), 300, 0.05)
                ratio = [beside / alone for beside, alone in zip(both["beside"], both["alone"])]
                raw[clients] = both
                rows.append(
                    [str(clients), spread(both["alone"], "{:,.0f}"), spread(both["beside"], "{:,.0f}"), spread(ratio, "{:.2f}"),
                     spread(both["lag"], "{:.1f}"), spread(both["sealing"], "{:,.0f}")]
                )  # fmt: skip
                print(rows[-1], file=sys.stderr)
            order = sql(
                "select count(*) from (select leaf, row_number() over (order by e.xact, e.id) - 1 as place "
                "from audit_leaves l join audit_events e on e.id = l.event) t where leaf <> place"
            )
            if order != ["0"]:
                raise Failed(f"{order[0]} events are not in order")
            total = int(sql(SEALED)[0])
        with gatehouse.client(timeout=60) as client:
            began = time.monotonic()
            for event in range(1, 201):
                answer = client.get(f"/v1/audit/{event * (total // 201)}/proof")
                if answer.status not in (200, 404):
                    raise Failed(f"a proof: {answer.status}")
            proof = (time.monotonic() - began) / 200 * 1_000
    columns = ["writers", "events/s, not sealed meanwhile", "events/s, sealed meanwhile", "ratio", "longest lag, s", "sealed/s, no writers"]
    page = f"{machine.sentence(machine.describe())}\n\n{report.table(columns, rows)}\n\n{total:,} events in order; a proof took {proof:.1f} ms."
    report.publish("audit_seal", page, {"rounds": raw, "proofMilliseconds": proof, "events": total})
    return 0


if __name__ == "__main__":
    try:
        sys.exit(main())
    except Failed as failed:
        sys.exit(f"failed: {failed}")
