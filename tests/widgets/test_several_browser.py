"""Several styles in a real browser: a region painted with the mouse, and what is painted in it."""

from __future__ import annotations

import io
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

pytest.importorskip("ipywidgets")
pytest.importorskip("jupyterlab")
pytest.importorskip("playwright")
pytest.importorskip("anywidget")

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


def canvas(studio: Page) -> np.ndarray:
    """Return what the brush's canvas shows."""
    source = """e => new Promise(done => e.toBlob(async b =>
        done([...new Uint8Array(await b.arrayBuffer())])))"""
    return pixels(bytes(studio.page.locator("canvas.nstkit-brush").evaluate(source)))


def paint(studio: Page, *points: tuple[float, float]) -> None:
    """Drag the mouse over the canvas through points in parts of its width and height."""
    box: Any = studio.page.locator("canvas.nstkit-brush").bounding_box()
    at = [(box["x"] + x * box["width"], box["y"] + y * box["height"]) for x, y in points]
    studio.page.mouse.move(*at[0])
    studio.page.mouse.down()
    for point in at[1:]:
        studio.page.mouse.move(*point, steps=5)
    studio.page.mouse.up()


def test_a_region_is_painted_and_its_style_moves_it_and_nothing_beyond(studio: Page) -> None:
    page = studio.page
    assert not page.locator("canvas.nstkit-brush").is_visible()
    studio.picture("20 as simple as before")
    studio.press("styles, regions, colours")
    brush = page.locator("canvas.nstkit-brush")
    brush.wait_for()
    until(lambda: canvas(studio).shape[1] == 192)
    photo = canvas(studio)

    chosen = page.locator(".widget-dropdown", has_text="style 2").locator("select")
    chosen.select_option("stained glass")
    brush.scroll_into_view_if_needed()
    studio.picture("21 two styles")
    paint(studio, (0.1, 0.1), (0.1, 0.9), (0.2, 0.9), (0.2, 0.1))
    until(lambda: np.abs(canvas(studio) - photo)[:, 15:40].mean() > 20)
    assert np.abs(canvas(studio) - photo)[:, 96:].mean() < 3
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
    plain = canvas(studio)
    page.get_by_role("button", name="keep", exact=True).click()
    paint(studio, (0.7, 0.3), (0.7, 0.7))
    until(lambda: np.abs(canvas(studio) - plain)[60:70, 130:138].mean() > 20)
    studio.press("Undo")
    until(lambda: np.abs(canvas(studio) - plain)[60:70, 130:138].mean() < 3)
    paint(studio, (0.7, 0.3), (0.7, 0.7))
    until(lambda: np.abs(canvas(studio) - plain)[60:70, 130:138].mean() > 20)
    studio.press("Clear")
    until(lambda: np.abs(canvas(studio) - plain)[60:70, 130:138].mean() < 3)


def test_the_brush_works_in_voila_too(pictures: Path, tmp_path: Path) -> None:
    pytest.importorskip("voila")
    with (
        lab.demo_app(tmp_path) as address,
        lab.opened(find_browser(), width=1300, height=1400) as page,
    ):
        page.set_default_timeout(PATIENCE * 1000)
        page.goto(address)
        app = Page(page, pictures)
        app.state("Ready")
        app.press("styles, regions, colours")
        page.locator("canvas.nstkit-brush").wait_for()
        until(lambda: canvas(app).shape[1] > 200)
        photo = canvas(app)
        page.get_by_role("button", name="keep", exact=True).click()
        paint(app, (0.2, 0.3), (0.2, 0.7))
        until(lambda: np.abs(canvas(app) - photo)[80:100, 45:55].mean() > 20)
        app.picture("24 voila")
