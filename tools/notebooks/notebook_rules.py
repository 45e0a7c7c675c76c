"""What every notebook of the course has in common, checked; CONTRIBUTING.md has it in prose.

Each rule takes a `Page` and yields one line for everything that is wrong with it.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import nbformat
from nbformat import NotebookNode

MAXIMUM_LINES = 20
MAXIMUM_MB = 2.0
FEWEST_EXERCISES = 3
OBJECTIVES = range(3, 6)

LINK = re.compile(r"(!?)\[([^\]]*)\]\(([^)\s]+)[^)]*\)")
HEADING = re.compile(r"^(#{1,6}) +(.+?)\s*$", flags=re.MULTILINE)
FENCE = re.compile(r"^```.*?^```", flags=re.MULTILINE | re.DOTALL)
LOCAL_PATH = re.compile(r"(?:/home/|/Users/|/root/|/tmp/|/work/|/var/folders/|[A-Z]:\\Users\\)\S*")


@dataclass(frozen=True)
class Page:
    """A notebook, and the notebooks of the course in their order."""

    path: Path
    notebook: NotebookNode
    course: tuple[Path, ...]

    @property
    def code(self) -> list[tuple[int, NotebookNode]]:
        """Return the code cells that hold something, each with its position."""
        cells = enumerate(self.notebook.cells)
        return [(n, cell) for n, cell in cells if cell.cell_type == "code" and cell.source.strip()]

    @property
    def prose(self) -> list[str]:
        """Return the Markdown cells, without the code in them."""
        cells = self.notebook.cells
        return [FENCE.sub("", cell.source) for cell in cells if cell.cell_type == "markdown"]

    @property
    def opening(self) -> str:
        """Return what stands before the first code cell."""
        cells = self.notebook.cells[: self.code[0][0]] if self.code else self.notebook.cells
        return "\n".join(cell.source for cell in cells)


def tags(cell: NotebookNode) -> list[str]:
    """Return a cell's tags."""
    return list(cell.metadata.get("tags", []))


def text_outputs(cell: NotebookNode) -> Iterator[str]:
    """Yield what a cell put out as text, HTML or the like, but no encoded pictures."""
    for output in cell.get("outputs", []):
        yield from [output.get("text", ""), *output.get("traceback", [])]
        for kind, value in output.get("data", {}).items():
            if isinstance(value, str) and kind.startswith(("text/", "image/svg")):
                yield value


def title_faults(page: Page) -> Iterator[str]:
    """Title with the number; objectives, prerequisites and minutes before the first code."""
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
    if not re.search(r"\b\d+ minutes?\b", page.opening):
        yield "the opening does not say how many minutes it takes"


def ending_faults(page: Page) -> Iterator[str]:
    """Summary and further reading, and links to the notebooks before and after this one."""
    headings = [text.lower() for _, text in headings_of(page)]
    for wanted in ("summary", "further reading"):
        if not any(wanted in heading for heading in headings[-4:]):
            yield f"there is no heading '{wanted.capitalize()}' at the end"
    targets = {target.partition("#")[0] for _, _, target in links_of(page)}
    place = page.course.index(page.path)
    for step, word in ((-1, "previous"), (1, "next")):
        if 0 <= place + step < len(page.course):
            neighbour = page.course[place + step].name
            if neighbour not in targets:
                yield f"there is no link to the {word} notebook, {neighbour}"


def headings_of(page: Page) -> list[tuple[int, str]]:
    """Return level and text of every heading."""
    return [(len(marks), text) for cell in page.prose for marks, text in HEADING.findall(cell)]


def heading_faults(page: Page) -> Iterator[str]:
    """One title, and no level left out on the way down."""
    headings = headings_of(page)
    if [level for level, _ in headings].count(1) != 1:
        yield "there is not exactly one title (a heading with one #)"
    for (above, _), (level, text) in itertools.pairwise(headings):
        if level > above + 1:
            yield f"heading '{text}' skips from level {above} to level {level}"


def links_of(page: Page) -> list[tuple[str, str, str]]:
    """Return mark ("!" for a picture), text and target of every link."""
    return [link for cell in page.prose for link in LINK.findall(cell)]


def link_faults(page: Page) -> Iterator[str]:
    """Links within the course lead somewhere; pictures have a text in their place."""
    for mark, text, target in links_of(page):
        if mark and not text.strip():
            yield f"the picture {target} has no text for those who cannot see it"
        file = target.partition("#")[0]
        inside = file and not re.match(r"[a-z]+:", file) and not file.startswith("attachment")
        if inside and not (page.path.parent / file).exists():
            yield f"the link to {target} leads nowhere"


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
    *(title_faults, ending_faults, heading_faults, link_faults, length_faults),
    *(path_faults, output_faults, exercise_faults),
)


def faults(path: Path) -> list[str]:
    """Return everything that is wrong with a notebook."""
    course = tuple(sorted(path.parent.glob("*.ipynb")))
    page = Page(path, nbformat.read(path, as_version=4), course)
    return [fault for rule in RULES for fault in rule(page)]
