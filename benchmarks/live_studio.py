"""Measure in a real browser how quickly the live studio answers.

    python benchmarks/live_studio.py [--size 192 256] [--styles ink_wash] [--minutes 10]

JupyterLab runs on this machine and Chromium opens the studio. Everything is timed inside the
page, from the key press or click to the moment at which the new picture is in the document:
a slider has arrived when the page shows a picture that was painted with its new value. Before the
first step the next picture counts, which one pass has painted.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

sys.path[:0] = [str(Path(__file__).resolve().parents[1] / folder) for folder in ("tests", ".")]

import lab  # noqa: E402
import nbformat  # noqa: E402
from conftest import find_browser  # noqa: E402
from nbformat.v4 import new_code_cell, new_notebook  # noqa: E402

CODE = """\
from nstkit import widgets

more = {{"size": {size}, "crop": True, "styles": {styles}}}
studio = widgets.studio("chelsea", "night_sky", steps=100_000, **more)
studio
"""

WATCH = """() => {
    const seen = window.seen = {pictures: [], keys: [], arrived: {}, marks: []};
    new MutationObserver(() => seen.pictures.push(performance.now())).observe(
        document.querySelector('img.nstkit-result'), {attributes: true, attributeFilter: ['src']});
    const box = document.querySelector('.nstkit-status').closest('.widget-html-content');
    new MutationObserver(() => {
        const beta = box.querySelector('.nstkit-status')?.dataset.beta;
        if (!(beta in seen.arrived)) seen.arrived[beta] = performance.now();
    }).observe(box, {childList: true, subtree: true});
    const charts = document.querySelector('svg[aria-label^="curves"]').closest(
        '.widget-html-content');
    const last = () => [...charts.querySelectorAll('.mark title')].at(-1)?.textContent;
    let mark = last();
    new MutationObserver(() => {
        if (last() !== mark) { mark = last(); seen.marks.push(performance.now()); }
    }).observe(charts, {childList: true, subtree: true});
    document.addEventListener('keydown', e => seen.keys.push(performance.now()), true);
    document.addEventListener('change', e => seen.chosen = performance.now(), true);
    document.addEventListener('click', e => seen.click = performance.now(), true);
}"""


def main() -> None:
    """Measure and print one line of JSON for each size."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--size", type=int, nargs="+", default=[192, 256])
    parser.add_argument("--styles", nargs="*", default=[], help="further styles")
    parser.add_argument("--moves", type=int, default=30, help="single moves of the slider")
    parser.add_argument("--drag", type=float, default=30, help="seconds of dragging")
    parser.add_argument("--minutes", type=float, default=0, help="minutes of watching memory")
    options = parser.parse_args()
    for size in options.size:
        print(json.dumps(measure(size, options), ensure_ascii=False), flush=True)


def measure(size: int, options: argparse.Namespace) -> dict[str, Any]:
    """Open the studio at one size and measure it."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        kernel = {"name": "python3", "display_name": "Python 3 (ipykernel)", "language": "python"}
        made = new_notebook(
            cells=[new_code_cell(CODE.format(size=size, styles=options.styles))],
            metadata={"kernelspec": kernel},
        )
        (folder / "work").mkdir()
        nbformat.write(made, folder / "work" / "studio.ipynb")
        with (
            lab.served(folder / "work", folder / "private") as address,
            lab.opened(find_browser()) as page,
        ):
            lab.run_notebook(page, address.format(page="studio.ipynb"))
            page.locator(".nstkit-status b", has_text="Ready").wait_for()
            page.evaluate(WATCH)
            time.sleep(2)
            found: dict[str, Any] = {"size": size, "load": [round(os.getloadavg()[0], 1)]}
            found["instant_painting_ms"] = paintings(page, options.moves)
            found["instant_mix_ms"] = mixes(page, options.moves)
            found["start_ms"] = start(page)
            found["pictures_per_second"] = pace(page)
            found["move_ms"], found["move_to_curves_ms"] = moves(page, options.moves)
            found["after_dragging_ms"] = drag(page, options.drag)
            if options.minutes:
                found["memory_mb"] = memory(options.minutes)
            found["load"].append(round(os.getloadavg()[0], 1))
            return found


def paintings(page: Any, count: int) -> dict[str, int]:
    """Choose one painting after another before the start; return how soon each shows."""
    chosen = page.locator(".nstkit-card:has(img.nstkit-source) select").nth(1)
    names = ["stained glass", "ink wash", "woodblock wave", "pointillism", "night sky"]
    times = []
    for number in range(count):
        rested(page)
        chosen.select_option(names[number % len(names)])
        times.append(first_picture(page, "chosen"))
    return summary(times)


def mixes(page: Any, count: int) -> dict[str, int]:
    """Move the weight of a second style before the start; return how soon each move shows."""
    page.locator("button", has_text="styles, regions, colours").click()
    second = page.locator(".widget-dropdown", has_text="style 2").locator("select")
    before = second.input_value()
    second.select_option("stained glass")
    page.locator(".widget-slider", has_text="weight").nth(1).locator("[role=slider]").focus()
    times = []
    for number in range(count):
        rested(page)
        page.keyboard.press("ArrowRight" if number % 2 else "ArrowLeft")
        times.append(first_picture(page, "keys[0]"))
    second.select_option(before)
    page.locator("button", has_text="styles, regions, colours").click()
    rested(page)
    return summary(times)


def rested(page: Any) -> None:
    """Wait until the studio is at rest and no picture has come for half a second."""
    page.locator(".nstkit-status b", has_text="Ready").wait_for()
    page.wait_for_function("() => performance.now() - (seen.pictures.at(-1) ?? 0) > 500")
    time.sleep(1)
    page.evaluate("() => { seen.pictures = []; seen.keys = []; }")


def first_picture(page: Any, since: str) -> float:
    """Return the milliseconds from what was last noted to the first picture after it."""
    page.wait_for_function("() => seen.pictures.length > 0")
    return float(page.evaluate(f"() => seen.pictures[0] - seen.{since}"))


def start(page: Any) -> int:
    """Return the milliseconds from pressing Start to the first new picture."""
    page.evaluate("() => { seen.pictures = []; }")
    page.locator(".nstkit-tools button", has_text="Start").click()
    page.wait_for_function("() => seen.pictures.length > 0")
    return round(page.evaluate("() => seen.pictures[0] - seen.click"))


def pace(page: Any, seconds: float = 10) -> float:
    """Return how many pictures a second appear while it paints."""
    page.evaluate("() => { seen.pictures = []; }")
    time.sleep(seconds)
    return round(page.evaluate("() => seen.pictures.length") / seconds, 1)


def moves(page: Any, count: int) -> tuple[dict[str, int], dict[str, int]]:
    """Move β a notch at a time; return how soon each move shows in picture and curves."""
    pictures, curves = [], []
    slider = page.locator(".widget-slider", has_text="style β").locator("[role=slider]")
    slider.focus()
    for number in range(count):
        time.sleep(2 + 0.37 * (number % 3))  # at no fixed moment of a step, each a mark of its own
        page.evaluate("() => { seen.marks = []; }")
        pictures.append(arrival(page, "ArrowRight" if number % 2 else "ArrowLeft"))
        page.wait_for_function("() => seen.marks.length > 0")
        curves.append(float(page.evaluate("() => seen.marks[0] - seen.keys[0]")))
    return summary(pictures), summary(curves)


def drag(page: Any, seconds: float) -> dict[str, int]:
    """Drag β back and forth, several times, and return how soon the last move showed."""
    box = page.locator(".widget-slider", has_text="style β").locator("[role=slider]").bounding_box()
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    times = []
    for _ in range(3):
        page.mouse.move(x, y)
        page.mouse.down()
        end = time.monotonic() + seconds / 3
        while time.monotonic() < end:
            for shift in (*range(0, 90, 6), *range(90, 0, -6)):
                page.mouse.move(x + shift, y)
        page.mouse.up()
        times.append(arrival(page, "ArrowLeft"))
        time.sleep(0.5)
        times.append(arrival(page, "ArrowRight"))
    return summary(times)


def arrival(page: Any, key: str) -> float:
    """Press a key on the slider; return the milliseconds until its picture is shown."""
    page.evaluate("() => { seen.keys = []; seen.arrived = {}; }")
    page.keyboard.press(key)
    readout = page.locator(".widget-slider", has_text="style β").locator(".widget-readout")
    page.wait_for_function("() => seen.keys.length > 0")
    wanted = float(readout.inner_text().replace(",", ""))
    page.wait_for_function(
        "beta => Object.keys(seen.arrived).some(b => Math.abs(b / beta - 1) < 0.02)", arg=wanted
    )
    return float(
        page.evaluate(
            "beta => Math.min(...Object.entries(seen.arrived)"
            ".filter(([b, _]) => Math.abs(b / beta - 1) < 0.02).map(([_, t]) => t)) - seen.keys[0]",
            wanted,
        )
    )


def memory(minutes: float) -> list[int]:
    """Return the kernel's memory in MB once a minute while it paints (Linux)."""
    found = []
    for _ in range(round(minutes) + 1):
        sizes = [resident(path) for path in Path("/proc").glob("[0-9]*")]
        found.append(round(max(sizes) / 1e6))
        time.sleep(60)
    return found


def resident(process: Path) -> int:
    """Return the resident memory of one of our notebook kernels, 0 for any other process."""
    try:
        if b"ipykernel_launcher" not in (process / "cmdline").read_bytes():
            return 0
        folder = Path(tempfile.gettempdir()).as_posix().encode()
        if folder not in (process / "cmdline").read_bytes():
            return 0
        return int((process / "statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")
    except OSError:
        return 0


def summary(times: list[float]) -> dict[str, int]:
    """Return median, 90th percentile and largest of some times."""
    ordered = sorted(times)
    return {
        "median": round(statistics.median(ordered)),
        "p90": round(ordered[int(0.9 * (len(ordered) - 1))]),
        "largest": round(ordered[-1]),
        "count": len(ordered),
    }


if __name__ == "__main__":
    main()
