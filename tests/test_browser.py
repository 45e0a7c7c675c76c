"""The studio in JupyterLab in a real browser; its screenshots are kept to be looked at.

The screenshots go to the folder that NSTKIT_SCREENSHOTS names, else to pytest's own folder.
"""

from __future__ import annotations

import io
import json
import os
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
from nbformat.v4 import new_code_cell, new_notebook

pytestmark = pytest.mark.browser

PATIENCE = 60
STUDIO = """\
from nstkit import widgets

studio = widgets.studio("chelsea", "woodblock_wave", size=128, steps=100_000)
studio
"""


class Page:
    """The studio on a page, with names for what a person sees."""

    def __init__(self, page: Any, pictures: Path):
        self.page, self.pictures = page, pictures

    def press(self, name: str) -> None:
        self.page.locator(".nstkit-studio button", has_text=name).first.click()

    def state(self, word: str) -> None:
        self.page.locator(".nstkit-status b", has_text=re.compile(f"^{word}")).first.wait_for()

    def step(self) -> int:
        text = self.page.locator(".nstkit-status").inner_text()
        return int(re.search(r"step (\d+)", text)[1])  # type: ignore[index]

    def until_step(self, number: int) -> None:
        until(lambda: self.step() >= number)

    def shares(self) -> dict[str, float]:
        """Return each part's share of the loss in percent, as the chart tells a screen reader."""
        label = self.page.locator(".nstkit-chart").nth(1).get_attribute("aria-label")
        return {name: float(n) for name, n in re.findall(r"(\w+ \w+|TV) <?(\d+) %", label)}

    def result(self) -> bytes:
        """Return the picture shown, as the browser has it."""
        source = "async e => [...new Uint8Array(await (await fetch(e.src)).arrayBuffer())]"
        return bytes(self.page.locator("img.nstkit-result").evaluate(source))

    def slider(self, name: str) -> Any:
        return self.page.locator(".widget-slider", has_text=name).locator("[role=slider]")

    def arrows(self, name: str, presses: int) -> None:
        self.slider(name).focus()
        for _ in range(abs(presses)):
            self.page.keyboard.press("ArrowRight" if presses > 0 else "ArrowLeft")

    def choose_file(self, number: int, path: Path) -> None:
        with self.page.expect_file_chooser() as chooser:
            self.page.locator(".nstkit-studio button", has_text="Upload").nth(number).click()
        chooser.value.set_files(path)

    def picture(self, name: str) -> None:
        self.page.screenshot(path=self.pictures / f"{name}.png")


def until(condition: Any, patience: float = PATIENCE) -> None:
    end = time.monotonic() + patience
    while not condition():
        assert time.monotonic() < end, "waited too long"
        time.sleep(0.1)


def notebook(folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    kernel = {"name": "python3", "display_name": "Python 3 (ipykernel)", "language": "python"}
    made = new_notebook(cells=[new_code_cell(STUDIO)], metadata={"kernelspec": kernel})
    nbformat.write(made, folder / "studio.ipynb")


@pytest.fixture(scope="module")
def pictures(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = Path(os.environ.get("NSTKIT_SCREENSHOTS") or tmp_path_factory.mktemp("screenshots"))
    folder.mkdir(parents=True, exist_ok=True)
    return folder


@pytest.fixture(scope="module", params=["JupyterLab Light"])
def studio(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory, pictures: Path
) -> Iterator[Page]:
    import conftest

    browser = conftest.find_browser()
    assert browser is not None
    folder = tmp_path_factory.mktemp("lab")
    notebook(folder / "work")
    with (
        lab.served(folder / "work", folder / "private", theme=request.param) as address,
        lab.opened(browser) as page,
    ):
        lab.run_notebook(page, address.format(page="studio.ipynb"), patience=PATIENCE)
        seen = Page(page, pictures)
        seen.state("Ready")
        yield seen


@pytest.fixture(autouse=True)
def at_the_start(studio: Page) -> None:
    studio.press("Reset")
    studio.state("Ready")


def test_the_style_share_rises_with_beta_while_it_paints(studio):
    studio.press("Start")
    studio.until_step(12)
    studio.picture("1 painting")
    studio.page.locator(".widget-dropdown", has_text="look").locator("select").select_option(
        "a hint of paint"
    )
    until(lambda: studio.shares()["content 4_2"] > 10)
    before = studio.shares()["content 4_2"]
    marks = studio.page.locator(".nstkit-chart .mark").count()
    studio.arrows("style β", 40)  # two powers of ten
    until(lambda: studio.shares()["content 4_2"] < before / 3)
    assert studio.page.locator(".nstkit-chart .mark").count() > marks
    titles = studio.page.locator(".nstkit-chart .mark title").all_text_contents()
    assert any("β" in title for title in titles)
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
    shown = np.asarray(Image.open(io.BytesIO(studio.result())).convert("RGB"), float)
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
    image = Image.open(download.value.path())
    image.load()
    assert (image.format, max(image.size)) == ("PNG", 128)
    with studio.page.expect_download() as download:
        studio.page.locator("a", has_text="Settings").click()
    assert json.loads(Path(download.value.path()).read_text("utf-8"))["size"] == 128
    studio.press("Make an animation")
    with studio.page.expect_download() as download:
        studio.page.locator("a", has_text="Animation").click()
    assert Image.open(download.value.path()).format == "WEBP"


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


def test_every_control_can_be_reached_with_the_keyboard(studio):
    studio.page.locator(".nstkit-tools button", has_text="Start").focus()
    reached = set()
    for _ in range(60):
        studio.page.keyboard.press("Tab")
        reached.add(
            studio.page.evaluate(
                "() => { const e = document.activeElement; return e.getAttribute('role')"
                " || (e.tagName == 'INPUT' ? e.type : e.tagName.toLowerCase()); }"
            )
        )
    assert {"slider", "checkbox", "select", "button", "number", "a"} <= reached


def test_the_dark_theme_reads_well(studio):
    body = "() => getComputedStyle(document.body).getPropertyValue('--jp-layout-color1')"
    studio.press("Start")
    studio.until_step(10)
    studio.page.get_by_role("menuitem", name="Settings", exact=True).click()
    studio.page.get_by_role("menuitem", name="Theme", exact=True).hover()
    studio.page.get_by_role("menuitem", name="JupyterLab Dark", exact=True).click()
    until(lambda: studio.page.evaluate(body).strip() not in ("", "white", "#ffffff", "#fff"))
    for part in (".nstkit-head", ".nstkit-chart text", ".nstkit-status span", ".nstkit label"):
        assert contrast(studio.page, part) >= 4.5, part
    studio.picture("7 dark")


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
