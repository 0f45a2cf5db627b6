"""The notebook runs from its first cell to its last."""

import nbformat
from nbclient import NotebookClient


def test_the_notebook_runs(root, tmp_path):
    notebook = nbformat.read(root / "docs" / "preston2023.ipynb", as_version=4)
    NotebookClient(notebook, timeout=300, resources={"metadata": {"path": str(tmp_path)}}).execute()
    told = "".join(
        output.get("text", "") for cell in notebook.cells for output in cell.get("outputs", ()) if "text" in output
    )
    assert "R = 1.2210" in told
    pictures = [
        output for cell in notebook.cells for output in cell.get("outputs", ()) if "image/png" in output.get("data", {})
    ]
    assert len(pictures) == 7


def test_the_readme_draws_figure_6_in_under_ten_lines(root, tmp_path, monkeypatch):
    """The first block of Python in the README's section on Python, run as it stands."""
    section = (root / "README.md").read_text(encoding="utf-8").split("## Python", 1)[1]
    code = section.split("```python\n", 1)[1].split("```", 1)[0]
    assert len(code.strip().splitlines()) < 10
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("MPLBACKEND", "Agg")
    names: dict[str, object] = {}
    exec(compile(code, "README.md", "exec"), names)
    assert list(tmp_path.glob("*.p*"))
