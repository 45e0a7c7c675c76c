"""Draw the six style paintings that ship with nstkit.

Run `python tools/pictures/draw_styles.py` to draw them all into data/style, or name the ones to
draw. The same seed and size give the same picture.
"""

from __future__ import annotations

import argparse
import importlib
import time
import zlib
from collections.abc import Callable
from pathlib import Path

import cv2
import numpy as np
from PIL import Image

from painters import NAMES

FOLDER = Path(__file__).resolve().parents[2] / "data" / "style"
SEED = 1
QUALITY = 92
"""JPEG quality: high enough that no block shows, low enough to stay under a megabyte."""


def draw(name: str, size: int, seed: int = SEED) -> np.ndarray:
    """Draw one painting.

    Parameters
    ----------
    name : str
        One of `painters.NAMES`.
    size : int
        Side of the square picture in pixels.
    seed : int
        Where the random strokes start from.

    Returns
    -------
    ndarray, shape (size, size, 3), uint8
        The picture, RGB.
    """
    paint: Callable[[int, np.random.Generator], np.ndarray]
    paint = importlib.import_module(f"painters.{name}").paint
    return paint(size, np.random.default_rng([seed, zlib.crc32(name.encode())]))


def main(arguments: list[str] | None = None) -> None:
    """Draw the paintings named on the command line, or all of them."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n", maxsplit=1)[0])
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"which: {', '.join(NAMES)}")
    parser.add_argument("--size", type=int, default=640, help="side in pixels (default 640)")
    parser.add_argument("--seed", type=int, default=SEED, help=f"random seed (default {SEED})")
    parser.add_argument("--out", type=Path, default=FOLDER, help="folder for the pictures")
    chosen = parser.parse_args(arguments)
    unknown = [name for name in chosen.names if name not in NAMES]
    if unknown:
        parser.error(f"unknown painting {unknown[0]!r}: choose from {', '.join(NAMES)}")
    if not 32 <= chosen.size <= 2048:
        parser.error(f"--size is {chosen.size}: give 32 to 2048")
    cv2.setNumThreads(1)
    chosen.out.mkdir(parents=True, exist_ok=True)
    names = chosen.names or list(NAMES)
    for number, name in enumerate(names, 1):
        print(f"[{number}/{len(names)}] {name} ... ", end="", flush=True)
        start = time.perf_counter()
        path = chosen.out / f"{name}.jpg"
        picture = Image.fromarray(draw(name, chosen.size, chosen.seed))
        picture.save(path, quality=QUALITY, subsampling=0, optimize=True)
        seconds, kilobytes = time.perf_counter() - start, path.stat().st_size / 1000
        print(f"{seconds:.1f} s, {kilobytes:.0f} kB, {path}", flush=True)


if __name__ == "__main__":
    main()
