"""What every notebook of the course has in common, checked; CONTRIBUTING.md has it in prose.

Each rule takes a `Page` and yields one line for everything that is wrong with it.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Callable, Iterator
from pathlib import Path

from notebook_page import MINUTES, Page, tags, text_outputs
from widget_stills import PICTURES, WIDGET_NOTE

MAXIMUM_LINES = 20
MAXIMUM_MB = 2.0
FEWEST_EXERCISES = 3
OBJECTIVES = range(3, 6)
CLASS_MINUTES = 75

CORE = re.compile(r"\*\*Time:\*\* (\d+) minutes for the core")
OPTIONAL = re.compile(r"(\d+) minutes for the sections?\s+marked \*optional\*")
UNTIMED = re.compile(r"\b(summary|further reading|words|map|glossary)\b", flags=re.IGNORECASE)
LOCAL_PATH = re.compile(r"(?:/home/|/Users/|/root/|/tmp/|/work/|/var/folders/|[A-Z]:\\Users\\)\S*")


def title_faults(page: Page) -> Iterator[str]:
    """Title with the number; objectives and prerequisites before the first code."""
    number = re.match(r"(\d\d)_[a-z0-9_]+$", page.path.stem)
    if number is None:
        yield "the file's name is not NN_topic.ipynb"
        return
    if not re.match(rf"# 0*{int(number[1])}\b", page.opening):
        yield f"the first line is not a title with the number: # {int(number[1])}. Title"
    _, found, rest = page.opening.partition("What you will be able to do")
    listed = len(re.findall(r"^[-*] ", re.split(r"\n#|\n\*\*", rest)[0], flags=re.MULTILINE))
    if not found or listed not in OBJECTIVES:
        yield f"'What you will be able to do' lists {listed} objectives; 3 to 5 are wanted"
    if "what to know first" not in page.opening.lower():
        yield "there is no 'What to know first' before the first code"


def minute_faults(page: Page) -> Iterator[str]:
    """Every section says its minutes; they add up to what the opening says, and to a class."""
    numbered = 0
    for level, text in page.headings:
        timed = MINUTES.search(text)
        if level == 2 and text[0].isdigit():
            numbered += 1
            if not text.startswith(f"{numbered}. "):
                yield f"the section '{text}' is not numbered '{numbered}. '"
        if level == 2 and not timed and (text[0].isdigit() or not UNTIMED.search(text)):
            yield f"the section '{text}' does not end with (M minutes) or (M minutes, optional)"
    for section in page.sections:
        if section.exercises > section.minutes:
            yield f"the exercises of '{section.title}' take {section.exercises} minutes"
    spent = {False: 0, True: 0}  # by whether a section is optional
    for section in page.sections:
        spent[section.optional] += section.minutes
    core, more = CORE.search(page.opening), OPTIONAL.search(page.opening)
    if core is None:
        yield "the opening has no '**Time:** T minutes for the core'"
    elif int(core[1]) != spent[False]:
        yield f"the sections of the core add up to {spent[False]} minutes, not to {core[1]}"
    if spent[False] > CLASS_MINUTES:
        yield f"the core takes {spent[False]} minutes; {CLASS_MINUTES} at most"
    if spent[True] != (int(more[1]) if more else 0):
        yield (
            f"the optional sections take {spent[True]} minutes, which the opening does not say as "
            f"'{spent[True]} minutes for the sections marked *optional*'"
        )


def prediction_faults(page: Page) -> Iterator[str]:
    """Every prediction is followed by code, then by its folded answer, before what comes next."""
    asked: list[int] = []
    ran = False
    for number, event in [*page.events(), (-1, "heading")]:
        if event == "answer" and ran:
            asked = []
        elif event == "heading" or (event == "prediction" and ran):
            for cell in asked:
                yield f"the prediction in cell {cell} has no answer in <details> after its code"
            asked = []
        ran = event == "code" or (ran and event == "answer")
        if event == "prediction":
            asked.append(number)


def ending_faults(page: Page) -> Iterator[str]:
    """Summary and further reading, and links to the notebooks before and after this one."""
    headings = [text.lower() for _, text in page.headings]
    for wanted in ("summary", "further reading"):
        if not any(wanted in heading for heading in headings[-4:]):
            yield f"there is no heading '{wanted.capitalize()}' at the end"
    targets = {target.partition("#")[0] for _, _, target in page.links}
    place = page.course.index(page.path)
    for step, word in ((-1, "previous"), (1, "next")):
        if 0 <= place + step < len(page.course):
            neighbour = page.course[place + step].name
            if neighbour not in targets:
                yield f"there is no link to the {word} notebook, {neighbour}"


def heading_faults(page: Page) -> Iterator[str]:
    """One title, and no level left out on the way down."""
    headings = page.headings
    if [level for level, _ in headings].count(1) != 1:
        yield "there is not exactly one title (a heading with one #)"
    for (above, _), (level, text) in itertools.pairwise(headings):
        if level > above + 1:
            yield f"heading '{text}' skips from level {above} to level {level}"


def link_faults(page: Page) -> Iterator[str]:
    """Links within the course lead somewhere; pictures have a text in their place."""
    for mark, text, target in page.links:
        if mark and not text.strip():
            yield f"the picture {target} has no text for those who cannot see it"
        file = target.partition("#")[0]
        inside = file and not re.match(r"[a-z]+:", file) and not file.startswith("attachment")
        place = page.path.parent / file if file else page.path
        if inside and not place.exists():
            yield f"the link to {target} leads nowhere"
        elif "#" in target and (inside or not file) and place.suffix == ".ipynb":
            there = page if place == page.path else Page.read(place)
            anchor = target.partition("#")[2]
            if anchor not in there.anchors:
                yield f"the link to {target} leads to a heading that is not there"
            elif not anchor.isascii():  # a browser encodes it, and JupyterLab compares letters
                yield f"the link to {target} does not work in JupyterLab: name an ASCII heading"


def length_faults(page: Page) -> Iterator[str]:
    """Short cells, and a file that opens quickly."""
    for number, cell in page.code:
        lines = len(cell.source.strip().splitlines())
        if lines > MAXIMUM_LINES:
            yield f"cell {number} has {lines} lines; {MAXIMUM_LINES} at most"
    size = page.path.stat().st_size / 1e6
    if size >= MAXIMUM_MB:
        yield f"the file has {size:.2f} MB; it must stay under {MAXIMUM_MB:g}"


def path_faults(page: Page) -> Iterator[str]:
    """Nothing in it names a folder of somebody's machine."""
    for number, cell in enumerate(page.notebook.cells):
        for text in (cell.source, *text_outputs(cell)):
            for path in LOCAL_PATH.findall(text):
                yield f"cell {number} names a local path: {path[:80]}"


def output_faults(page: Page) -> Iterator[str]:
    """Only outputs of one clean run, in order, without errors, warnings or widget leftovers."""
    counts = [cell.execution_count for _, cell in page.code]
    if counts != list(range(1, len(counts) + 1)):
        yield "the outputs are not those of one run in order: course.py render stores such a run"
    if "widgets" in page.notebook.metadata:
        yield "the state of widgets is stored: course.py render leaves it out"
    for number, cell in page.code:
        for output in cell.outputs:
            expected = {"raises-exception", "nbval-raises-exception"} & set(tags(cell))
            if output.output_type == "error" and not expected:
                yield f"cell {number} ended with {output.ename}"
            if output.get("name") == "stderr" and "Warning" in output.text:
                yield f"cell {number} shows a warning: {output.text.strip()[:80]}"
            shown = output.get("data", {})
            if shown.get("text/plain") == WIDGET_NOTE and not set(shown) & set(PICTURES):
                yield f"cell {number} has controls and no stored picture of them"


def exercise_faults(page: Page) -> Iterator[str]:
    """Exercises, each with its check, its hint and a collapsed solution."""
    cells = page.notebook.cells
    starts = [number for number, cell in enumerate(cells) if "exercise" in tags(cell)]
    if len(starts) < FEWEST_EXERCISES:
        yield f"there are {len(starts)} exercises; {FEWEST_EXERCISES} are wanted"
    for start, end in itertools.pairwise([*starts, len(cells)]):
        following = cells[start + 1 : end]
        solutions = [cell for cell in following if "solution" in tags(cell)]
        hints = [cell for cell in following if "hint" in tags(cell)]
        open_code = [c.source for c in following if c.cell_type == "code" and c not in solutions]
        name = f"the exercise in cell {start}"
        if not any("check" in source for source in [cells[start].source, *open_code]):
            yield f"{name} has no check"
        if not any("<details>" in hint.source for hint in hints):
            yield f"{name} has no cell tagged 'hint' with its hint in <details>"
        if not solutions:
            yield f"{name} has no cell tagged 'solution'"
    for number, cell in enumerate(cells):
        hidden = cell.metadata.get("jupyter", {}).get("source_hidden", False)
        if "solution" in tags(cell) and cell.cell_type == "code" and not hidden:
            yield f"the solution in cell {number} is not collapsed (jupyter.source_hidden)"


RULES: tuple[Callable[[Page], Iterator[str]], ...] = (
    *(title_faults, minute_faults, prediction_faults, ending_faults, heading_faults),
    *(link_faults, length_faults, path_faults, output_faults, exercise_faults),
)


def faults(path: Path) -> list[str]:
    """Return everything that is wrong with a notebook."""
    page = Page.read(path)
    return [fault for rule in RULES for fault in rule(page)]
