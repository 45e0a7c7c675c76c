"""Who may import whom, and how light `import nstkit` is."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from pathlib import Path

import pytest

PACKAGE = Path(__file__).resolve().parents[1] / "nstkit"

# The modules from the ground up. Each may import those above it in this list, and nothing below.
# A folder counts as one. A new folder gets its place here.
ORDER = (
    *("errors", "machine", "images", "samples", "classic", "backbones", "losses", "optimizers"),
    *("transfer", "fast", "runs", "quality", "sweep", "session", "plots", "commands"),
    *("setup_check", "checks", "widgets", "explorers"),
)
FIRST_THAT_DRAWS = "plots"
DRAWING = {"matplotlib", "IPython", "ipywidgets"}
HEAVY = {"tensorflow", "keras", "matplotlib", "scipy", "skimage", "cv2", "IPython", "ipywidgets"}


def module_of(path: Path) -> str:
    """Return the module, or the package at the top of nstkit, that a file belongs to."""
    return path.relative_to(PACKAGE).parts[0].removesuffix(".py")


def imports_of(path: Path) -> set[str]:
    """Return the dotted names that a file imports, wherever in it."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found.update(name.name for name in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path.name} line {node.lineno}: write the full module name"
            assert node.module is not None
            found.update(f"{node.module}.{name.name}" for name in node.names)
    return found


FILES = sorted(
    path for path in PACKAGE.rglob("*.py") if module_of(path) not in ("__init__", "__main__")
)


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(PACKAGE)))
def test_imports_point_one_way(path):
    module = module_of(path)
    assert module in ORDER, f"give {module} a place in ORDER of {Path(__file__).name}"
    allowed = {module, *ORDER[: ORDER.index(module)]}
    own = {name.split(".")[1] for name in imports_of(path) if name.startswith("nstkit.")}
    upward = sorted(name for name in own & set(ORDER) if name not in allowed)
    assert not upward, f"{module} imports {', '.join(upward)}, which stand above it"


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(PACKAGE)))
def test_the_numerics_know_nothing_of_drawing_and_widgets(path):
    if ORDER.index(module_of(path)) < ORDER.index(FIRST_THAT_DRAWS):
        assert not {name.split(".")[0] for name in imports_of(path)} & DRAWING


def test_every_module_can_be_imported_on_its_own():
    """Import in an order that is not the package's own, which finds circles between modules."""
    names = [
        ".".join(("nstkit", *path.relative_to(PACKAGE).with_suffix("").parts)).removesuffix(
            ".__init__"
        )
        for path in reversed(FILES)
    ]
    code = "import importlib, sys\nfor name in sys.argv[1:]: importlib.import_module(name)"
    done = subprocess.run([sys.executable, "-c", code, *names], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr[-2000:]


def test_importing_the_package_loads_nothing_heavy():
    code = "import sys, nstkit; print(*{name.split('.')[0] for name in sys.modules})"
    loaded = subprocess.check_output([sys.executable, "-c", code], text=True).split()
    assert "nstkit" in loaded
    assert not HEAVY & set(loaded)


def test_importing_the_package_and_its_folders_changes_nothing_in_the_process():
    state = (
        "(dict(os.environ), socket.getdefaulttimeout(), warnings.filters[:], logging.root.level,"
        " logging.root.handlers[:], [signal.getsignal(s) for s in signal.valid_signals()],"
        " threading.active_count(), locale.setlocale(locale.LC_ALL), sys.path[:])"
    )
    code = (
        "import importlib, locale, logging, os, signal, socket, sys, threading, warnings\n"
        f"before = {state}\nfor name in sys.argv[1:]: importlib.import_module(name)\n"
        f"assert {state} == before\nassert 'tensorflow' not in sys.modules"
    )
    folders = [f"nstkit.{path.parent.name}" for path in sorted(PACKAGE.glob("*/__init__.pyi"))]
    assert "nstkit.backbones" in folders
    command = [sys.executable, "-c", code, "nstkit", *folders]
    done = subprocess.run(command, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr[-2000:]


def test_importing_the_package_takes_less_than_a_third_of_a_second():
    seconds = []
    for _ in range(5):  # the best of several: other work on the machine only ever adds
        command = [sys.executable, "-X", "importtime", "-c", "import nstkit"]
        table = subprocess.run(command, capture_output=True, text=True, check=True).stderr
        row = re.search(r"\|\s*(\d+) \| nstkit$", table, flags=re.MULTILINE)
        assert row is not None
        seconds.append(int(row.group(1)) / 1e6)
    assert min(seconds) < 0.3
