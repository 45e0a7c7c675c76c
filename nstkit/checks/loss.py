"""Checks for notebook 05: shares, balanced weights, translated weights, a diagnosis."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

import numpy as np

from nstkit.checks.asking import ask_again, exercise
from nstkit.checks.comparing import array_of, close, expect, numbers_of
from nstkit.checks.report import require

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


@exercise("write `my_shares(parts)`", right="They add up to 1, and nothing breaks where all is 0.")
def loss_shares(answer: Any) -> None:
    """Check shares of a sum: a dict of numbers → a dict that sums to 1, or to 0."""
    parts = {"block1_conv1": 6.0, "block2_conv1": 3.0, "block3_conv1": 1.0}

    def shares_of(parts: dict[str, float]) -> np.ndarray:
        return numbers_of(answer(parts), parts, "your result", given="parts")

    expected = np.array([0.6, 0.3, 0.1])
    mistakes = {
        "these are percentages; shares add up to 1: leave out the 100": 100 * expected,
        "you divided by the largest part: divide by the sum of all": expected / 0.6,
        "you divided by the length √(Σ x²): divide by the plain sum": expected / np.sqrt(0.46),
    }
    hint = "shares add up to 1: every part divided by the sum of all parts, under its own name"
    case = "for 6, 3 and 1, whose shares are 0.6, 0.3, 0.1,"
    expect(shares_of(parts), expected, hint, mistakes, case=case)
    others = {"content": 1.0, "style": 5.0, "tv": 2.0, "moments": 0.0}
    ask_again(shares_of, lambda parts: [1 / 8, 5 / 8, 2 / 8, 0], (others,))
    hint = "every share is 0 there: divide by 1 in the place of 0"
    expect(shares_of(dict.fromkeys(others, 0.0)), np.zeros(4), hint, case="where every part is 0")


@exercise(
    "write `my_balanced_weights(norms)`",
    right="Every layer pulls equally hard, and the weights have a mean of 1.",
)
def balanced_weights(answer: Any) -> None:
    """Check layer weights that make weight × gradient norm equal, with a mean of 1."""
    norms = {"block1_conv1": 8.0, "block2_conv1": 2.0, "block3_conv1": 1.0, "block4_conv1": 4.0}
    given = np.array(list(norms.values()))
    balanced = 1 / given / np.mean(1 / given)

    def weights_of(norms: dict[str, float]) -> np.ndarray:
        return numbers_of(answer(norms), norms, "your result", given="norms")

    weights = weights_of(norms)
    require(
        (weights > 0).all(),
        f"a weight is not positive: {weights}",
        "every layer should pull, so every weight is above 0",
    )
    roots = 1 / np.sqrt(given)
    mean = weights.mean(dtype=np.float64)
    mistakes = {
        "the strongest layer has the largest weight, which makes the imbalance worse: a layer that "
        "pulls twice as hard needs half the weight, 1 / norm": mean * given / given.mean(),
        "you took the square root, but the gradient of w·L is w times the gradient of L: 1 / norm, "
        "without a root": mean * roots / roots.mean(),
    }
    hint = "weight × norm should be the same for every layer: start from 1 / norm for each"
    case = f"for norms of {given} and a mean of {mean:.4g}"
    expect(weights, mean * balanced, hint, mistakes, case=case)
    mistakes = {
        "your weights add up to 1; their mean should be 1: multiply by the number of layers": 1 / 4
    }
    case = "every layer pulls equally, but for the mean of your weights"
    hint = "divide all of them by their mean"
    expect(mean, 1, hint, mistakes, case=case, tolerance=1e-3)
    two = {"block5_conv1": 0.5, "block1_conv2": 10.0}
    ask_again(weights_of, lambda norms: [2 / 1.05, 0.1 / 1.05], (two,))


@exercise(
    "write `my_translation(alpha, beta, channels, positions, count)`",
    right="α stays, β grows by C²/n: with 512 channels that is almost five powers of ten.",
)
def translation(answer: Any) -> None:
    """Check weights carried from TensorFlow's tutorial to PyTorch's: (α, β·C²/n)."""
    for alpha, beta, channels, positions, count in ((1e4, 1e-2, 512, 256, 5), (3.0, 7.0, 6, 10, 2)):
        answered = answer(alpha, beta, channels, positions, count)
        found_alpha, found_beta = pair = array_of(answered, "your pair (α, β)", shape=(2,))
        expected = beta * channels**2 / count
        require(
            not close(pair, [expected, alpha]),
            "the two numbers are right, in the wrong order",
            "return α first, then β",
        )
        hint = "both conventions divide the content loss by C·M: what does that do to α?"
        expect(found_alpha, alpha, hint, case=f"from α = {alpha:g}")
        mistakes = {
            "you went the other way: PyTorch's constant is the smaller one, so its β must be "
            "larger": beta / (channels**2 / count),
            "TensorFlow's tutorial takes the mean over its layers: 1/n": beta * channels**2,
            "the mean over n layers divides: C²/n, not C²·n": beta * channels**2 * count,
            "C⁴ over C² is C²": (beta * channels / count, beta * channels**4 / count),
            "both conventions divide by M², so it cancels": expected * positions**2,
        }
        hint = "solve β·1/(n C² M²) = β′·1/(C⁴ M²) for β′"
        case = f"for β = {beta:g}, C = {channels}, M = {positions}, n = {count}"
        expect(found_beta, expected, hint, mistakes, case=case)


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
        given = " ".join(re.findall(r"[a-z]+", str(answer[letter]).lower().replace("iz", "is")))
        given = given.replace("lbfgs", "l bfgs")
        require(
            given in [mistake.replace("-", " ") for mistake in MISTAKES],
            f"{letter}: {answer[letter]!r} is not one of the choices",
            "choose from: " + ", ".join(MISTAKES),
        )
        wrong = f"{letter} is not {answer[letter]!r}"
        require(given == right.replace("-", " "), wrong, question)
