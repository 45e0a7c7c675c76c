"""Checks for notebook 06: the total loss, steps of Adam and L-BFGS, who gets there first."""

from __future__ import annotations

from typing import Any

import numpy as np

from nstkit.checks.asking import ask_again, exercise
from nstkit.checks.comparing import array_of, close, expect
from nstkit.checks.report import require

__all__ = ["adam_step", "first_below", "total_loss", "two_loop"]


@exercise(
    "write `my_total(content_losses, style_losses, alpha, beta, layer_weights)`",
    right="Two weighted sums, and a layer that is not mentioned counts 1.",
)
def total_loss(answer: Any) -> None:
    """Check α Σ w·content + β Σ w·style, where a layer without a weight counts 1."""
    content = {"block4_conv2": 2.0, "block5_conv2": 3.0}
    style = {"block1_conv1": 10.0, "block2_conv1": 20.0, "block3_conv1": 40.0}
    all_one = dict.fromkeys((*content, *style), 1.0)
    mistakes = {
        "α and β are swapped: α goes with content": 0.1 * 5 + 1.5 * 70,
        "α and β are missing": 5 + 70,
        "you took means over the layers: the equation has sums": 1.5 * 2.5 + 0.1 * 70 / 3,
        "the style part is a mean over the layers: the equation has sums": 1.5 * 5 + 0.1 * 70 / 3,
        "the style part is missing": 1.5 * 5,
        "the content part is missing": 0.1 * 70,
        "α goes with content only, β with style only": (1.5 + 0.1) * 75,
    }
    hint = "sum each dict, multiply by α and β, add"
    case = "for 1.5 · (2 + 3) + 0.1 · (10 + 20 + 40)"
    expect(answer(content, style, 1.5, 0.1, all_one), 14.5, hint, mistakes, case=case)
    some = {"block5_conv2": 0.0, "block3_conv1": 0.5}
    mistakes = {
        "layers without a weight were left out; what is not mentioned counts 1: "
        "layer_weights.get(layer, 1.0)": 1.5 * 0 + 0.1 * 20,
        "the layer weights change nothing: multiply each layer's loss by its weight before you "
        "sum": 14.5,
    }
    hint = "a weight of 0 switches a layer off: careful with `or 1.0`, which turns 0 into 1"
    case = "with block5_conv2 off and block3_conv1 at half"
    expect(answer(content, style, 1.5, 0.1, some), 1.5 * 2 + 0.1 * 50, hint, mistakes, case=case)
    others = {"block3_conv2": 7.0}, {"block5_conv1": 5.0}, 2.0, 3.0, {"block5_conv1": 4.0}
    ask_again(answer, lambda *args: 2 * 7 + 3 * 4 * 5, others)


@exercise(
    "write `my_adam_step(x, gradient, mean, square, count, learning_rate)`",
    right="The first step is one learning rate, and the following ones agree too.",
)
def adam_step(answer: Any) -> None:
    """Check a step of Adam with β₁ = 0.9, β₂ = 0.999, ε = 1e-8: (x, mean, square)."""
    x, zero = np.array([0.5, 0.5, 0.5]), np.zeros(3)
    gradient = np.array([4.0, -0.01, 0.0])
    new, mean, square = _triple(answer(x, gradient, zero, zero, 1, 0.02))
    _check_first_step(new - x, gradient)
    corrected = (
        "you return the corrected mean or square, and the next step would correct them again: keep "
        "the uncorrected ones under their own names and return those"
    )
    hint = "m ← 0.9 · m + 0.1 · g"
    expect(mean, 0.1 * gradient, hint, {corrected: gradient}, case="for the mean after one step")
    hint = "v ← 0.999 · v + 0.001 · g², with the gradient squared"
    case = "for the mean square after one step"
    expect(square, 0.001 * gradient**2, hint, {corrected: gradient**2}, case=case)
    _check_second_step(answer, np.array([1.0, 0.3, -0.2]))
    _check_epsilon(answer, np.array([1e-8, -3e-8, 0.0]))


def _triple(found: Any) -> tuple[np.ndarray, ...]:
    require(
        isinstance(found, (tuple, list)) and len(found) == 3,
        "your function must return three things: x, mean, square",
        "return x, mean, square",
    )
    names, hint = ("your x", "your mean", "your square"), "ε in the denominator, 1e-8, prevents 0/0"
    parts = zip(found, names, strict=True)
    return tuple(array_of(part, name, shape=(3,), hint=hint) for part, name in parts)


def _check_first_step(moved: np.ndarray, gradient: np.ndarray) -> None:
    """Check that x moves by one learning rate, 0.02, or name the likely mistake."""
    step = 0.02 * np.sign(gradient)
    mistakes = {
        "x moves up the slope, and the loss would grow: x − η · …, with a minus": step,
        "that is plain gradient descent, whose step grows with the gradient: divide the mean by "
        "the root of the mean square": -0.02 * gradient,
        "the correction is missing: divide by 1 − β₁ᵗ and 1 − β₂ᵗ before the step": (
            -step * 0.1 / np.sqrt(0.001)
        ),
        "a smaller gradient makes a larger step, because the root is missing: divide by √v̂, not by "
        "v̂": -0.02 * gradient / (gradient**2 + 1e-8),
    }
    hint = "go through the five formulas in order; ε is 1e-8 and stands outside the root"
    case = f"on the first step x must move by 0.02 against the signs of {gradient}; as its movement"
    expect(moved, -step, hint, mistakes, case=case, tolerance=2.5e-3)


def _check_second_step(answer: Any, gradient: np.ndarray) -> None:
    """Check a later step, where the two means have a past."""
    x, mean, square = np.full(3, 0.5), np.array([0.2, 0.1, 0.0]), np.array([0.04, 0.5, 0.01])
    new, new_mean, new_square = _triple(answer(x, gradient, mean, square, 7, 0.3))
    m, v = 0.9 * mean + 0.1 * gradient, 0.999 * square + 0.001 * gradient**2
    require(
        close(new_mean, m) and close(new_square, v),
        "the first step is right, but a later one forgets the past",
        "use the mean and square that were passed in",
    )
    step = (m / (1 - 0.9**7)) / (np.sqrt(v / (1 - 0.999**7)) + 1e-8)
    mistakes = {
        "the correction changes with the step: β to the power of count": (
            x - 0.3 * (m / 0.1) / (np.sqrt(v / 0.001) + 1e-8)
        ),
        "the learning rate was 0.3 here: use learning_rate, write no number in": x - 0.02 * step,
    }
    expected = x - 0.3 * step
    hint = "both corrections use count: 1 − 0.9**count and 1 − 0.999**count"
    case = "the first step is right; for x at the seventh"
    expect(new, expected, hint, mistakes, case=case, tolerance=1e-6)


def _check_epsilon(answer: Any, gradient: np.ndarray) -> None:
    """Check ε where it matters, at gradients as small as itself."""
    x, zero, size = np.zeros(3), np.zeros(3), np.abs(gradient)
    new, _, _ = _triple(answer(x, gradient, zero, zero, 1, 0.3))
    if close(new, -0.3 * gradient / (size + 1e-8 / np.sqrt(0.001)), tolerance=1e-3):
        return  # the form at the end of Kingma and Ba's section 2, with ε beside the root of v
    mistakes = {
        "ε stands outside the root: √v̂ + ε": -0.3 * gradient / np.sqrt(gradient**2 + 1e-8),
        "ε is missing: √v̂ + 1e-8 in the denominator": -0.3 * np.sign(gradient),
    }
    hint = "the denominator is √v̂ + ε, with ε = 1e-8"
    case = "for gradients of 1e-8, −3e-8 and 0, no larger than ε; as the movement of x"
    expect(new, -0.3 * gradient / (size + 1e-8), hint, mistakes, case=case, tolerance=1e-3)


@exercise(
    "write `my_first_below(totals, target)`",
    right="First at or below, and the length where it never gets there.",
)
def first_below(answer: Any) -> None:
    """Check the index of the first number at most `target`, else the length."""
    cases = [
        ([90.0, 50, 30, 40, 20, 10], 40.0, 2, "the first one counts, even if it rises again"),
        ([9.0, 4, 2], 4.0, 1, "a number equal to the target counts: at most, not below"),
        ([3.0, 2], 5.0, 0, "it may be there from the start: index 0"),
        ([9.0, 8, 7], 5.0, 3, "where no number is low enough, return len(totals)"),
    ]
    mistakes = {
        "return the index, not the number itself": 30,
        "you return how many are low enough: the index of the first of them is wanted": 4,
        "count from 0, as Python does": 3,
        "you look at the first number only: return len(totals) after the loop, not in it": 6,
    }
    for totals, target, expected, hint in cases:
        case = f"for {totals} and a target of {target:g}"
        expect(answer(totals, target), expected, hint, mistakes, case=case)
        mistakes = {}  # they are those of the first case


@exercise(
    "write `my_direction(gradient, moves, turns)`",
    right="The same direction as from the whole matrix, for no pair, one, two and three, and for "
    "pictures.",
)
def two_loop(answer: Any) -> None:
    """Check the direction −H g of L-BFGS from a gradient, the moves s and the turns y."""
    gradient = np.array([1.0, -2.0, 0.5, 3.0])
    rows = ([1.0, 0.5, 0.2, 0.1], [0.1, 1.0, -0.5, 0.2], [0.3, 0.2, 1.0, 1.0])
    moves = [np.array(row) for row in rows]
    turns = [move * np.array([4.0, 1.0, 9.0, 2.0]) for move in moves]
    for count, words in enumerate(["without a pair", "with one pair", "with two", "with three"]):
        _check_direction(answer, gradient, moves[:count], turns[:count], words)
    shape = (1, 2, 2, 1)
    moves, turns = ([array.reshape(shape) for array in arrays] for arrays in (moves, turns))
    _check_direction(answer, gradient.reshape(shape), moves, turns, "for arrays of four axes")


def _check_direction(
    answer: Any, gradient: np.ndarray, moves: list[np.ndarray], turns: list[np.ndarray], case: str
) -> None:
    """Check one direction against the whole matrix, or name the likely mistake."""
    found = answer(gradient, moves, turns)
    if not moves:
        hint = "without pairs both loops are empty and γ is 1: the direction is −gradient"
        mistakes = {"that leads uphill: return −q": gradient}
        expect(found, -gradient, hint, mistakes, case=case)
        return
    gamma = np.vdot(moves[-1], turns[-1]) / np.vdot(turns[-1], turns[-1])
    oldest = np.vdot(moves[0], turns[0]) / np.vdot(turns[0], turns[0])
    expected = _direction(gradient, moves, turns, gamma)
    mistakes = {
        "that leads uphill: return −q": -expected,
        "γ is missing: multiply q by it between the two loops": _direction(
            gradient, moves, turns, 1.0
        ),
        "γ comes from the newest pair, moves[-1] and turns[-1]": _direction(
            gradient, moves, turns, oldest
        ),
        "γ is upside down: s·y divided by y·y": _direction(gradient, moves, turns, 1 / gamma),
        "the loops run the wrong way: the first goes from the newest pair to the oldest, the "
        "second back": _direction(gradient, moves[::-1], turns[::-1], gamma),
        "the second loop has a − b, not a + b": _direction(gradient, moves, turns, gamma, sign=1),
        "the second loop is missing": _direction(gradient, moves, turns, gamma, sign=None),
    }
    hint = "go through the two loops line by line; np.vdot(a, b) sums over all entries"
    expect(found, expected, hint, mistakes, case=case)


def _direction(
    gradient: np.ndarray,
    moves: list[np.ndarray],
    turns: list[np.ndarray],
    gamma: float,
    *,
    sign: int | None = -1,
) -> np.ndarray:
    """Return −H g by the two loops; with another sign, or none, as after a mistake."""
    q, pairs = gradient, list(zip(moves, turns, strict=True))
    weights = []
    for s, y in reversed(pairs):
        weights.append(np.vdot(s, q) / np.vdot(s, y))
        q = q - weights[-1] * y
    q = gamma * q
    for (s, y), weight in zip(pairs, reversed(weights), strict=True):
        if sign is not None:
            q = q + (weight + sign * np.vdot(y, q) / np.vdot(s, y)) * s
    return -q
