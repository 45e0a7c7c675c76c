"""Checks of the exercises in notebook 03: the content loss, its gradient, total variation."""

from __future__ import annotations

from typing import Any

import numpy as np

from nstkit.checks.asking import exercise
from nstkit.checks.comparing import array_of, expect
from nstkit.checks.report import require

__all__ = ["content_gradient", "content_loss", "total_variation"]


def _features() -> tuple[np.ndarray, np.ndarray]:
    """Return two different sets of features, shape (1, 4, 5, 3)."""
    random = np.random.default_rng(3)
    return random.random((1, 4, 5, 3)) * 4, random.random((1, 4, 5, 3)) * 4


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
    }
    hint = (
        "your gradient says by how much the loss grows when one feature does: differentiate "
        "½ (F − P)² with respect to F, for one feature"
    )
    expect(value, right, hint, mistakes)


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
    flat, stripes = np.full((1, 4, 5, 3), 0.5), np.zeros((1, 4, 4, 3))
    stripes[:, :, 2:] = 1.0
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
        "does the picture wrap around (np.roll), so that its two sides are neighbours?": (24, -24),
        "add up the three colours as well": (4, -4),
    }
    hint = "take the sum of absolute differences, not a mean"
    expect(upright, 12, hint, mistakes, case="for one edge across 4 rows in 3 colours")
    hint = "an edge counts the same when it stands and when it lies: treat both directions alike"
    expect(lying, 12, hint, case="for the same edge, which stood and now lies,")
    image, _ = _features()
    down, across = np.diff(image, axis=1), np.diff(image, axis=2)
    squares = np.sum(down**2) + np.sum(across**2)
    signed = abs(down.sum()) + abs(across.sum())
    mistakes = {
        "you add up squares: that is another kind of total variation; this exercise wants absolute "
        "values": (squares, squares / 2),
        "steps up and down cancel in your sum: take the absolute value of every difference before "
        "you add": (signed, down.sum() + across.sum()),
    }
    expect(answer(image), np.abs(down).sum() + np.abs(across).sum(), mistakes=mistakes)
