"""Make the README's picture: photographs painted in the shipped styles, on the slim network.

``python tools/pictures/draw_gallery.py`` writes data/gallery.jpg.
"""

from __future__ import annotations

import argparse
from pathlib import Path

from PIL import Image

from nstkit import samples
from nstkit.backbones import load_backbone
from nstkit.images import encode, to_uint8
from nstkit.machine import replace_file
from nstkit.runs import stylize

PAIRS = (
    ("astronaut", "night_sky"),
    ("chelsea", "stained_glass"),
    ("coffee", "woodblock_wave"),
    ("hopper", "cubist_shards"),
    ("raccoon", "ink_wash"),
    ("rocket", "pointillism"),
)
TILE, GAP = 288, 8


def main() -> None:
    """Paint every pair and lay photograph, painting and result out in two columns."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--out", type=Path, default=Path("data/gallery.jpg"))
    parser.add_argument("--steps", type=int, default=80)
    settings = parser.parse_args()
    backbone = load_backbone("vgg19-slim")
    block, row = 2.5 * TILE + 2 * GAP, TILE + GAP
    width, height = round(2 * block + 3 * GAP), round(3 * row - GAP)
    sheet = Image.new("RGB", (width, height), "white")
    for index, (content, style) in enumerate(PAIRS):
        photograph = samples.load(content, size=TILE, crop=True)
        painting = samples.load(style, size=TILE, crop=True)
        result = stylize(
            photograph, painting, backbone=backbone, steps=settings.steps, progress=False
        )
        left, top = round((index % 2) * (block + 3 * GAP)), (index // 2) * row
        lay(sheet, photograph, left, top, TILE)
        lay(sheet, painting, left + TILE + GAP, top, TILE // 2)
        lay(sheet, result.image, round(left + 1.5 * TILE + 2 * GAP), top, TILE)
        print(f"{content} as {style}: loss {result.total:.3f}, {result.seconds:.0f} s", flush=True)
    replace_file(settings.out, encode(_as_array(sheet), "jpg"))


def lay(sheet: Image.Image, image: object, left: int, top: int, side: int) -> None:
    """Put a picture on the sheet at the given size, the small ones in the middle of the row."""
    tile = Image.fromarray(to_uint8(image)).resize((side, side), Image.Resampling.LANCZOS)
    sheet.paste(tile, (left, top + (TILE - side) // 2))


def _as_array(sheet: Image.Image) -> object:
    import numpy as np

    return np.asarray(sheet, np.float32) / 255


if __name__ == "__main__":
    main()
