"""The studio in JupyterLab in a real browser; its screenshots are kept to be looked at.

The screenshots go to the folder that NSTKIT_SCREENSHOTS names, else to pytest's own folder.
"""

from __future__ import annotations

import io
import json
import re
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

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
from studio_page import HANDLE, PATIENCE, Page, until

pytestmark = pytest.mark.browser

STUDIO = """\
from nstkit import widgets

studio = widgets.studio("chelsea", "woodblock_wave", size=128, steps=100_000)
studio
"""


def notebook(folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    kernel = {"name": "python3", "display_name": "Python 3 (ipykernel)", "language": "python"}
    made = new_notebook(cells=[new_code_cell(STUDIO)], metadata={"kernelspec": kernel})
    nbformat.write(made, folder / "studio.ipynb")


@pytest.fixture(scope="module", params=["JupyterLab Light"])
def studio(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory, pictures: Path
) -> Iterator[Page]:
    folder = tmp_path_factory.mktemp("lab")
    notebook(folder / "work")
    with (
        lab.served(folder / "work", folder / "private", theme=request.param) as address,
        lab.opened(find_browser()) as page,
    ):
        lab.run_notebook(page, address.format(page="studio.ipynb"), patience=PATIENCE)
        seen = Page(page, pictures)
        seen.state("Ready")
        yield seen


@pytest.fixture(autouse=True)
def at_the_start(request: pytest.FixtureRequest) -> None:
    """Go back to the start before each test that uses the studio."""
    if "studio" in request.fixturenames:
        studio = request.getfixturevalue("studio")
        studio.press("Reset")
        studio.state("Ready")


def test_a_painting_and_its_weight_show_at_once_before_the_first_step(studio):
    heading = studio.page.locator(".nstkit-head", has_text="Instant picture")
    heading.wait_for()
    assert "in one pass; Start begins from content" in heading.inner_text()
    seen = [studio.result()]

    def another() -> None:
        until(lambda: studio.result() not in seen)
        studio.state("Ready")
        seen.append(studio.result())
        assert studio.step() == 0

    painting = studio.page.locator(".nstkit-card:has(img.nstkit-source) select").nth(1)
    painting.select_option("stained glass")
    another()
    studio.picture("11 instant")
    studio.press("styles, regions, colours")
    second = studio.page.locator(".widget-dropdown", has_text="style 2").locator("select")
    second.select_option("woodblock wave")
    another()
    studio.arrows("weight", -10)
    another()
    studio.picture("12 instant mix")
    studio.arrows("style β", -30)
    another()
    studio.arrows("style β", 30)
    start = studio.page.locator(".widget-dropdown", has_text="start from").locator("select")
    start.select_option("fast: the instant picture")
    studio.page.locator(".nstkit-head", has_text="Start goes on from it").wait_for()
    studio.state("Ready")
    instant = pixels(studio.result())
    studio.press("One step")
    studio.until_step(1)
    heading.wait_for(state="hidden")
    assert np.abs(pixels(studio.result()) - instant).mean() < 20
    studio.picture("13 from the instant picture")
    start.select_option("content")
    second.select_option("none")
    painting.select_option("woodblock wave")
    studio.press("styles, regions, colours")


def test_the_style_share_rises_with_beta(studio):
    look = studio.page.locator(".widget-dropdown", has_text="look").locator("select")
    look.select_option("a hint of paint")
    studio.press("Start")
    studio.until_step(12)
    studio.picture("1 painting")
    studio.press("Pause")
    studio.state("Paused")
    until(lambda: 5 < studio.shares()["content 4_2"] < 95)
    before = studio.shares()["content 4_2"]
    studio.arrows("style β", 40)  # two powers of ten
    until(lambda: studio.shares()["content 4_2"] < before / 4)
    studio.press("Continue")
    studio.until_step(studio.step() + 3)
    titles = studio.page.locator(".nstkit-chart .mark title").all_text_contents()
    assert any("β 10 → 1000" in title for title in titles)
    studio.picture("2 style up")


def test_a_style_layer_that_is_switched_off_has_a_bar_of_zero(studio):
    studio.press("Start")
    studio.until_step(5)
    assert studio.shares()["style 3_1"] > 0
    toggle = studio.page.get_by_label("block3_conv1")
    toggle.uncheck()
    until(lambda: studio.shares()["style 3_1"] == 0)
    step = studio.step()
    studio.until_step(step + 5)
    assert studio.shares()["style 3_1"] == 0
    toggle.check()
    until(lambda: studio.shares()["style 3_1"] > 0)


def test_further_terms_appear_when_they_are_asked_for(studio):
    term = studio.page.get_by_role("checkbox", name="moments")
    assert not term.is_visible()
    studio.press("further terms")
    term.check()
    studio.press("Start")
    studio.until_step(8)
    until(lambda: studio.shares().get("moments 3_1", 0) > 0)
    studio.page.locator(".nstkit-more", has_text="further").scroll_into_view_if_needed()
    studio.picture("10 further terms")
    term.uncheck()
    until(lambda: "moments 3_1" not in studio.shares())
    studio.press("further terms")
    term.wait_for(state="hidden")


def test_pause_freezes_the_picture_and_stop_keeps_it(studio):
    studio.press("Start")
    studio.until_step(8)
    studio.press("Pause")
    studio.state("Paused")
    frozen, step = studio.result(), studio.step()
    time.sleep(1.5)
    assert (studio.result(), studio.step()) == (frozen, step)
    studio.press("Continue")
    studio.until_step(step + 3)
    studio.press("Stop")
    studio.state("Stopped")
    kept = studio.result()
    assert kept != frozen
    time.sleep(0.5)
    assert studio.result() == kept
    studio.picture("3 stopped")


def test_a_photograph_that_lies_on_its_side_is_uploaded_upright(studio, tmp_path):
    image = Image.new("RGB", (1600, 1200), "blue")
    image.paste("red", (0, 0, 800, 1200))
    exif = Image.Exif()
    exif[0x0112] = 6
    image.save(tmp_path / "phone.jpg", exif=exif)
    studio.choose_file(0, tmp_path / "phone.jpg")
    size = "e => e.naturalHeight / e.naturalWidth"
    frame = studio.page.locator("img.nstkit-source").first
    until(lambda: frame.evaluate(size) > 1.2)
    until(lambda: studio.page.locator("img.nstkit-result").evaluate(size) > 1.2)
    shown = pixels(studio.bytes_of(frame))
    assert shown[2, :, 0].mean() > 180 > 70 > shown[2, :, 2].mean()  # red is on top
    studio.picture("4 upload")
    studio.page.locator("select", has_text="yours: phone.jpg").select_option("chelsea")
    until(lambda: frame.evaluate(size) < 1)


def test_a_large_photograph_can_be_uploaded(studio, tmp_path):
    noise = np.random.default_rng(0).integers(0, 256, (3000, 4000, 3), np.uint8)
    Image.fromarray(noise).save(tmp_path / "large.jpg", quality=92)
    assert (tmp_path / "large.jpg").stat().st_size > 9e6
    studio.choose_file(0, tmp_path / "large.jpg")
    studio.page.locator("option", has_text="yours: large.jpg").first.wait_for(state="attached")
    studio.page.locator("select", has_text="yours: large.jpg").select_option("chelsea")
    studio.state("Ready")


def test_a_text_file_gets_a_clear_message_and_harms_nothing(studio, tmp_path):
    (tmp_path / "notes.png").write_text("this is no picture")
    studio.choose_file(1, tmp_path / "notes.png")
    alert = studio.page.locator(".nstkit-alert", has_text="cannot be read as a picture")
    alert.wait_for()
    assert "notes.png" in alert.inner_text()
    studio.picture("5 message")
    studio.press("One step")
    studio.until_step(1)
    assert not alert.is_visible()


def test_the_downloads_are_what_they_say(studio):
    studio.press("One step")
    studio.until_step(1)
    studio.state("Paused")
    with studio.page.expect_download() as download:
        studio.page.locator("a", has_text="Picture (PNG)").click()
    assert download.value.suggested_filename == "chelsea-in-woodblock-wave.png"
    image = Image.open(io.BytesIO(Path(download.value.path()).read_bytes()))
    image.load()
    assert (image.format, max(image.size)) == ("PNG", 128)
    with studio.page.expect_download() as download:
        studio.page.locator("a", has_text="Settings").click()
    assert json.loads(Path(download.value.path()).read_text("utf-8"))["size"] == 128
    studio.press("Make an animation")
    with studio.page.expect_download() as download:
        studio.page.locator("a", has_text="Animation").click()
    assert Path(download.value.path()).read_bytes()[8:12] == b"WEBP"


def test_two_results_are_shown_side_by_side(studio):
    studio.page.get_by_role("tab", name="Compare").click()
    studio.press("One step")
    studio.until_step(1)
    studio.press("Keep this result")
    studio.press("One step")
    studio.until_step(2)
    studio.press("Keep this result")
    studio.page.locator(".nstkit-note td", has_text="total").first.wait_for()
    studio.page.locator("button", has_text="Keep this result").scroll_into_view_if_needed()
    studio.picture("6 compare")
    studio.page.get_by_role("tab", name="Save and load").click()


def pixels(data: bytes) -> np.ndarray:
    return np.asarray(Image.open(io.BytesIO(data)).convert("RGB"), float)


def test_every_control_can_be_reached_with_the_keyboard(studio):
    studio.page.locator(".nstkit-tools button", has_text="Start").focus()
    reached = set()
    for _ in range(60):
        studio.page.keyboard.press("Tab")
        reached.add(
            studio.page.evaluate(
                "() => { const e = document.activeElement;"
                f" return e.matches({HANDLE!r}) ? 'slider' : e.getAttribute('role')"
                " || (e.tagName == 'INPUT' ? e.type : e.tagName.toLowerCase()); }"
            )
        )
    assert {"slider", "checkbox", "select", "button", "number", "a"} <= reached


def test_the_dark_theme_reads_well(studio):
    body = "() => getComputedStyle(document.body).getPropertyValue('--jp-layout-color1')"
    studio.press("Start")
    studio.until_step(10)
    studio.page.get_by_role("menuitem", name="Settings", exact=True).click()
    studio.page.locator(".lm-Menu-item", has_text=re.compile("^Theme")).hover()
    studio.page.locator(".lm-Menu-item", has_text="JupyterLab Dark").first.click()
    until(lambda: studio.page.evaluate(body).strip() not in ("", "white", "#ffffff", "#fff"))
    studio.page.locator("#jupyterlab-splash").wait_for(state="detached")
    studio.picture("7 dark")
    studio.press("Pause")
    studio.state("Paused")
    for part in (".nstkit-head", ".nstkit-chart text", ".nstkit-status span", ".nstkit label"):
        assert contrast(studio.page, part) >= 4.5, part


def contrast(page: Any, part: str) -> float:
    """Return the contrast of a text with the cell's background, as WCAG 2 defines it."""
    colours = page.locator(part).first.evaluate(
        """e => {
            const svg = getComputedStyle(e).fill, text = getComputedStyle(e).color;
            let back = e; while (back && !/^rgb\\(/.test(getComputedStyle(back).backgroundColor))
                back = back.parentElement;
            return [e.closest('svg') ? svg : text, getComputedStyle(back).backgroundColor];
        }"""
    )
    light = []
    for colour in colours:
        channels = np.array([float(n) for n in re.findall(r"[\d.]+", colour)[:3]]) / 255
        linear = np.where(
            channels <= 0.03928, channels / 12.92, ((channels + 0.055) / 1.055) ** 2.4
        )
        light.append(float(linear @ [0.2126, 0.7152, 0.0722]))
    return (max(light) + 0.05) / (min(light) + 0.05)
