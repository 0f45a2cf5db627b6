"""Hamiltonians of sisl, one for each angle, become a motor: the p orbitals of biphenyl's carbon atoms.

Those of Siesta are read in place of built: ``nr.molecule.from_sisl([f"{k}/RUN.fdf" for k in range(32)], …)``.
"""

import nanorotor as nr
import numpy as np
import sisl
from scipy.sparse import csr_matrix

HOPPING = {"sigma": 6.2, "pi": -2.7}  # eV, of p orbitals along and across a bond
RING = 1.40 * np.exp(1j * np.arange(6) * np.pi / 3)


def hamiltonian(twist: float) -> sisl.Hamiltonian:
    """Two rings in a row about the x axis, the second turned by an angle, p orbitals as sisl orders them."""
    first = np.stack([RING.real, RING.imag, 0 * RING.real], axis=1)
    second = np.stack([RING.real + 4.28, RING.imag * np.cos(twist), RING.imag * np.sin(twist)], axis=1)
    carbon = sisl.Atom(6, [sisl.AtomicOrbital(name, R=1.6) for name in ("2py", "2pz", "2px")])
    places = np.concatenate([first, second])
    geometry = sisl.Geometry(places, carbon, lattice=sisl.Lattice(30.0, nsc=[1, 1, 1]))
    matrix = np.zeros((12, 3, 12, 3))
    for i in range(12):
        for j in range(12):
            arm = places[j] - places[i]
            if 0 < np.linalg.norm(arm) < 1.6:
                x, y, z = arm / np.linalg.norm(arm)
                # p_x and p_y of sisl point along -x and -y.
                along = np.array([-y, z, -x])
                matrix[i, :, j] = HOPPING["pi"] * np.eye(3)
                matrix[i, :, j] += (HOPPING["sigma"] - HOPPING["pi"]) * np.outer(along, along)
    return sisl.Hamiltonian.fromsp(geometry, csr_matrix(matrix.reshape(36, 36)))


angles = np.arange(32) * 2 * np.pi / 32
scan = nr.molecule.from_sisl(
    [hamiltonian(angle) for angle in angles],
    axis=(0, 9),
    electrons=36,
    # The barriers of biphenyl, 7.7 and 7.3 kJ/mol about a minimum at 40 degrees: these matrices have none.
    energy=0.038 + 0.002 * np.cos(2 * angles) + 0.038 * np.cos(4 * angles),
    method="sisl",
)
study = scan.junction(
    [
        nr.Anchor("left", {3: "0.3 eV"}),
        nr.Anchor("right", {6: "0.2 eV"}, frame="space", direction=(0, 1, 1)),
    ],
    friction="0.1 eV ps",
    temperature="300 K",
    tolerance=1e-3,
)
rate = study.rate(V=1.0, E_F=study.value("E_F")[0] - 1.5)
print(f"{len(scan.orbitals)} orbitals, {float(rate.rotation_rate):.3g} revolutions/ns at 1 V")
