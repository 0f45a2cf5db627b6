"""A rotor without electrons: torque, friction and diffusion from arrays, as another program may give them."""

import nanorotor as nr
import numpy as np

theta = np.arange(64) * 2 * np.pi / 64
friction = 3e-3 * (1 + 0.3 * np.cos(theta))  # eV ps
temperature = 0.026 * (1 + 0.5 * np.sin(theta))  # eV
washboard = nr.Study.from_landscape(
    0.05 * np.sin(theta),  # eV/rad
    friction,
    2 * temperature * friction,  # eV² ps
    theta=theta,
    moment_of_inertia=1e-46,  # kg m²
    title="Landauer's blowtorch",
)
found = washboard.rate()
print(f"{float(found.rotation_rate):.6g} ± {float(found.rotation_rate_error):.1g} revolutions/ns")
