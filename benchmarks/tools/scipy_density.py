"""Solve the stationary Klein-Kramers equation with scipy.sparse: one matrix over Hermite levels and Fourier modes, factorised once."""

from . import measure, rotor
from .hermite import Expansion
from .rotor import Rotor

HALF_MODES, LEVELS = 20, 177


def solve(motor: Rotor) -> dict[str, float]:
    """R, D_eff and the kinetic temperature, with the density's recurrence in Hermite functions."""
    functions = (motor.torque, motor.friction, motor.diffusion)
    return Expansion(*functions, motor.period, motor.inertia, HALF_MODES, LEVELS).solve()


def main() -> None:
    motor = rotor.load()
    compiling, seconds, found = measure.timed(lambda: solve(motor), motor.repeats)
    note = f"splu, {2 * HALF_MODES + 1} Fourier modes, {LEVELS} levels, as nanorotor found enough; no error estimate"
    measure.report("scipy", compiling, seconds, found, note)


main()
