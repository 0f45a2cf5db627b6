"""Show how far long work is, with tqdm where it is installed."""

from __future__ import annotations

import sys
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager

Tell = Callable[[float, float], object]


def watched() -> bool:
    """Tell whether somebody looks: a terminal, or a notebook."""
    return sys.stderr.isatty() or "ipykernel" in sys.modules


@contextmanager
def progress(wanted: bool | None, unit: str) -> Iterator[Tell | None]:
    """Give a function ``tell(done, all)`` that moves a bar, or None where there is none."""
    if wanted is False or (wanted is None and not watched()):
        yield None
        return
    try:
        # It complains where a notebook has no widgets, and shows a bar of text there.
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            from tqdm.auto import tqdm
    except ImportError:
        yield None
        return
    # Nothing that ends within a moment needs a bar.
    with tqdm(unit=unit, unit_scale=True, delay=2.0, leave=False) as bar:

        def tell(done: float, everything: float) -> None:
            bar.total = everything
            bar.update(min(done, everything) - bar.n)

        yield tell
