"""Searches for the best motor."""

import nanorotor as nr
import numpy as np
import pytest

SEARCH = {"maximize": "rotation_rate", "over": {"phi": (-1.4, -1.1)}, "search": "local", "starts": 1}


def test_the_best_angle_is_that_of_the_command_and_survives_an_interruption(motor, tmp_path):
    folder = tmp_path / "search"
    best = nr.optimize(motor, **SEARCH, out=folder)
    assert best.converged
    assert best.value == pytest.approx(1.26653698, abs=3e-8)
    assert best.parameters["phi"] == pytest.approx(-1.2608, abs=1e-3)
    # The study is the best one, to the bit.
    assert float(best.study.rate().rotation_rate) == best.value
    found = best.evaluations
    assert found.rotation_rate.attrs["units"] == "revolutions/ns"
    assert float(found.rotation_rate.max()) == best.value
    assert {path.name for path in folder.iterdir()} >= {"best.toml", "search.csv", "optimum.json", "store.sqlite"}
    # How the rate there answers to all parameters: not to the one that was searched over.
    assert abs(best.report["elasticity"]["phi"]) < 1e-2
    assert best.report["elasticity"]["Gamma_R"] != 0
    assert best.report["derivatives"]["rotation_rate"]["V"]["unit"] == "revolutions/ns per eV"
    # In memory, and from the folder again: the same bits.
    for again in (nr.optimize(motor, **SEARCH), nr.optimize(motor, **SEARCH, out=folder)):
        assert again.report == best.report
        np.testing.assert_array_equal(again.evaluations.phi, found.phi)
    with pytest.raises(nr.Error, match=r"belongs|another"):
        nr.optimize(motor.with_(V=3.0), **SEARCH, out=folder)


def test_two_objectives_give_the_front_between_them(motor):
    front = nr.optimize(
        motor,
        maximize="rotation_rate",
        minimize="mean_current[left]",
        over={"phi": (-1.5, -0.8)},
        search="local",
        starts=1,
        front_points=5,
        evaluations=40,
    )
    points = front.points
    rate, current = points["rotation_rate"], points["mean_current[left]"]
    assert points.sizes["point"] >= 3
    assert (np.diff(rate) < 0).all()
    assert (np.diff(current) < 0).all()
    # A point of the front is a study, to the bit.
    assert float(front.study(1).rate().rotation_rate) == float(rate[1])
    best = front.evaluations.rotation_rate.where(front.evaluations.feasible).max()
    assert float(rate[0]) == float(best)
    assert "points between rotation_rate and mean_current[left]" in repr(front)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"maximize": None}, "0 things to maximize or minimize"),
        ({"maximize": ["power", "rotation_rate"], "minimize": "certainty_time"}, "3 things"),
        ({"maximize": 3}, "maximize is 3"),
        ({"front_points": 1}, "front_points is 1"),
        ({"maximize": "rotation_speed"}, "rotation_speed"),
        ({"over": {}}, "over is {}"),
        ({"over": {"psi": (0, 1)}}, "psi"),
        ({"over": {"phi": 1.0}}, "the bounds of phi are 1.0"),
        ({"over": {"phi": (1.0, -1.0)}}, "phi"),
        ({"search": "everywhere"}, "search is 'everywhere'"),
        ({"subject_to": "rotation_rate"}, "rotation_rate"),
        ({"starts": 0}, "starts is 0"),
    ],
)
def test_what_cannot_be_meant_is_refused(motor, change, said):
    with pytest.raises((nr.ModelError, nr.StudyError), match=said):
        nr.optimize(motor, **{**SEARCH, **change})
