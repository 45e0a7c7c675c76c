"""The examples in the package's docstrings run, and give what they say."""

from __future__ import annotations

import doctest
import importlib
from pathlib import Path

import pytest

PACKAGE = Path(__file__).resolve().parents[1] / "nstkit"
EXAMPLES = {path: path.read_text(encoding="utf-8").count(">>> ") for path in PACKAGE.rglob("*.py")}
FILES = sorted(path for path, count in EXAMPLES.items() if count)


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.relative_to(PACKAGE).as_posix())
def test_examples_give_what_they_say(path: Path) -> None:
    name = ".".join(path.relative_to(PACKAGE.parent).with_suffix("").parts)
    result = doctest.testmod(importlib.import_module(name.removesuffix(".__init__")))
    assert result.failed == 0, "see what was expected and got in the captured output"
    assert result.attempted == EXAMPLES[path], "an example stands where doctest does not look"
