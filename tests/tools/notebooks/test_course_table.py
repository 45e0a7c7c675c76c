"""The README's table has every notebook, in order, with the minutes that its sections say."""

from __future__ import annotations

import re
from pathlib import Path

from notebook_page import Page

ROOT = Path(__file__).resolve().parents[3]
ROW = re.compile(
    r"^\| \[(\d\d) [^\]]+\]\(notebooks/(\S+)\) \| (\d+)(?: \+ (\d+))? \|", re.MULTILINE
)


def test_the_table_has_every_notebook_with_its_minutes():
    table = ROW.findall((ROOT / "README.md").read_text(encoding="utf-8"))
    wanted = []
    for path in sorted((ROOT / "notebooks").glob("*.ipynb")):
        sections = Page.read(path).sections
        core = sum(section.minutes for section in sections if not section.optional)
        more = sum(section.minutes for section in sections if section.optional)
        wanted.append((path.stem[:2], path.name, str(core), str(more) if more else ""))
    assert table == wanted
