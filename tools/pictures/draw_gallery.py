"""Make the README's picture: what the slim network paints, with photograph and painting beside.

``python tools/pictures/draw_gallery.py`` writes data/gallery.jpg. The first picture is the large
one. Every pair has the settings at which it was found to look best; the kit's defaults if none.
"""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image, ImageOps

from nstkit import samples
from nstkit.backbones import load_backbone
from nstkit.images import encode, to_uint8
from nstkit.machine import replace_file
from nstkit.runs import stylize

PAIRS: tuple[tuple[str, str, dict[str, Any]], ...] = (
    ("chelsea", "stained_glass", {}),
    ("astronaut", "woodblock_wave", {"style_weight": 300, "content_layers": "block2_conv2"}),
    ("coffee", "night_sky", {}),
    ("hopper", "cubist_shards", {}),
    ("raccoon", "ink_wash", {}),
)
CELL, GAP = 512, 8
INSET = 0.24
"""Side of the photograph and of the painting, as a share of the result's."""


def main() -> None:
    """Paint every pair and lay the results out: one of two by two cells, then one cell each."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--out", type=Path, default=Path("data/gallery.jpg"))
    parser.add_argument("--cell", type=int, default=CELL, help="side of a small result, in pixels")
    options = parser.parse_args()
    cell, network = options.cell, load_backbone("vgg19-slim")
    whole = Image.new("RGB", (4 * cell + 2 * GAP, 2 * cell + GAP), "white")
    for number, (content, style, settings) in enumerate(PAIRS):
        side = cell if number else 2 * cell + GAP
        how = {"quality": "good", "size": side, "crop": True} | settings
        step = stylize(content, style, backbone=network, **how)
        tile = with_inputs(step.image, content, style)
        across, down = divmod(number - 1, 2) if number else (-2, 0)
        left = (across + 2) * cell + (GAP * (across + 1) if number else 0)
        whole.paste(tile, (left, down * (cell + GAP)))
        print(f"{content} as {style}: loss {step.total:.3f}, {step.seconds:.0f} s", flush=True)
    replace_file(options.out, encode(np.asarray(whole, np.float32) / 255, "jpg"))


def with_inputs(result: np.ndarray, content: str, style: str) -> Image.Image:
    """Return a result with its photograph and its painting in the lower left corner."""
    tile = Image.fromarray(to_uint8(result))
    side = round(INSET * tile.width)
    rim = max(2, tile.width // 160)
    for place, name in enumerate((content, style)):
        inset = Image.fromarray(to_uint8(samples.load(name, size=side, crop=True)))
        inset = ImageOps.expand(inset.resize((side, side)), rim, "white")
        tile.paste(inset, (rim + place * (inset.width + rim), tile.height - inset.height - rim))
    return tile


if __name__ == "__main__":
    main()
