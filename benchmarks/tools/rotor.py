"""Prepare the rotor for tools that run trajectories: what one step needs, tabulated, and what is measured."""

import math
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from . import measure

Array = NDArray[np.float64]
CHUNKS = 8
"""The velocities are looked at this often in each timed piece of work."""


@dataclass
class Rotor:
    """The preset in atomic units on equidistant angles, and how it is to be run."""

    torque: Array
    friction: Array
    diffusion: Array
    period: float
    inertia: float
    start: float
    dt: float
    trajectories: int
    steps: int
    repeats: int
    burn_in: int

    @property
    def kick(self) -> Array:
        """F dt/I, two half kicks."""
        return self.torque * self.dt / self.inertia

    @property
    def decay(self) -> Array:
        """exp(-X dt/I)."""
        return np.exp(-self.friction * self.dt / self.inertia)

    @property
    def noise(self) -> Array:
        """The standard deviation of the velocity that one step's noise adds."""
        return np.sqrt(self.diffusion * (1 - self.decay**2) / (2 * self.friction * self.inertia))

    def thermal(self) -> Array:
        """Velocities at the start, one for each trajectory."""
        width = math.sqrt(np.mean(self.diffusion) / (2 * np.mean(self.friction)) / self.inertia)
        return width * np.random.default_rng(1).standard_normal(self.trajectories)


def load() -> Rotor:
    """The rotor that the task describes."""
    given: dict[str, Any] = measure.task()
    for name in ("torque", "friction", "diffusion"):
        given[name] = np.array(given[name])
    return Rotor(**given)


@dataclass
class Sampler:
    """Averages over the looks at the trajectories, and how far they turned."""

    rotor: Rotor
    squares: list[float] = field(default_factory=list)
    waves: list[complex] = field(default_factory=list)
    began: Array | None = None
    turned: float = 0.0
    steps: int = 0

    def look(self, angle: Array, velocity: Array) -> None:
        """Note unwrapped angles and the velocities that belong to them."""
        if self.began is None:
            self.began = angle.copy()
            return
        self.squares.append(float(np.mean(velocity**2)))
        self.waves.append(complex(np.mean(np.exp(2j * np.pi * angle / self.rotor.period))))
        self.turned = float(np.mean(angle - self.began)) / (2 * math.pi)

    def found(self) -> dict[str, float]:
        """What every tool must agree on, in atomic units."""
        time = self.steps * self.rotor.dt
        wave = np.mean(self.waves)
        return {
            "rotation_rate": self.turned / time,
            "total_time": time * self.rotor.trajectories,
            "kinetic_temperature": self.rotor.inertia * float(np.mean(self.squares)),
            "wave_real": wave.real,
            "wave_imaginary": wave.imag,
        }


def run(tool: str, rotor: Rotor, advance: Callable[[int], tuple[Array, Array]], note: str) -> None:
    """Time `advance(steps)`, which returns angles and velocities of all trajectories, and report."""
    sampler = Sampler(rotor)
    chunk = rotor.steps // CHUNKS

    def work() -> None:
        for _ in range(CHUNKS):
            angle, velocity = advance(chunk)
            sampler.look(angle, velocity)
            sampler.steps += chunk

    compiling, _, _ = measure.timed(lambda: advance(chunk), 1)
    for _ in range(rotor.burn_in // chunk):
        advance(chunk)
    sampler.look(*advance(chunk))
    seconds = [measure.once(work) for _ in range(rotor.repeats)]
    measure.report(tool, compiling, seconds, sampler.found(), note)
