"""A notebook as a reader meets it: its cells, headings, links and the minutes that it says."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import nbformat
from nbformat import NotebookNode

LINK = re.compile(r"(!?)\[([^\]]*)\]\(((?:[^()\s]|\([^()\s]*\))+)[^)]*\)")
HEADING = re.compile(r"^(#{1,6}) +(.+?)\s*$", flags=re.MULTILINE)
FENCE = re.compile(r"^```.*?^```", flags=re.MULTILINE | re.DOTALL)
MINUTES = re.compile(r"\((\d+) minutes?(, optional)?\)")
EVENT = re.compile(
    r"(?P<heading>^#{1,3} )|(?P<prediction>\*\*Predict, then run:\*\*)|(?P<answer><details>)",
    flags=re.MULTILINE,
)


@dataclass(frozen=True)
class Section:
    """A heading that says its minutes, and those of the exercises in it."""

    title: str
    minutes: int
    optional: bool
    exercises: int


@dataclass(frozen=True)
class Page:
    """A notebook, and the notebooks of the course in their order."""

    path: Path
    notebook: NotebookNode
    course: tuple[Path, ...]

    @classmethod
    def read(cls, path: Path) -> Page:
        """Return a notebook of the folder that holds the course."""
        course = tuple(sorted(path.parent.glob("*.ipynb")))
        return cls(path, nbformat.read(path, as_version=4), course)

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

    @property
    def headings(self) -> list[tuple[int, str]]:
        """Return level and text of every heading."""
        return [(len(marks), text) for cell in self.prose for marks, text in HEADING.findall(cell)]

    @property
    def anchors(self) -> set[str]:
        """Return what a link to each heading ends with, as JupyterLab forms it."""
        texts = [LINK.sub(r"\2", text) for _, text in self.headings]
        return {re.sub(r"[*`]", "", text).replace(" ", "-") for text in texts}

    @property
    def links(self) -> list[tuple[str, str, str]]:
        """Return mark ("!" for a picture), text and target of every link."""
        return [link for cell in self.prose for link in LINK.findall(cell)]

    @property
    def sections(self) -> list[Section]:
        """Return the sections that say their minutes."""
        found: list[Section] = []
        for level, text in self.headings:
            match = MINUTES.search(text)
            if level == 2 and match and match.end() == len(text):
                found.append(Section(text, int(match[1]), bool(match[2]), 0))
            elif level > 2 and match and found and not match[2]:
                last = found.pop()
                spent = last.exercises + int(match[1])
                found.append(Section(last.title, last.minutes, last.optional, spent))
        return found

    def events(self) -> Iterator[tuple[int, str]]:
        """Yield each heading, prediction, folded answer and code cell, with its cell's position."""
        for number, cell in enumerate(self.notebook.cells):
            if cell.cell_type == "code" and cell.source.strip():
                yield number, "code"
            elif cell.cell_type == "markdown" and not {"hint", "solution"} & set(tags(cell)):
                for match in EVENT.finditer(FENCE.sub("", cell.source)):
                    yield number, str(match.lastgroup)


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
