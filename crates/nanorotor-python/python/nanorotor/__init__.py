"""Current-driven molecular rotors: from a junction to torque, friction, diffusion and rotation.

>>> import nanorotor as nr
>>> study = nr.Study.preset("preston2023")
>>> float(study.rate(V="3 eV").rotation_rate)          # revolutions per ns
0.36725...

Theory: R. J. Preston and D. S. Kosov, "Molecular motor driven by the Landauer blowtorch effect" (2023).
"""

from nanorotor import molecule, plot
from nanorotor._dataset import atomic
from nanorotor._errors import (
    ConvergenceError,
    Error,
    FileError,
    MissingExtraError,
    ModelError,
    NotConvergedWarning,
    StudyError,
    UnusedParameterWarning,
)
from nanorotor._folders import merge, results
from nanorotor._junction import Lead
from nanorotor._native import __version__
from nanorotor._optimize import Front, Optimum, optimize
from nanorotor._reproduce import reproduce
from nanorotor._study import Study
from nanorotor.molecule.anchor import Anchor

__all__ = [
    "Anchor",
    "ConvergenceError",
    "Error",
    "FileError",
    "Front",
    "Lead",
    "MissingExtraError",
    "ModelError",
    "NotConvergedWarning",
    "Optimum",
    "Study",
    "StudyError",
    "UnusedParameterWarning",
    "__version__",
    "atomic",
    "merge",
    "molecule",
    "optimize",
    "plot",
    "reproduce",
    "results",
]
