"""Checks of the exercises in notebook 03: the content loss, its gradient, total variation."""

from __future__ import annotations

from typing import Any

import numpy as np

from nstkit.checks.asking import ask_again, exercise
from nstkit.checks.comparing import array_of, expect
from nstkit.checks.report import require

__all__ = ["content_gradient", "content_loss", "total_variation"]


OTHER = (1, 6, 7, 2)
"""The shape of the features that a check asks with at the end."""


def _features(shape: tuple[int, ...] = (1, 4, 5, 3)) -> tuple[np.ndarray, np.ndarray]:
    """Return two different sets of features."""
    random = np.random.default_rng(3)
    return random.random(shape) * 4, random.random(shape) * 4


@exercise(
    "write content_loss(features, target)",
    right="½ Σ (F − P)², the term paper's content loss.",
)
def content_loss(answer: Any) -> None:
    """Check the content loss of one layer, ½ Σ (F − P)².

    Parameters
    ----------
    answer : callable
        From two arrays of one shape to a number.
    """
    features, target = _features()
    hint = "equal features have loss 0, a single number: it is made of the differences F − P"
    case = "for two equal sets of features"
    expect(answer(features, features), 0, hint, case=case, tolerance=1e-9)
    value = array_of(answer(features, target), "your loss", shape=())
    back = array_of(answer(target, features), "your loss", shape=())
    require(
        value >= 0 and back >= 0,
        f"your loss is negative ({min(value, back):g})",
        "square the differences before you add them, so that they cannot cancel",
    )
    difference = features - target
    squares, absolute = np.sum(difference**2), np.sum(np.abs(difference))
    mistakes = {
        "your loss is twice what it should be: there is a ½ before the sum": squares,
        "your loss is a mean: the paper sums over all positions and channels, np.sum, and the ½": (
            squares / difference.size,
            squares / 2 / difference.size,
        ),
        "you add up absolute values: square the differences": (absolute, absolute / 2),
        "your loss is a distance: leave the square root out, and put ½ before the sum": (
            np.sqrt(squares)
        ),
        "you square the sum: square each difference first, then add": difference.sum() ** 2 / 2,
    }
    expect(value, squares / 2, "½ of the sum of all (F − P)²", mistakes)
    ask_again(answer, lambda f, p: np.sum((f - p) ** 2) / 2, _features(OTHER))


@exercise(
    "write content_gradient(features, target)",
    right="F − P: every feature is pulled straight towards its target, the harder the further "
    "it is away.",
)
def content_gradient(answer: Any) -> None:
    """Check the derivative of the content loss with respect to the features, F − P.

    Parameters
    ----------
    answer : callable
        From two arrays of one shape to an array of that shape.
    """
    features, target = _features()
    value, right = np.asarray(answer(features, target)), features - target
    require(
        value.size > 1,
        "your gradient is a single number",
        "there is one derivative for every feature: an array of the shape of the features",
    )
    mistakes = {
        "your gradient has the wrong sign: where F is larger than P the loss grows": -right,
        "your gradient is twice what it should be: the ½ cancels the 2 of the power": 2 * right,
        "your gradient is half of what it should be: (x²)′ = 2x, and ½ · 2 = 1": right / 2,
        "this is the squared difference: take the derivative, (x²)′ = 2x": right**2,
        "this is the loss of each feature: take its derivative with respect to F": right**2 / 2,
        "your gradient is divided by the number of features: the loss is a sum, not a mean": (
            right / right.size
        ),
        "this is only the sign: the derivative of x² keeps the size of x": np.sign(right),
        "you keep only what is above 0, as a ReLU does: a feature that is too small is pulled up, "
        "and its derivative is negative": np.maximum(right, 0),
    }
    hint = (
        "your gradient says by how much the loss grows when one feature does: differentiate "
        "½ (F − P)² with respect to F, for one feature"
    )
    expect(value, right, hint, mistakes)
    ask_again(answer, np.subtract, _features(OTHER))


@exercise(
    "write total_variation(image)",
    right="Every step from a pixel to its neighbour counts, whichever way it goes.",
)
def total_variation(answer: Any) -> None:
    """Check the total variation of a picture, Σ|right − left| + Σ|lower − upper|.

    Parameters
    ----------
    answer : callable
        From an array (1, height, width, 3) to a number.
    """
    flat = np.full((1, 4, 5, 3), 0.5)
    stripes = np.ones((1, 4, 4, 3)) * np.array([0, 1, 0.25, 0.25])[:, None]
    hint = "is the border compared with something outside the picture?"
    expect(answer(flat), 0, hint, case="for a picture of one colour", tolerance=1e-9)
    upright = array_of(answer(stripes), "your total variation", shape=())
    lying = array_of(answer(stripes.swapaxes(1, 2)), "your total variation", shape=())
    require(
        upright != 0 and lying != 0,
        "an edge in one of the two directions counts for nothing in yours",
        "compare along both axes: rows (axis 1) and columns (axis 2)",
    )
    mistakes = {
        "does the picture wrap around (np.roll), so that its two sides are neighbours?": 24,
        "every step counts twice: from left to right or from right to left, not both": 42,
        "add up the three colours as well": 7,
        "you add up squares: that is another kind of total variation; this exercise wants absolute "
        "values": (18.75, 9.375),
        "steps up and down cancel in your sum: take the absolute value of every difference before "
        "you add": (3, -3),
    }
    hint = "take the sum of absolute differences, not a mean"
    case = "for stripes of 0, 1, ¼ and ¼, 4 rows high, in 3 colours"
    expect(upright, 21, hint, mistakes, case=case)
    hint = "an edge counts the same when it stands and when it lies: treat both directions alike"
    expect(lying, 21, hint, case="for the same stripes, which stood and now lie,")
    image, _ = _features((*OTHER[:3], 3))
    down, across, colours = (np.abs(np.diff(image, axis=axis)).sum() for axis in (1, 2, 3))
    mistakes = {
        "the three colours are no neighbours: compare along axes 1 and 2 only": (
            down + across + colours
        )
    }
    case = f"for a picture of shape {image.shape}"
    hint = "take every size from the picture, write none down"
    expect(answer(image), down + across, hint, mistakes, case=case)
