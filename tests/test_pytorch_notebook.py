"""Notebook 12 shows the twin's own code, tells who has no PyTorch what to do, and is skipped there.

What it shows is `benchmarks/torch_twin.py` word for word, which other tests hold to nstkit.
"""

from __future__ import annotations

import ast
import importlib.resources
import importlib.util
import json
import types
from pathlib import Path
from typing import Any

import pytest

from nstkit.backbones import LAYERS, load_backbone

ROOT = Path(__file__).resolve().parents[1]
NOTEBOOK = ROOT / "notebooks" / "12_pytorch.ipynb"
CELLS = {
    cell["id"]: "".join(cell["source"])
    for cell in json.loads(NOTEBOOK.read_text(encoding="utf-8"))["cells"]
    if cell["cell_type"] == "code"
}
MISSING = "PyTorch is not installed: python3 course.py pytorch adds it"


def definitions(code: str) -> dict[str, str]:
    """Return every function and class of a program, without its docstring."""
    found = {}
    for node in ast.parse(code).body:
        if isinstance(node, (ast.FunctionDef, ast.ClassDef)):
            if ast.get_docstring(node):
                del node.body[0]
            found[node.name] = ast.unparse(node)
    return found


def without_magics(code: str) -> str:
    return "\n".join("    pass" if line.lstrip()[:1] == "%" else line for line in code.splitlines())


@pytest.mark.parametrize(
    "name",
    ["Normalise", "build_vgg", "features_of", "gram_matrix", "ContentLoss", "StyleLoss"],
)
def test_the_notebook_builds_the_twin_word_for_word(name):
    shown = definitions("\n".join(without_magics(code) for code in CELLS.values()))
    twin = definitions((ROOT / "benchmarks" / "torch_twin.py").read_text(encoding="utf-8"))
    assert shown[name] == twin[name]


def test_without_pytorch_the_set_up_says_in_one_line_how_to_add_it(monkeypatch):
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None)
    with pytest.raises(ModuleNotFoundError, match=r"python3 course\.py pytorch") as caught:
        exec(without_magics(CELLS["nb12-install"]), {})
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("there", [False, True])
def test_its_cells_are_skipped_where_there_is_no_pytorch_and_no_others(there, monkeypatch):
    spec = importlib.util.spec_from_file_location(
        "notebooks_conftest", ROOT / "notebooks" / "conftest.py"
    )
    assert spec is not None
    assert spec.loader is not None
    conftest = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(conftest)
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: object() if there else None)
    marked: dict[str, list[Any]] = {}
    items = [
        types.SimpleNamespace(path=path, add_marker=marked.setdefault(path.stem, []).append)
        for path in NOTEBOOK.parent.glob("[01]*.ipynb")
    ]
    conftest.pytest_collection_modifyitems(items)
    reasons = {name: marks[0].kwargs["reason"] for name, marks in marked.items() if marks}
    assert reasons == ({} if there else {NOTEBOOK.stem: MISSING})


def test_the_shipped_file_becomes_a_state_dict_under_torchvisions_names():
    torch = pytest.importorskip("torch", reason=MISSING)
    import numpy as np

    code = CELLS["nb12-weights"] + "\n" + CELLS["nb12-two-lines-2"].split("torch.save")[0]
    names: dict[str, Any] = {"torch": torch, "np": np, "files": importlib.resources.files}
    exec(code, names)
    backbone, state = load_backbone("vgg19-slim"), names["state"]
    places = (0, 2, 5, 7, 10, 12, 14, 16, 19, 21, 23, 25, 28, 30, 32, 34)  # torchvision's
    assert set(state) == {f"features.{n}.{kind}" for n in places for kind in ("weight", "bias")}
    for place, layer in zip(places, LAYERS, strict=True):
        kernel, bias = backbone.parameters(layer)
        assert np.array_equal(state[f"features.{place}.weight"], kernel.transpose(3, 2, 0, 1))
        assert np.array_equal(state[f"features.{place}.bias"], bias)
