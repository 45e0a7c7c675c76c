"""A stored notebook shows what its controls showed, and no bar of progress that is done."""

from __future__ import annotations

import base64

import nbformat
from nbformat.v4 import new_code_cell, new_notebook, new_output

import render_notebooks
from widget_stills import WIDGET, WIDGET_NOTE, leave_still

BAR = """\
from tqdm.auto import tqdm

for _ in tqdm(range(3)):
    pass
print("painted")
"""


def test_a_bar_of_progress_leaves_nothing(tmp_path):
    path = tmp_path / "03_content.ipynb"
    nbformat.write(new_notebook(cells=[new_code_cell(BAR)]), path)
    assert render_notebooks.render(path)
    notebook = nbformat.read(path, as_version=4)
    assert "widgets" not in notebook.metadata
    assert [output.text for output in notebook.cells[0].outputs] == ["painted\n"]


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


def test_a_control_that_draws_is_stored_with_its_picture():
    found = shown({"image/png": "aaaa", "text/plain": "a picture"})
    assert found == {"image/png": "aaaa", "text/plain": WIDGET_NOTE}


def test_a_control_that_prints_is_stored_as_a_note():
    assert shown({"text/plain": "4"}) == {"text/plain": WIDGET_NOTE}


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
