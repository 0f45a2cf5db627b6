"""What a new user gets wrong, and what is said then."""

import pickle

import nanorotor as nr
import numpy as np
import pytest
import xarray as xr


@pytest.mark.parametrize(
    ("mistake", "kind", "words"),
    [
        (lambda s: s.rate(v_bias=3), nr.StudyError, "unknown parameter `v_bias`"),
        (lambda s: s.rate(gamma_L=3), nr.StudyError, "did you mean `Gamma_L`"),
        (lambda s: s.rate(V="3 ns"), nr.StudyError, "`V` is an energy, not a time"),
        (lambda s: s.rate(V="3"), nr.StudyError, 'write "3 eV" or "3 au"'),
        (lambda s: nr.Study.from_text(s.text.replace('"5 eV"', "0")).rate(V=3), nr.StudyError, 'write "3 eV"'),
        (lambda s: s.rate(V="3eV + "), nr.StudyError, "hint: "),
        (lambda s: s.rate(Gamma_R=[0.1, 0.2]), nr.StudyError, "needs a unit"),
        (lambda s: s.rate(kT=-0.03), nr.StudyError, "not positive"),
        (lambda s: s.rate(kT=[0.03, -0.03]), nr.StudyError, "not positive"),
        (lambda s: s.rate(V=[1, np.nan]), nr.StudyError, "finite"),
        (lambda s: s.rate(V=np.ones((2, 2))), nr.ModelError, "without names"),
        (lambda s: s.rate(V=[]), nr.ModelError, "empty"),
        (lambda s: s.rate(V=["a", "b"]), nr.StudyError, "unknown parameter `a`"),
        (lambda s: s.rate(V=None), nr.ModelError, "no number"),
        (lambda s: s.rate(V=np.array(["2020-01-01"], dtype="M8[D]")), nr.ModelError, "no number"),
        (lambda s: s.rate(V=np.datetime64("2020-01-01")), nr.ModelError, "no number"),
        (lambda s: s.landscape(np.array(["2020-01-01"], dtype="M8[D]")), nr.ModelError, "no angle"),
        (lambda s: s.landscape(np.array([0.1 + 1j])), nr.ModelError, "no angle"),
        (lambda s: s.landscape(["0.3"]), nr.ModelError, "no angle"),
        (lambda s: s.simulate(time=np.timedelta64(5, "us")), nr.ModelError, "time is no time"),
        (lambda s: nr.Lead(coupling=3), nr.ModelError, "a lead has no name"),
        (lambda s: nr.Lead("left", coupling=[1, 0]), nr.ModelError, "a lead has no chemical_potential"),
        (lambda s: nr.Lead("left", 0, 0.03, coupling=3), nr.ModelError, "is one number: 3"),
        (lambda s: nr.Lead("left", 0, 0.03, coupling="w"), nr.ModelError, "not an array of numbers"),
        (lambda s: nr.Lead("left", None, 0.03, coupling=[1, 0]), nr.ModelError, "of lead 'left' is None"),
        (lambda s: nr.Lead(3, 0, 0.03, coupling=[1, 0]), nr.ModelError, "the name of a lead is 3"),
        (lambda s: nr.Lead("left", 0, 0.03), nr.ModelError, "coupling or channels"),
        (lambda s: nr.Lead("left", 0, 0.03, channels=[3]), nr.ModelError, "a list of dictionaries"),
        (lambda s: nr.Lead("left", 0, 0.03, [1, 0], lorentzian=3), nr.ModelError, "(center, half_width)"),
        (lambda s: nr.Lead("left", 0, 0.03, [1, 0], chain="ab"), nr.ModelError, "(center, hopping)"),
        (lambda s: nr.Lead("left", 0, 0.03, [1, 0], tabulated=3), nr.ModelError, "give the path"),
        (lambda s: s.rate(V=1 + 1j), nr.ModelError, "no number"),
        (lambda s: s.simulate(time="5 eV"), nr.StudyError, "`eV` is an energy, not a time"),
        (lambda s: s.simulate(time=-5), nr.StudyError, "positive"),
        (lambda s: s.simulate(time=5, kernel="gpu"), nr.ModelError, "kernel"),
        (lambda s: s.simulate(trajectories=4, V=[1, 2]), nr.ModelError, "one point only"),
        (lambda s: s.trajectories(time=1, V=[1, 2]), nr.ModelError, "one point"),
        (lambda s: s.landscape([0.1], V=[1, 2]), nr.ModelError, "one point"),
        (lambda s: s.landscape(points=0), nr.ModelError, "at least one"),
        (lambda s: s.rate(xi_solv=-1), nr.StudyError, "friction"),
        (lambda s: s.rate(I="1e12 au", method="hermite"), nr.ConvergenceError, "no rotation rate"),
        (lambda s: s.rate(method="hermit"), nr.ModelError, "did you mean `hermite`"),
        (lambda s: s.rate(tolerance=0), nr.ModelError, "the tolerance is wrong"),
        (lambda s: s.rate(memory="2"), nr.ModelError, "the memory is wrong"),
        (lambda s: nr.Study.load(3), nr.ModelError, "give the path"),
        (lambda s: nr.Study.preset(3), nr.ModelError, "preston2023"),
        (lambda s: nr.Study.from_text(3), nr.ModelError, "the text of a study file"),
        (lambda s: s.value(3), nr.ModelError, "give a text"),
        (lambda s: s.run(3), nr.ModelError, "out is 3"),
        (lambda s: s.run("out", shard=3), nr.ModelError, "shard is 3"),
        (lambda s: nr.results(3), nr.ModelError, "folder is 3"),
        (lambda s: nr.merge(3, out="out"), nr.ModelError, "folder is 3"),
        (lambda s: nr.reproduce(3), nr.ModelError, "out is 3"),
        (lambda s: nr.atomic(3), nr.ModelError, "no results"),
        (lambda s: s.rate(V=xr.Dataset({"V": ("V", [1.0, 2.0])})), nr.ModelError, "one of its variables"),
        (lambda s: nr.Study.load("nothing.toml"), nr.FileError, "cannot read nothing.toml"),
        (lambda s: nr.Study.load("preston2023"), nr.FileError, "is a study that comes with nanorotor"),
        (lambda s: nr.Study.preset("preston2032"), nr.ModelError, "did you mean `preston2023`"),
        (lambda s: s.run("/proc/nowhere/out"), nr.FileError, "cannot make the folder"),
        (lambda s: nr.Study("preston2023"), nr.ModelError, "nr.Study.preset(name)"),
        (lambda s: nr.Study.from_text("rotor.toml"), nr.ModelError, "nr.Study.load"),
        # A misspelt option is no parameter of the study: the options are named too.
        (lambda s: s.simulate(tme=5), nr.StudyError, "did you mean `time`?"),
        (lambda s: s.landscape(n_points=5), nr.StudyError, "did you mean `points`?"),
        (lambda s: s.rate(voltage=3), nr.StudyError, "rate() itself takes method, tolerance, memory, passage, jobs"),
        (lambda s: s.run(shards="1/2"), nr.StudyError, "did you mean `shard`?"),
        (lambda s: s.with_(bias=3), nr.StudyError, "the parameters of the study are V, phi"),
        (lambda s: s.rate(V=np.nan), nr.StudyError, "finite"),
        (lambda s: s.rate(V=np.inf), nr.StudyError, "finite"),
        (lambda s: s.rate(V=[[1, 2], [3]]), nr.ModelError, "unequal length"),
        (lambda s: s.rate(V=["1 eV", "2"]), nr.StudyError, "needs a unit"),
        (lambda s: s.rate(V=["1 eV", "2 ns"]), nr.StudyError, "is an energy"),
        (lambda s: s.rate(V=["1 eV", "1 eV*theta"]), nr.StudyError, "depends on theta"),
        (lambda s: s.rate(V=np.array([["1 eV", "2 eV"]])), nr.ModelError, "2 dimensions without names"),
        (lambda s: s.rate(V=None), nr.ModelError, "it is None"),
        (lambda s: s.rate(V="3 V"), nr.StudyError, '"5 eV" is the bias of 5 V'),
        (lambda s: s.rate(kT="300K"), nr.StudyError, 'write "300 K"'),
        (lambda s: s.landscape([np.nan]), nr.ModelError, "nan is no angle"),
        (lambda s: s.landscape(np.ones((2, 2))), nr.ModelError, "shape (2, 2)"),
        (lambda s: s.landscape("left"), nr.ModelError, "no angle"),
        (lambda s: s.landscape(points=12.5), nr.ModelError, "points is 12.5"),
        # So many angles would be more memory than there is.
        (lambda s: s.landscape(points=10**12), nr.ModelError, "at most 1000000"),
        (lambda s: s.simulate(time=[5, 6]), nr.ModelError, "time is no time"),
        (lambda s: s.simulate(time=5, seed=-1), nr.ModelError, "seed is -1"),
        (lambda s: s.simulate(time=5, seed=1.5), nr.ModelError, "seed is 1.5"),
        (lambda s: s.simulate(time=5, seed=True), nr.ModelError, "seed is True"),
        (lambda s: s.simulate(time=True), nr.ModelError, "time is no time: True"),
        (lambda s: s.rate(method=3), nr.ModelError, "method is 3"),
        (lambda s: s.rate(tolerance="small"), nr.ModelError, "tolerance is 'small'"),
        (lambda s: s.rate(tolerance=True), nr.ModelError, "tolerance is True"),
        (lambda s: s.rate(memory=2e9), nr.ModelError, "memory is 2000000000.0"),
        (lambda s: s.rate(passage="yes"), nr.ModelError, "passage is 'yes'"),
        (lambda s: s.simulate(time=5, trajectories=0), nr.ModelError, "at least one"),
        (lambda s: s.trajectories(time=5, samples=0), nr.ModelError, "at least one"),
        (lambda s: s.trajectories(time=5, samples=10**12), nr.ModelError, "GB"),
        (lambda s: s.simulate(time=5, seed=2**64), nr.ModelError, "at most 18446744073709551615"),
        (lambda s: s.rate(V=[1, 2], jobs=0), nr.ModelError, "jobs is 0"),
        # At one point too, where they change nothing.
        (lambda s: s.rate(jobs="2"), nr.ModelError, "jobs is '2'"),
        (lambda s: s.rate(progress="x"), nr.ModelError, "progress is 'x'"),
        (lambda s: s.landscape(progress=1), nr.ModelError, "progress is 1"),
        (lambda s: s.simulate(time=5, progress="x"), nr.ModelError, "progress is 'x'"),
        (lambda s: s.simulate(time=5, kernel=2), nr.ModelError, "kernel is 2"),
        (lambda s: s.trajectories(time=5, kernel=2), nr.ModelError, "kernel is 2"),
        (lambda s: s.run(progress="x"), nr.ModelError, "progress is 'x'"),
        (lambda s: s.run(replace="no"), nr.ModelError, "replace is 'no'"),
        (lambda s: s.run(kernel=2), nr.ModelError, "kernel is 2"),
        (lambda s: nr.reproduce(deterministic="yes"), nr.ModelError, "deterministic is 'yes'"),
        (lambda s: nr.reproduce(replace="no"), nr.ModelError, "replace is 'no'"),
        (lambda s: nr.reproduce(progress="x"), nr.ModelError, "progress is 'x'"),
        (lambda s: s.simulate(time=np.inf), nr.ModelError, "time is no time: inf"),
        (lambda s: s.simulate(time=5, dt=np.nan), nr.ModelError, "dt is no time: nan"),
        (lambda s: s.run(client="tcp://localhost:8786"), nr.ModelError, "no Dask client"),
        (lambda s: nr.plot.sweep(s.rate()), nr.ModelError, "one number, not a sweep"),
        (lambda s: nr.plot.sweep(s.rate(V=[1, 2]).rotation_rate), nr.ModelError, "no dataset but a DataArray"),
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


def test_hints_name_arguments_not_options(light, tmp_path):
    light.run(tmp_path, V=[1.0, 2.0])
    with pytest.raises(nr.FileError) as told:
        light.run(tmp_path, V=[3.0, 4.0])
    assert told.value.hint == "give another folder with `out`, or replace the results there with `replace=True`"
    with pytest.raises(nr.FileError) as told:
        light.run("/proc/nowhere/out", V=[1.0, 2.0])
    assert "give another folder with `out`" in told.value.hint
    with pytest.raises(nr.Error, match="cannot make the folder") as told:
        nr.reproduce("/proc/nowhere/out", deterministic=True)
    assert "give another folder with `out`" in told.value.hint


def test_a_damaged_store_is_told(light, tmp_path):
    (tmp_path / "store.sqlite").write_bytes(b"no store " * 1000)
    with pytest.raises(nr.FileError, match="not a database") as told:
        light.run(tmp_path, V=[1.0, 2.0])
    assert "move it away" in told.value.hint


def test_options_of_the_commands_are_arguments_here() -> None:
    """Whatever the library calls them, message and hint name what Python has."""
    said = {
        "give --counter-origin or `--subject-to`": "give `counter_origin` or `subject_to`",
        "see --help; --set V=3 and --out DIR": "see `help()`; parameters V=3 and `out` DIR",
        "--replace (from Python replace=True) writes over it": "`replace=True` writes over it",
        "1--theta, a--b, --- and -V stay": "1--theta, a--b, --- and -V stay",
    }
    for there, here in said.items():
        error = nr.ModelError(there, there)
        assert (error.message, error.hint) == (here, here)


def test_an_array_with_units_needs_none_in_the_study() -> None:
    """A parameter that the study gives by a formula takes an array that states its unit, and no other."""
    study = nr.Study.preset("preston2023")
    widths = xr.DataArray([200.0, 300.0], dims="Gamma_R", attrs={"units": "meV"})
    found = study.rate(Gamma_R=widths)
    alone = study.rate(Gamma_R="0.3 eV")
    assert found.rotation_rate.values[1] == alone.rotation_rate.values
    np.testing.assert_allclose(found.Gamma_R, [0.2, 0.3])
    assert study.with_(Gamma_R=widths).run().sizes["Gamma_R"] == 2
    with pytest.raises(nr.StudyError, match="needs a unit"):
        study.rate(Gamma_R=[0.2, 0.3])


def test_what_a_task_does_not_read_is_no_axis_of_it() -> None:
    """A time step changes trajectories, and nothing else."""
    preset = nr.Study.preset("preston2023").text
    study = nr.Study.from_text(preset.replace("A = 0.95", 'A = 0.95\nstep = "2 au"') + '\n[simulate]\ndt = "step"\n')
    with pytest.raises(nr.ModelError, match="rate does not depend on `step`"):
        study.rate(step=[1.0, 2.0])
    with pytest.raises(nr.StudyError, match="nothing that is computed depends on `step`"):
        study.with_(step=[1.0, 2.0]).run()
