"""The Architecture page tells the truth: its paths exist, and its example runs."""

from __future__ import annotations

import re
from pathlib import Path

import jedi
import pytest

import nstkit

ROOT = Path(__file__).resolve().parents[1]
PAGE = (ROOT / "ARCHITECTURE.md").read_text(encoding="utf-8")
TOPS = ("nstkit", "tests", "tools", "data", "notebooks", "benchmarks")
PATHS = sorted(
    {
        found
        for found in re.findall(r"`([\w./]+)`", PAGE)
        if found.split("/")[0] in TOPS or found.endswith((".py", ".md", ".pyi"))
    }
)


@pytest.mark.parametrize("path", [path for path in PATHS if "/" in path or "." in path])
def test_a_path_on_the_page_exists(path):
    here = ROOT / path
    assert here.exists() or any(ROOT.glob(f"nstkit/*/{path}")), path


def test_every_folder_of_the_package_is_on_the_page():
    folders = [path.parent.name for path in (ROOT / "nstkit").glob("*/__init__.py")]
    assert folders
    assert not [name for name in folders if f"`nstkit/{name}/`" not in PAGE]


def test_readme_and_contributing_link_the_page():
    for name in ("README.md", "CONTRIBUTING.md"):
        assert "(ARCHITECTURE.md)" in (ROOT / name).read_text(encoding="utf-8"), name


def test_the_new_term_of_the_page_runs(capsys):
    code = re.findall(r"```python\n(.*?)```", PAGE, flags=re.DOTALL)[1]
    exec(code.replace("size=256", "size=48").replace("steps=30", "steps=3"), {})
    lines = capsys.readouterr().out.splitlines()
    assert len(lines) == 3
    found = [float(number) for number in re.findall(r"'moments': ([\d.e-]+)", "".join(lines))]
    assert found == sorted(found, reverse=True)


def test_the_package_offers_what_the_course_uses_and_editors_complete_it():
    wanted = {
        *("checks", "plots", "explorers", "widgets", "classic", "session", "errors", "samples"),
        *("stylize", "Problem", "Run", "load_backbone", "load_image", "save_image", "CONVENTIONS"),
    }
    assert wanted <= set(dir(nstkit))
    for code, names in (
        ("import nstkit\nnstkit.", wanted),
        ("from nstkit import losses\nlosses.", {"gram_matrix", "TERMS", "Weights"}),
    ):
        completed = {entry.name for entry in jedi.Script(code, path=ROOT / "x.py").complete()}
        assert names <= completed
