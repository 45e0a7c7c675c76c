"""The notebooks: built alike, stored from one clean run; the tools that make them so.

Running them is nbval's part: `python3 course.py test` runs every cell of every notebook.
"""

from __future__ import annotations

from pathlib import Path

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output

import notebook_rules
import render_notebooks
import student_edition

NOTEBOOKS = sorted((Path(__file__).resolve().parents[1] / "notebooks").glob("*.ipynb"))
NONE_YET = pytest.param(None, marks=pytest.mark.skip(reason="no notebooks yet"), id="none")
EACH_NOTEBOOK = [pytest.param(path, id=path.stem) for path in NOTEBOOKS] or [NONE_YET]

OPENING = """\
# 3. Content

**What you will be able to do**

- say what content is
- write its loss
- measure it

**What to know first**: notebook 2. It takes about 15 minutes.
"""
ENDING = """\
## Summary

You can say what content is.

## Further reading

Next: [what follows](04_next.ipynb); before: [what came](02_before.ipynb).
"""


def exercise(number):
    hidden = {"tags": ["solution"], "jupyter": {"source_hidden": True}}
    return [
        new_markdown_cell(f"### Exercise {number} (3 minutes)"),
        new_code_cell("answer = None\nprint('check: to do')", metadata={"tags": ["exercise"]}),
        new_markdown_cell("<details>Think.</details>", metadata={"tags": ["hint"]}),
        new_code_cell("answer = 42\nprint('check: right')", metadata=hidden),
    ]


def sound_notebook():
    """Return a notebook that keeps every rule, once it has been run."""
    cells = [
        new_markdown_cell(OPENING),
        new_code_cell("total = 40 + 2\ntotal", metadata={"tags": ["nbval-check-output"]}),
        new_markdown_cell("## Exercises"),
        *(cell for number in (1, 2, 3) for cell in exercise(number)),
        new_markdown_cell(ENDING),
    ]
    return new_notebook(cells=cells)


def write(notebook, folder):
    for name in ("02_before.ipynb", "04_next.ipynb"):
        nbformat.write(new_notebook(), folder / name)
    path = folder / "03_content.ipynb"
    nbformat.write(notebook, path)
    return path


@pytest.fixture(scope="module")
def rendered(tmp_path_factory):
    """Return a small notebook that was really run and stored."""
    path = write(sound_notebook(), tmp_path_factory.mktemp("notebooks"))
    assert render_notebooks.render(path)
    return path


@pytest.mark.parametrize("path", EACH_NOTEBOOK)
def test_notebook_keeps_the_rules(path):
    assert notebook_rules.faults(path) == []


# The rules themselves: each flaw is found, and a sound notebook has none


def test_a_sound_notebook_has_no_faults(rendered):
    assert notebook_rules.faults(rendered) == []


def without_objectives(notebook):
    notebook.cells[0].source = OPENING.replace("- measure it\n", "")


def without_minutes(notebook):
    notebook.cells[0].source = OPENING.replace("15 minutes", "a while")


def without_number(notebook):
    notebook.cells[0].source = OPENING.replace("# 3. ", "# ")


def without_prerequisites(notebook):
    notebook.cells[0].source = OPENING.replace("What to know first", "Well")


def without_summary(notebook):
    notebook.cells[-1].source = ENDING.replace("Summary", "End")


def without_next_link(notebook):
    notebook.cells[-1].source = ENDING.replace("04_next.ipynb", "https://example.org")


def with_a_dead_link(notebook):
    notebook.cells[-1].source += "\n[gone](05_gone.ipynb#part)"


def with_a_nameless_picture(notebook):
    notebook.cells[-1].source += "\n![](02_before.ipynb)"


def with_a_skipped_heading(notebook):
    notebook.cells[2].source = "#### Exercises"


def with_a_long_cell(notebook):
    notebook.cells[1].source = "\n".join(f"a{n} = {n}" for n in range(21))


def with_a_large_output(notebook):
    notebook.cells[1].outputs = [new_output("stream", text="x" * 2_000_000)]


def with_a_local_path(notebook):
    notebook.cells[1].outputs = [new_output("stream", text="saved in /home/ada/out.png")]


def run_out_of_order(notebook):
    notebook.cells[1].execution_count = 9


def with_an_error(notebook):
    notebook.cells[1].outputs = [new_output("error", ename="ValueError", evalue="no")]


def with_a_warning(notebook):
    text = "UserWarning: deprecated"
    notebook.cells[1].outputs = [new_output("stream", name="stderr", text=text)]


def with_widget_state(notebook):
    notebook.metadata["widgets"] = {"application/vnd.jupyter.widget-state+json": {"state": {}}}


def without_a_check(notebook):
    notebook.cells[4].source = "answer = None"


def without_a_hint(notebook):
    del notebook.cells[5]


def without_a_solution(notebook):
    notebook.cells[6].metadata = nbformat.from_dict({})


def with_an_open_solution(notebook):
    notebook.cells[6].metadata = nbformat.from_dict({"tags": ["solution"]})


def with_too_few_exercises(notebook):
    notebook.cells[4].metadata = nbformat.from_dict({})


def without_exercises(notebook):
    del notebook.cells[3:-1]


@pytest.mark.parametrize(
    ("spoil", "fault"),
    [
        (without_objectives, "lists 2 objectives"),
        (without_minutes, "how many minutes"),
        (without_number, "title with the number"),
        (without_prerequisites, "What to know first"),
        (without_summary, "'Summary'"),
        (without_next_link, "next notebook, 04_next.ipynb"),
        (with_a_dead_link, "05_gone.ipynb#part leads nowhere"),
        (with_a_nameless_picture, "has no text"),
        (with_a_skipped_heading, "from level 1 to level 4"),
        (with_a_long_cell, "cell 1 has 21 lines"),
        (with_a_large_output, "under 2"),
        (with_a_local_path, "/home/ada/out.png"),
        (run_out_of_order, "one run in order"),
        (with_an_error, "ended with ValueError"),
        (with_a_warning, "shows a warning"),
        (with_widget_state, "state of widgets"),
        (without_a_check, "has no check"),
        (without_a_hint, "tagged 'hint'"),
        (without_a_solution, "tagged 'solution'"),
        (with_an_open_solution, "not collapsed"),
        (with_too_few_exercises, "there are 2 exercises"),
        (without_exercises, "there are 0 exercises"),
    ],
)
def test_a_flaw_is_found(spoil, fault, rendered, tmp_path):
    notebook = nbformat.read(rendered, as_version=4)
    spoil(notebook)
    found = notebook_rules.faults(write(notebook, tmp_path))
    assert any(fault in line for line in found), found


# Rendering


def test_rendering_again_changes_nothing(rendered):
    before = rendered.read_bytes()
    assert render_notebooks.render(rendered)
    assert rendered.read_bytes() == before


def test_a_stored_notebook_holds_nothing_of_the_machine(rendered):
    notebook = nbformat.read(rendered, as_version=4)
    assert notebook.metadata.kernelspec.name == "python3"
    assert notebook.metadata.language_info == {"name": "python"}
    assert all(set(cell.metadata) <= {"tags", "jupyter"} for cell in notebook.cells)
    assert notebook.cells[1].outputs[0].data["text/plain"] == "42"


def test_a_notebook_that_fails_is_left_as_it_was(tmp_path, capsys):
    notebook = sound_notebook()
    notebook.cells[1].source = "undefined_name"
    path = write(notebook, tmp_path)
    before = path.read_bytes()
    assert not render_notebooks.render(path)
    assert path.read_bytes() == before
    assert "NameError" in capsys.readouterr().out


def test_widgets_and_paths_are_cleaned_from_outputs():
    view = {"text/plain": "VBox()", render_notebooks.WIDGET: {"model_id": "1"}}
    home = f"{Path.home()}/x {render_notebooks.ROOT}/out/demo.png"
    notebook = sound_notebook()
    notebook.cells[1].outputs = [
        new_output("display_data", data=view),
        new_output("stream", name="stderr", text=f"{Path.home()}/y kept\n"),
        new_output("stream", name="stdout", text=home),
    ]
    render_notebooks.tidy(notebook, "03_content")
    first, second, third = notebook.cells[1].outputs
    assert first.data == {"text/plain": render_notebooks.WIDGET_NOTE}
    assert second.text == "~/y kept\n"
    assert third.text == "~/x out/demo.png"


def test_a_control_that_draws_is_stored_as_one_line(tmp_path):
    source = "import ipywidgets\nipywidgets.interact(lambda x: print(x), x=(0, 9));"
    path = tmp_path / "03_content.ipynb"
    nbformat.write(new_notebook(cells=[new_code_cell(source)]), path)
    assert render_notebooks.render(path)
    notebook = nbformat.read(path, as_version=4)
    assert "widgets" not in notebook.metadata
    assert [out.data for out in notebook.cells[0].outputs] == [
        {"text/plain": render_notebooks.WIDGET_NOTE}
    ]


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


# The student edition


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
    assert sum("exercise" in notebook_rules.tags(cell) for cell in notebook.cells) == 3


def test_the_student_edition_never_overwrites(rendered, tmp_path):
    mine = tmp_path / "answers.txt"
    mine.write_text("mine")
    with pytest.raises(FileExistsError, match="is not empty"):
        student_edition.write_edition(tmp_path, rendered.parent)
    assert [path.name for path in tmp_path.iterdir()] == ["answers.txt"]


@pytest.mark.slow
@pytest.mark.parametrize("path", EACH_NOTEBOOK)
def test_the_student_edition_runs(path, tmp_path, monkeypatch):
    """An exercise that nobody has done yet stops nothing."""
    monkeypatch.setenv("NSTKIT_QUICK", "1")
    notebook = student_edition.student_notebook(nbformat.read(path, as_version=4))
    render_notebooks.execute(notebook, tmp_path)
    assert all(cell.execution_count for cell in notebook.cells if cell.cell_type == "code")
