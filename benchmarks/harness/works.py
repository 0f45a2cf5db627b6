"""Do each piece of work with nanorotor and with the tools beside it, and compare what they found."""

import cmath
import json
import math
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from .environment import BENCHMARKS, FOLDER
from .programs import nanorotor, tool
from .row import Row

PRESET = "preston2023"
HARTREE = 27.211386245988
NANOSECOND = 1e-9 / 2.4188843265864e-17


@dataclass
class Plan:
    """How much of everything."""

    repeats: int
    steps: int
    trajectories: int
    limit: float


def failed(work: str, name: str, found: dict[str, Any]) -> Row:
    return Row(work, name, agrees=False, note=f"failed: {found['failed']}")


def read(work: str, found: dict[str, Any]) -> Row:
    """The row of what a tool measured, not judged yet."""
    return Row(
        work,
        f"{found['tool']} {found['version']}",
        found["seconds"],
        compile_seconds=found["compile_seconds"],
        note=found["note"],
    )


def landscape() -> dict[str, Any]:
    """The total coefficients of the preset on 1024 angles, in atomic units, as trajectories and densities need them."""
    _, found = nanorotor("landscape", PRESET, "--units", "atomic", "--points", "1024")
    bath = found["environment_friction"]
    heat = 0.0272 / HARTREE
    return {
        "torque": found["torque"],
        "friction": [a + b for a, b in zip(found["friction"], bath)],
        "diffusion": [a + 2 * heat * b for a, b in zip(found["diffusion"], bath)],
        "period": found["period"],
        "inertia": 4.5e5,
        "dt": 500.0,
    }


def trajectories(plan: Plan) -> list[Row]:
    """The preset at 5 V: R, kinetic temperature and the density's first harmonic against `nanorotor rate`."""
    work = "Trajectories of the preset, one core"
    _, exact = nanorotor("rate", PRESET)
    table = landscape()
    grid = exact["theta"]
    weight = table["period"] / len(grid)
    wave = sum(weight * p * cmath.exp(2j * math.pi * theta / table["period"]) for theta, p in zip(grid, exact["density"]))
    own = Row(work, "nanorotor", size=1.0, note="turns and hops counted")
    rows = []
    start = nanorotor("simulate", PRESET, "--time", "100 ns", "--dt", "500 au")[1]["counter_origin"]
    task = {
        **table,
        "start": start,
        "trajectories": plan.trajectories,
        "steps": plan.steps,
        "repeats": plan.repeats,
        "burn_in": 4000,
    }
    scores = []
    for module in ("numba_rotor", "jax_rotor", "jax_md_rotor", "openmm_rotor"):
        for _ in range(plan.repeats):
            time = ["--time", "2000 ns", "--dt", "500 au", "--trajectories", str(plan.trajectories)]
            _, run = nanorotor("simulate", PRESET, *time, "--seed", str(len(own.seconds) + 1))
            own.seconds.append(1 / run["steps_per_second"])
            scores.append(run["z_score"])
        found = tool(module, task, plan.limit)
        if "failed" in found:
            rows.append(failed(work, module, found))
            continue
        row, at = read(work, found), found["found"]
        row.size = plan.steps * (plan.trajectories // 3 * 3 if module == "openmm_rotor" else plan.trajectories)
        per_nanosecond = at["rotation_rate"] * NANOSECOND
        spread = math.sqrt(2 * exact["rotational_diffusion"] / (at["total_time"] / NANOSECOND)) / (2 * math.pi)
        score = (per_nanosecond - exact["rotation_rate"]) / spread
        hot = at["kinetic_temperature"] * HARTREE / (2 * exact["mean_kinetic_energy"]) - 1
        off = abs(complex(at["wave_real"], at["wave_imaginary"]) - wave)
        # One standard error of the temperature over at least 40 looks at 3840 trajectories is 0.4 %.
        row.agrees = abs(score) < 4 and abs(hot) < 0.015 and off < 0.02
        row.accuracy = f"R {score:+.1f} σ, temperature {100 * hot:+.2f} %, density {off:.3f}"
        rows.append(row)
    own.accuracy = f"R within {max(map(abs, scores)):.1f} σ in each of {len(scores)} runs"
    own.agrees = max(map(abs, scores)) < 4
    own.ratio = 1.0
    return [own, *(row.against(own) for row in rows)]


def chain_study(sites: int) -> Path:
    """The preset with a chain of sites between its leads, as a study file."""
    rows = [["v" if abs(i - j) == 1 else "0 eV" for j in range(sites)] for i in range(sites)]
    lead = '[[lead]]\nname = "{0}"\nchemical_potential = "{1}"\nthermal_energy = "0.0272 eV"\nchannel = [{{ broadening = "{2}", site = {3}, amplitude = "1 + 0.475*(cos(2*{4}) - 1)" }}]\n'
    text = (
        'title = "Chain"\n[parameters]\nv = "1.25 eV"\nphi = "-pi/4"\n[molecule]\nhamiltonian = '
        + json.dumps(rows)
        + '\n[band]\nbottom = "-10 eV"\n'
        + lead.format("left", "2.5 eV", "0.272 eV", 1, "theta")
        + lead.format("right", "-2.5 eV", "0.136 eV", sites, "(theta + phi)")
        + '[rotor]\nperiod = "pi"\nmoment_of_inertia = "4.5e5 au"\n[environment]\nfriction = "5 au"\nthermal_energy = "0.0272 eV"\n'
    )
    path = FOLDER / f"chain_{sites}.toml"
    path.write_text(text, encoding="utf-8")
    return path


def junction(plan: Plan, sites: int) -> list[Row]:
    """Torque, friction, diffusion and current on 64 angles, value by value."""
    work = f"Coefficients of {'the preset' if sites == 2 else f'a chain of {sites} levels'} at 64 angles"
    study = PRESET if sites == 2 else str(chain_study(sites))
    own = Row(work, "nanorotor", note="the whole process, with the angles it adds until the landscape is resolved to 1e-10")
    for _ in range(plan.repeats):
        seconds, exact = nanorotor("landscape", study, "--units", "atomic", "--points", "64")
        own.seconds.append(seconds)
    chain = {
        "sites": sites,
        "hopping": 1.25 / HARTREE,
        "broadenings": [0.272 / HARTREE, 0.136 / HARTREE],
        "swing": 0.95,
        "phase": -math.pi / 4,
        "potentials": [2.5 / HARTREE, -2.5 / HARTREE],
        "heat": 0.0272 / HARTREE,
        "bottom": -10 / HARTREE,
    }
    found = tool("numpy_junction", {"chain": chain, "theta": exact["theta"], "repeats": plan.repeats}, plan.limit)
    if "failed" in found:
        return [own, failed(work, "numpy", found)]
    row = read(work, found)
    worst = 0.0
    for name in ("torque", "friction", "diffusion", "current"):
        ours = exact["currents"]["left"] if name == "current" else exact[name]
        largest = max(map(abs, ours))
        worst = max(worst, max(abs(a - b) for a, b in zip(ours, found["found"][name])) / largest)
    row.agrees = worst < 1e-8
    row.accuracy = f"differs by {worst:.1e} of the largest value"
    own.accuracy = "1e-10 of the integral of the sizes, estimated"
    own.ratio = 1.0
    return [own, row.against(own)]


def density(plan: Plan) -> list[Row]:
    """R and D_eff of the preset from its stationary density, to eight digits."""
    work = "R and D_eff of the preset, eight digits"
    own = Row(work, "nanorotor", note="the whole process, with the landscape and the refinement that gives the error")
    for _ in range(plan.repeats):
        seconds, exact = nanorotor("rate", PRESET)
        own.seconds.append(seconds)
    task = {**landscape(), "start": 0.0, "trajectories": 0, "steps": 0, "burn_in": 0, "repeats": plan.repeats}
    found = tool("scipy_density", task, plan.limit)
    own.accuracy = f"R ± {exact['error_estimate']['rotation_rate'] / exact['rotation_rate']:.0e}, estimated"
    own.ratio = 1.0
    if "failed" in found:
        return [own, failed(work, "scipy", found)]
    row, at = read(work, found), found["found"]
    rate = at["rotation_rate"] * NANOSECOND / exact["rotation_rate"] - 1
    spread = at["rotational_diffusion"] * NANOSECOND / exact["rotational_diffusion"] - 1
    row.agrees = abs(rate) < 3e-8 and abs(spread) < 3e-8
    row.accuracy = f"R differs by {rate:.0e}, D_eff by {spread:.0e}"
    return [own, row.against(own)]


def washboard_velocity() -> float:
    """⟨u⟩ of U = 2 cos x − x, overdamped with friction and k_BT 1: Stratonovich's double integral, exact for equidistant points."""
    n = 400
    grid = [2 * math.pi * j / n for j in range(n)]
    inner = [math.fsum(math.exp(2 * math.cos(x) - 2 * math.cos(x - y)) for x in grid) / n for y in grid]
    # The inner mean is periodic in y but e^{−y} is not: integrate its cosine series term by term.
    total = 0.0
    for k in range(40):
        c = math.fsum(a * math.cos(k * y) for a, y in zip(inner, grid)) / n * (1 if k == 0 else 2)
        total += c * (1 - math.exp(-2 * math.pi)) / (1 + k * k)
    return (1 - math.exp(-2 * math.pi)) / total


def overdamped(plan: Plan) -> list[Row]:
    """Two rotors without inertia, the nearest problems for tools that know no velocities; exact values known."""
    rows = []
    for module, study, exact in (
        ("fipy_density", "overdamped_blowtorch", -0.22437666441),
        ("fplanck_density", "tilted_washboard", washboard_velocity()),
    ):
        work = f"Mean velocity, {study.replace('_', ' ')} (1D)"
        own = Row(work, "nanorotor", note="the whole process; it keeps the inertia, here tiny, and gives D_eff and an error too")
        for _ in range(plan.repeats):
            seconds, at = nanorotor("rate", str(BENCHMARKS / "studies" / f"{study}.toml"), "--units", "atomic")
            own.seconds.append(seconds)
        error = 2 * math.pi * at["rotation_rate"] / exact - 1
        own.accuracy, own.agrees = f"{error:.0e} from the exact value", abs(error) < 1e-5
        own.ratio = 1.0
        rows.append(own)
        found = tool(module, {"repeats": plan.repeats}, plan.limit)
        if "failed" in found:
            rows.append(failed(work, module, found))
            continue
        row = read(work, found)
        error = found["found"]["mean_velocity"] / exact - 1
        row.agrees = abs(error) < 1e-5
        row.accuracy = f"{error:.0e} from the exact value"
        rows.append(row.against(own))
    return rows
