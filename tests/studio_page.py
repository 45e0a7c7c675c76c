"""The studio on a page in a browser, with names for what a person sees and does."""

from __future__ import annotations

import io
import re
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image

PATIENCE = 120
"""Seconds to wait for anything."""

HANDLE = "[role=slider], .ui-slider-handle"
"""The handle of a slider, with ipywidgets 8 or 7."""


def until(condition: Callable[[], bool], patience: float = PATIENCE) -> None:
    """Wait until a condition holds."""
    end = time.monotonic() + patience
    while not condition():
        assert time.monotonic() < end, "waited too long"
        time.sleep(0.1)


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
        return self.bytes_of(self.page.locator("img.nstkit-result"))

    def bytes_of(self, picture: Any) -> bytes:
        """Return the file behind a picture of the page."""
        source = "async e => [...new Uint8Array(await (await fetch(e.src)).arrayBuffer())]"
        return bytes(picture.evaluate(source))

    def slider(self, name: str) -> Any:
        return self.page.locator(".widget-slider", has_text=name).locator(HANDLE)

    def arrows(self, name: str, presses: int) -> None:
        self.slider(name).first.focus()
        for _ in range(abs(presses)):
            self.page.keyboard.press("ArrowRight" if presses > 0 else "ArrowLeft")

    def choose_file(self, number: int, path: Path) -> None:
        with self.page.expect_file_chooser() as chooser:
            self.page.locator(".nstkit-studio button", has_text="Upload").nth(number).click()
        chooser.value.set_files(path)

    def canvas(self) -> np.ndarray:
        """Return what the brush's canvas shows, shape (height, width, 3), 0 to 255."""
        source = """e => new Promise(done => e.toBlob(async b =>
            done([...new Uint8Array(await b.arrayBuffer())])))"""
        data = bytes(self.page.locator("canvas.nstkit-brush").evaluate(source))
        return np.asarray(Image.open(io.BytesIO(data)).convert("RGB"), float)

    def paint(self, *points: tuple[float, float]) -> None:
        """Drag the mouse over the canvas through points in parts of its width and height."""
        box = self.page.locator("canvas.nstkit-brush").bounding_box()
        at = [(box["x"] + x * box["width"], box["y"] + y * box["height"]) for x, y in points]
        self.page.mouse.move(*at[0])
        self.page.mouse.down()
        for point in at[1:]:
            self.page.mouse.move(*point, steps=5)
        self.page.mouse.up()

    def picture(self, name: str) -> None:
        self.page.screenshot(path=self.pictures / f"{name}.png")
