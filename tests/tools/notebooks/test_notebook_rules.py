"""The course's notebooks are built alike, and every flaw that the rules name is found.

Running them is nbval's part: `python3 course.py test` runs every cell of every notebook.
"""

from __future__ import annotations

import nbformat
import pytest
from nbformat.v4 import new_output
from sound_notebook import ENDING, OPENING, write

import notebook_rules


def test_notebook_keeps_the_rules(course_notebook):
    assert notebook_rules.faults(course_notebook) == []


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
