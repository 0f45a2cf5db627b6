"""Build the program and make the virtual environment of the tools, under target/benchmarks."""

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
FOLDER = ROOT / "target" / "benchmarks"
BENCHMARKS = ROOT / "benchmarks"
PYTHON = FOLDER / "python" / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
NANOROTOR = ROOT / "target" / "release" / ("nanorotor.exe" if os.name == "nt" else "nanorotor")


def build() -> None:
    """Build the release binary."""
    subprocess.run(["cargo", "build", "--release", "--locked", "--package", "nanorotor-cli"], cwd=ROOT, check=True)


def install() -> dict[str, str]:
    """Install each pinned tool by itself; returns those that failed, with the end of what pip said."""
    wanted = BENCHMARKS / "requirements.txt"
    marker = FOLDER / "python" / "installed.txt"
    lines = wanted.read_text(encoding="utf-8").split()
    if not marker.exists() or marker.read_text(encoding="utf-8").split("\n\n")[0].split() != lines:
        print("installing the tools, once", file=sys.stderr)
        subprocess.run([sys.executable, "-m", "venv", "--clear", FOLDER / "python"], check=True)
        failed = []
        for line in lines:
            command = [PYTHON, "-m", "pip", "install", "--quiet", "--constraint", wanted, line]
            done = subprocess.run(command, capture_output=True, text=True, check=False)
            if done.returncode != 0:
                failed.append(f"{line} {reason(done.stderr)}")
        marker.write_text("\n".join(lines) + "\n\n" + "\n".join(failed), encoding="utf-8")
    _, _, failures = marker.read_text(encoding="utf-8").partition("\n\n")
    return dict(line.split(" ", 1) for line in failures.splitlines())


def reason(stderr: str) -> str:
    """The line that tells most of a failed installation."""
    lines = [line.strip() for line in stderr.splitlines() if "error:" in line.lower()]
    compiler = [line for line in lines if "fatal error:" in line or ".c:" in line]
    return (compiler or lines or ["no reason given"])[0]


def pin() -> int | None:
    """Keep this process and all that it starts on one core, where the system can; returns which."""
    for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "NUMBA_NUM_THREADS", "RAYON_NUM_THREADS"):
        os.environ[name] = "1"
    os.environ["JAX_PLATFORMS"] = "cpu"
    os.environ["PYTHONDONTWRITEBYTECODE"] = "1"
    if not hasattr(os, "sched_setaffinity"):
        return None
    core = max(os.sched_getaffinity(0))
    os.sched_setaffinity(0, {core})
    return core


def processor() -> str:
    """The name of the processor."""
    try:
        for line in Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines():
            if line.startswith("model name"):
                return line.split(":", 1)[1].strip()
    except OSError:
        pass
    import platform

    return platform.processor() or platform.machine()
