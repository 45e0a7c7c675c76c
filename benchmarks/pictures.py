"""Paint every photograph in every style under several settings: blind sheets, grain, the numbers.

    python benchmarks/pictures.py --out FOLDER [--size 256] [--steps 60] [--poolings]

Each photograph gets a sheet, each style a row; the columns are the settings below in an order
drawn anew for every row, so that a choice can be made without knowing which is which; key.json
says. grain.json holds for every picture its grain in quiet places, over that of the noisier of its
two inputs (1: no more than was there), and in busy ones, over the style picture's.
What is painted already is not painted again.
"""

from __future__ import annotations

import argparse
import json
import statistics
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image

from nstkit import samples
from nstkit.images import load_image, save_image, to_uint8
from nstkit.quality import grain
from nstkit.runs import stylize

CANDIDATES: dict[str, dict[str, Any]] = {
    "first edition's": {"pooling": "max", "style_weight": 100},
    "average, 300": {"pooling": "average", "style_weight": 300},
    "average, 1000": {"pooling": "average", "style_weight": 1000},
    "average, 3000": {"pooling": "average", "style_weight": 3000},
}
POOLINGS: dict[str, dict[str, Any]] = {
    "max, 1000": {"pooling": "max", "style_weight": 1000},
    "average, 1000": {"pooling": "average", "style_weight": 1000},
}
GAP = 6


def main() -> None:
    """Paint, measure, lay out."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--size", type=int, default=256)
    parser.add_argument("--steps", type=int, default=60)
    parser.add_argument("--backbone", default="vgg19-slim")
    parser.add_argument("--seed", type=int, default=0, help="of the order of the columns")
    parser.add_argument("--poolings", action="store_true", help="compare only the two poolings")
    options = parser.parse_args()
    candidates = POOLINGS if options.poolings else CANDIDATES
    options.out.mkdir(parents=True, exist_ok=True)
    random, key, found = np.random.default_rng(options.seed), {}, {}
    for content in samples.names("content"):
        rows = []
        for style in samples.names("style"):
            order = [list(candidates)[i] for i in random.permutation(len(candidates))]
            key[f"{content}, {style}"] = order
            rows.append([paint(content, style, name, candidates[name], options) for name in order])
            found[f"{content}, {style}"] = {
                name: measure(image, content, style, options.size)
                for name, image in zip(order, rows[-1], strict=True)
            }
        sheet(rows).save(options.out / f"sheet-{content}.png")
        for file, values in (("key", key), ("grain", found)):
            text = json.dumps(values, indent=1, ensure_ascii=False)
            (options.out / f"{file}.json").write_text(text, encoding="utf-8")
    report(found)


def paint(
    content: str, style: str, name: str, given: dict[str, Any], options: argparse.Namespace
) -> np.ndarray:
    """Return a picture, from its file where it was painted before."""
    words = "-".join([content, style, *name.replace(",", "").replace("'", "").split()])
    path = options.out / f"{words}.png"
    if not path.exists():
        settings = given | {"size": options.size, "steps": options.steps}
        step = stylize(content, style, backbone=options.backbone, progress=False, **settings)
        save_image(step.image, path)
    return load_image(path, size=options.size)


def measure(image: np.ndarray, content: str, style: str, size: int) -> dict[str, float]:
    """Return grain in quiet and in busy places, relative as the top of this file says."""
    photograph, painting = (grain(samples.load(name, size=size)) for name in (content, style))
    quiet, busy = grain(image)
    return {
        "quiet": round(quiet / max(photograph[0], painting[0]), 3),
        "busy": round(busy / painting[1], 3),
    }


def sheet(rows: list[list[np.ndarray]]) -> Image.Image:
    """Lay pictures of one size out in rows."""
    height, width = rows[0][0].shape[1:3]
    across, down = width + GAP, height + GAP
    whole = Image.new("RGB", (len(rows[0]) * across - GAP, len(rows) * down - GAP), "white")
    for i, row in enumerate(rows):
        for j, image in enumerate(row):
            whole.paste(Image.fromarray(to_uint8(image)), (j * across, i * down))
    return whole


def report(found: dict[str, dict[str, dict[str, float]]]) -> None:
    """Print one line for each of the settings."""
    for name in next(iter(found.values())):
        quiet = {pair: by[name]["quiet"] for pair, by in found.items()}
        busy = [by[name]["busy"] for by in found.values()]
        worst = max(quiet, key=lambda pair: quiet[pair])
        print(
            f"{name:16} grain in quiet places: median {statistics.median(quiet.values()):.2f}, "
            f"most {quiet[worst]:.2f} ({worst}); in busy places at least {min(busy):.2f}"
        )


if __name__ == "__main__":
    main()
