"""Checks for notebook 04: Gram matrices and the style loss."""

from __future__ import annotations

from typing import Any

import numpy as np

from nstkit.checks.report import array_of, close, exercise, require

__all__ = ["gram_cosines", "gram_distance_by_pairs", "gram_matrix", "style_loss"]


def _features(seed: int, height: int = 3, width: int = 4, channels: int = 5) -> np.ndarray:
    """Draw features as after ReLU: float32, none negative, some zero."""
    values = np.random.default_rng(seed).normal(0.5, 1, (1, height, width, channels))
    return np.maximum(values, 0).astype(np.float32)


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
    gram = array_of(answer(features), "your Gram matrix")
    _check_gram_shape(gram, height * width, channels)
    require(
        close(gram, gram.T),
        "your matrix is not symmetric, but G_ij and G_ji are the same sum",
        "both factors of the product must be the same unrolled features",
    )
    shuffled = features.reshape(-1, channels)[::-1].reshape(features.shape)
    require(
        close(answer(shuffled), gram),
        "your matrix changes when the positions are shuffled, but a sum has no order",
        "unroll to (positions, channels), with the channels last: reshaping straight to "
        "(channels, positions) mixes channels and positions up; transpose instead",
    )
    expected = _gram(features)
    _check_gram_constant(gram, expected, features)
    doubled = array_of(answer(2 * features), "your Gram matrix of doubled features")
    require(
        close(doubled, 4 * gram),
        "features twice as strong must give a Gram matrix four times as large, and yours does not",
        "multiply the features themselves: no normalising, no square root, no clipping",
    )
    require(
        close(gram, expected),
        f"G_11 of the test features is {expected[0, 0]:.4g}; yours is {gram[0, 0]:.4g}",
        "go back to the equation: the product of two channels, summed over positions only",
    )
    wide = _features(1, height=2, width=7, channels=3)
    require(
        close(answer(wide), _gram(wide)),
        "right for one shape of features, wrong for another",
        "take the number of channels from features.shape, do not write it down as a number",
    )


def _check_gram_shape(gram: np.ndarray, positions: int, channels: int) -> None:
    """Name the likely mistake behind a Gram matrix of the wrong shape."""
    hints = {
        (positions, positions): "you summed over channels and kept the positions: put the "
        "transpose on the other factor",
        (): "you summed everything: a matrix product sums over positions and keeps the channels",
        (channels,): "that is one number for each channel, the diagonal at best: the matrix "
        "product gives every pair",
        (1, channels, channels): "nearly: drop the first axis, the batch of one picture",
    }
    hint = hints.get(
        gram.shape, "unroll the features to (positions, channels) first, then multiply"
    )
    require(
        gram.shape == (channels, channels),
        f"for {positions} positions and {channels} channels your result has shape {gram.shape}; "
        f"a Gram matrix is channels × channels, here ({channels}, {channels})",
        hint,
    )
    rank = np.linalg.matrix_rank(gram, tol=1e-4 * max(float(np.abs(gram).max()), 1e-12))
    require(
        rank > 1,
        f"your Gram matrix is {channels}×{channels} but has rank {rank}",
        "did you sum each channel over positions before multiplying? Multiply first, then sum",
    )


def _check_gram_constant(gram: np.ndarray, expected: np.ndarray, features: np.ndarray) -> None:
    """Name the constant by which a Gram matrix is off, or the mean that was taken away."""
    _, height, width, channels = features.shape
    positions = height * width
    known = {
        positions: "you divided by the number of positions (a mean); the paper's Gram is a raw sum",
        channels: "you divided by the number of channels; the paper's Gram is a raw sum",
        positions * channels: "you divided by positions × channels, as some tutorials do; the "
        "paper's Gram is a raw sum",
        2 * positions * channels: "you divided by 2 × positions × channels; that is part of "
        "another convention's loss, the paper's Gram is a raw sum",
        2: "there is a ½ in the style loss, none in the Gram matrix",
    }
    for constant, hint in known.items():
        require(
            not close(gram * constant, expected),
            f"your matrix is right except that it is divided by {constant}",
            hint,
        )
    flat = features.reshape(-1, channels).astype(np.float64)
    covariance = np.cov(flat.T, bias=True)
    for factor in (1, positions, positions / (positions - 1)):
        require(
            not close(gram, factor * covariance),
            "your matrix is the covariance: the mean of each channel was taken away",
            "the Gram matrix keeps the means; multiply the features as they are",
        )


@exercise("write `my_cosines(gram)`", right="Ones on the diagonal, and silent channels stay at 0.")
def gram_cosines(answer: Any) -> None:
    """Check the cosines G_ij / √(G_ii G_jj) of a Gram matrix, with 0 for channels at 0."""
    gram = _gram(_features(2))
    size = len(gram)
    strength = np.sqrt(np.diag(gram))
    cosines = array_of(answer(gram), "your table of cosines", shape=gram.shape)
    require(
        not close(cosines, gram / np.outer(strength**2, strength**2)),
        "you divided by G_ii · G_jj",
        "the square root is missing: divide by √(G_ii · G_jj)",
    )
    require(
        not close(cosines, gram / strength) and not close(cosines, gram / strength[:, None]),
        "you divided by the strength of one of the two channels only",
        "np.outer(strength, strength) has the product for every pair",
    )
    require(
        close(np.diag(cosines), np.ones(size)),
        "the diagonal must be 1: every channel agrees with itself; "
        f"yours starts with {cosines[0, 0]:.4g}",
        "divide by √(G_ii · G_jj)",
    )
    require(
        close(cosines, gram / np.outer(strength, strength)),
        "the diagonal is right, the rest is not",
        "each entry is divided by the strengths of its own row and its own column",
    )
    silent = gram.copy()
    silent[1] = silent[:, 1] = 0
    with np.errstate(all="ignore"):
        found = np.asarray(answer(silent), np.float64)
    require(
        np.isfinite(found).all(),
        "for a channel that never fires you get values that are not finite: 0 divided by 0",
        "divide by 1 where the product is 0: np.where(products > 0, products, 1)",
    )
    require(
        close(found[1], np.zeros(size))
        and close(np.delete(found, 1, 1)[0], cosines[0, [0, 2, 3, 4]]),
        "with one silent channel its row must be 0 and all others unchanged",
        "replace only the products that are 0",
    )


@exercise(
    "write `my_style_loss(features, style_features)`",
    right="Zero for equal statistics, blind to position, grows as k⁴, and the value agrees.",
)
def style_loss(answer: Any) -> None:
    """Check the style loss ½ Σ (G − A)² of one layer, from the features of two pictures."""
    features, style = _features(3), _features(4)
    _, height, width, channels = features.shape
    zero = array_of(answer(features, features), "your loss of a picture and itself", shape=())
    require(
        abs(zero) < 1e-3,
        f"a picture and itself must have a style loss of 0; yours is {zero:.4g}",
        "subtract the two Gram matrices before you square",
    )
    shuffled = features.reshape(-1, channels)[::-1].reshape(features.shape)
    moved = array_of(answer(shuffled, features), "your loss", shape=())
    require(
        abs(moved) < 1e-3,
        f"the same features at other positions must have a style loss of 0; yours is {moved:.4g}",
        "did you compare the features? Make two Gram matrices and compare those",
    )
    loss = float(array_of(answer(features, style), "your style loss", shape=()))
    squares = np.sum((_gram(features) - _gram(style)) ** 2)
    positions = height * width
    for constant, hint in {
        1.0: "the ½ is missing",
        1 / channels**2: "you took the mean of the squares: the equation has ½ of their sum",
        0.5 / channels**2: "you took the mean over all pairs: the equation sums",
        1 / (4 * channels**2 * positions**2): "that is Gatys's constant 1/(4C²M²); here it is ½",
        0.5 / positions**2: "you divided the Gram matrices by the number of positions; here they "
        "are raw sums",
    }.items():
        require(
            not close(loss, constant * squares),
            f"your loss is {loss:.6g} in the place of {squares / 2:.6g}",
            hint,
        )
    require(
        not close(loss, np.sqrt(squares)) and not close(loss, np.sqrt(squares) / 2),
        "your loss is the distance itself",
        "no square root: half the sum of the squared differences",
    )
    absolute = np.sum(np.abs(_gram(features) - _gram(style)))
    require(
        not close(loss, absolute) and not close(loss, absolute / 2),
        "you summed absolute differences",
        "square the differences before summing",
    )
    require(
        close(loss, squares / 2),
        f"your loss of the two test layers is {loss:.6g}; it should be {squares / 2:.6g}",
        "½ of the sum over all i and j of (G_ij − A_ij)²",
    )


@exercise(
    "write `my_distance_by_pairs(points, style_points)`",
    right="The same number as from two Gram matrices: style is a distance between clouds.",
)
def gram_distance_by_pairs(answer: Any) -> None:
    """Check Σ (G − A)² computed from the dot products of all pairs of positions."""
    random = np.random.default_rng(5)
    points, style = random.random((6, 3)), random.random((4, 3))
    own, other = np.sum((points @ points.T) ** 2), np.sum((style @ style.T) ** 2)
    between = np.sum((points @ style.T) ** 2)
    value = float(array_of(answer(points, style), "your distance", shape=()))
    mistakes = {
        own + other + 2 * between: "the last term, between the two clouds, is taken away",
        own + other - between: "the last term counts twice",
        np.sum(points @ points.T)
        + np.sum(style @ style.T)
        - 2 * np.sum(points @ style.T): "square every dot product before you sum",
        np.sum(points @ points.T) ** 2
        + np.sum(style @ style.T) ** 2
        - 2 * np.sum(points @ style.T) ** 2: "square every dot product, then sum: not the sum's "
        "square",
        (own + other - 2 * between) / 2: "this distance comes without the ½",
        own / 36 + other / 16 - 2 * between / 24: "you took means over the pairs: the equation has "
        "sums",
    }
    expected = own + other - 2 * between
    for mistake, hint in mistakes.items():
        require(
            not close(value, mistake),
            f"your distance of two test clouds is {value:.6g}; it should be {expected:.6g}",
            hint,
        )
    require(
        close(value, expected),
        f"your distance of two test clouds is {value:.6g}; it should be {expected:.6g}",
        "three sums of squared dot products: within the first cloud, within the second, between",
    )
    require(
        abs(float(np.asarray(answer(points, points)))) < 1e-8,
        "a cloud and itself must have distance 0",
    )
