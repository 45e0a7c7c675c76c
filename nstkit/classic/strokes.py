"""Painterly rendering with curved brush strokes in several sizes (Hertzmann 1998)."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence
from typing import Any

import cv2
import numpy as np

from nstkit.classic.canvas import Canvas, Stroke
from nstkit.classic.colour import LUMINANCE
from nstkit.errors import SettingsError, check_number
from nstkit.images import check_image


def plan_strokes(
    image: Any,
    *,
    brushes: Sequence[int] = (16, 8, 4, 2),
    threshold: float = 0.1,
    curvature: float = 0.8,
    shortest: int = 3,
    longest: int = 14,
    jitter: float = 0.02,
    seed: int = 0,
) -> Iterator[Stroke]:
    """Paint a picture stroke by stroke, with the largest brush first.

    Every brush repaints only where the canvas still differs from the picture, blurred to the
    size of that brush. A stroke takes the picture's colour at its start and runs along the
    edges there, square to the gradient, until the colour no longer fits.

    Parameters
    ----------
    image : array_like
        The picture to paint, (1, H, W, 3), float, RGB in [0, 1].
    brushes : sequence of int
        Radii of the brushes in pixels.
    threshold : float
        Mean distance in RGB between canvas and picture, over a cell of the brush's size,
        above which a stroke is laid. Small values paint everything over, large ones leave
        the first strokes to be seen.
    curvature : float
        1 lets a stroke follow every bend; towards 0 it keeps its first direction.
    shortest, longest : int
        Number of control points of a stroke, one brush radius apart. A stroke that reaches
        the border of the picture ends there.
    jitter : float
        Standard deviation of a random change of every stroke's colour.
    seed : int
        Seed of the order of the strokes and of the jitter; the same seed paints the same.

    Yields
    ------
    Stroke
        The next stroke, to be given to `Canvas.draw`.

    References
    ----------
    Hertzmann, "Painterly Rendering with Curved Brush Strokes of Multiple Sizes", SIGGRAPH
    1998. Different here: direction comes from gradients averaged over the size of the brush
    (a structure tensor), which calms strokes where the picture is flat.
    """
    picture = check_image(image)
    radii = _check_brushes(brushes)
    limit = check_number(threshold, "threshold")
    bend = check_number(curvature, "curvature", maximum=1.0)
    least = int(check_number(shortest, "shortest", minimum=1, maximum=1000, whole=True))
    most = int(check_number(longest, "longest", minimum=least, maximum=1000, whole=True))
    spread = check_number(jitter, "jitter", maximum=1.0)
    generator = np.random.default_rng(seed)

    def strokes() -> Iterator[Stroke]:
        canvas = Canvas(*picture.shape[1:3])
        for layer, radius in enumerate(radii):
            wanted = cv2.GaussianBlur(picture[0], (0, 0), max(0.3, 0.5 * radius))
            painted = canvas.image()[0] if layer else np.full_like(wanted, -10.0)
            difference = np.linalg.norm(painted - wanted, axis=-1)
            if not layer:  # on a bare canvas every place is as good a start as any other
                difference = limit + 1 + generator.random(difference.shape)
            starts = generator.permutation(_starts(difference, 2 * radius, limit))
            colours = wanted[starts[:, 1], starts[:, 0]]
            colours = np.clip(colours + generator.normal(0, 1, colours.shape) * spread, 0, 1)
            paths = _trace(starts, wanted, painted, radius, bend, least, most)
            for path, colour in zip(paths, colours, strict=True):
                stroke = Stroke(radius, colour, path)
                canvas.draw(stroke)
                yield stroke

    return strokes()


def paint(image: Any, *, relief: float = 0.0, **options: Any) -> np.ndarray:
    """Paint a picture and return the finished canvas.

    Parameters
    ----------
    image : array_like
        The picture to paint, (1, H, W, 3), float, RGB in [0, 1].
    relief : float
        Thickness of the paint, from 0 (colours only) to 1 (thick oil); see `Canvas`.
    **options
        Brushes, threshold, curvature and so on, as `plan_strokes` takes them.

    Returns
    -------
    numpy.ndarray
        Shape of `image`, float32, RGB in [0, 1].
    """
    canvas = Canvas(*check_image(image).shape[1:3], relief=relief)
    for stroke in plan_strokes(image, **options):
        canvas.draw(stroke)
    return canvas.image()


def painting_frames(
    image: Any, *, frames: int = 40, relief: float = 0.0, **options: Any
) -> Iterator[np.ndarray]:
    """Paint a picture and show the canvas at moments on the way.

    Parameters
    ----------
    image : array_like
        The picture to paint, (1, H, W, 3), float, RGB in [0, 1].
    frames : int
        Number of pictures. Early ones lie few strokes apart, for the first strokes are large.
    relief : float
        Thickness of the paint, from 0 (colours only) to 1 (thick oil); see `Canvas`.
    **options
        Brushes, threshold, curvature and so on, as `plan_strokes` takes them.

    Yields
    ------
    numpy.ndarray
        Shape of `image`, float32, RGB in [0, 1]: first the empty canvas, last the painting.
    """
    count = int(check_number(frames, "frames", minimum=2, maximum=10000, whole=True))
    strokes = list(plan_strokes(image, **options))
    canvas = Canvas(*check_image(image).shape[1:3], relief=relief)
    moments = np.round(len(strokes) * np.linspace(0, 1, count) ** 2).astype(int)
    for drawn, moment in itertools.pairwise([0, *moments]):
        for stroke in strokes[drawn:moment]:
            canvas.draw(stroke)
        yield canvas.image()


def _check_brushes(brushes: Any) -> list[int]:
    given = list(brushes) if isinstance(brushes, (Sequence, np.ndarray)) else [brushes]
    if not given:
        raise SettingsError("brushes is empty: give radii in pixels, such as (16, 8, 4, 2)")
    what = "a brush radius"
    radii = {int(check_number(r, what, minimum=1, maximum=512, whole=True)) for r in given}
    return sorted(radii, reverse=True)


def _starts(difference: np.ndarray, cell: int, threshold: float) -> np.ndarray:
    """Return (x, y) of the worst pixel of every cell whose mean difference is too large."""
    padded = np.pad(difference, [(0, -side % cell) for side in difference.shape])
    rows, columns = (side // cell for side in padded.shape)
    cells = padded.reshape(rows, cell, columns, cell).swapaxes(1, 2).reshape(rows, columns, -1)
    row, column = np.nonzero(cells.mean(axis=-1) > threshold)
    worst = cells[row, column].argmax(axis=-1)
    return np.stack([column * cell + worst % cell, row * cell + worst // cell], axis=-1)


def _trace(
    starts: np.ndarray,
    wanted: np.ndarray,
    painted: np.ndarray,
    radius: int,
    bend: float,
    least: int,
    most: int,
) -> list[np.ndarray]:
    """Run all strokes of a brush at once, one radius per step; return their control points."""
    flow = _flow(wanted, radius)
    height, width = wanted.shape[:2]
    place = starts.astype(np.float32)
    colour = wanted[starts[:, 1], starts[:, 0]]
    heading = np.zeros_like(place)
    alive = np.ones(len(place), bool)
    length = np.ones(len(place), int)
    path = [place.copy()]
    for count in range(1, most):
        x, y = np.round(place).astype(int).T
        if count >= least:
            here = wanted[y, x]
            fits = np.linalg.norm(here - painted[y, x], axis=-1)
            alive &= fits >= np.linalg.norm(here - colour, axis=-1)
        turn = flow[y, x]
        turn = np.where((turn * heading).sum(axis=-1, keepdims=True) < 0, -turn, turn)
        turn = bend * turn + (1 - bend) * heading if count > 1 else turn
        size = np.linalg.norm(turn, axis=-1, keepdims=True)
        heading = turn / np.maximum(size, 1e-9)
        there = place + radius * heading
        inside = ((there >= 0) & (there <= (width - 1, height - 1))).all(axis=-1)
        alive &= inside & (size[:, 0] > 0)
        if not alive.any():
            break
        place = np.where(alive[:, None], there, place)
        length += alive
        path.append(place.copy())
    points = np.stack(path, axis=1)
    return [track[:count] for track, count in zip(points, length, strict=True)]


def _flow(wanted: np.ndarray, radius: int) -> np.ndarray:
    """Return the unit direction (x, y) along the edges at every pixel, zero where there is none."""
    light = wanted @ LUMINANCE
    gx, gy = (cv2.Sobel(light, -1, *order) for order in ((1, 0), (0, 1)))
    xx, yy, xy = (cv2.GaussianBlur(p, (0, 0), 2.0 * radius) for p in (gx * gx, gy * gy, gx * gy))
    angle = 0.5 * np.arctan2(2 * xy, xx - yy) + np.pi / 2
    some = (xx + yy > 1e-9)[..., None]
    return np.stack([np.cos(angle), np.sin(angle)], axis=-1).astype(np.float32) * some
