"""What runs leave in folders: shards merged, results read back, and what the commands say of the same study."""

import subprocess

import nanorotor as nr
import numpy as np
import pytest
from conftest import bits


@pytest.fixture(scope="module")
def sweep(light):
    return light.with_(V=[2.0, 3.0, 4.0], phi=[0.2, 0.7])


def test_shards_merged_are_one_run_bit_for_bit(sweep, tmp_path):
    whole = sweep.run(tmp_path / "whole", kernel="portable")
    parts = [sweep.run(tmp_path / f"{k}", shard=f"{k}/3", kernel="portable") for k in (1, 2, 3)]
    for part in parts:
        assert int(np.isfinite(part.rotation_rate).sum()) == 2
        assert sorted(set(part.status.values.ravel())) == ["converged", "rate: not computed yet"]
    with pytest.warns(nr.NotConvergedWarning, match="2 of 6 points"):
        nr.merge(tmp_path / "1", tmp_path / "3", out=tmp_path / "out")
    merged = nr.merge(*(tmp_path / f"{k}" for k in (1, 2, 3)), out=tmp_path / "out")
    assert bits(merged) == bits(whole)
    assert bits(nr.results(tmp_path / "out")) == bits(whole)
    assert (tmp_path / "out" / "study.toml").read_text() == (tmp_path / "whole" / "study.toml").read_text()


def test_a_folder_of_the_command_line_is_read(program, sweep, tmp_path):
    study = tmp_path / "rotor.toml"
    study.write_text(sweep.text + '\n[sweep]\nV = { values = ["2 eV", "3 eV"] }\n', encoding="utf-8")
    command = [program, "run", study, "--set", "I=4.5e3 au", "--kernel", "portable", "--shard", "1/2"]
    subprocess.run([*command, "--out", tmp_path / "out"], check=True, capture_output=True)
    with pytest.warns(nr.NotConvergedWarning, match="not computed yet"):
        found = nr.results(tmp_path / "out")
    assert found.attrs["program"] == f"nanorotor {nr.__version__}"
    assert np.isnan(found.rotation_rate[1])
    # The same call in Python goes on from there.
    whole = nr.Study.load(study).run(tmp_path / "out", I="4.5e3 au", kernel="portable")
    assert float(whole.rotation_rate[0]) == float(found.rotation_rate[0])
    assert bits(nr.results(tmp_path / "out")) == bits(whole)


def test_what_cannot_be_merged_is_refused(light, tmp_path):
    light.with_(V=[2.0, 3.0]).run(tmp_path / "a", shard="1/2")
    light.with_(V=[2.0, 3.5]).run(tmp_path / "b", shard="2/2")
    cases = [
        (lambda: nr.merge(tmp_path / "a", tmp_path / "b", out=tmp_path / "c"), nr.ModelError, "different studies"),
        (lambda: nr.merge(out=tmp_path / "c"), nr.ModelError, "nothing to merge"),
        (lambda: nr.merge(tmp_path / "x", out=tmp_path / "c"), nr.FileError, "there is no store.sqlite"),
        (lambda: nr.results(tmp_path / "x"), nr.FileError, "there is no store.sqlite"),
        (lambda: light.run(V=[2.0, 3.0], shard="1/2"), nr.ModelError, "folder of its own"),
        (lambda: light.run(tmp_path / "c", V=[2.0, 3.0], shard="3/2"), nr.ModelError, "no shard 3 of 2"),
        (lambda: light.run(tmp_path / "c", V=[2.0, 3.0], shard="third"), nr.ModelError, "two whole numbers"),
    ]
    for case, kind, words in cases:
        with pytest.raises(kind, match=words) as refused:
            case()
        assert refused.value.hint


def test_a_study_says_what_the_commands_print(program, motor):
    def printed(command):
        return subprocess.run([program, command, "preston2023"], check=True, capture_output=True, text=True).stdout

    assert motor.check() == printed("check")
    assert motor.cite() + "\n" == printed("cite")
    unknown = nr.Study.from_text(motor.text.replace('cite = ["preston2023"]', 'cite = ["nobody1900"]'))
    assert "% the literature that comes with nanorotor has no entry for nobody1900" in unknown.cite()
