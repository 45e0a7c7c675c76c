"""A notebook is stored from one clean run, without anything of the machine it ran on."""

from __future__ import annotations

from pathlib import Path

import nbformat
import pytest
from nbformat.v4 import new_output
from sound_notebook import sound_notebook, write

import render_notebooks


def test_rendering_again_changes_nothing(rendered):
    before = rendered.read_bytes()
    assert render_notebooks.render(rendered)
    assert rendered.read_bytes() == before


def test_a_stored_notebook_holds_nothing_of_the_machine(rendered):
    notebook = nbformat.read(rendered, as_version=4)
    assert notebook.metadata.kernelspec.name == "python3"
    assert notebook.metadata.language_info == {"name": "python"}
    assert all(set(cell.metadata) <= {"tags", "jupyter"} for cell in notebook.cells)
    assert notebook.cells[2].outputs[0].data["text/plain"] == "42"


def test_a_notebook_that_fails_is_left_as_it_was(tmp_path, capsys):
    notebook = sound_notebook()
    notebook.cells[2].source = "undefined_name"
    path = write(notebook, tmp_path)
    before = path.read_bytes()
    assert not render_notebooks.render(path)
    assert path.read_bytes() == before
    assert "NameError" in capsys.readouterr().out


def test_paths_are_cleaned_from_outputs():
    home = f"{Path.home()}/x {render_notebooks.ROOT}/out/demo.png"
    notebook = sound_notebook()
    notebook.cells[2].outputs = [
        new_output("stream", name="stderr", text=f"{Path.home()}/y kept\n"),
        new_output("stream", name="stdout", text=home),
    ]
    render_notebooks.tidy(notebook, "03_content")
    first, second = notebook.cells[2].outputs
    assert first.text == "~/y kept\n"
    assert second.text == "~/x out/demo.png"


def test_cells_without_a_name_get_the_same_one_each_time():
    def ids():
        notebook = sound_notebook()
        for cell in notebook.cells:
            cell["id"] = ""
        render_notebooks.tidy(notebook, "03_content")
        return [cell["id"] for cell in notebook.cells]

    assert ids() == ids()
    assert len(set(ids())) == len(ids())


def test_notebooks_are_found_by_number_name_and_path(tmp_path):
    path = write(sound_notebook(), tmp_path)
    for name in ("03", "03_content", "notebooks/03_content.ipynb"):
        assert render_notebooks.find([name], tmp_path) == [path]
    assert len(render_notebooks.find([], tmp_path)) == 3
    with pytest.raises(ValueError, match=r"no notebook '09'; there are: 02_before"):
        render_notebooks.find(["09"], tmp_path)
