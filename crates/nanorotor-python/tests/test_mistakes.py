"""What a new user gets wrong, and what is said then."""

import pickle

import nanorotor as nr
import numpy as np
import pytest


@pytest.mark.parametrize(
    ("mistake", "kind", "words"),
    [
        (lambda s: s.rate(v_bias=3), nr.StudyError, "unknown parameter `v_bias`"),
        (lambda s: s.rate(gamma_L=3), nr.StudyError, "did you mean `Gamma_L`"),
        (lambda s: s.rate(V="3 ns"), nr.StudyError, "`V` is an energy, not a time"),
        (lambda s: s.rate(V="3eV + "), nr.StudyError, "hint: "),
        (lambda s: s.rate(Gamma_R=[0.1, 0.2]), nr.StudyError, "needs a unit"),
        (lambda s: s.rate(kT=-0.03), nr.StudyError, "not positive"),
        (lambda s: s.rate(kT=[0.03, -0.03]), nr.StudyError, "not positive"),
        (lambda s: s.rate(V=[1, np.nan]), nr.StudyError, "finite"),
        (lambda s: s.rate(V=np.ones((2, 2))), nr.ModelError, "without names"),
        (lambda s: s.rate(V=[]), nr.ModelError, "empty"),
        (lambda s: s.rate(V=["1 eV", "2 eV"]), nr.ModelError, "no number"),
        (lambda s: s.rate(V=None), nr.ModelError, "no number"),
        (lambda s: s.rate(V=1 + 1j), nr.ModelError, "no number"),
        (lambda s: s.simulate(time="5 eV"), nr.StudyError, "a time needs its unit"),
        (lambda s: s.simulate(time=-5), nr.StudyError, "positive"),
        (lambda s: s.simulate(time=5, kernel="gpu"), nr.ModelError, "kernel"),
        (lambda s: s.simulate(trajectories=4, V=[1, 2]), nr.ModelError, "one point only"),
        (lambda s: s.trajectories(time=1, V=[1, 2]), nr.ModelError, "one point"),
        (lambda s: s.landscape([0.1], V=[1, 2]), nr.ModelError, "one point"),
        (lambda s: s.landscape(points=0), nr.ModelError, "at least one"),
        (lambda s: s.rate(xi_solv=-1), nr.StudyError, "friction"),
        (lambda s: s.rate(I="1e12 au"), nr.ConvergenceError, "did not converge"),
        (lambda s: nr.Study.load("nothing.toml"), nr.ModelError, "cannot read nothing.toml"),
        (lambda s: nr.Study.load("preston2023"), nr.ModelError, "is a study that comes with nanorotor"),
        (lambda s: nr.Study.preset("preston2032"), nr.ModelError, "did you mean `preston2023`"),
        (lambda s: s.run("/proc/nowhere/out"), nr.FileError, "cannot make the folder"),
    ],
)
def test_a_mistake_is_told_with_what_to_do(light, mistake, kind, words):
    with pytest.raises(kind) as told:
        mistake(light)
    assert words in str(told.value)
    assert told.value.hint
    assert "hint: " in str(told.value)
    # Errors travel between processes.
    copy = pickle.loads(pickle.dumps(told.value))
    assert (type(copy), str(copy)) == (type(told.value), str(told.value))


def test_an_error_points_at_its_place(motor):
    text = motor.text.replace('"Gamma_L/2"', '"Gama_L/2"')
    with pytest.raises(nr.StudyError) as told:
        nr.Study.from_text(text, "motor.toml")
    lines = str(told.value).splitlines()
    assert lines[0] == "unknown parameter `Gama_L`"
    assert lines[1].startswith("  motor.toml:")
    assert lines[2].index("^") == lines[1].index("Gama_L")
    assert lines[2].count("^") == len("Gama_L")
    assert lines[3] == "hint: did you mean `Gamma_L`?"
    assert told.value.line == text[: text.index("Gama_L")].count("\n") + 1
    assert isinstance(told.value, ValueError)


def test_places_count_characters(motor):
    text = motor.text.replace('title = "', 'title = "µ — ').replace('v = "1.25 eV"', 'v = "1.25 eV + é"')
    with pytest.raises(nr.StudyError) as told:
        nr.Study.from_text(text)
    lines = str(told.value).splitlines()
    assert lines[1][lines[2].index("^")] == "é"
