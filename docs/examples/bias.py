"""The rotation rate of the motor of Preston & Kosov (2023) against the bias, for two angles between the rings."""

import nanorotor as nr
import numpy as np

motor = nr.Study.preset("preston2023")
found = motor.rate(V=np.linspace(0, 5, 6), phi=[-np.pi / 4, np.pi / 4])
for bias in found.V.values:
    rates = found.rotation_rate.sel(V=bias).values
    print(f"V = {bias:g} eV: {rates[0]:+.4f} and {rates[1]:+.4f} revolutions/ns")
