"""Hold one line of the table: one program doing one piece of work."""

import statistics
from dataclasses import asdict, dataclass, field
from typing import Any


@dataclass
class Row:
    """Seconds or rates of one program, how far it is from the reference, and whether that is near enough."""

    work: str
    program: str
    seconds: list[float] = field(default_factory=list)
    """Of each repetition."""
    size: float | None = None
    """Steps in a repetition, where a rate is shown instead of seconds."""
    compile_seconds: float = 0.0
    accuracy: str = ""
    agrees: bool = True
    note: str = ""
    ratio: float | None = None
    """How many times as long as nanorotor it takes."""

    @property
    def median(self) -> float:
        return statistics.median(self.seconds)

    def against(self, own: "Row") -> "Row":
        """The row with its ratio, which only a program that solves the same problem as well gets."""
        if self.agrees and self.seconds:
            cost = self.median / (self.size or 1)
            self.ratio = cost / (own.median / (own.size or 1))
        return self

    def shown(self) -> list[str]:
        """The cells of the table."""
        if not self.seconds:
            return [self.program, "–", "–", "–", self.note]
        if self.size:
            speed = f"{self.size / self.median / 1e6:.3g} million steps/s"
        elif self.median < 1:
            speed = f"{self.median * 1e3:.3g} ms"
        else:
            speed = f"{self.median:.3g} s"
        ratio = f"{self.ratio:.3g}" if self.ratio is not None else "none"
        compiled = f"first call {self.compile_seconds:.2g} s longer, not counted" if self.compile_seconds > 0.05 else ""
        return [self.program, speed, ratio, self.accuracy, "; ".join(part for part in (self.note, compiled) if part)]

    def as_dict(self) -> dict[str, Any]:
        return asdict(self)
