"""Judge and show the rows of benchmarks/ as they should be; the tools themselves are not run here."""

import math
import sys
from pathlib import Path

import pytest

BENCHMARKS = Path(__file__).parents[4] / "benchmarks"
sys.path.insert(0, str(BENCHMARKS))

from harness import report, works  # noqa: E402
from harness.row import Row  # noqa: E402


@pytest.mark.parametrize("path", sorted(BENCHMARKS.rglob("*.py")), ids=lambda path: path.name)
def test_scripts_compile(path):
    compile(path.read_bytes(), path, "exec")


def own():
    return Row("work", "nanorotor", seconds=[2.0, 1.0, 9.0], ratio=1.0)


def test_a_ratio_is_that_of_medians_and_of_the_time_for_a_step():
    assert Row("work", "tool", seconds=[8.0, 1.0, 6.0]).against(own()).ratio == 3.0
    steps = Row("work", "nanorotor", seconds=[1e-8], size=1.0)
    assert Row("work", "tool", seconds=[2.0], size=1e7).against(steps).ratio == pytest.approx(20.0)


def test_what_does_not_agree_or_run_gets_no_ratio():
    wrong = Row("work", "tool", seconds=[1.0], agrees=False).against(own())
    absent = works.failed("work", "other", {"failed": "no compiler"}).against(own())
    assert wrong.ratio is None
    assert absent.ratio is None
    table = report.table([own(), wrong, absent])
    assert "| tool | 1 s | none |" in table
    assert "no compiler" in table


def test_losses_are_told_beside_gains():
    slow, fast = Row("work", "snail", seconds=[4.0]).against(own()), Row("work", "hare", seconds=[1.0]).against(own())
    slower, faster, *_ = report.verdict([own(), slow, fast]).splitlines()
    assert "snail" in slower and "hare" not in slower
    assert "hare at “work” (0.5)" in faster


def test_the_exact_washboard_is_that_of_a_plain_double_integral():
    def middles(n):
        return [2 * math.pi * (j + 0.5) / n for j in range(n)]

    # e^{U(x) − U(x − y)} over a turn of x and of y, by the midpoint rule.
    def energy(x):
        return 2 * math.cos(x) - x

    total = math.fsum(math.exp(energy(x) - energy(x - y)) for x in middles(100) for y in middles(600))
    total *= (2 * math.pi) ** 2 / (100 * 600)
    exact = 2 * math.pi * (1 - math.exp(-2 * math.pi)) / total
    assert works.washboard_velocity() == pytest.approx(exact, rel=1e-4)
