"""The course's notebooks are built alike, and every flaw that the rules name is found.

Running them is nbval's part: `python3 course.py test` runs every cell of every notebook.
"""

from __future__ import annotations

import nbformat
import pytest
from nbformat.v4 import new_markdown_cell, new_output
from sound_notebook import ENDING, OPENING, write

import notebook_rules
from widget_stills import WIDGET_NOTE

SUM, FIRST = 2, 6  # the cell that computes, and the first exercise


def test_notebook_keeps_the_rules(course_notebook):
    assert notebook_rules.faults(course_notebook) == []


# The rules themselves: each flaw is found, and a sound notebook has none


def test_a_sound_notebook_has_no_faults(rendered):
    assert notebook_rules.faults(rendered) == []


def without_objectives(notebook):
    notebook.cells[0].source = OPENING.replace("- measure it\n", "")


def without_minutes(notebook):
    notebook.cells[0].source = OPENING.replace("15 minutes", "a while")


def with_too_short_a_time(notebook):
    notebook.cells[0].source = OPENING.replace("15 minutes", "14 minutes")


def without_the_optional_minutes(notebook):
    notebook.cells[0].source = OPENING.replace("5 minutes for the sections", "those")


def with_a_section_without_minutes(notebook):
    notebook.cells[4].source = "## 3. Exercises"


def with_a_part_without_minutes(notebook):
    notebook.cells[4].source = "## Exercises (at home)"


def with_a_skipped_section(notebook):
    notebook.cells[4].source = "## 4. Exercises (11 minutes)"


def with_too_long_a_core(notebook):
    notebook.cells[0].source = OPENING.replace("15 minutes", "76 minutes")
    notebook.cells[4].source = "## 3. Exercises (72 minutes)"


def with_long_exercises(notebook):
    notebook.cells[5].source = "### Exercise 1 (9 minutes)"


def without_an_answer(notebook):
    notebook.cells[3].source = "Here it is: 42."


def with_an_answer_after_the_next_heading(notebook):
    notebook.cells[3].source = "### 42\n\n<details>42</details>"


def with_an_answer_before_the_code(notebook):
    notebook.cells[1].source += "\n<details>42</details>"
    notebook.cells[3].source = "As you knew."


def with_an_answer_after_the_next_prediction(notebook):
    notebook.cells[3].source = "**Predict, then run:** and 2 more?\n\n<details>44</details>"


def with_a_hint_for_an_answer(notebook):
    notebook.cells[3].metadata = nbformat.from_dict({"tags": ["hint"]})


def with_controls_without_a_picture(notebook):
    notebook.cells[SUM].outputs = [new_output("display_data", {"text/plain": WIDGET_NOTE})]


def with_a_dead_anchor(notebook):
    notebook.cells[-1].source += "\n[a section](#1.-Content)"


def with_an_anchor_that_browsers_encode(notebook):
    notebook.cells[-1].source += "\n### β\n\n[beta](#β)"


def with_a_dead_anchor_elsewhere(notebook):
    notebook.cells[-1].source += "\n[a section](04_next.ipynb#1.-Next-(3-minutes))"


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
    notebook.cells[4].source = "#### 3. Exercises (11 minutes)"


def with_a_long_cell(notebook):
    notebook.cells[SUM].source = "\n".join(f"a{n} = {n}" for n in range(21))


def with_a_large_output(notebook):
    notebook.cells[SUM].outputs = [new_output("stream", text="x" * 2_000_000)]


def with_a_local_path(notebook):
    notebook.cells[SUM].outputs = [new_output("stream", text="saved in /home/ada/out.png")]


def run_out_of_order(notebook):
    notebook.cells[SUM].execution_count = 9


def with_an_error(notebook):
    notebook.cells[SUM].outputs = [new_output("error", ename="ValueError", evalue="no")]


def with_a_warning(notebook):
    text = "UserWarning: deprecated"
    notebook.cells[SUM].outputs = [new_output("stream", name="stderr", text=text)]


def with_widget_state(notebook):
    notebook.metadata["widgets"] = {"application/vnd.jupyter.widget-state+json": {"state": {}}}


def without_a_check(notebook):
    notebook.cells[FIRST].source = "answer = None"


def without_a_hint(notebook):
    del notebook.cells[FIRST + 1]


def without_a_solution(notebook):
    notebook.cells[FIRST + 2].metadata = nbformat.from_dict({})


def with_an_open_solution(notebook):
    notebook.cells[FIRST + 2].metadata = nbformat.from_dict({"tags": ["solution"]})


def with_too_few_exercises(notebook):
    notebook.cells[FIRST].metadata = nbformat.from_dict({})


def without_exercises(notebook):
    del notebook.cells[5:-1]


@pytest.mark.parametrize(
    ("spoil", "fault"),
    [
        (without_objectives, "lists 2 objectives"),
        (without_minutes, "has no '**Time:** T minutes for the core'"),
        (with_too_short_a_time, "add up to 15 minutes, not to 14"),
        (without_the_optional_minutes, "'5 minutes for the sections marked *optional*'"),
        (with_a_section_without_minutes, "'3. Exercises' does not end with (M minutes)"),
        (with_a_part_without_minutes, "'Exercises (at home)' does not end with (M minutes)"),
        (with_a_skipped_section, "is not numbered '3. '"),
        (with_too_long_a_core, "the core takes 76 minutes; 75 at most"),
        (with_long_exercises, "take 15 minutes"),
        (without_an_answer, "the prediction in cell 1 has no answer"),
        (with_an_answer_after_the_next_heading, "the prediction in cell 1 has no answer"),
        (with_an_answer_before_the_code, "the prediction in cell 1 has no answer"),
        (with_an_answer_after_the_next_prediction, "the prediction in cell 1 has no answer"),
        (with_a_hint_for_an_answer, "the prediction in cell 1 has no answer"),
        (with_controls_without_a_picture, "cell 2 has controls and no stored picture"),
        (with_a_dead_anchor, "#1.-Content leads to a heading that is not there"),
        (with_an_anchor_that_browsers_encode, "#β does not work in JupyterLab"),
        (with_a_dead_anchor_elsewhere, "#1.-Next-(3-minutes) leads to a heading that is not"),
        (without_number, "title with the number"),
        (without_prerequisites, "What to know first"),
        (without_summary, "'Summary'"),
        (without_next_link, "next notebook, 04_next.ipynb"),
        (with_a_dead_link, "05_gone.ipynb#part leads nowhere"),
        (with_a_nameless_picture, "has no text"),
        (with_a_skipped_heading, "from level 2 to level 4"),
        (with_a_long_cell, "cell 2 has 21 lines"),
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


def more_of_it(notebook):
    notebook.cells[-1].source += "\n[the second section](#2.-More-of-it-(5-minutes,-optional))"


def one_answer_to_two_questions(notebook):
    notebook.cells[1].source += "\n**Predict, then run:** and its last digit?"


def several_cells_before_the_answer(notebook):
    notebook.cells[2:2] = [new_markdown_cell("Slowly."), new_markdown_cell("Now:")]


def controls_with_a_picture(notebook):
    data = {"text/plain": WIDGET_NOTE, "image/jpeg": "aaaa"}
    notebook.cells[SUM].outputs = [new_output("display_data", data)]


def an_exercise_that_can_be_skipped(notebook):
    notebook.cells[5].source = "### Exercise 1 (9 minutes, optional)"


def a_single_optional_section(notebook):
    notebook.cells[0].source = OPENING.replace("the sections marked", "the section marked")


def words_without_minutes(notebook):
    notebook.cells[-1].source += "\n## Words of this notebook"


@pytest.mark.parametrize(
    "change",
    [
        *(more_of_it, one_answer_to_two_questions, several_cells_before_the_answer),
        *(controls_with_a_picture, an_exercise_that_can_be_skipped, words_without_minutes),
        a_single_optional_section,
    ],
)
def test_what_is_allowed_is_no_flaw(change, rendered, tmp_path):
    notebook = nbformat.read(rendered, as_version=4)
    change(notebook)
    assert notebook_rules.faults(write(notebook, tmp_path)) == []
