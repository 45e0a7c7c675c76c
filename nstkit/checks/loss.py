"""Checks for notebook 05: shares, balanced weights, translated weights, a diagnosis."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from nstkit.checks.report import array_of, close, exercise, require

__all__ = ["balanced_weights", "diagnosis", "loss_shares", "translation"]

MISTAKES = (
    "weights swapped",
    "gram not normalised",
    "channels swapped",
    "no preprocessing",
    "clamping inside l-bfgs",
)
"""What the last exercise accepts as a diagnosis."""

DIAGNOSIS = {
    "A": ("gram not normalised", "what changes with the size of the picture, and how fast?"),
    "B": ("clamping inside l-bfgs", "why would Adam not mind, and a line search would?"),
    "C": ("no preprocessing", "what do all photographs with values from 0 to 1 look like to it?"),
    "D": ("weights swapped", "which of the two losses does the optimiser listen to?"),
}


def _numbers(answer: Any, names: Any, what: str) -> np.ndarray:
    """Return a learner's dict as numbers in the order of `names`, or end the check."""
    require(
        isinstance(answer, Mapping),
        f"{what} is a {type(answer).__name__}; it must be a dict with the same names",
        "a dict comprehension: {name: ... for name, number in given.items()}",
    )
    missing = [name for name in names if name not in answer]
    require(
        not missing, f"{what} is without {', '.join(missing)}", "keep every name you were given"
    )
    return array_of([answer[name] for name in names], what, shape=(len(names),))


@exercise("write `my_shares(parts)`", right="They add up to 1, and nothing breaks where all is 0.")
def loss_shares(answer: Any) -> None:
    """Check shares of a sum: a dict of numbers → a dict that sums to 1, or to 0."""
    parts = {"block1_conv1": 6.0, "block2_conv1": 3.0, "block3_conv1": 1.0}
    shares = _numbers(answer(dict(parts)), parts, "your result")
    expected = np.array([0.6, 0.3, 0.1])
    require(
        not close(shares, 100 * expected),
        "these are percentages",
        "shares add up to 1: leave out the 100",
    )
    require(
        not close(shares, expected / 0.6),
        "you divided by the largest part",
        "divide by the sum of all parts",
    )
    require(
        not close(shares, np.array([6, 3, 1]) / np.sqrt(46)),
        "you divided by the length √(Σ x²)",
        "divide by the plain sum of all parts",
    )
    require(
        close(shares.sum(), 1.0),
        f"your shares of 6, 3 and 1 add up to {shares.sum():.4g}; they must add up to 1",
        "divide every part by the sum of all parts",
    )
    require(close(shares, expected), f"the shares of 6, 3 and 1 are 0.6, 0.3, 0.1, not {shares}")
    zeros = _numbers(answer(dict.fromkeys(parts, 0.0)), parts, "your result for parts of 0")
    require(close(zeros, np.zeros(3)), "where every part is 0, every share must be 0")


@exercise(
    "write `my_balanced_weights(norms)`",
    right="Every layer pulls equally hard, and the weights have a mean of 1.",
)
def balanced_weights(answer: Any) -> None:
    """Check layer weights that make weight × gradient norm equal, with a mean of 1."""
    norms = {"block1_conv1": 8.0, "block2_conv1": 2.0, "block3_conv1": 1.0, "block4_conv1": 4.0}
    given = np.array(list(norms.values()))
    weights = _numbers(answer(dict(norms)), norms, "your result")
    require(
        (weights > 0).all(),
        f"a weight is not positive: {weights}",
        "every layer should pull, so every weight is above 0",
    )
    require(
        not close(weights / weights.mean(), given / given.mean()),
        "the strongest layer has the largest weight: you made the imbalance worse",
        "a layer that pulls twice as hard needs half the weight: 1 / norm",
    )
    pulls = weights * given
    require(
        not close(weights**2 * given, np.full(4, (weights**2 * given).mean())),
        "you took the square root: the gradient of w·L is w times the gradient of L",
        "1 / norm, without a root",
    )
    require(
        close(pulls, np.full(4, pulls.mean())),
        f"weight × norm should be the same for every layer; yours is {np.round(pulls, 3)}",
        "start from 1 / norm for each layer",
    )
    require(
        not close(weights.sum(), 1.0),
        "your weights add up to 1; their mean should be 1",
        "multiply by the number of layers: divide by the mean, not by the sum",
    )
    require(
        close(weights.mean(), 1.0),
        f"every layer pulls equally, but the mean of your weights is {weights.mean():.4g}",
        "divide all of them by their mean",
    )


@exercise(
    "write `my_translation(alpha, beta, channels, positions, count)`",
    right="α stays, β grows by C²/n: with 512 channels that is almost five powers of ten.",
)
def translation(answer: Any) -> None:
    """Check weights carried from TensorFlow's tutorial to PyTorch's: (α, β·C²/n)."""
    for alpha, beta, channels, positions, count in ((1e4, 1e-2, 512, 256, 5), (3.0, 7.0, 6, 10, 2)):
        pair = answer(alpha, beta, channels, positions, count)
        new_alpha, new_beta = array_of(pair, "your pair (α, β)", shape=(2,))
        require(
            not close([new_alpha, new_beta], [beta * channels**2 / count, alpha]),
            "the two numbers are right, in the wrong order",
            "return α first, then β",
        )
        require(
            close(new_alpha, alpha),
            f"from α = {alpha:g} you get {new_alpha:g}",
            "both conventions divide the content loss by C·M: what does that do to α?",
        )
        expected = beta * channels**2 / count
        _check_beta(new_beta, beta, expected, channels, positions, count)


def _check_beta(
    found: float, beta: float, expected: float, channels: int, positions: int, count: int
) -> None:
    """Name the likely mistake behind a wrong β."""
    mistakes = {
        beta / (channels**2 / count): "you went the other way: PyTorch's constant is the smaller "
        "one, so its β must be larger",
        beta * channels**2: "TensorFlow's tutorial takes the mean over its layers: 1/n",
        beta * channels**2 * count: "the mean over n layers divides: C²/n, not C²·n",
        beta * channels / count: "C⁴ over C² is C²",
        beta * channels**4 / count: "C⁴ over C² is C²",
        beta * channels**2 * positions**2 / count: "both conventions divide by M², so it cancels",
    }
    for mistake, hint in mistakes.items():
        require(not close(found, mistake), f"from β = {beta:g} you get {found:g}", hint)
    require(
        close(found, expected),
        f"for β = {beta:g}, C = {channels}, M = {positions}, n = {count} you get {found:g}",
        "solve β·1/(n C² M²) = β′·1/(C⁴ M²) for β′",
    )


@exercise(
    "fill in `my_diagnosis`",
    kind="value",
    right="All four. You will save somebody an evening.",
)
def diagnosis(answer: Any) -> None:
    """Check which of the classic mistakes stands behind each of four symptoms."""
    require(isinstance(answer, Mapping), "the answer is no dict", 'write {"A": "…", "B": "…", …}')
    left = [letter for letter in DIAGNOSIS if answer.get(letter) in (None, ...)]
    require(not left, f"still open: {', '.join(left)}", "the five choices are listed above")
    for letter, (right, question) in DIAGNOSIS.items():
        given = str(answer[letter]).strip().lower()
        require(
            given in MISTAKES,
            f"{letter}: {answer[letter]!r} is not one of the choices",
            "choose from: " + ", ".join(MISTAKES),
        )
        require(given == right, f"{letter} is not {given!r}", question)
