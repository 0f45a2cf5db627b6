"""What the native half hands over; the rest of the package is the way to use it."""

from collections.abc import Callable, Sequence
from os import PathLike
from typing import TypedDict

__version__: str
THETA_POINTS: int
AXES: list[str]

Progress = Callable[[float, float], object]

def ratio(of: str, to: str) -> float: ...
def energies(
    energies: Sequence[float], variables: Sequence[tuple[str, Sequence[tuple[str, int]], str, bytes, bytes | None]]
) -> bytes: ...
def table(
    theta: Sequence[float], variables: Sequence[tuple[str, Sequence[tuple[str, int]], str, bytes, bytes | None]]
) -> bytes: ...

class Explorer:
    @property
    def url(self) -> str: ...
    @property
    def running(self) -> bool: ...
    def stop(self) -> None: ...

class Axis(TypedDict, total=False):
    name: str
    swept: bool
    counted: bool
    names: list[str]
    numbers: bytes
    units: str | None
    display_units: str
    long_name: str

class Variable(TypedDict):
    name: str
    axes: list[str]
    values: bytes
    counted: bool
    seed: int | None
    units: str
    display_units: str
    long_name: str

class Results(TypedDict):
    axes: list[Axis]
    variables: list[Variable]
    notes: list[tuple[str, str]]
    validity: list[tuple[str, str, str]]
    status: list[str]
    provenance: list[tuple[str, str]]

class Study:
    text: str
    def text_as_set_in(self, folder: str) -> str: ...
    def held(self) -> list[tuple[str, bytes]]: ...
    name: str
    title: str | None
    names: list[str]
    unused: list[str]
    axes: list[tuple[str, int]]
    @staticmethod
    def from_text(
        text: str, name: str, directory: str | PathLike[str] | None, held: Sequence[tuple[str, bytes]]
    ) -> Study: ...
    @staticmethod
    def load(path: str | PathLike[str]) -> Study: ...
    @staticmethod
    def preset(name: str) -> Study: ...
    def with_value(self, name: str, value: str) -> Study: ...
    def with_solver(
        self, method: str | None, tolerance: float | None, memory: str | None, passage: bool | None
    ) -> Study: ...
    def quantity(self, name: str, number: float) -> str: ...
    def with_axis(self, name: str, numbers: Sequence[float]) -> Study: ...
    def check(self) -> str: ...
    def cite(self) -> list[tuple[str, str | None]]: ...
    def unit(self, name: str) -> tuple[str, str | None]: ...
    def parameters(self) -> list[tuple[str, str, float | None, str, str | None]]: ...
    def validity(self) -> list[tuple[str, str, str]]: ...
    def spectrum(self, theta: Sequence[float] | None, points: int, energies: Sequence[float] | None) -> Results: ...
    def sensitivity(self, parameters: Sequence[str] | None, theta: Sequence[float] | None) -> Results: ...
    def with_uncertain(self, name: str, deviation_or_range: Sequence[str]) -> Study: ...
    def uncertain(self, samples: int, of: Sequence[str], progress: Progress | None) -> tuple[Results, str]: ...
    def derivatives(self, of: Sequence[str], parameters: Sequence[str] | None) -> str: ...
    def usual(self) -> list[str]: ...
    def explore(self, port: int | None, framed: bool) -> Explorer: ...
    def optimize(
        self,
        objectives: Sequence[tuple[bool, str]],
        over: Sequence[str],
        subject_to: Sequence[str],
        folder: str | None,
        evaluations: int | None,
        starts: int,
        front: int,
        global_search: bool,
        seed: int,
        threads: int | None,
        replace: bool,
        progress: Progress | None,
    ) -> tuple[Study | None, str, str] | None: ...
    def rate_and_gradient(self, names: Sequence[str]) -> tuple[float, list[float]]: ...
    def load_curve(self, loads: Sequence[float] | None) -> Results: ...
    def landscape(self, theta: Sequence[float] | None, points: int) -> Results: ...
    def rate(self) -> Results: ...
    def simulate(
        self,
        time: str | None,
        dt: str | None,
        trajectories: int | None,
        seed: int | None,
        kernel: str | None,
        progress: Progress | None,
    ) -> Results: ...
    def trajectories(
        self,
        time: str,
        samples: int,
        trajectories: int,
        dt: str | None,
        seed: int | None,
        kernel: str | None,
    ) -> tuple[bytes, bytes, bytes, float, int, float]: ...
    def points(
        self,
        task: str,
        names: Sequence[str],
        values: Sequence[Sequence[float]],
        time: str | None,
        dt: str | None,
        seed: int | None,
        kernel: str | None,
        threads: int | None,
        progress: Progress | None,
    ) -> Results: ...
    def run(
        self,
        folder: str | PathLike[str] | None,
        shard: str | None,
        threads: int | None,
        kernel: str | None,
        replace: bool,
        progress: Progress | None,
    ) -> Results: ...

class Spread:
    kernel: str
    def __init__(
        self, study: Study, folder: str | PathLike[str] | None, kernel: str | None, workers: int, replace: bool
    ) -> None: ...
    def __len__(self) -> int: ...
    def missing(self) -> list[int]: ...
    def keep(self, texts: Sequence[str]) -> None: ...
    def results(self) -> Results: ...

def results(folder: str | PathLike[str]) -> Results: ...
def merge(folders: Sequence[str | PathLike[str]], out: str | PathLike[str]) -> Results: ...
def atomic_unit(name: str) -> tuple[str, str, float] | None: ...
def command_line(arguments: Sequence[str]) -> int: ...
def presets() -> list[str]: ...
def kernel() -> str: ...
def compute_job(study: Study, job: int, kernel: str) -> str | None: ...
