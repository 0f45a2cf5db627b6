"""Draw how the time of a rate grows as friction falls: `python benchmarks/damping.py [FILE.svg]`.

The preset with less and less solvent: the deterministic rate of nanorotor, one sparse factorisation of the same equation in Hermite
functions and Fourier modes (scipy), and trajectories until R is known to 1 %. Needs numpy, scipy and matplotlib, and the release
binary (`cargo build --release -p nanorotor-cli`; `NANOROTOR` names another). Everything runs on one core.
"""

import json
import math
import os
import resource
import subprocess
import sys
import time
from pathlib import Path

for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "RAYON_NUM_THREADS"):
    os.environ[name] = "1"

import matplotlib
import numpy as np
from tools.hermite import Expansion

matplotlib.use("svg")
import matplotlib.pyplot as plt

ROOT = Path(__file__).resolve().parents[1]
NANOROTOR = os.environ.get("NANOROTOR", str(ROOT / "target" / "release" / "nanorotor"))
SOLVENTS = [50, 15, 5, 1.5, 0.5, 0.05, 0.005]
"""Solvent frictions (au)."""
INERTIA, THERMAL = 4.5e5, 0.0272 / 27.211386245988
TOLERANCE, PATIENCE = 1e-6, 8.0
NANOSECOND = 1e-9 / 2.4188843265864e-17


def run(*arguments):
    """The object that nanorotor prints and the processor time that it took."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    command = [NANOROTOR, *arguments, "--format", "json"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    if done.returncode > 1:
        raise SystemExit(done.stderr)
    return json.loads(done.stdout), after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def landscape(solvent):
    """F, X and D on equidistant angles of one period, in atomic units."""
    found, _ = run("landscape", "preston2023", "--set", f"xi_solv={solvent} au", "--units", "atomic", "--points", "1024")
    bath = np.array(found["environment_friction"])
    friction = np.array(found["friction"]) + bath
    diffusion = np.array(found["diffusion"]) + 2 * THERMAL * bath
    return np.array(found["torque"]), friction, diffusion, found["period"]


def hermite(rotor, modes, levels):
    """R and D_eff with |k| up to `modes`, and the processor time of one factorisation and two solutions."""
    torque, friction, diffusion, period = rotor
    expansion = Expansion(torque, friction, diffusion, period, INERTIA, modes, levels)
    start = time.process_time()
    found = expansion.solve()
    return (found["rotation_rate"], found["rotational_diffusion"]), time.process_time() - start


def sparse_time(solvent, exact):
    """The time of the first expansion that reaches the tolerance, each half as large again; none within the patience."""
    rotor, modes, levels = landscape(solvent), 12, 80
    while True:
        found, seconds = hermite(rotor, modes, levels)
        off = [abs(a / b - 1) for a, b in zip(found, exact)]
        print(f"  scipy {2 * modes + 1} x {levels}: {seconds:.2f} s, off by {off[0]:.1e} and {off[1]:.1e}", file=sys.stderr)
        # R may be known to a part of D_eff/L alone.
        if off[1] < TOLERANCE and off[0] < 1e-4:
            return seconds
        if seconds > PATIENCE / 4:
            return None
        modes, levels = modes * 5 // 4, levels * 3 // 2


def main():
    target = Path(sys.argv[1]) if len(sys.argv) > 1 else ROOT / "docs" / "damping.svg"
    simulated, seconds = run("simulate", "preston2023", "--time", "20000 ns", "--dt", "500 au")
    start_up = run("simulate", "preston2023", "--time", "20 ns", "--dt", "500 au")[1]
    steps = 20000 * NANOSECOND / 500
    per_step = (seconds - start_up) / steps
    print(f"{1e-6 / per_step:.0f} million steps/s", file=sys.stderr)
    rows = []
    for solvent in SOLVENTS:
        found, seconds = run("rate", "preston2023", "--set", f"xi_solv={solvent} au", "--tolerance", str(TOLERANCE))
        rate, diffusion = found["rotation_rate"], found["rotational_diffusion"]
        # The variance of a mean velocity over a time t is 2 D/t.
        needed = 2 * diffusion / (2 * math.pi * rate * 0.01) ** 2 * NANOSECOND
        exact = (rate / NANOSECOND, diffusion / NANOSECOND)
        rotor = landscape(solvent)
        damping = rotor[1].mean() / math.sqrt(INERTIA * rotor[2].mean() / (2 * rotor[1].mean()))
        row = (damping, seconds, sparse_time(solvent, exact), needed / 500 * per_step)
        print(f"{solvent} au, damping {damping:.1e}: {row[1:]}, {found['method']}", file=sys.stderr)
        rows.append(row)
    figure, axes = plt.subplots(figsize=(5.2, 3.6), layout="constrained")
    damping = [row[0] for row in rows]
    for column, label, style in [
        (3, "trajectories, R to 1 %", "s:"),
        (2, f"scipy, one sparse LU in Hermite functions, D to {TOLERANCE:g}", "^--"),
        (1, f"nanorotor rate, R, D and their errors to {TOLERANCE:g}", "o-"),
    ]:
        axes.loglog(damping, [math.nan if row[column] is None else row[column] for row in rows], style, label=label)
    axes.set_xlabel(r"damping ⟨X⟩/√(I k$_B$T) per radian")
    axes.set_ylabel("processor time, one core (s)")
    axes.legend(fontsize="small")
    figure.savefig(target, metadata={"Date": None})
    print(target)


main()
