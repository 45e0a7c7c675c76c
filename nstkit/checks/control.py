"""Checks of the exercises in notebook 08: guided Gram matrices, masks, colours."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from nstkit.checks.asking import ask_again, exercise
from nstkit.checks.comparing import array_of, expect

__all__ = ["colours_apart", "guided_gram", "rest_of_masks"]


@exercise(
    "write a function that takes features and a mask and returns the guided Gram matrix",
    right="With a mask of ones it is the plain Gram matrix, and masks that add up to 1 everywhere "
    "give parts that add up to it.",
)
def guided_gram(function: Callable[[Any, Any], Any]) -> None:
    """Check a function from features and a mask to the guided Gram matrix.

    Parameters
    ----------
    function : callable
        The learner's function; features have shape (positions, channels), the mask (positions,).
    """
    features = np.array([[1.0, 0.0], [2.0, 1.0], [0.0, 3.0], [1.0, 1.0]])
    mask = np.array([1.0, 0.5, 0.0, 0.25])
    plain, left = features.T @ features, features * mask[:, None]
    expected = left.T @ features
    mistakes = {
        "the mask does not count: multiply each position's features by it": plain,
        "the mask is multiplied in twice, once for each factor: take its root": left.T @ left,
        "you divide by the sum of the mask: a Gram matrix is a raw sum": expected / mask.sum(),
        "this is positions × positions: the transpose belongs first": left @ features.T,
    }
    hint = "add up mask · (features of channel i) · (features of channel j) over the positions"
    for which, case in ((mask, "of a soft mask"), (np.ones(4), "of a mask of ones")):
        found = array_of(function(features, which), "your matrix")
        wanted = expected if which is mask else plain
        expect(found, wanted, hint, mistakes if which is mask else {}, case=case)
    random = np.random.default_rng(8)
    others = random.random((7, 3)), random.random(7)
    ask_again(function, lambda f, m: f.T @ (m[:, None] * f), others)


@exercise(
    "write a function that takes a list of masks and returns what they leave",
    right="What the masks leave goes to the painting without one, never less than nothing.",
)
def rest_of_masks(function: Callable[[Any], Any]) -> None:
    """Check a function from masks to the mask of what they leave.

    Parameters
    ----------
    function : callable
        The learner's function; it takes a list of arrays of one shape.
    """
    masks = [np.array([1.0, 0.5, 0.0, 1.0]), np.array([0.0, 0.25, 0.0, 1.0])]
    mistakes = {
        "where two masks overlap you leave less than nothing: stop at 0": [0, 0.25, 1, -1],
        "where two soft masks meet, both take their part: subtract their sum": [0, 0.5, 1, 0],
        "this is what the masks take: what they leave is 1 minus that": [1, 0.75, 0, 1],
        "you multiply what each one leaves: two halves leave nothing, not a quarter": [
            0,
            0.375,
            1,
            0,
        ],
    }
    hint = "1 minus the sum of the masks, but not below 0"
    found = array_of(function(masks), "your result", shape=(4,))
    expect(found, [0, 0.25, 1, 0], hint, mistakes, case="of two masks on four pixels")
    thirds = list(np.random.default_rng(9).random((3, 6)) / 2)
    ask_again(function, lambda masks: np.clip(1 - np.sum(masks, axis=0), 0, 1), (thirds,))


@exercise(
    "write a function that takes two pictures in CIELAB and returns one number",
    right="Brightness plays no part in it; a difference of 2 is just to be seen.",
)
def colours_apart(function: Callable[[Any, Any], Any]) -> None:
    """Check a function from two pictures in CIELAB to the mean distance of their colours.

    Parameters
    ----------
    function : callable
        The learner's function; both pictures have shape (height, width, 3): L*, a*, b*.
    """
    first = np.array([[[50.0, 0.0, 0.0], [20.0, 10.0, 0.0]]])
    second = np.array([[[90.0, 3.0, 4.0], [20.0, 10.0, -15.0]]])
    both = np.linalg.norm(first - second, axis=-1)
    mistakes = {
        "the brightness L* counts too: leave out the first of the three numbers": both.mean(),
        "you add up over the pixels: take the mean": 20,
        "without the root the larger differences count too much: take it pixel by pixel": 125,
        "the mean comes last: first the distance at every pixel": np.hypot(1.5, 5.5),
        "you add up the differences of a* and b*: take the root of the sum of squares": 11,
    }
    hint = "√(Δa*² + Δb*²) at every pixel, then the mean: (5 + 15) / 2"
    found = array_of(function(first, second), "your result", shape=())
    expect(found, 10.0, hint, mistakes, case="of two pixels")
    others = tuple(np.random.default_rng(7).normal(0, 20, (2, 3, 4, 3)))
    ask_again(function, lambda a, b: np.hypot(*(a - b)[..., 1:].T).mean(), others)
