"""Open the explorer's page beside or inside a notebook."""

from __future__ import annotations

import html
import sys
import webbrowser
from typing import Any

from nanorotor import _native


class Explorer:
    """The page of a study, which this process serves until it ends.

    A notebook shows it in a frame; ``stop()``, or the end of a ``with`` block, ends it.
    """

    def __init__(self, native: _native.Explorer) -> None:
        self._native = native

    @property
    def url(self) -> str:
        """The address of the page; only this machine can open it."""
        return self._native.url

    @property
    def running(self) -> bool:
        """Whether the page is served."""
        return self._native.running

    def stop(self) -> None:
        """End it."""
        self._native.stop()

    def __enter__(self) -> Explorer:
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def __repr__(self) -> str:
        return f"<nanorotor.Explorer at {self.url}>" if self.running else "<nanorotor.Explorer, stopped>"

    def _repr_html_(self) -> str:
        if not self.running:
            return html.escape(repr(self))
        return (
            f'<iframe src="{html.escape(self.url)}" title="nanorotor explorer" width="100%" height="800" '
            'style="border: 0"></iframe>'
        )


def explore(native: _native.Study, port: int | None, browser: Any) -> Explorer:
    """Serve the page, and open it in a browser where no notebook shows it."""
    in_notebook = "ipykernel" in sys.modules
    explorer = Explorer(native.explore(port, in_notebook))
    if browser or (browser is None and not in_notebook):
        webbrowser.open(explorer.url)
    return explorer
