#!/usr/bin/env python3
"""A common shell snippet for market hours beside our answer, for every minute of a week, and who is right.

The snippet is read from the documents that lie beside the repository, never copied into it; without them there is nothing
to compare, and this says so. What is right is told by the exchange's sessions, which lie there too.
"""

import argparse
import csv
import datetime
import re
import shutil
import subprocess
import sys
from collections import Counter
from zoneinfo import ZoneInfo

from gatehouse_bench import machine, report
from gatehouse_bench.failure import Failed
from gatehouse_bench.policy import manifest, put
from gatehouse_bench.server import ROOT, Gatehouse, add_binary_option

SHARED = ROOT.parent / "shared"
NEW_YORK = ZoneInfo("America/New_York")
PROJECT, STAGE = "snippet", "paper"


def find_snippet() -> str | None:
    """The lines from the time zone to the last `exit 1` of the first document that has them."""
    for document in sorted((SHARED / "seeds").glob("*.txt")):
        lines = [line for line in document.read_text().splitlines() if line.strip("|").strip()]
        text = "\n".join(lines)
        found = re.search(r"^export TZ=America/New_York$.*?^exit 1$", text, re.DOTALL | re.MULTILINE)
        if found:
            return found.group(0)
    return None


def shell() -> list[str]:
    """What runs such snippets in the image that they name, or the nearest that there is."""
    if shutil.which("busybox"):
        return ["busybox", "sh"]
    return [shutil.which("dash") or "sh"]


def snippet_says(snippet: str, minutes: list[datetime.datetime]) -> list[str]:
    """For each minute: open, closed, or the error that the shell ended with."""
    script = [
        "date() { case \"$1\" in +%u) echo $u;; +%H) echo $H;; +%M) echo $M;; *) echo now;; esac; }",
        *(
            f"u={local.isoweekday()} H={local:%H} M={local:%M}\n({snippet}\n) >/dev/null 2>/tmp/snippet.$$; c=$?; "
            "if [ -s /tmp/snippet.$$ ]; then echo error; elif [ $c = 0 ]; then echo open; else echo closed; fi"
            for local in (minute.astimezone(NEW_YORK) for minute in minutes)
        ),
        "rm -f /tmp/snippet.$$",
    ]
    run = subprocess.run(shell(), input="\n".join(script), capture_output=True, text=True, check=False)
    answers = run.stdout.split()
    if len(answers) != len(minutes):
        raise Failed(f"the shell answered {len(answers)} of {len(minutes)} minutes: {run.stderr[-300:]}")
    return answers


def we_say(gatehouse: Gatehouse, minutes: list[datetime.datetime]) -> list[str]:
    words = {200: "open", 423: "closed"}
    with gatehouse.client() as client:
        put(client, PROJECT, manifest(PROJECT, STAGE, "[{name: market-hours, market: {calendar: XNYS}}]"))
        path = f"/v1/projects/{PROJECT}/stages/{STAGE}/gate?at="
        return [words.get(status, str(status)) for status in (client.get(f"{path}{at:%Y-%m-%dT%H:%M:%SZ}").status for at in minutes)]


def truth(minutes: list[datetime.datetime]) -> list[str]:
    with (SHARED / "data" / "xnys_sessions_2000_2028.csv").open() as file:
        sessions = [
            tuple(datetime.datetime.fromisoformat(row[name].replace("Z", "+00:00")) for name in ("open_utc", "close_utc"))
            for row in csv.DictReader(file)
        ]
    week = [one for one in sessions if one[0] <= minutes[-1] and minutes[0] <= one[1]]
    return ["closed" if any(begin <= at < end for begin, end in week) else "open" for at in minutes]


def runs(minutes: list[datetime.datetime]) -> list[str]:
    """Neighbouring minutes as one line, in New York's time."""
    lines: list[list[datetime.datetime]] = []
    for minute in minutes:
        if lines and minute - lines[-1][-1] == datetime.timedelta(minutes=1):
            lines[-1].append(minute)
        else:
            lines.append([minute])
    return [f"{run[0].astimezone(NEW_YORK):%a %H:%M}–{run[-1].astimezone(NEW_YORK):%H:%M}" for run in lines]


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    add_binary_option(parser)
    options = parser.parse_args()
    snippet = find_snippet() if SHARED.is_dir() else None
    if snippet is None or not (SHARED / "data" / "xnys_sessions_2000_2028.csv").exists():
        print("skipped: the snippet and the exchange's sessions lie beside the repository, and are not there")
        return 0
    # Monday to Sunday of Thanksgiving: a holiday and an early close.
    start = datetime.datetime(2026, 11, 23, tzinfo=NEW_YORK).astimezone(datetime.timezone.utc)
    minutes = [start + datetime.timedelta(minutes=number) for number in range(7 * 24 * 60)]
    right, theirs = truth(minutes), snippet_says(snippet, minutes)
    with Gatehouse(options.binary) as gatehouse:
        gatehouse.start()
        gatehouse.wait_ready()
        ours = we_say(gatehouse, minutes)
    wrong = [at for at, said, is_right in zip(minutes, ours, right) if said != is_right]
    if wrong:
        raise Failed(f"we are wrong at {len(wrong)} minutes: {', '.join(runs(wrong)[:20])}")
    kinds: dict[str, list[datetime.datetime]] = {}
    for at, said, is_right in zip(minutes, theirs, right):
        if said != is_right:
            kinds.setdefault(f"{said}, though the market's gate is {is_right}", []).append(at)
    page = [
        "# A shell snippet for market hours, for every minute of a week",
        "",
        f"{minutes[0]:%Y-%m-%d} to {minutes[-1]:%Y-%m-%d}, {len(minutes):,} minutes, run by `{' '.join(shell())}`.",
        "Ours is right at every one of them. The snippet is wrong at these (New York's time):",
        "",
    ]
    for kind, when in sorted(kinds.items()):
        page.append(f"- **{kind}**: {len(when):,} minutes, in {len(runs(when))} stretches: {', '.join(runs(when)[:8])} …")
    if not any(kind.startswith("error") for kind in kinds):
        raise Failed("the shell took 08 and 09 for numbers: run it with busybox or dash")
    report.publish("snippet", "\n".join(page), {"machine": machine.describe(), "wrong": Counter({k: len(v) for k, v in kinds.items()})})
    return 0


if __name__ == "__main__":
    try:
        sys.exit(main())
    except Failed as failure:
        sys.exit(f"snippet: {failure}")
