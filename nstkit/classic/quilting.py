"""Image quilting (Efros & Freeman 2001): a new texture cut and sewn from patches of the old."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import cv2
import numpy as np

from nstkit.classic.colour import LUMINANCE
from nstkit.classic.patches import PatchBank
from nstkit.classic.texture import chosen_size, match_histogram
from nstkit.errors import SettingsError, check_number
from nstkit.images import check_image

SMALLEST_PATCH = 6
"""Side of the smallest patch in pixels: its overlap is still two pixels wide."""

BANK_SIZES = {"texture": 24_000_000, "transfer": 6_000_000}
"""Numbers kept to compare patches with: a transfer lays far more patches than a texture."""


@dataclass(frozen=True)
class Quilt:
    """A picture made of pieces of another, and where each pixel comes from.

    Attributes
    ----------
    image : numpy.ndarray
        Shape (1, H, W, 3), float32, RGB in [0, 1].
    origin : numpy.ndarray
        Shape (H, W, 2), int32: row and column, in the style picture, of every pixel.
    seam_costs : numpy.ndarray
        Shape (seams,): the summed squared difference along each seam that was cut.
    straight_costs : numpy.ndarray
        Shape (seams,): the same for the best straight cut through the same overlap.
    """

    image: np.ndarray
    origin: np.ndarray
    seam_costs: np.ndarray
    straight_costs: np.ndarray


def minimum_error_seam(cost: np.ndarray) -> np.ndarray:
    """Find the cheapest cut from the top of an overlap to its bottom.

    Parameters
    ----------
    cost : numpy.ndarray
        Shape (height, width), float: what it costs to cut through each pixel, usually the
        squared difference of the two patches that overlap there.

    Returns
    -------
    numpy.ndarray
        Shape (height,), int: the column of the cut in every row. From row to row it moves by
        at most one column. Found by dynamic programming:
        ``E[i, j] = cost[i, j] + min(E[i-1, j-1], E[i-1, j], E[i-1, j+1])``.

    Examples
    --------
    >>> minimum_error_seam(np.array([[1.0, 9, 9], [9, 1, 9], [9, 9, 1]]))
    array([0, 1, 2])
    """
    error = np.array(cost, np.float64)
    if error.ndim != 2 or 0 in error.shape:
        raise SettingsError(f"cost has shape {error.shape}: give one (height, width) array")
    height, width = error.shape
    for row in range(1, height):
        above = np.pad(error[row - 1], 1, constant_values=np.inf)
        error[row] += np.minimum(np.minimum(above[:-2], above[1:-1]), above[2:])
    seam = np.empty(height, int)
    seam[-1] = error[-1].argmin()
    for row in range(height - 2, -1, -1):
        first = max(seam[row + 1] - 1, 0)
        seam[row] = first + error[row, first : min(seam[row + 1] + 2, width)].argmin()
    return seam


def quilt_texture(
    style: Any,
    *,
    height: int | None = None,
    width: int | None = None,
    patch: int = 32,
    tolerance: float = 0.1,
    seed: int = 0,
) -> Quilt:
    """Make a texture of any size from overlapping patches of the style picture.

    Parameters
    ----------
    style : array_like
        The texture, (1, H, W, 3), float, RGB in [0, 1].
    height, width : int, optional
        Size of the result in pixels; that of `style` when not given.
    patch : int
        Side of a patch in pixels: about the size of what repeats. Neighbours overlap by a
        sixth of it.
    tolerance : float
        A patch is drawn at random among those whose error in the overlap is at most
        ``1 + tolerance`` times the smallest.
    seed : int
        Seed of these draws; the same seed gives the same quilt.

    Returns
    -------
    Quilt
        The picture, the origin of every pixel and the costs of the seams.

    References
    ----------
    Efros & Freeman, "Image Quilting for Texture Synthesis and Transfer", SIGGRAPH 2001.
    """
    source = check_image(style, name="style")[0]
    shape = chosen_size(height, width, source)
    side = _check_patch(patch, source)
    allowed = check_number(tolerance, "tolerance")
    generator = np.random.default_rng(seed)
    bank = PatchBank(source, side, generator, size=BANK_SIZES["texture"])
    return _sew(bank, shape, allowed, generator)


def transfer_texture(
    content: Any,
    style: Any,
    *,
    patch: int = 32,
    passes: int = 3,
    fidelity: float = 0.8,
    tolerance: float = 0.1,
    seed: int = 0,
) -> Quilt:
    """Rebuild the content picture from patches of the style picture.

    As `quilt_texture`, with one more demand on a patch: its brightness, blurred, should match
    the content picture's at the place where it goes.

    Parameters
    ----------
    content, style : array_like
        Pictures (1, H, W, 3), float, RGB in [0, 1].
    patch : int
        Side of the patches of the first pass in pixels.
    passes : int
        How many times the picture is sewn; each pass uses patches two thirds the size and
        also tries to match the pass before.
    fidelity : float
        From 0 (only fit the neighbouring patches) to 1 (only fit the content's brightness).
    tolerance, seed : float, int
        As in `quilt_texture`.

    Returns
    -------
    Quilt
        The result of the last pass, of the size of `content`.

    References
    ----------
    Efros & Freeman 2001, section 3. Different here: `fidelity` stays the same in all passes,
    and the content's brightness is first given the histogram of the style's.
    """
    target = check_image(content, name="content")[0]
    source = check_image(style, name="style")[0]
    side = _check_patch(patch, source)
    allowed = check_number(tolerance, "tolerance")
    weight = check_number(fidelity, "fidelity", maximum=1.0)
    count = int(check_number(passes, "passes", minimum=1, maximum=10, whole=True))
    generator = np.random.default_rng(seed)
    light = _blur(source @ LUMINANCE)
    goal = match_histogram(_blur(target @ LUMINANCE), light)
    size, share = BANK_SIZES["transfer"], math.sqrt((1 - weight) / max(weight, 0.01))
    wish, model = goal[..., None], light[..., None]
    for number in range(count):
        bank = PatchBank(source, side, generator, size=size, guide=model, weight=weight)
        quilt = _sew(bank, goal.shape, allowed, generator, wish)
        side = max(SMALLEST_PATCH, round(side * 2 / 3))
        wish = np.concatenate([goal[..., None], share * quilt.image[0]], axis=-1)
        if number == 0:
            model = np.concatenate([model, share * source], axis=-1)
    return quilt


def _sew(
    bank: PatchBank,
    shape: tuple[int, ...],
    tolerance: float,
    generator: np.random.Generator,
    wish: np.ndarray | None = None,
) -> Quilt:
    """Lay patches row by row, each cut to its neighbours along the cheapest seam."""
    step = bank.patch - bank.overlap
    counts = [max(1, -(-(side - bank.overlap) // step)) for side in shape]
    size = tuple(count * step + bank.overlap for count in counts)
    origin = np.zeros((*size, 2), np.int32)
    canvas = np.zeros((*size, 3), np.float32)
    if wish is not None:
        margin = [(0, long - short) for long, short in zip(size, shape, strict=True)]
        wish = np.pad(wish, [*margin, (0, 0)], mode="edge")
    costs: list[tuple[float, float]] = []
    for row, column in np.ndindex(*counts):
        down, right = (slice(n * step, n * step + bank.patch) for n in (row, column))
        old, edge = canvas[down, right], (row > 0, column > 0)
        error = bank.errors(old, edge, None if wish is None else wish[down, right])
        good = np.flatnonzero(error <= error.min() * (1 + tolerance) + 1e-6)
        y, x = bank.places[generator.choice(good)]
        place = np.mgrid[y : y + bank.patch, x : x + bank.patch].transpose(1, 2, 0)
        new = bank.source[place[..., 0], place[..., 1]]
        keep = _cut(old, new, edge, bank.overlap, costs)
        old[keep] = new[keep]
        origin[down, right][keep] = place[keep]
    rows, columns = shape
    seams, straight = np.array(costs).reshape(-1, 2).T
    return Quilt(canvas[None, :rows, :columns], origin[:rows, :columns], seams, straight)


def _cut(
    old: np.ndarray,
    new: np.ndarray,
    edge: tuple[bool, bool],
    overlap: int,
    costs: list[tuple[float, float]],
) -> np.ndarray:
    """Return which pixels of a new patch to keep, and note what its seams cost."""
    keep = np.ones(new.shape[:2], bool)
    difference = ((old - new) ** 2).sum(axis=-1, dtype=np.float64)
    strips = (difference[:overlap].T, difference[:, :overlap])
    for side, (strip, needed) in enumerate(zip(strips, edge, strict=True)):
        if not needed:
            continue
        seam = minimum_error_seam(strip)
        mask = np.arange(len(new)) >= seam[:, None]
        keep &= mask if side == 1 else mask.T
        spent = strip[np.arange(len(seam)), seam].sum()
        costs.append((float(spent), float(strip.sum(axis=0).min())))
    return keep


def _blur(plane: np.ndarray) -> np.ndarray:
    return cv2.GaussianBlur(plane, (0, 0), 2.0)


def _check_patch(patch: Any, source: np.ndarray) -> int:
    """Check the side of a patch against the picture it is cut from."""
    limit = min(source.shape[:2])
    return int(check_number(patch, "patch", minimum=SMALLEST_PATCH, maximum=limit, whole=True))
