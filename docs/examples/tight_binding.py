"""A molecule from a tight-binding package (PythTB) between two leads: a phenyl ring that turns on its bonds.

Six p orbitals of a ring; the bonds to the leads conduct as the orbitals overlap, as cos(θ) on the left and, since
the leads are held at an angle to each other, as cos(θ - 60°) on the right, where the bond is weaker.
"""

import warnings

import nanorotor as nr
import numpy as np

warnings.filterwarnings("ignore", category=DeprecationWarning)

HOPPING = -2.4  # eV, between neighbours in the ring


def ring() -> np.ndarray:
    """The Hamiltonian of benzene's π system in eV; from PythTB where it is installed."""
    try:
        from pythtb import tb_model
    except ImportError:
        return HOPPING * (np.eye(6, k=1) + np.eye(6, k=-1) + np.eye(6, k=5) + np.eye(6, k=-5))
    angle = np.arange(6) * np.pi / 3
    model = tb_model(0, 2, np.eye(2), np.stack([np.cos(angle), np.sin(angle)], axis=1))
    for site in range(6):
        model.set_hop(HOPPING, site, (site + 1) % 6)
    hamiltonian = getattr(model, "hamiltonian", None) or model._gen_ham
    return np.real(np.asarray(hamiltonian())).reshape(6, 6)


theta = np.arange(16) * 2 * np.pi / 16  # the couplings change sign after half a turn
para = np.zeros((2, len(theta), 6))
para[0, :, 0] = np.sqrt(0.3) * np.cos(theta)
para[1, :, 3] = np.sqrt(0.1) * np.cos(theta - np.pi / 3)
study = nr.Study.from_junction(
    ring() - 1.0 * np.eye(6),  # the Fermi level lies 1 eV above the middle of the gap
    [
        nr.Lead("left", "V/2", "kT", coupling=para[0][:, :, np.newaxis]),
        nr.Lead("right", "-V/2", "kT", coupling=para[1][:, :, np.newaxis]),
    ],
    theta=theta,
    parameters={"V": "4 eV", "kT": "300 K"},
    band_bottom=-10.0,
    moment_of_inertia=1.5e-45,  # kg m², a phenyl ring about its axis
    friction=3.3e-3,  # eV ps
    thermal_energy="kT",
    title="A phenyl ring on its bonds",
)
found = study.rate(V=[2.0, 4.0, 6.0])
for bias, rate in zip(found.V.values, found.rotation_rate.values, strict=True):
    print(f"V = {bias:g} eV: {rate:.3g} revolutions/ns")
print(found.attrs["sampling"])
