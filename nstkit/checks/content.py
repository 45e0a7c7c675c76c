"""Checks of the exercises in notebook 03: the content loss, its gradient, total variation."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from nstkit.checks.report import array_of, close, exercise, require

__all__ = ["content_gradient", "content_loss", "total_variation"]


def _features() -> tuple[np.ndarray, np.ndarray]:
    """Return two different sets of features, shape (1, 4, 5, 3)."""
    random = np.random.default_rng(3)
    return random.random((1, 4, 5, 3)) * 4, random.random((1, 4, 5, 3)) * 4


@exercise(
    "write content_loss(features, target)",
    right="½ Σ (F − P)², the term paper's content loss.",
)
def content_loss(answer: Callable[..., Any]) -> None:
    """Check the content loss of one layer, ½ Σ (F − P)².

    Parameters
    ----------
    answer : callable
        From two arrays of one shape to a number.
    """
    features, target = _features()
    value = float(array_of(answer(features, target), "your loss", shape=()))
    nothing = float(array_of(answer(features, features), "your loss", shape=()))
    require(
        abs(nothing) < 1e-9,
        f"two equal sets of features should have loss 0; yours is {nothing:g}",
        "the loss is made of the differences F − P",
    )
    back = float(array_of(answer(target, features), "your loss", shape=()))
    require(
        value >= 0 and back >= 0,
        f"your loss is negative ({min(value, back):g})",
        "square the differences before you add them, so that they cannot cancel",
    )
    difference = features - target
    right = 0.5 * float((difference**2).sum())
    hints = [
        (2 * right, "your loss is twice what it should be", "there is a ½ before the sum"),
        (
            float((difference**2).mean()),
            "your loss is a mean",
            "the paper sums over all positions and channels: np.sum, and the ½",
        ),
        (
            right / difference.size,
            "your loss is a mean",
            "the paper sums over all positions and channels",
        ),
        (float(np.abs(difference).sum()), "you add up absolute values", "square the differences"),
        (
            float(np.abs(difference).sum()) / 2,
            "you add up absolute values",
            "square the differences",
        ),
        (
            float(np.sqrt((difference**2).sum())),
            "your loss is a distance",
            "leave the square root out, and put ½ before the sum",
        ),
        (
            0.5 * float(difference.sum() ** 2),
            "you square the sum",
            "square each difference first, then add",
        ),
    ]
    for wrong, message, hint in hints:
        require(not close(value, wrong), message, hint)
    require(close(value, right), f"for the check's features you have {value:g}; it is {right:g}")


@exercise(
    "write content_gradient(features, target)",
    right="F − P: every feature is pulled straight towards its target, the harder the further "
    "it is away.",
)
def content_gradient(answer: Callable[..., Any]) -> None:
    """Check the derivative of the content loss with respect to the features, F − P.

    Parameters
    ----------
    answer : callable
        From two arrays of one shape to an array of that shape.
    """
    features, target = _features()
    value = answer(features, target)
    require(
        np.size(np.asarray(value)) > 1,
        "your gradient is a single number",
        "there is one derivative for every feature: an array of the shape of the features",
    )
    value = array_of(value, "your gradient", shape=features.shape)
    right = features - target
    hints = [
        (-right, "your gradient has the wrong sign", "where F is larger than P the loss grows"),
        (2 * right, "your gradient is twice what it should be", "the ½ cancels the 2 of the power"),
        (right / 2, "your gradient is half of what it should be", "(x²)′ = 2x, and ½ · 2 = 1"),
        (right**2, "this is the squared difference", "take the derivative: (x²)′ = 2x"),
        (right**2 / 2, "this is the loss of each feature", "take its derivative with respect to F"),
        (
            right / right.size,
            "your gradient is divided by the number of features",
            "the loss is a sum, not a mean",
        ),
        (np.sign(right), "this is only the sign", "the derivative of x² keeps the size of x"),
    ]
    for wrong, message, hint in hints:
        require(not close(value, wrong), message, hint)
    step = 1e-5
    moved = features.copy()
    moved[0, 1, 2, 0] += step
    slope = (0.5 * ((moved - target) ** 2).sum() - 0.5 * (right**2).sum()) / step
    require(
        close(value, right),
        f"moving one feature by {step:g} changes the loss by {slope:.4g} times as much; your "
        f"gradient says {value[0, 1, 2, 0]:.4g} there",
        "differentiate ½ (F − P)² with respect to F, for one feature",
    )


@exercise(
    "write total_variation(image)",
    right="Every step from a pixel to its neighbour counts, whichever way it goes.",
)
def total_variation(answer: Callable[..., Any]) -> None:
    """Check the total variation of a picture, Σ|right − left| + Σ|lower − upper|.

    Parameters
    ----------
    answer : callable
        From an array (1, height, width, 3) to a number.
    """

    def of(image: np.ndarray) -> float:
        return float(array_of(answer(image), "your total variation", shape=()))

    flat = of(np.full((1, 4, 5, 3), 0.5))
    require(
        abs(flat) < 1e-9,
        f"a picture of one colour should have 0; yours is {flat:g}",
        "is the border compared with something outside the picture?",
    )
    stripes = np.zeros((1, 4, 4, 3))
    stripes[:, :, 2:] = 1.0
    upright, lying = of(stripes), of(stripes.swapaxes(1, 2))
    require(
        upright != 0 and lying != 0,
        "an edge in one of the two directions counts for nothing in yours",
        "compare along both axes: rows (axis 1) and columns (axis 2)",
    )
    require(
        upright == 12,
        f"one edge across 4 rows in 3 colours is 12; yours is {upright:g}",
        {
            0.0: "differences in opposite directions must not cancel: take absolute values",
            24.0: "does the picture wrap around (np.roll), so that its two sides are neighbours?",
            4.0: "add up the three colours as well",
        }.get(abs(upright), "take the sum of absolute differences, not a mean"),
    )
    require(
        lying == upright,
        f"the same edge counts {upright:g} when it stands and {lying:g} when it lies",
        "treat both directions in the same way",
    )
    image, _ = _features()
    down, right = np.diff(image, axis=1), np.diff(image, axis=2)
    value, expected = of(image), float(np.abs(down).sum() + np.abs(right).sum())
    squares = float((down**2).sum() + (right**2).sum())
    require(
        not close(value, squares) and not close(value, squares / 2),
        "you add up squares",
        "that is another kind of total variation; this exercise wants absolute values",
    )
    signed = float(abs(down.sum()) + abs(right.sum()))
    require(
        not close(value, signed) and not close(value, float(down.sum() + right.sum())),
        "steps up and down cancel in your sum",
        "take the absolute value of every difference before you add",
    )
    require(close(value, expected), f"for the check's picture you have {value:g}, not {expected:g}")
