"""Several styles in a real browser: a region painted with the mouse, and what is painted in it."""

from __future__ import annotations

import io
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

pytest.importorskip("ipywidgets")
pytest.importorskip("jupyterlab")
pytest.importorskip("playwright")

import lab
import nbformat
from conftest import find_browser
from nbformat.v4 import new_code_cell, new_notebook
from studio_page import PATIENCE, Page, until

pytestmark = pytest.mark.browser

STUDIO = """\
from nstkit import widgets

studio = widgets.studio("chelsea", "woodblock_wave", size=192, steps=100_000, style_weight=1000)
studio
"""


@pytest.fixture(scope="module")
def studio(tmp_path_factory: pytest.TempPathFactory, pictures: Path) -> Iterator[Page]:
    folder = tmp_path_factory.mktemp("lab")
    kernel = {"name": "python3", "display_name": "Python 3 (ipykernel)", "language": "python"}
    made = new_notebook(cells=[new_code_cell(STUDIO)], metadata={"kernelspec": kernel})
    (folder / "work").mkdir()
    nbformat.write(made, folder / "work" / "studio.ipynb")
    with (
        lab.served(folder / "work", folder / "private") as address,
        lab.opened(find_browser(), height=1400) as page,
    ):
        lab.run_notebook(page, address.format(page="studio.ipynb"), patience=PATIENCE)
        seen = Page(page, pictures)
        seen.state("Ready")
        yield seen


def pixels(data: bytes) -> np.ndarray:
    return np.asarray(Image.open(io.BytesIO(data)).convert("RGB"), float)


def test_a_region_is_painted_and_its_style_moves_it_and_nothing_beyond(studio: Page) -> None:
    page = studio.page
    assert not page.locator("canvas.nstkit-brush").is_visible()
    studio.picture("20 as simple as before")
    studio.press("styles, regions, colours")
    brush = page.locator("canvas.nstkit-brush")
    brush.wait_for()
    until(lambda: studio.canvas().shape[1] == 192)
    photo = studio.canvas()

    chosen = page.locator(".widget-dropdown", has_text="style 2").locator("select")
    chosen.select_option("stained glass")
    brush.scroll_into_view_if_needed()
    studio.picture("21 two styles")
    studio.paint((0.1, 0.1), (0.1, 0.9), (0.2, 0.9), (0.2, 0.1))
    until(lambda: np.abs(studio.canvas() - photo)[:, 15:40].mean() > 20)
    assert np.abs(studio.canvas() - photo)[:, 96:].mean() < 3
    studio.picture("22 a region")

    # Nothing but style 2 in its region: the photograph stays beyond.
    weights = page.locator(".widget-slider", has_text="weight")
    weights.nth(0).locator("[role=slider], .ui-slider-handle").focus()
    page.keyboard.press("Home")
    studio.press("Start")
    studio.until_step(15)
    studio.press("Pause")
    studio.state("Paused")
    changed = np.abs(pixels(studio.result()) - photo)
    assert changed[:, 15:40].mean() > 20
    assert changed[:, 130:].mean() < 4
    studio.picture("23 painted in the region")

    # The style's weight moves the picture there, and there alone.
    before = pixels(studio.result())
    weights.nth(1).locator("[role=slider], .ui-slider-handle").focus()
    page.keyboard.press("Home")
    studio.press("Continue")
    studio.until_step(studio.step() + 15)
    studio.press("Pause")
    studio.state("Paused")
    moved = np.abs(pixels(studio.result()) - before)
    assert moved[:, 15:40].mean() > 5
    assert moved[:, 130:].mean() < 4


def test_what_was_painted_can_be_taken_back(studio: Page) -> None:
    page = studio.page
    plain = studio.canvas()
    page.get_by_role("button", name="keep", exact=True).click()
    studio.paint((0.7, 0.3), (0.7, 0.7))
    until(lambda: np.abs(studio.canvas() - plain)[60:70, 130:138].mean() > 20)
    studio.press("Undo")
    until(lambda: np.abs(studio.canvas() - plain)[60:70, 130:138].mean() < 3)
    studio.paint((0.7, 0.3), (0.7, 0.7))
    until(lambda: np.abs(studio.canvas() - plain)[60:70, 130:138].mean() > 20)
    studio.press("Clear")
    until(lambda: np.abs(studio.canvas() - plain)[60:70, 130:138].mean() < 3)
