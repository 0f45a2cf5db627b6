"""What the bottom of the band does to the motor of Preston & Kosov (2023): a sharp cut, a chain, a graphene sheet."""

import matplotlib.pyplot as plt
import nanorotor as nr
import numpy as np

GAMMA = {"left": 0.272, "right": 0.136}  # eV
TWIST = {"left": "2*theta", "right": "2*(theta - pi/4)"}
SITE = {"left": 1, "right": 2}
DEPTHS = {"sharp cut": (5.0, 7.0, 10.0, 15.0, 20.0, 40.0), "chain": (5.0, 10.0, 20.0, 40.0), "graphene": (8.1, 16.2)}


def graphene(hopping: float, gamma: float) -> tuple[np.ndarray, np.ndarray]:
    """Σ(ω) of a level bound to one atom of a sheet, whose band goes from -3 hoppings to 3."""
    k = 2 * np.pi * (np.arange(240) + 0.5) / 240
    bands = (hopping * np.abs(1 + np.exp(1j * k)[:, None] + np.exp(1j * k)[None, :])) ** 2
    energies = np.linspace(-4 * hopping, 4 * hopping, 401)
    z = energies + 0.05j * hopping  # what the sampling of k resolves
    surface = np.array([np.mean(w / (w**2 - bands)) for w in z])
    return energies, 0.5 * gamma * surface / np.max(-surface.imag)


def motor(kind: str, depth: float) -> nr.Study:
    """The motor at 5 V between leads whose bands begin at -depth."""

    def lead(name: str, potential: str) -> nr.Lead:
        channel = {"site": SITE[name], "amplitude": f"1 + 0.95/2*(cos({TWIST[name]}) - 1)"}
        if kind == "graphene":
            band = {"self_energy": graphene(depth / 3, GAMMA[name]), "accuracy": 0.02}
            return nr.Lead(name, potential, "kT", channels=[channel], **band)
        band = {"chain": (0.0, depth / 2)} if kind == "chain" else {}
        return nr.Lead(name, potential, "kT", channels=[{"broadening": f"{GAMMA[name]} eV", **channel}], **band)

    return nr.Study.from_junction(
        [["0 eV", "1.25 eV"], ["1.25 eV", "0 eV"]],
        [lead("left", "V/2"), lead("right", "-V/2")],
        band_bottom=-depth if kind == "sharp cut" else None,
        period="pi",
        moment_of_inertia="4.5e5 au",
        friction="5 au",
        thermal_energy="kT",
        parameters={"V": "5 eV", "kT": "0.0272 eV"},
        title=f"The motor of Preston & Kosov (2023) with leads: {kind} to {depth} eV",
    )


figure, (barriers, rates) = plt.subplots(1, 2, figsize=(8, 3.4), layout="constrained")
# Colours that the colour-blind tell apart.
styles = zip(("o-", "s--", "^:"), ("black", "#0072b2", "#d55e00"), strict=True)
for (kind, depths), (style, colour) in zip(DEPTHS.items(), styles, strict=True):
    found = [motor(kind, depth).rate(tolerance=1e-5) for depth in depths]
    for axes, name in ((barriers, "barrier"), (rates, "rotation_rate")):
        values, errors = ([float(one[which]) for one in found] for which in (name, f"{name}_error"))
        axes.errorbar(depths, values, errors, fmt=style, color=colour, capsize=3, label=kind)
    for depth, one in zip(depths, found, strict=True):
        rate, error = float(one.rotation_rate), float(one.rotation_rate_error)
        print(f"{kind:9} from {-depth:5} eV: barrier {float(one.barrier):.4f} eV, R = {rate:.3f} ± {error:.1g} per ns")
barriers.set(ylabel="barrier (eV)")
rates.set(yscale="log", ylabel="rotation rate (revolutions/ns)")
rates.set_yticks([0.2, 0.5, 1, 2, 3], labels=["0.2", "0.5", "1", "2", "3"])
for axes in (barriers, rates):
    axes.set(xscale="log", xlabel="depth of the band bottom below the levels (eV)")
    axes.set_xticks([5, 10, 20, 40], labels=["5", "10", "20", "40"])
    axes.minorticks_off()
barriers.legend(frameon=False)
figure.savefig("band_bottom.png", dpi=150)
