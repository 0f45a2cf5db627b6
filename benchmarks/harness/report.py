"""Write the rows as Markdown and JSON."""

import json
import re
import textwrap
from pathlib import Path
from typing import Any

from .environment import BENCHMARKS, ROOT
from .row import Row

BEGIN, END = "<!-- made by benchmarks/run.py: do not edit -->", "<!-- end of what benchmarks/run.py made -->"
COLUMNS = ["program", "median", "time / nanorotor's", "how near", "remarks"]


def table(rows: list[Row]) -> str:
    """One table for each piece of work."""
    parts = []
    for work in dict.fromkeys(row.work for row in rows):
        own = [row for row in rows if row.work == work]
        lines = [f"**{work}**", "", f"| {' | '.join(COLUMNS)} |", "|---" * len(COLUMNS) + "|"]
        lines += [f"| {' | '.join(row.shown())} |" for row in own]
        parts.append("\n".join(lines))
    return "\n\n".join(parts)


def verdict(rows: list[Row]) -> str:
    """Where nanorotor wins and where it loses, in one list each."""

    def named(chosen: list[Row]) -> str:
        return "; ".join(f"{row.program} at “{row.work}” ({row.ratio:.3g})" for row in chosen) or "nothing here"

    others = [row for row in rows if not row.program.startswith("nanorotor")]
    won = [row for row in others if row.ratio is not None and row.ratio >= 1]
    lost = [row for row in others if row.ratio is not None and row.ratio < 1]
    open_ones = [f"{row.program} at “{row.work}”" for row in others if row.ratio is None]
    lines = [f"- Slower than nanorotor, by how many times: {named(won)}.", f"- Faster than nanorotor, with what part of its time: {named(lost)}."]
    if open_ones:
        lines.append(f"- Without a ratio, because it does not run or does not reach the same answer: {', '.join(open_ones)}.")
    return "\n".join(wrapped(line) for line in lines)


def wrapped(line: str) -> str:
    """A line of text as the documentation wraps it."""
    return textwrap.fill(line, 100, subsequent_indent="  " if line.startswith("- ") else "", break_on_hyphens=False)


def write(rows: list[Row], about: dict[str, Any], quick: bool) -> Path:
    """results.md and results.json, and the same table in the docs; a quick run goes to target/ instead."""
    folder = ROOT / "target" / "benchmarks" if quick else BENCHMARKS
    facts = "; ".join(f"{name} {value}" for name, value in about.items())
    body = f"{table(rows)}\n\n{verdict(rows)}\n\n{wrapped(facts)}."
    (folder / "results.md").write_text(f"# nanorotor beside other tools\n\n{body}\n", encoding="utf-8")
    everything = {"about": about, "rows": [row.as_dict() for row in rows]}
    (folder / "results.json").write_text(json.dumps(everything, indent=1) + "\n", encoding="utf-8")
    docs = ROOT / "docs" / "benchmarks.md"
    if not quick and docs.exists():
        old = docs.read_text(encoding="utf-8")
        pattern = re.compile(f"{re.escape(BEGIN)}.*?{re.escape(END)}", re.DOTALL)
        docs.write_text(pattern.sub(lambda _: f"{BEGIN}\n\n{body}\n\n{END}", old), encoding="utf-8")
    return folder / "results.md"
