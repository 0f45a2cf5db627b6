"""What a motor can drive: stall torque, greatest power and efficiency."""

import nanorotor as nr

curve = nr.Study.preset("preston2023").load_curve()
print(f"stall torque   {float(curve.stall_torque):.4g} ± {float(curve.stall_torque_error):.1g} eV/rad")
print(f"greatest power {float(curve.maximum_power):.4g} eV/ns")
print(f"efficiency     {float(curve.maximum_efficiency):.2g}")
