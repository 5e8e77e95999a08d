"""Results as Markdown for people and as JSON for the next comparison, in bench/out/."""

import json
from pathlib import Path

OUT = Path(__file__).resolve().parent.parent / "out"


def table(columns: list[str], rows: list[list[str]]) -> str:
    lines = [columns, ["---"] * len(columns), *rows]
    return "\n".join("| " + " | ".join(line) + " |" for line in lines)


def verdict(what: str, value: str, met: bool) -> str:
    """One line for one budget."""
    return f"- {'met' if met else '**missed**'}: {what}: {value}"


def keep(name: str, markdown: str, data: dict) -> None:
    """Write the page and its raw data."""
    OUT.mkdir(exist_ok=True)
    (OUT / f"{name}.md").write_text(markdown + "\n")
    (OUT / f"{name}.json").write_text(json.dumps(data, indent=1) + "\n")


def publish(name: str, markdown: str, data: dict) -> None:
    """Write the page and its raw data, and print the page."""
    keep(name, markdown, data)
    print(markdown)
