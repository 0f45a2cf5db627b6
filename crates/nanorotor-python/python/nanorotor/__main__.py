"""The command line, as ``python -m nanorotor`` and as ``nanorotor``."""

from __future__ import annotations

import signal
import sys

from nanorotor import _native


def main() -> None:
    """Run one command and exit with its code."""
    if sys.argv[1:2] == ["molecule"]:
        from nanorotor.molecule.command import main as molecule

        sys.exit(molecule(sys.argv[2:]))
    # Ctrl-C ends a command at once, as it does without Python, unless the command itself listens.
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    sys.exit(_native.command_line(["nanorotor", *sys.argv[1:]]))


if __name__ == "__main__":
    main()
