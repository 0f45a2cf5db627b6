"""Name everything that can go wrong, with what to do about it."""

from __future__ import annotations

import re
from collections.abc import Sequence

#: Options of the commands, which the library names in what it says; those that have no argument of their name.
OPTIONS = {
    "set": "parameters",
    "replace": "`replace=True`",
    "help": "`help()`",
}
OPTION = re.compile(r"(?<![\w-])(`?)--([a-z]+(?:-[a-z]+)*)\1(?: \(from Python replace=True\))?")


def in_python(text: str) -> str:
    """Name arguments in place of the options of the commands: ``--counter-origin`` is ``counter_origin``."""
    return OPTION.sub(lambda found: OPTIONS.get(found[2], f"`{found[2].replace('-', '_')}`"), text)


class Error(Exception):
    """What can go wrong in nanorotor.

    Attributes
    ----------
    message : str
        What is wrong, with the numbers.
    hint : str
        What to do about it.
    """

    def __init__(self, message: str, hint: str) -> None:
        message, hint = in_python(message), in_python(hint)
        super().__init__(message, hint)
        self.message = message
        self.hint = hint

    def __str__(self) -> str:
        return f"{self.message}\nhint: {self.hint}"


class ModelError(Error, ValueError):
    """The model is impossible or incomplete, or an argument makes no sense."""


class ConvergenceError(Error, ArithmeticError):
    """A computation did not reach its accuracy; there is no result."""


class FileError(Error):
    """A file cannot be read or written, or is not what it should be."""


class MissingExtraError(Error, ImportError):
    """Something asked for needs a package that is not installed."""


class StudyError(Error, ValueError):
    """A text (a study file, a formula, the value of a parameter) is wrong at a known place.

    Attributes
    ----------
    name : str
        What the text is called: a file name, or ``--set`` for the value of a parameter.
    text : str
        The text that is wrong.
    labels : sequence of (start, end, label)
        The places that matter as ranges of characters of ``text``, the main one first.
    """

    def __init__(
        self,
        message: str,
        hint: str,
        name: str = "",
        text: str = "",
        labels: Sequence[tuple[int, int, str]] = (),
    ) -> None:
        super().__init__(message, hint)
        self.args = (self.message, self.hint, name, text, labels)
        self.name = name
        self.text = text
        self.labels = labels

    @property
    def line(self) -> int | None:
        """The number of the line, from 1."""
        return self.text.count("\n", 0, self.labels[0][0]) + 1 if self.labels else None

    def __str__(self) -> str:
        lines = [self.message]
        for start, end, label in self.labels:
            begin = self.text.rfind("\n", 0, start) + 1
            stop = self.text.find("\n", start)
            line = self.text[begin : stop if stop >= 0 else len(self.text)]
            number = self.text.count("\n", 0, start) + 1
            # The value of a parameter is its own only line.
            place = "" if self.name == "--set" else f"{self.name}:{number}: "
            carets = "^" * max(1, min(end, begin + len(line)) - start)
            lines.append(f"  {place}{line}")
            lines.append(f"  {' ' * (len(place) + start - begin)}{carets} {label}".rstrip())
        lines.append(f"hint: {self.hint}")
        return "\n".join(lines)


class NotConvergedWarning(UserWarning):
    """Some points of a sweep have no result; they are NaN, and their ``status`` says why."""


class UnusedParameterWarning(UserWarning):
    """A parameter was set that nothing in the study uses, so that nothing changes."""


def missing_extra(package: str, extra: str, purpose: str) -> MissingExtraError:
    """Say that a package is missing and how to install it."""
    return MissingExtraError(
        f"{purpose} needs {package}, which is not installed",
        f"pip install '.[{extra}]' in the checkout of nanorotor, or pip install {package}",
    )
