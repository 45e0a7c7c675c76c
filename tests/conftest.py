"""What every test gets: a quiet TensorFlow, drawing without a screen, polite skips."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest

# Both are read when the library is first imported, so they come before any test does that.
os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")
os.environ["MPLBACKEND"] = "Agg"

BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the switch for tests that need the internet."""
    parser.addoption(
        "--network", action="store_true", help="also run the tests that need the internet"
    )


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Skip, with the reason, what this run or this machine cannot do."""
    no_network = pytest.mark.skip(reason="needs the internet: run with --network")
    no_browser = pytest.mark.skip(reason="no Chromium or Chrome on this machine")
    browser = find_browser()
    for item in items:
        if "network" in item.keywords and not config.getoption("--network"):
            item.add_marker(no_network)
        if "browser" in item.keywords and browser is None:
            item.add_marker(no_browser)


def find_browser() -> str | None:
    """Return the path of a Chromium or Chrome, None if there is none."""
    return next((path for name in BROWSERS if (path := shutil.which(name))), None)


@pytest.fixture
def browser_path() -> str:
    """Return the path of the browser that playwright shall drive."""
    path = find_browser()
    if path is None:
        pytest.skip("no Chromium or Chrome on this machine")
    return path


@pytest.fixture(scope="module")
def pictures(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the folder for screenshots: NSTKIT_SCREENSHOTS, else pytest's own."""
    folder = Path(os.environ.get("NSTKIT_SCREENSHOTS") or tmp_path_factory.mktemp("screenshots"))
    folder.mkdir(parents=True, exist_ok=True)
    return folder
