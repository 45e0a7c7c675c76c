"""Notebooks as tests: one that imports PyTorch is skipped where there is none."""

from __future__ import annotations

import functools
import importlib.util
from pathlib import Path

import pytest

NO_PYTORCH = "PyTorch is not installed: python3 course.py pytorch adds it"


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Skip, with the reason, the cells of notebooks that need PyTorch."""
    if importlib.util.find_spec("torch") is not None:
        return
    for item in items:
        if item.path.suffix == ".ipynb" and needs_pytorch(item.path):
            item.add_marker(pytest.mark.skip(reason=NO_PYTORCH))


@functools.cache
def needs_pytorch(notebook: Path) -> bool:
    """Say whether one of a notebook's cells imports PyTorch."""
    return '"import torch\\n"' in notebook.read_text(encoding="utf-8")
