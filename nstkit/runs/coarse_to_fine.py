"""Coarse to fine: paint small pictures first, and start the large one from what they became.

At a small size a step costs little, and a change travels far. It pays from noise, the more the
larger the picture; `benchmarks/README.md` says how much. A photograph is a good start without it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

import numpy as np

from nstkit.errors import check_number
from nstkit.images import Mask, resize
from nstkit.losses import CONTENT, STYLE, VARIATION, Use, Weights, translate_weights
from nstkit.runs.run import Run
from nstkit.runs.start import start_image
from nstkit.transfer import Problem

SMALLEST = 128
"""The first size's longest side is at least this many pixels."""


def coarse_sizes(height: int, width: int, smallest: int = SMALLEST) -> list[tuple[int, int]]:
    """Return the sizes to paint before the last one: each half of the next, the smallest first.

    Parameters
    ----------
    height, width : int
        Size of the finished picture.
    smallest : int
        Longest side, in pixels, that no size falls below.

    Returns
    -------
    list of (int, int)
        Heights and widths; empty for a picture that is small itself.

    Examples
    --------
    >>> coarse_sizes(600, 800)
    [(150, 200), (300, 400)]
    """
    sizes: list[tuple[int, int]] = []
    height, width = height // 2, width // 2
    while max(height, width) >= smallest and min(height, width) >= 16:
        sizes.insert(0, (height, width))
        height, width = height // 2, width // 2
    return sizes


def coarse_start(
    problem: Problem,
    *,
    init: Any = "content",
    seed: int = 0,
    steps: int = 30,
    weights: Weights | None = None,
    drive: Callable[[Run], Any] | None = None,
    **options: Any,
) -> tuple[np.ndarray, bool]:
    """Paint the picture at smaller sizes and return what the full size shall start from.

    The smaller sizes are painted under the convention "relative", whose constants do not change
    with the size; the weights are translated at the full size.

    Parameters
    ----------
    problem : Problem
        The problem at its full size.
    init : {"content", "style", "noise"} or array_like
        The picture that the smallest size starts from.
    seed : int
        Seed of the noise.
    steps : int
        Steps at each of the smaller sizes.
    weights : Weights, optional
        Weights in place of the problem's own.
    drive : callable, optional
        What takes a `Run` to its end, such as `drive` with its bar; no size follows one
        that it leaves unfinished.
    **options
        The optimiser and its settings, as for `Run`.

    Returns
    -------
    image : numpy.ndarray
        Shape (1, height, width, 3), float32, in [0, 1]: an `init` for the full size.
    finished : bool
        Whether every smaller size was painted to its end.

    Raises
    ------
    SettingsError, ImageError
        If a setting or the start picture is not accepted.
    DivergedError
        If the loss becomes NaN or infinite.
    """
    check_number(steps, "steps", minimum=1, whole=True)
    image = start_image(problem, init, seed)
    weights = _relative(problem, weights or problem.weights)
    for small in _smaller_problems(problem):
        run = Run(small, steps=steps, init=image, weights=weights, **options)
        (drive or _finish)(run)
        image = run.image
        if not run.finished:
            return resize(image, *problem.shape[1:3]), False
    return resize(image, *problem.shape[1:3]), True


def _smaller_problems(problem: Problem) -> Iterator[Problem]:
    """Yield the same problem at each of the smaller sizes."""
    for size in coarse_sizes(*problem.shape[1:3]):
        uses = [_smaller(use, size, problem.shape[1]) for use in problem.uses]
        yield Problem.of(uses, size=size, backbone=problem.backbone, convention="relative")


def _smaller(use: Use, size: tuple[int, int], height: int) -> Use:
    """Return a use for a picture of that size, where it was for one of that height."""
    if use.picture is None:  # it is of the kind that the convention "relative" has
        return replace(use, term=VARIATION) if use.term.name == "tv" else use
    rows, columns = size
    if use.mask is not None:
        use = replace(use, mask=Mask(use.mask).at(rows, columns))
    if use.term is not CONTENT:
        rows, columns = (max(16, round(side * rows / height)) for side in use.picture.shape[1:3])
    return replace(use, picture=resize(use.picture, rows, columns))


def _relative(problem: Problem, weights: Weights) -> Weights:
    """Translate weights from the problem's convention to the one that no size changes."""
    if problem.convention.name == "relative":
        return weights
    return translate_weights(
        weights,
        problem.convention,
        "relative",
        content_layers=problem.layers.get("content", {}),
        style_layers=problem.layers.get("style", {}),
        further={
            use.name: problem.layers[use.name]
            for use in problem.uses
            if use.name != use.term.name and use.term in (CONTENT, STYLE)
        },
        tv_ratio=problem.tv_ratio(problem.content_image, "relative"),
    )


def _finish(run: Run) -> None:
    for _ in run:
        pass
