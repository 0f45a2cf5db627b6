"""Time nanorotor beside the tools people would take instead, on one core: `python3 benchmarks/run.py [--quick]`.

Needs Python 3.11 and Rust; the tools go into target/benchmarks/python. Every program solves the same problem, which is checked; one
that does not reach the same answer gets no ratio.
"""

import argparse
import datetime
import os
import platform
import sys
from collections.abc import Callable

sys.dont_write_bytecode = True

from harness import environment, report, works  # noqa: E402
from harness.row import Row  # noqa: E402


def main() -> None:
    parser = argparse.ArgumentParser(description="Time nanorotor beside other tools on one core.")
    parser.add_argument("--quick", action="store_true", help="less work a repetition; writes to target/benchmarks only")
    quick = parser.parse_args().quick
    environment.build()
    missing = environment.install()
    core = environment.pin()
    plan = works.Plan(repeats=5, steps=400 if quick else 1600, trajectories=3840, limit=120 if quick else 600)
    before = os.getloadavg() if hasattr(os, "getloadavg") else ()
    rows: list[Row] = []
    parts: list[Callable[[], list[Row]]] = [
        lambda: works.trajectories(plan),
        lambda: works.junction(plan, 2),
        lambda: works.junction(plan, 16),
        lambda: works.density(plan),
        lambda: works.overdamped(plan),
    ]
    for part in parts:
        found = part()
        print(report.table(found), end="\n\n", file=sys.stderr)
        rows += found
    for name, why in missing.items():
        rows.append(Row("Not installed", name.replace("==", " "), agrees=False, note=why))
    about = {
        "machine": environment.processor(),
        "core": "one, all programs pinned to it" if core is not None else "not pinned: this system cannot",
        "system": f"{platform.system()} {platform.machine()}, Python {platform.python_version()}",
        "load before": " ".join(f"{load:.1f}" for load in before),
        "date": datetime.date.today().isoformat(),
        "medians of": f"{plan.repeats} or more repetitions",
        "command": "`python3 benchmarks/run.py" + (" --quick`" if quick else "`"),
    }
    print(report.write(rows, about, quick))


main()
