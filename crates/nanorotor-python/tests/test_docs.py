"""Listings and examples of the documentation, run as they stand."""

import os
import runpy
import subprocess
import sys
import types

import distributed
import matplotlib as mpl
import matplotlib.pyplot as plt
import nanorotor as nr
import pytest

mpl.use("Agg")


def blocks(path, language):
    """The listings of a language in a page."""
    return [part.split("```", 1)[0] for part in path.read_text(encoding="utf-8").split(f"```{language}\n")[1:]]


def run(code, name, names=None):
    exec(compile(code, name, "exec"), {} if names is None else names)


def test_the_readme_draws_figure_6_in_under_ten_lines(root, tmp_path, monkeypatch):
    """The first block of Python in the README's section on Python, run as it stands."""
    section = (root / "README.md").read_text(encoding="utf-8").split("## Python", 1)[1]
    code = section.split("```python\n", 1)[1].split("```", 1)[0]
    assert len(code.strip().splitlines()) < 10
    monkeypatch.chdir(tmp_path)
    run(code, "README.md")
    assert (tmp_path / "figure_6.pdf").stat().st_size > 1000


def test_the_readme_reads_what_the_command_has_written(root, tmp_path, monkeypatch, program):
    readme = root / "README.md"
    (tmp_path / "rotor.toml").write_text(blocks(readme, "toml")[0], encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    subprocess.run([program, "run", "rotor.toml"], check=True, capture_output=True)
    run(blocks(readme, "python")[0], "README.md")


def test_the_page_on_python_runs_from_top_to_bottom(root, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    names: dict[str, object] = {}
    listings = blocks(root / "docs" / "python.md", "python")
    for code in listings:
        run(code, "python.md", names)
    assert names["molecule"].sampling.startswith("Fourier series")
    assert (tmp_path / "landscape.pdf").exists()


@pytest.mark.parametrize(
    ("name", "says"),
    [
        ("bias", "V = 3 eV: +0.3673 and -0.3673 revolutions/ns"),
        ("causes", "uneven temperature removed: 0.06203 revolutions/ns"),
        ("load", "stall torque   0.0001111"),
        ("washboard", "revolutions/ns"),
        ("band_bottom", "sharp cut from -10.0 eV: barrier 0.0745 eV, R = 1.221"),
    ],
)
def test_examples_run(root, name, says, capsys, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    runpy.run_path(str(root / "docs" / "examples" / f"{name}.py"))
    assert says in capsys.readouterr().out


def test_optuna_finds_its_own_front(root, capsys):
    pytest.importorskip("optuna")
    runpy.run_path(str(root / "docs" / "examples" / "optuna_search.py"))
    assert capsys.readouterr().out.count("revolutions/ns at") > 2


def test_smiles_become_a_rate_in_under_twenty_lines(root, capsys):
    pytest.importorskip("tblite")
    pytest.importorskip("rdkit")
    code, turned, bands, pictures = blocks(root / "docs" / "molecules.md", "python")
    assert len(code.strip().splitlines()) < 20
    names: dict[str, object] = {}
    run(code, "molecules.md", names)
    rate = names["rate"]
    assert list(rate.status.values) == ["converged"] * 4
    assert "E_F" in capsys.readouterr().out
    run(turned, "molecules.md", names)
    assert float(capsys.readouterr().out) == pytest.approx(1.7e-4, rel=0.05)
    run(bands, "molecules.md", names)
    assert names["energies"].shape == names["sigma"].shape
    run(pictures, "molecules.md", names)
    plt.close("all")


@pytest.fixture
def rotor(root, tmp_path, monkeypatch):
    """The README's study, with fewer points, in the current folder."""
    text = blocks(root / "README.md", "toml")[0].replace("points = 41", "points = 9")
    (tmp_path / "rotor.toml").write_text(text, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_the_page_on_clusters_runs_on_dask(root, rotor, monkeypatch):
    class Cluster(distributed.LocalCluster):
        """Stands in for a cluster of Slurm: two workers here."""

        def __init__(self, **_):
            super().__init__(n_workers=2, threads_per_worker=1, processes=True, dashboard_address=":0")

        def scale(self, n=0, *, jobs=None):
            if jobs is None:
                super().scale(n)

    monkeypatch.setitem(sys.modules, "dask_jobqueue", types.SimpleNamespace(SLURMCluster=Cluster))
    names: dict[str, object] = {"nr": nr}
    run(blocks(root / "docs" / "clusters.md", "python")[0], "clusters.md", names)
    names["cluster"].close()
    assert names["ds"].rotation_rate.shape == (9, 3)
    assert (rotor / "rotor" / "store.sqlite").exists()


@pytest.mark.skipif(sys.platform == "win32", reason="a script of Slurm is one of bash")
def test_the_page_on_clusters_runs_as_an_array(root, rotor, program):
    script, merge = blocks(root / "docs" / "clusters.md", "sh")[:2]
    (rotor / "bin").mkdir()
    (rotor / "bin" / "srun").write_text('#!/bin/sh\nexec "$@"\n')
    (rotor / "bin" / "srun").chmod(0o755)
    (rotor / "bin" / "nanorotor").symlink_to(program)
    path = f"{rotor / 'bin'}:{os.environ['PATH']}"

    def bash(text, **environment):
        line = ["bash", "-e", "-c", text]
        return subprocess.run(line, check=True, capture_output=True, env={**os.environ, "PATH": path, **environment})

    assert "#SBATCH --array=1-16" in script
    for task in range(1, 17):
        bash(script, SLURM_ARRAY_TASK_ID=str(task), SLURM_CPUS_PER_TASK="1")
    bash(merge)
    bash("nanorotor run rotor.toml --out whole --kernel portable")
    assert (rotor / "rotor" / "results.csv").read_bytes() == (rotor / "whole" / "results.csv").read_bytes()
