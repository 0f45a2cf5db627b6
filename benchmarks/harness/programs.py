"""Run nanorotor and one tool, and read what they print."""

import json
import subprocess
import time
from pathlib import Path
from typing import Any

from .environment import BENCHMARKS, FOLDER, NANOROTOR, PYTHON


def nanorotor(*arguments: str) -> tuple[float, dict[str, Any]]:
    """Seconds of the whole process, its start included, and the object it prints."""
    command = [str(NANOROTOR), *arguments, "--format", "json"]
    start = time.perf_counter()
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    seconds = time.perf_counter() - start
    if done.returncode != 0:
        raise SystemExit(f"{' '.join(command)}\n{done.stderr}")
    return seconds, json.loads(done.stdout)


def tool(module: str, task: dict[str, Any], limit: float) -> dict[str, Any]:
    """What a module of tools/ measured; `failed` says why there is nothing."""
    path = Path(FOLDER / f"{module}.json")
    path.write_text(json.dumps(task), encoding="utf-8")
    command = [str(PYTHON), "-m", f"tools.{module}", str(path)]
    try:
        done = subprocess.run(command, cwd=BENCHMARKS, capture_output=True, text=True, check=False, timeout=limit)
    except subprocess.TimeoutExpired:
        return {"failed": f"not done within {limit:.0f} s"}
    lines = done.stdout.strip().splitlines()
    if done.returncode != 0 or not lines:
        return {"failed": (done.stderr.strip().splitlines() or ["nothing printed"])[-1]}
    return json.loads(lines[-1])
