"""A stored notebook shows what its controls showed, and no bar of progress that is done."""

from __future__ import annotations

import base64

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_notebook, new_output

import render_notebooks
from widget_stills import WIDGET, WIDGET_NOTE, leave_still

DRAW = """\
import ipywidgets
from IPython.display import display
from tqdm.auto import tqdm
"""
INTERACT = """\
def draw(x):
    display({"image/png": "aaaa", "text/plain": "a picture"}, raw=True)
    return x
ipywidgets.interact(draw, x=(0, 8));
"""
PRINT = "ipywidgets.interact(lambda x: print(x), x=(0, 9));"
BAR = """\
for _ in tqdm(range(3)):
    pass
print("painted")
"""


@pytest.fixture(scope="module")
def stored(tmp_path_factory):
    """Return the cells of a notebook that was run and stored."""
    path = tmp_path_factory.mktemp("stills") / "03_content.ipynb"
    cells = [new_code_cell(source) for source in (DRAW, INTERACT, PRINT, BAR)]
    nbformat.write(new_notebook(cells=cells), path)
    assert render_notebooks.render(path)
    notebook = nbformat.read(path, as_version=4)
    assert "widgets" not in notebook.metadata
    return notebook.cells


def test_a_control_that_draws_is_stored_with_its_picture(stored):
    data = [output.data for output in stored[1].outputs]
    assert data == [{"image/png": "aaaa", "text/plain": WIDGET_NOTE}]


def test_a_control_that_prints_is_stored_as_a_note(stored):
    assert [output.data for output in stored[2].outputs] == [{"text/plain": WIDGET_NOTE}]


def test_a_bar_of_progress_leaves_nothing(stored):
    assert [output.text for output in stored[3].outputs] == ["painted\n"]


def shown(*pictures, **more):
    outputs = [{"output_type": "display_data", "data": data} for data in pictures]
    states = {
        "box": {"model_name": "VBoxModel", "state": {"children": ["IPY_MODEL_out"]}},
        "out": {"model_name": "OutputModel", "state": {"outputs": outputs}},
    }
    data = {"text/plain": "VBox()", WIDGET: {"model_id": "box"}, **more}
    output = new_output("display_data", data=data, metadata={"image/png": {"width": 3}})
    assert leave_still(output, states)
    assert output.metadata == {}
    return output.data


def test_the_last_of_several_pictures_is_kept():
    last = base64.b64encode(b"last").decode()
    found = shown({"image/png": "first"}, {"image/jpeg": last, "text/html": "<img>"})
    assert found == {"image/jpeg": last, "text/plain": WIDGET_NOTE}


def test_widgets_with_a_picture_of_their_own_keep_it():
    found = shown({"image/png": "inside"}, **{"image/jpeg": "own"})
    assert found == {"image/jpeg": "own", "text/plain": WIDGET_NOTE}


def test_widgets_of_which_nothing_is_known_leave_a_note():
    output = new_output("display_data", data={WIDGET: {"model_id": "gone"}})
    assert leave_still(output, {})
    assert output.data == {"text/plain": WIDGET_NOTE}


def test_an_output_without_widgets_stays_as_it_is():
    output = new_output("stream", text="text")
    assert leave_still(output, {})
    assert output.text == "text"
