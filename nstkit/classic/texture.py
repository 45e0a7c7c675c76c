"""Texture synthesis from a statistical model (Heeger & Bergen 1995).

The model of a texture is a set of histograms: of its colours, and of its responses to filters
of several sizes and directions. Noise whose histograms are made equal is the new texture.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from nstkit.classic.pyramid import collapse_pyramid, steerable_pyramid
from nstkit.errors import SettingsError, check_number
from nstkit.images import check_image


def match_histogram(values: np.ndarray, target: np.ndarray) -> np.ndarray:
    """Replace values, keeping their order, so that they have the target's histogram.

    Parameters
    ----------
    values : numpy.ndarray
        Any shape, float.
    target : numpy.ndarray
        Any shape, float. The smallest of `values` becomes its smallest, and so on; with as
        many values in both, the result is the target's values in a new arrangement.

    Returns
    -------
    numpy.ndarray
        Shape of `values`, float64.

    Examples
    --------
    >>> match_histogram(np.array([5.0, 1.0, 3.0]), np.array([10.0, 20.0, 30.0]))
    array([30., 10., 20.])
    """
    flat, goal = np.ravel(values), np.sort(np.ravel(np.asarray(target, np.float64)))
    if flat.size != goal.size:
        at = (np.arange(flat.size) + 0.5) / flat.size * goal.size - 0.5
        goal = np.interp(at, np.arange(goal.size), goal)
    result = np.empty(flat.size)
    result[np.argsort(flat, kind="stable")] = goal
    return result.reshape(np.shape(values))


def synthesise_texture(
    style: Any,
    *,
    height: int | None = None,
    width: int | None = None,
    levels: int = 4,
    orientations: int = 4,
    iterations: int = 6,
    start: Any = None,
    seed: int = 0,
) -> np.ndarray:
    """Make a new texture with the histograms of the style picture's colours and filter bands.

    Parameters
    ----------
    style : array_like
        The texture, (1, H, W, 3), float, RGB in [0, 1].
    height, width : int, optional
        Size of the result in pixels; that of `style` (or of `start`) when not given.
    levels, orientations : int
        Number of scales and of directions of the pyramid.
    iterations : int
        Number of times that all bands are matched; each match disturbs the others a little less.
    start : array_like, optional
        A picture to begin with instead of noise: its arrangement stays, its texture goes.
    seed : int
        Seed of the noise; the same seed gives the same texture.

    Returns
    -------
    numpy.ndarray
        Shape (1, height, width, 3), float32, RGB in [0, 1]. Every channel has the histogram
        of that channel of `style`.

    References
    ----------
    Heeger & Bergen, "Pyramid-Based Texture Analysis/Synthesis", SIGGRAPH 1995. Different here:
    the source is mirrored at its borders, so that opposite edges need not fit, and the last
    step matches the histograms of R, G and B, so that no value leaves [0, 1].
    """
    source = check_image(style, name="style")[0].astype(np.float64)
    counts = _check_counts(levels, orientations, iterations, min(source.shape[:2]))
    begin = None if start is None else check_image(start, name="start")[0].astype(np.float64)
    rows, columns = chosen_size(height, width, source if begin is None else begin)
    if begin is not None and begin.shape[:2] != (rows, columns):
        raise SettingsError(
            f"start is {begin.shape[1]}×{begin.shape[0]} pixels but {columns}×{rows} were asked "
            "for: leave height and width out, or resize the start"
        )
    mean, axes = _principal_axes(source)
    goal = (source - mean) @ axes
    unit = 2 ** counts[0]  # every level halves the plane
    if begin is None:
        generator = np.random.default_rng(seed)
        planes = generator.normal(size=(-(-rows // unit) * unit, -(-columns // unit) * unit, 3))
    else:
        margins = [*_to_multiple(begin.shape[:2], unit), (0, 0)]
        planes = np.pad((begin - mean) @ axes, margins, mode="symmetric")
    for channel in range(3):
        planes[..., channel] = _synthesise_plane(planes[..., channel], goal[..., channel], counts)
    rgb = planes[:rows, :columns] @ axes.T + mean
    matched = [match_histogram(rgb[..., c], source[..., c]) for c in range(3)]
    return np.clip(np.stack(matched, axis=-1), 0.0, 1.0).astype(np.float32)[None]


def chosen_size(height: Any, width: Any, like: np.ndarray) -> tuple[int, int]:
    """Check the size that was asked for, or take that of a picture.

    Parameters
    ----------
    height, width : int or None
        The size asked for in pixels, or None.
    like : numpy.ndarray
        The picture whose size is taken, (H, W, channels).

    Returns
    -------
    tuple of int
        Height and width in pixels.
    """
    rows, columns = (
        side if given is None else int(check_number(given, what, minimum=16, whole=True))
        for given, side, what in zip((height, width), like.shape, ("height", "width"), strict=False)
    )
    return rows, columns


def _synthesise_plane(
    plane: np.ndarray, goal: np.ndarray, counts: tuple[int, int, int]
) -> np.ndarray:
    """Match the histograms of a plane and of its bands to those of the goal, in turns."""
    levels, orientations, iterations = counts
    targets = _source_bands(goal, levels, orientations)
    plane = match_histogram(plane, goal)
    for _ in range(iterations):
        pyramid = steerable_pyramid(plane, levels=levels, orientations=orientations)
        for band, target in zip(pyramid.planes(), targets, strict=True):
            band[:] = match_histogram(band, target)
        plane = match_histogram(collapse_pyramid(pyramid), goal)
    return plane


def _source_bands(goal: np.ndarray, levels: int, orientations: int) -> list[np.ndarray]:
    """Bands of the source, free of the jump from its right edge to its left.

    The source is laid out with its mirror images, which repeat without a jump, and only the
    part of each band that belongs to the source itself is kept.
    """
    padded = np.pad(goal, _to_multiple(goal.shape, 2**levels), mode="symmetric")
    mirrored = np.pad(padded, [(0, side) for side in padded.shape], mode="symmetric")
    planes = steerable_pyramid(mirrored, levels=levels, orientations=orientations).planes()
    return [plane[: plane.shape[0] // 2, : plane.shape[1] // 2] for plane in planes]


def _principal_axes(pixels: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Mean colour and the three directions in which the colours vary independently."""
    rows = pixels.reshape(-1, 3)
    return rows.mean(axis=0), np.linalg.eigh(np.cov(rows.T))[1][:, ::-1]


def _check_counts(
    levels: Any, orientations: Any, iterations: Any, side: int
) -> tuple[int, int, int]:
    deepest = max(1, int(math.log2(side)) - 2)
    return (
        int(check_number(levels, "levels", minimum=1, maximum=deepest, whole=True)),
        int(check_number(orientations, "orientations", minimum=1, maximum=16, whole=True)),
        int(check_number(iterations, "iterations", minimum=0, maximum=1000, whole=True)),
    )


def _to_multiple(shape: tuple[int, ...], unit: int) -> list[tuple[int, int]]:
    """Return how much to add at the end of each axis to make it a multiple of `unit`."""
    return [(0, -side % unit) for side in shape]
