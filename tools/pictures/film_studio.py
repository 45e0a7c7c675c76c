"""Film the live studio at work, in a real browser, for the README; or take one picture of it.

``python tools/pictures/film_studio.py`` writes data/studio.webp: the demo app in Chromium starts
a painting, the slider of style is moved while it paints, and another painting is chosen.
``--still data/studio_at_work.jpg`` writes one picture for notebook 07 instead: the painting well
under way, some steps after β went down.
"""

from __future__ import annotations

import argparse
import io
import sys
import tempfile
import time
from pathlib import Path

from PIL import Image

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "tests"))

import lab
import studio_page
from conftest import find_browser
from playwright.sync_api import sync_playwright

VIEW = {"width": 1180, "height": 760}
WIDTH = 720
TOP, SHARP = {"width": 1180, "height": 706}, 1.25
"""What a still shows of the page, down to the weights; and its pixels for each of the page's."""
PAUSE = 0.35
"""Seconds between two frames, while filming and when shown."""


def main() -> None:
    """Drive the studio and store what was on the page."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--out", type=Path, default=Path("data/studio.webp"))
    parser.add_argument("--quality", type=int, default=55, help="of the frames, 1 to 100")
    parser.add_argument("--still", type=Path, help="take one picture, for this file, and no film")
    options = parser.parse_args()
    with (
        tempfile.TemporaryDirectory() as name,
        lab.demo_app(Path(name)) as address,
        sync_playwright() as playwright,
    ):
        browser = playwright.chromium.launch(executable_path=find_browser(), args=lab.BROWSER_FLAGS)
        scale = SHARP if options.still else 1
        page = browser.new_page(viewport=VIEW, device_scale_factor=scale)
        page.goto(address, timeout=240_000)
        studio = studio_page.Page(page, Path(name))
        if options.still:
            take_still(studio, options.still)
            browser.close()
            return
        film = Film(studio)
        film.play()
        browser.close()
    film.save(options.out, options.quality)
    print(f"{options.out}: {len(film.frames)} frames, {options.out.stat().st_size / 1e6:.2f} MB")


def take_still(studio: studio_page.Page, path: Path) -> None:
    """Paint, take β from 1000 to 100 on the way, and store what is on the page some steps later."""
    studio.state("Ready")
    studio.press("Start")
    studio.until_step(40)
    studio.arrows("style", -20)
    studio.until_step(studio.step() + 40)
    studio.press("Pause")
    studio.state("Paused")
    studio.page.mouse.move(0, 0)
    time.sleep(3)  # the pale bars come a little later
    page = studio.page.screenshot(type="png", clip={"x": 0, "y": 0, **TOP})
    shot = Image.open(io.BytesIO(page)).convert("RGB")
    shot.save(path, quality=80, optimize=True)
    print(f"{path}: {shot.width}×{shot.height}, {path.stat().st_size / 1e3:.0f} kB")


class Film:
    """Frames of the studio."""

    def __init__(self, studio: studio_page.Page):
        self.studio, self.frames = studio, list[Image.Image]()

    def play(self) -> None:
        """Start, push the style up and down, take another painting, let it paint."""
        studio = self.studio
        studio.state("Ready")
        self.watch(3)
        studio.press("Start")
        self.watch(18)
        for presses in (6, -14, 12):
            studio.slider("style").focus()
            for _ in range(abs(presses)):
                studio.page.keyboard.press("ArrowRight" if presses > 0 else "ArrowLeft")
                self.watch(1)
            self.watch(6)
        studio.press("Pause")
        self.watch(4)

    def watch(self, frames: int) -> None:
        """Take that many frames."""
        for _ in range(frames):
            due = time.monotonic() + PAUSE
            shot = Image.open(io.BytesIO(self.studio.page.screenshot(type="png"))).convert("RGB")
            height = round(shot.height * WIDTH / shot.width)
            self.frames.append(shot.resize((WIDTH, height), Image.Resampling.LANCZOS))
            time.sleep(max(0.0, due - time.monotonic()))

    def save(self, path: Path, quality: int) -> None:
        """Store the frames as one animated picture that begins anew at its end."""
        first, *others = self.frames
        each = round(1000 * PAUSE)
        times = [each] * len(others) + [2000]
        first.save(
            path, save_all=True, append_images=others, duration=times, loop=0, quality=quality,
            method=6,
        )  # fmt: skip


if __name__ == "__main__":
    main()
