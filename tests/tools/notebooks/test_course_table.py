"""README and notebook 00 list every notebook, in order, with the minutes that its sections say."""

from __future__ import annotations

import re
from pathlib import Path

from notebook_page import Page

ROOT = Path(__file__).resolve().parents[3]
LAST = ROOT / "notebooks" / "13_final_project.ipynb"
ROW = re.compile(
    r"^\| \[(\d\d) [^\]]+\]\(notebooks/(\S+)\) \| (\d+)(?: \+ (\d+))? \|", re.MULTILINE
)


MAP = re.compile(r"^\| \[(\d\d) [^\]]+\]\((\S+)\) \|[^|]*\| (\d+)", re.MULTILINE)


def minutes(path):
    sections = Page.read(path).sections
    core = sum(section.minutes for section in sections if not section.optional)
    more = sum(section.minutes for section in sections if section.optional)
    return path.stem[:2], path.name, str(core), str(more) if more else ""


def test_the_table_has_every_notebook_with_its_minutes():
    table = ROW.findall((ROOT / "README.md").read_text(encoding="utf-8"))
    assert table == [minutes(path) for path in sorted((ROOT / "notebooks").glob("*.ipynb"))]


def test_the_map_of_the_course_has_every_notebook_with_its_minutes():
    first, *others = sorted((ROOT / "notebooks").glob("*.ipynb"))
    found = [row for cell in Page.read(first).prose for row in MAP.findall(cell)]
    assert found == [minutes(path)[:3] for path in others]


def test_every_term_of_the_glossary_leads_to_a_heading():
    (glossary,) = (cell for cell in Page.read(LAST).prose if cell.startswith("## Glossary"))
    rows = [row for row in glossary.splitlines() if row.startswith("| **")]
    assert len(rows) >= 50
    assert [row for row in rows if not re.search(r"\]\(\S*#\S+\) \|$", row)] == []
