"""The student edition has neither solutions nor outputs, overwrites nothing, and runs."""

from __future__ import annotations

import nbformat
import pytest

import notebook_page
import render_notebooks
import student_edition


def test_the_student_edition_has_neither_solutions_nor_outputs(rendered, tmp_path):
    (rendered.parent / "figure.svg").write_text("<svg/>")
    (rendered.parent / "my_painting.png").touch()
    written = student_edition.write_edition(tmp_path / "class", rendered.parent)
    assert {path.name for path in written} == {p.name for p in rendered.parent.glob("*.ipynb")}
    assert (tmp_path / "class" / "figure.svg").exists()
    assert not (tmp_path / "class" / "my_painting.png").exists()
    assert "02_before.ipynb" in (tmp_path / "class" / "README.md").read_text(encoding="utf-8")
    notebook = nbformat.read(tmp_path / "class" / rendered.name, as_version=4)
    assert "answer = 42" not in str(notebook)
    assert [len(cell.outputs) for cell in notebook.cells if cell.cell_type == "code"] == [0] * 4
    assert all(cell.get("execution_count") is None for cell in notebook.cells)
    assert sum("exercise" in notebook_page.tags(cell) for cell in notebook.cells) == 3


def test_the_student_edition_never_overwrites(rendered, tmp_path):
    mine = tmp_path / "answers.txt"
    mine.write_text("mine")
    with pytest.raises(FileExistsError, match="is not empty"):
        student_edition.write_edition(tmp_path, rendered.parent)
    assert [path.name for path in tmp_path.iterdir()] == ["answers.txt"]


@pytest.mark.slow
def test_the_student_edition_runs(course_notebook, tmp_path, monkeypatch):
    """An exercise that nobody has done yet stops nothing."""
    monkeypatch.setenv("NSTKIT_QUICK", "1")
    notebook = student_edition.student_notebook(nbformat.read(course_notebook, as_version=4))
    if any("\nimport torch\n" in cell.source for cell in notebook.cells):
        pytest.importorskip("torch", reason="PyTorch is not installed: see course.py pytorch")
    render_notebooks.execute(notebook, tmp_path)
    assert all(cell.execution_count for cell in notebook.cells if cell.cell_type == "code")
