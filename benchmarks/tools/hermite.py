"""The stationary Klein-Kramers equation as one sparse matrix over Hermite levels and Fourier modes, factorised by scipy."""

import math

import numpy as np
import scipy.sparse as sparse
from numpy.typing import NDArray
from scipy.sparse.linalg import splu

Array = NDArray[np.float64]


class Expansion:
    """The equation with |k| up to `half_modes` and the levels 0 to `levels`; functions on equidistant angles, in atomic units."""

    def __init__(
        self,
        torque: Array,
        friction: Array,
        diffusion: Array,
        period: float,
        inertia: float,
        half_modes: int,
        levels: int,
    ) -> None:
        heat = diffusion / (2 * friction)
        self.reference = 0.55 * float(heat.max())
        self.u0 = math.sqrt(self.reference / inertia)
        self.half_modes, self.levels = half_modes, levels
        k = np.arange(-half_modes, half_modes + 1)

        def toeplitz(samples: Array) -> NDArray[np.complex128]:
            """Multiplication by a function of the angle in the basis exp(2 pi i k theta/L)."""
            harmonics = np.fft.fft(samples) / samples.size
            return harmonics[k[:, None] - k[None, :]]

        derivative = np.diag(2j * np.pi / period * k)
        below = toeplitz(torque / (inertia * self.u0)) - self.u0 * derivative
        damping = toeplitz(friction / inertia)
        hotter = toeplitz(friction / inertia * (heat / self.reference - 1))
        n = np.arange(levels + 1)
        self.root = np.sqrt(n[1:])
        operator = (
            sparse.kron(sparse.diags(self.root, -1), below)
            - sparse.kron(sparse.diags(self.root, 1), self.u0 * derivative)
            - sparse.kron(sparse.diags(n), damping)
            + sparse.kron(sparse.diags(np.sqrt(n[2:] * n[1:-1]), -2), hotter)
        )
        # The equation of the mean of c_0 says nothing and makes room for the normalisation.
        self.free = np.zeros(k.size * (levels + 1))
        self.free[half_modes] = 1
        self.matrix = (sparse.diags(1 - self.free) @ operator + sparse.diags(self.free)).tocsc()

    def solve(self) -> dict[str, float]:
        """R, D_eff and the kinetic temperature, by one factorisation and two solutions."""
        factors = splu(self.matrix)
        shape = (self.levels + 1, 2 * self.half_modes + 1)
        p = factors.solve(self.free.astype(complex)).reshape(shape)
        velocity = self.u0 * p[1, self.half_modes].real
        source = velocity * p
        source[1:] -= self.u0 * self.root[:, None] * p[:-1]
        source[:-1] -= self.u0 * self.root[:, None] * p[1:]
        source[0, self.half_modes] = 0
        response = factors.solve(source.ravel()).reshape(shape)
        return {
            "rotation_rate": velocity / (2 * math.pi),
            "rotational_diffusion": self.u0 * response[1, self.half_modes].real,
            "kinetic_temperature": self.reference * (1 + math.sqrt(2) * p[2, self.half_modes].real),
        }
