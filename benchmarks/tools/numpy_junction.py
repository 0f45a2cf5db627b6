"""Compute torque, friction, diffusion and currents of a chain between two leads with numpy: Gauss panels over the energy."""

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from . import measure

Matrix = NDArray[np.complex128]
NODES, WEIGHTS = np.polynomial.legendre.leggauss(16)


@dataclass
class Chain:
    """The preset in atomic units with a chain of sites between its leads; shapes N x N and N x 2."""

    sites: int
    hopping: float
    broadenings: list[float]
    swing: float
    phase: float
    potentials: list[float]
    heat: float
    bottom: float

    def couplings(self, theta: float) -> tuple[Matrix, Matrix]:
        """w and its derivative."""
        w, dw = np.zeros((self.sites, 2), complex), np.zeros((self.sites, 2), complex)
        for lead, (site, angle) in enumerate(((0, theta), (self.sites - 1, theta + self.phase))):
            root = math.sqrt(self.broadenings[lead])
            w[site, lead] = root * (1 + self.swing / 2 * (math.cos(2 * angle) - 1))
            dw[site, lead] = -root * self.swing * math.sin(2 * angle)
        return w, dw


def energies(chain: Chain, levels: NDArray[np.complex128]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Nodes and weights of panels as narrow as the steps of the leads and the levels need."""
    marks = [chain.bottom]
    top = max(chain.potentials) + 40 * chain.heat
    for potential in chain.potentials:
        marks.extend(potential + chain.heat * np.arange(-40, 41, 2))
    for level in levels:
        width = max(-level.imag, 1e-9)
        reach = width * 2.0 ** np.arange(-1, math.ceil(-math.log2(width)))
        marks.extend([level.real, *(level.real + reach), *(level.real - reach)])
    edges = np.unique([mark for mark in marks if chain.bottom <= mark <= top])
    middle, half = (edges[1:] + edges[:-1]) / 2, (edges[1:] - edges[:-1]) / 2
    return (middle[:, None] + half[:, None] * NODES).ravel(), (half[:, None] * WEIGHTS).ravel()


def fermi(x: NDArray[np.float64]) -> NDArray[np.float64]:
    """1/(exp(x) + 1) without overflow."""
    small = np.exp(-np.abs(x))
    return np.where(x > 0, small, 1.0) / (1 + small)


def coefficients(chain: Chain, theta: float) -> list[float]:
    """Torque, friction, diffusion and the current out of the left lead at one angle."""
    h = np.diag(np.full(chain.sites - 1, chain.hopping + 0j), 1)
    h = h + h.T
    w, dw = chain.couplings(theta)
    levels, right = np.linalg.eig(h - 0.5j * w @ w.conj().T)
    left = np.linalg.inv(right)
    omega, weight = energies(chain, levels)
    resolvent = 1 / (omega[:, None] - levels)

    resolvent_squared = resolvent**2

    def between(a: Matrix, b: Matrix, power: int) -> Matrix:
        """a^dagger G b, or with G squared, at every energy."""
        poles = resolvent if power == 1 else resolvent_squared
        return np.einsum("ai,wi,ib->wab", a.conj().T @ right, poles, left @ b, optimize=True)

    def dagger(a: Matrix) -> Matrix:
        return a.conj().swapaxes(-1, -2)

    k = 0.5j * (w @ dw.conj().T - dw @ w.conj().T)
    y = -0.5j * (w @ dw.conj().T + dw @ w.conj().T)
    w_right, left_w = w.conj().T @ right, left @ w
    g_w = np.einsum("ni,wi,ib->wnb", right, resolvent, left_w, optimize=True)
    g2_w = np.einsum("ni,wi,ib->wnb", right, resolvent_squared, left_w, optimize=True)
    w_g = np.einsum("ai,wi,in->wan", w_right, resolvent, left, optimize=True)
    w_g2 = np.einsum("ai,wi,in->wan", w_right, resolvent_squared, left, optimize=True)
    dw_g_w, w_g_dw = between(dw, w, 1), between(w, dw, 1)
    q = -(dw_g_w + dagger(dw_g_w) + dagger(g_w) @ k @ g_w)
    s = np.eye(2) - 1j * between(w, w, 1)
    ds = -1j * (dw_g_w + w_g @ y @ g_w + w_g_dw)
    b = 0.5 * (w_g @ y @ g2_w - w_g2 @ y @ g_w + between(dw, w, 2) - between(w, dw, 2))

    x = (omega[:, None] - np.array(chain.potentials)) / chain.heat
    f, empty = fermi(x), fermi(-x)
    slope = f * empty / chain.heat
    q2 = np.abs(q) ** 2
    crossed = dagger(ds) @ b
    crossed = np.einsum("wcc->wc", crossed - dagger(crossed)).imag
    torque = weight @ np.sum(f * np.einsum("wcc->wc", q).real, 1) / (2 * math.pi)
    friction = weight @ np.sum(slope * q2.sum(2), 1) / (4 * math.pi)
    # The sum over channels vanishes at every energy, so counting from one lead keeps it inside the window of the bias.
    friction += weight @ np.sum((f - f[:, :1]) * crossed, 1) / (2 * math.pi)
    diffusion = weight @ np.einsum("wc,wcd,wd->w", f, q2, empty) / (2 * math.pi)
    current = weight @ (np.abs(s[:, 0, 1]) ** 2 * (f[:, 0] - f[:, 1])) / (2 * math.pi)
    return [torque, friction, diffusion, current]


def main() -> None:
    task: dict[str, Any] = measure.task()
    chain = Chain(**task["chain"])

    def work() -> list[list[float]]:
        return [list(map(float, row)) for row in zip(*(coefficients(chain, t) for t in task["theta"]))]

    compiling, seconds, found = measure.timed(work, task["repeats"])
    names = ["torque", "friction", "diffusion", "current"]
    measure.report("numpy", compiling, seconds, dict(zip(names, found)), "eigenvectors, 16-point Gauss panels, no error estimate")


main()
