"""Film the live studio at work, in a real browser, for the README.

``python tools/pictures/film_studio.py`` writes data/studio.webp: the demo app in Chromium starts
a painting, the slider of style is moved while it paints, and another painting is chosen.
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
PAUSE = 0.35
"""Seconds between two frames, while filming and when shown."""


def main() -> None:
    """Drive the studio and store what was on the page."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--out", type=Path, default=Path("data/studio.webp"))
    parser.add_argument("--quality", type=int, default=55, help="of the frames, 1 to 100")
    options = parser.parse_args()
    with (
        tempfile.TemporaryDirectory() as name,
        lab.demo_app(Path(name)) as address,
        sync_playwright() as playwright,
    ):
        browser = playwright.chromium.launch(executable_path=find_browser(), args=lab.BROWSER_FLAGS)
        page = browser.new_page(viewport=VIEW)
        page.goto(address, timeout=240_000)
        film = Film(studio_page.Page(page, Path(name)))
        film.play()
        browser.close()
    film.save(options.out, options.quality)
    print(f"{options.out}: {len(film.frames)} frames, {options.out.stat().st_size / 1e6:.2f} MB")


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
