"""Run trajectories of the rotor with numba: a compiled loop over trajectories and steps, counting turns."""

import math

import numba
import numpy as np

from . import rotor
from .rotor import Array


@numba.njit(fastmath=True)
def look_up(table: Array, fraction: float) -> float:
    """Interpolate linearly at a fraction of the period."""
    scaled = fraction * table.size
    cell = int(scaled)
    here = table[cell % table.size]
    return here + (scaled - cell) * (table[(cell + 1) % table.size] - here)


@numba.njit(fastmath=True)
def advance(
    angle: Array,
    velocity: Array,
    counts: Array,
    tables: tuple[Array, Array, Array],
    period: float,
    dt: float,
    steps: int,
) -> None:
    """Kick, drift, friction with noise, drift; velocities stand half a kick ahead of their angles."""
    kick, decay, noise = tables
    for i in range(angle.size):
        x, u, stands, turns = angle[i], velocity[i], counts[i, 0], counts[i, 1]
        for _ in range(steps):
            x += 0.5 * dt * u
            fraction = x / period - math.floor(x / period)
            u = look_up(decay, fraction) * u + look_up(noise, fraction) * np.random.standard_normal()
            x += 0.5 * dt * u
            fraction = x / period - math.floor(x / period)
            u += look_up(kick, fraction)
            if x >= stands + 2 * math.pi:
                stands += 2 * math.pi
                turns += 1
            elif x < stands - 2 * math.pi:
                stands -= 2 * math.pi
                turns += 1
        angle[i], velocity[i], counts[i, 0], counts[i, 1] = x, u, stands, turns


def main() -> None:
    motor = rotor.load()
    angle = np.full(motor.trajectories, motor.start)
    velocity = motor.thermal()
    counts = np.zeros((motor.trajectories, 2))
    counts[:, 0] = motor.start
    tables = (motor.kick, motor.decay, motor.noise)

    def run(steps: int) -> tuple[Array, Array]:
        advance(angle, velocity, counts, tables, motor.period, motor.dt, steps)
        edges = np.linspace(0, motor.period, motor.kick.size + 1)
        ahead = np.interp(angle % motor.period, edges, np.append(motor.kick, motor.kick[0]))
        return angle, velocity - 0.5 * ahead

    rotor.run("numba", motor, run, "double precision, turns counted")


main()
