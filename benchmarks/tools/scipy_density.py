"""Solve the stationary Klein-Kramers equation with scipy.sparse: one matrix over Hermite levels and Fourier modes, factorised once."""

import math

import numpy as np
import scipy.sparse as sparse
from numpy.typing import NDArray
from scipy.sparse.linalg import splu

from . import measure, rotor
from .rotor import Array, Rotor

HALF_MODES, LEVELS = 20, 177


def toeplitz(samples: Array) -> NDArray[np.complex128]:
    """Multiplication by a function of the angle in the basis exp(2 pi i k theta/L), |k| up to HALF_MODES."""
    harmonics = np.fft.fft(samples) / samples.size
    k = np.arange(-HALF_MODES, HALF_MODES + 1)
    return harmonics[k[:, None] - k[None, :]]


def solve(motor: Rotor) -> dict[str, float]:
    """R, D_eff and the kinetic temperature, with the density's recurrence in Hermite functions."""
    heat = motor.diffusion / (2 * motor.friction)
    reference = 0.55 * float(heat.max())
    u0 = math.sqrt(reference / motor.inertia)
    modes = 2 * HALF_MODES + 1
    derivative = np.diag(2j * np.pi / motor.period * np.arange(-HALF_MODES, HALF_MODES + 1))
    below = toeplitz(motor.torque / (motor.inertia * u0)) - u0 * derivative
    damping = toeplitz(motor.friction / motor.inertia)
    hotter = toeplitz(motor.friction / motor.inertia * (heat / reference - 1))

    n = np.arange(LEVELS + 1)
    root = np.sqrt(n[1:])
    operator = (
        sparse.kron(sparse.diags(root, -1), below)
        - sparse.kron(sparse.diags(root, 1), u0 * derivative)
        - sparse.kron(sparse.diags(n), damping)
        + sparse.kron(sparse.diags(np.sqrt(n[2:] * n[1:-1]), -2), hotter)
    )
    # The equation of the mean of c_0 says nothing and makes room for the normalisation.
    free = np.zeros(modes * (LEVELS + 1))
    free[HALF_MODES] = 1
    factors = splu((sparse.diags(1 - free) @ operator + sparse.diags(free)).tocsc())

    source = free.astype(complex)
    p = factors.solve(source).reshape(LEVELS + 1, modes)
    velocity = u0 * p[1, HALF_MODES].real
    source = velocity * p
    source[1:] -= u0 * root[:, None] * p[:-1]
    source[:-1] -= u0 * root[:, None] * p[1:]
    source[0, HALF_MODES] = 0
    response = factors.solve(source.ravel()).reshape(LEVELS + 1, modes)
    return {
        "rotation_rate": velocity / (2 * math.pi),
        "rotational_diffusion": u0 * response[1, HALF_MODES].real,
        "kinetic_temperature": reference * (1 + math.sqrt(2) * p[2, HALF_MODES].real),
    }


def main() -> None:
    motor = rotor.load()
    compiling, seconds, found = measure.timed(lambda: solve(motor), motor.repeats)
    note = f"splu, {2 * HALF_MODES + 1} Fourier modes, {LEVELS} levels, as nanorotor found enough; no error estimate"
    measure.report("scipy", compiling, seconds, found, note)


main()
