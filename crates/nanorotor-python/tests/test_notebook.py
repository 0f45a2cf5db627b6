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
