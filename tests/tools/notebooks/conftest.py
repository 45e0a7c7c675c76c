"""What the tests of the notebooks' tools share: a notebook that was run, and the course's own."""

from __future__ import annotations

from pathlib import Path

import pytest
from sound_notebook import sound_notebook, write

import render_notebooks

NOTEBOOKS = sorted((Path(__file__).resolve().parents[3] / "notebooks").glob("*.ipynb"))


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Run a test that asks for `course_notebook` once for each notebook of the course."""
    if "course_notebook" in metafunc.fixturenames:
        metafunc.parametrize("course_notebook", NOTEBOOKS, ids=lambda path: path.stem)


@pytest.fixture(scope="session")
def rendered(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a small notebook that was really run and stored."""
    path = write(sound_notebook(), tmp_path_factory.mktemp("notebooks"))
    assert render_notebooks.render(path)
    return path
