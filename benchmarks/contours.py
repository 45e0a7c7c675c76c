"""Are contours where people draw them? ``python benchmarks/contours.py BSDS500``.

The folder is that of the Berkeley segmentation data set (Arbeláez, Maire, Fowlkes and Malik 2011):
``images/test/*.jpg`` and ``groundTruth/test/*.mat`` somewhere below it. For every photograph: the
chance that a place on a contour that a person drew is stronger, in the map that the agreement of
contours is made of, than a place on none; ½ is chance. The same for the size of the gradient.
"""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

import numpy as np
from scipy.io import loadmat
from scipy.ndimage import binary_dilation
from scipy.stats import rankdata
from skimage.color import rgb2gray
from skimage.filters import sobel

from nstkit import load_image
from nstkit.quality.pixels import _contours

REACH = 2
"""Pixels by which a person's line may be off."""


def chance(strength: np.ndarray, drawn: np.ndarray) -> float:
    """Return the share of pairs, a place on a line and one off, that strength puts in order."""
    on = int(drawn.sum())
    ranks = rankdata(strength.ravel())[drawn.ravel()]
    return float((ranks.sum() - on * (on + 1) / 2) / (on * (drawn.size - on)))


def drawn_by_people(path: Path) -> np.ndarray:
    """Return where anybody drew a contour, made wider by `REACH`."""
    people: Any = loadmat(path)["groundTruth"][0]
    lines = np.any([each[0, 0]["Boundaries"] > 0 for each in people], axis=0)
    return binary_dilation(lines, iterations=REACH)


def compare(folder: Path) -> dict[str, list[float]]:
    """Return both chances for every photograph under the folder."""
    found: dict[str, list[float]] = {"contours": [], "gradient": []}
    for path in sorted(folder.rglob("groundTruth/test/*.mat")):
        picture = path.parents[2] / "images" / "test" / f"{path.stem}.jpg"
        grey, drawn = rgb2gray(load_image(picture)[0]).astype(np.float64), drawn_by_people(path)
        found["contours"].append(chance(np.linalg.norm(_contours(grey), axis=0), drawn))
        found["gradient"].append(chance(sobel(grey), drawn))
    return found


def main() -> None:
    """Read the command line, compare and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder", type=Path)
    found = compare(parser.parse_args().folder)
    if not found["contours"]:
        raise SystemExit("there is no groundTruth/test/*.mat in that folder")
    for name, chances in found.items():
        print(f"{name}: mean {np.mean(chances):.3f}, lowest {min(chances):.3f} of {len(chances)}")


if __name__ == "__main__":
    main()
