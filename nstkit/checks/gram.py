"""Checks for notebook 04: Gram matrices and the style loss."""

from __future__ import annotations

from typing import Any

import numpy as np

from nstkit.checks.asking import ask_again, exercise
from nstkit.checks.comparing import array_of, close, expect
from nstkit.checks.report import require

__all__ = ["gram_cosines", "gram_distance_by_pairs", "gram_matrix", "style_loss"]


def _features(seed: int, height: int = 3, width: int = 4, channels: int = 5) -> np.ndarray:
    """Draw features as after ReLU: float32, none negative, some zero."""
    values = np.random.default_rng(seed).normal(0.5, 1, (1, height, width, channels))
    return np.maximum(values, 0).astype(np.float32)


def _shuffled(features: np.ndarray) -> np.ndarray:
    """Return the features with their positions in another order."""
    return features[:, ::-1, ::-1]


def _gram(features: np.ndarray) -> np.ndarray:
    flat = features.reshape(-1, features.shape[-1]).astype(np.float64)
    return flat.T @ flat


@exercise(
    "write `my_gram_matrix(features)`",
    right="Symmetric, blind to position, scales as k², and the numbers agree with three loops.",
)
def gram_matrix(answer: Any) -> None:
    """Check a Gram matrix of features, raw sums: (1, H, W, C) → (C, C)."""
    features = _features(0)
    _, height, width, channels = features.shape
    positions = height * width
    gram = array_of(answer(features), "your Gram matrix")
    _check_gram_shape(gram, positions, channels)
    require(
        close(gram, gram.T),
        "your matrix is not symmetric, but G_ij and G_ji are the same sum",
        "both factors of the product must be the same unrolled features",
    )
    require(
        close(answer(_shuffled(features)), gram),
        "your matrix changes when the positions are shuffled, but a sum has no order",
        "unroll to (positions, channels), with the channels last: reshaping straight to "
        "(channels, positions) mixes channels and positions up; transpose instead",
    )
    hint = "multiply the features themselves: no normalising, no square root, no clipping"
    case = "features twice as strong must give a Gram matrix four times as large, but there"
    expect(answer(2 * features), 4 * gram, hint, case=case)
    expected = _gram(features)
    covariance = np.cov(features.reshape(-1, channels).T.astype(np.float64))
    mistakes = {
        "you divided by the number of positions (a mean); the paper's Gram is a raw sum": (
            expected / positions
        ),
        "you divided by the number of channels; the paper's Gram is a raw sum": expected / channels,
        "you divided by positions × channels, as some tutorials do; the paper's Gram is a raw "
        "sum": expected / (positions * channels),
        "you divided by 2 × positions × channels; that is part of another convention's loss, the "
        "paper's Gram is a raw sum": expected / (2 * positions * channels),
        "there is a ½ in the style loss, none in the Gram matrix": expected / 2,
        "only the products of every channel with itself are there: the matrix product gives every "
        "pair": np.diag(np.diag(expected)),
        "the products of every channel with itself are missing: they stand on the diagonal": (
            expected - np.diag(np.diag(expected))
        ),
        "your matrix is the covariance, without the mean of each channel: the Gram matrix keeps "
        "the means; multiply the features as they are": (
            covariance,
            covariance * (positions - 1),
            covariance * (positions - 1) / positions,
        ),
    }
    hint = "go back to the equation: the product of two channels, summed over positions only"
    expect(gram, expected, hint, mistakes)
    wide = _features(1, height=2, width=7, channels=3)
    ask_again(answer, _gram, (wide,))


def _check_gram_shape(gram: np.ndarray, positions: int, channels: int) -> None:
    """Name the likely mistake behind a Gram matrix of the wrong shape or rank."""
    hints = {
        (positions, positions): "you summed over channels and kept the positions: put the "
        "transpose on the other factor",
        (): "you summed everything: a matrix product sums over positions and keeps the channels",
        (channels,): "that is one number for each channel, the diagonal at best: the matrix "
        "product gives every pair",
        (1, channels, channels): "nearly: drop the first axis, the batch of one picture",
    }
    require(
        gram.shape == (channels, channels),
        f"for {positions} positions and {channels} channels your result has shape {gram.shape}; "
        f"a Gram matrix is channels × channels, here ({channels}, {channels})",
        hints.get(gram.shape, "unroll the features to (positions, channels), then multiply"),
    )
    rank = np.linalg.matrix_rank(
        gram.astype(np.float64), tol=1e-4 * max(float(np.abs(gram).max()), 1e-12)
    )
    require(
        rank > 1,
        f"your Gram matrix is {channels}×{channels} but has rank {rank}",
        "did you sum each channel over positions before multiplying? Multiply first, then sum",
    )


@exercise("write `my_cosines(gram)`", right="Ones on the diagonal, and silent channels stay at 0.")
def gram_cosines(answer: Any) -> None:
    """Check the cosines G_ij / √(G_ii G_jj) of a Gram matrix, with 0 for channels at 0."""
    gram = _gram(_features(2))
    strength = np.sqrt(np.diag(gram))
    products = np.outer(strength, strength)
    cosines = gram / products
    mistakes: dict[str, Any] = {
        "you divided by G_ii · G_jj: the square root is missing": gram / products**2,
        "you divided by the strength of one of the two channels only: np.outer(strength, strength) "
        "has the product for every pair": (gram / strength, gram / strength[:, None]),
        "you divided by the largest number: every pair has a divisor of its own": gram / gram.max(),
    }
    hint = "divide by √(G_ii · G_jj): by the strengths of its own row and its own column"
    expect(answer(gram), cosines, hint, mistakes, case="in your table of cosines")
    features = _features(6, channels=4)
    features[..., 1] = 0
    silent = _gram(features)
    strength = np.sqrt(np.diag(silent))
    cosines = silent / np.maximum(np.outer(strength, strength), 1e-300)
    hint = (
        "that is 0 divided by 0, for a channel that never fires: divide by 1 where the product is "
        "0: np.where(products > 0, products, 1)"
    )
    with np.errstate(all="ignore"):
        found = array_of(answer(silent), "your table with one silent channel", hint=hint)
    hint = (
        "its row and column must be 0, all others as ever: replace only the products that are 0, "
        "and take the number of channels from gram.shape"
    )
    expect(found, cosines, hint, case="with four channels, one of them silent,")


@exercise(
    "write `my_style_loss(features, style_features)`",
    right="Zero for equal statistics, blind to position, grows as k⁴, and the value agrees.",
)
def style_loss(answer: Any) -> None:
    """Check the style loss ½ Σ (G − A)² of one layer, from the features of two pictures."""
    features, style = _features(3), _features(4)
    _, height, width, channels = features.shape
    hint = "subtract the two Gram matrices before you square"
    expect(answer(features, features), 0, hint, case="for a picture and itself", tolerance=1e-3)
    there = _shuffled(features)
    apart = np.sum((there - features) ** 2)
    mistakes: dict[str, Any] = {
        "did you compare the features? Make two Gram matrices and compare those": (
            apart,
            apart / 2,
            apart / features.size,
        )
    }
    hint = (
        "a sum over positions has no order: unroll each to (positions, channels), channels last "
        "(reshaping straight to (channels, positions) mixes them up), and sum over the positions"
    )
    case = "for the same features at other positions"
    expect(answer(there, features), 0, hint, mistakes, case=case, tolerance=1e-3)
    difference = _gram(features) - _gram(style)
    squares, absolute = np.sum(difference**2), np.sum(np.abs(difference))
    pairs, positions = channels**2, height * width
    mistakes = {
        "the ½ is missing": squares,
        "you took the mean of the squares: the equation has ½ of their sum": squares / pairs,
        "you took the mean over all pairs: the equation sums": squares / 2 / pairs,
        "that is Gatys's constant 1/(4C²M²); here it is ½": squares / (4 * pairs * positions**2),
        "you divided the Gram matrices by the number of positions; here they are raw sums": (
            squares / 2 / positions**2
        ),
        "your loss is the distance itself: no square root, half the sum of the squared "
        "differences": (np.sqrt(squares), np.sqrt(squares) / 2),
        "you summed absolute differences: square the differences before summing": (
            absolute,
            absolute / 2,
        ),
    }
    hint = "½ of the sum over all i and j of (G_ij − A_ij)²"
    expect(answer(features, style), squares / 2, hint, mistakes)
    others = tuple(_features(seed, height=2, width=7, channels=3) for seed in (3, 4))
    ask_again(answer, lambda f, s: np.sum((_gram(f) - _gram(s)) ** 2) / 2, others)


@exercise(
    "write `my_distance_by_pairs(points, style_points)`",
    right="The same number as from two Gram matrices: style is a distance between clouds.",
)
def gram_distance_by_pairs(answer: Any) -> None:
    """Check Σ (G − A)² computed from the dot products of all pairs of positions."""
    random = np.random.default_rng(5)
    points, style = random.random((6, 3)), random.random((4, 3))
    dots = [points @ points.T, style @ style.T, points @ style.T]

    def combined(own: Any, other: Any, between: Any) -> Any:
        return own + other - 2 * between

    own, other, between = (np.sum(products**2) for products in dots)
    expected = combined(own, other, between)
    mistakes = {
        "the last term, between the two clouds, is taken away": own + other + 2 * between,
        "the last term counts twice": own + other - between,
        "square every dot product before you sum": combined(*(np.sum(dot) for dot in dots)),
        "square every dot product, then sum: not the sum's square": (
            combined(*(np.sum(dot) ** 2 for dot in dots))
        ),
        "this distance comes without the ½": expected / 2,
        "you took means over the pairs: the equation has sums": (
            combined(*(np.mean(dot**2) for dot in dots))
        ),
    }
    hint = "three sums of squared dot products: within the first cloud, within the second, between"
    expect(answer(points, style), expected, hint, mistakes, case="for two test clouds")
    hint = "right for 6 and 4 points, wrong for 6 and 6: write no number of points down"
    case = "for a cloud and itself"
    expect(answer(points, points), 0, hint, case=case, tolerance=1e-8)
