"""A notebook that keeps every rule of the course, for the tests of the tools that handle them."""

from __future__ import annotations

import nbformat
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

OPENING = """\
# 3. Content

**What you will be able to do**

- say what content is
- write its loss
- measure it

**What to know first**: notebook 2.

**Time:** 15 minutes for the core, and 5 minutes for the sections marked *optional*.
"""
PREDICTION = """\
## 1. Content (4 minutes)

**Predict, then run:** how much is 40 + 2?
"""
ANSWER = """\
<details><summary>Answer</summary>

42, as [section 1](#1.-Content-(4-minutes)) has it.

</details>

## 2. More of `it` (5 minutes, optional)
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
        new_markdown_cell(PREDICTION),
        new_code_cell("total = 40 + 2\ntotal", metadata={"tags": ["nbval-check-output"]}),
        new_markdown_cell(ANSWER),
        new_markdown_cell("## 3. Exercises (11 minutes)"),
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
