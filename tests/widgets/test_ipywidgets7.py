"""The widgets' tests once more, with ipywidgets 7, which Colab has.

It is installed into a folder of its own, which goes before the version that the course installs.
"""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

pytest.importorskip("ipywidgets")

PACKAGES = ("ipywidgets==7.7.1", "ipython_genutils==0.2.0", "jupyterlab_widgets==1.1.11")
FILES = (
    "widgets/test_widgets.py",
    "widgets/test_several.py",
    "widgets/test_voting.py",
    "explorers/test_explorers.py",
    pytest.param("widgets/test_browser.py", marks=pytest.mark.browser),
    pytest.param("widgets/test_several_browser.py", marks=pytest.mark.browser),
)


@pytest.fixture(scope="module")
def variables(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """Install ipywidgets 7 and return the environment variables under which it is found."""
    folder = tmp_path_factory.mktemp("ipywidgets7")
    install = ["pip", "install", "--quiet", "--no-input", "--retries=1", "--timeout=10"]
    done = subprocess.run(
        [sys.executable, "-m", *install, "--no-deps", "--target", str(folder), *PACKAGES],
        capture_output=True,
        text=True,
    )
    if done.returncode:
        said = done.stderr.strip().splitlines()[-1:] or ["pip said nothing"]
        refuse = pytest.fail if os.environ.get("CI") else pytest.skip
        refuse(f"ipywidgets 7 could not be installed: {said[0]}")
    found = dict(os.environ, PYTHONPATH=str(folder), JUPYTER_PATH=str(folder / "share" / "jupyter"))
    if "NSTKIT_SCREENSHOTS" in found:
        found["NSTKIT_SCREENSHOTS"] += "/ipywidgets 7"
    return found


def test_it_is_version_7_that_is_tested(variables):
    code = "import ipywidgets; print(ipywidgets.__version__)"
    said = subprocess.check_output([sys.executable, "-c", code], env=variables, text=True)
    assert said.strip() == "7.7.1"


@pytest.mark.slow
@pytest.mark.parametrize("file", FILES)
def test_everything_works_as_with_version_8(variables, file):
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", f"tests/{file}"]
    root = Path(__file__).resolve().parents[2]
    done = subprocess.run(command, env=variables, cwd=root, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout[-5000:] + done.stderr[-1000:]
