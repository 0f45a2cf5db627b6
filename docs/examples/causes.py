"""Why a motor turns: what is left of its rate when one cause after the other is taken away."""

import nanorotor as nr

for name in ("preston2023", "wind"):
    why = nr.Study.preset(name).sensitivity(["V"])
    print(name)
    for cause in why.removed.values:
        print(f"  {cause} removed: {float(why.remaining_rate.sel(removed=cause)):.4g} revolutions/ns")
