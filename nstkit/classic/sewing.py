"""Laying patches side by side and cutting them to fit along the cheapest seams."""

from __future__ import annotations

import itertools
from dataclasses import dataclass

import numpy as np
from scipy.ndimage import minimum_filter1d

from nstkit.classic.patches import PatchBank
from nstkit.errors import SettingsError


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
    table = np.asarray(cost, np.float64)
    if table.ndim != 2 or 0 in table.shape:
        raise SettingsError(f"cost has shape {table.shape}: give one (height, width) array")
    error = table.copy()
    for above, row in itertools.pairwise(error):
        row += minimum_filter1d(above, 3, mode="nearest")  # at a side, that of the two there are
    seam = [int(error[-1].argmin())]
    for row in error[-2::-1]:
        left = max(seam[-1] - 1, 0)
        seam.append(left + int(row[left : seam[-1] + 2].argmin()))
    return np.array(seam[::-1])


def sew(
    bank: PatchBank,
    shape: tuple[int, ...],
    tolerance: float,
    generator: np.random.Generator,
    wish: np.ndarray | None = None,
) -> Quilt:
    """Lay patches row by row, each cut to its neighbours along the cheapest seam.

    Parameters
    ----------
    bank : PatchBank
        The patches to choose from.
    shape : tuple of int
        Height and width of the result in pixels.
    tolerance : float
        A patch is drawn among those with at most ``1 + tolerance`` times the smallest error.
    generator : numpy.random.Generator
        Draws the patches.
    wish : numpy.ndarray, optional
        What the bank's guide should look like, (height, width, channels).

    Returns
    -------
    Quilt
        The picture, the origin of every pixel and the costs of the seams.
    """
    step = bank.patch - bank.overlap
    counts = [max(1, -(-(side - bank.overlap) // step)) for side in shape]
    size = tuple(count * step + bank.overlap for count in counts)
    origin = np.zeros((*size, 2), np.int32)
    canvas = np.zeros((*size, 3), np.float32)
    if wish is not None:
        margin = [(0, long - short) for long, short in zip(size, shape, strict=True)]
        wish = np.pad(wish, [*margin, (0, 0)], mode="edge")
    costs: list[tuple[float, float]] = []
    laid = np.zeros((*counts, 2), int)
    patch = np.mgrid[: bank.patch, : bank.patch].transpose(1, 2, 0)
    for row, column in np.ndindex(*counts):
        down, right = (slice(n * step, n * step + bank.patch) for n in (row, column))
        old, edge = canvas[down, right], (row > 0, column > 0)
        error = bank.errors(old, edge, None if wish is None else wish[down, right])
        laid[row, column] = _draw(bank, error, tolerance, generator, laid, (row, column))
        place = patch + laid[row, column]
        new = bank.source[place[..., 0], place[..., 1]]
        keep = _cut(old, new, edge, bank.overlap, costs)
        old[keep] = new[keep]
        origin[down, right][keep] = place[keep]
    rows, columns = shape
    seams, straight = np.array(costs).reshape(-1, 2).T
    return Quilt(canvas[None, :rows, :columns], origin[:rows, :columns], seams, straight)


def _draw(
    bank: PatchBank,
    error: np.ndarray,
    tolerance: float,
    generator: np.random.Generator,
    laid: np.ndarray,
    here: tuple[int, int],
) -> np.ndarray:
    """Draw one of the patches that fit almost as well as the best; return its place.

    What follows a neighbour in the source itself would always fit best, and the quilt would be
    a copy of the source; so it does not take part, unless there is nothing else.
    """
    step, allowed = bank.patch - bank.overlap, np.ones(len(error), bool)
    for axis in (0, 1):
        if here[axis]:
            before = laid[here[0] - (axis == 0), here[1] - (axis == 1)]
            follower = before + step * np.eye(2, dtype=int)[axis]
            allowed &= np.abs(bank.places - follower).max(axis=-1) > bank.overlap // 2
    choice = np.flatnonzero(allowed) if allowed.any() else np.arange(len(error))
    good = error[choice] <= error[choice].min() * (1 + tolerance) + 1e-6
    return bank.places[generator.choice(choice[good])]


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
