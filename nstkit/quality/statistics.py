"""Measures of features: how near the statistics of two pictures are, in the eyes of a network.

Features are one layer's, shape (1, height, width, channels) or (height, width, channels). The
pictures may differ in size except where `relative_distance` compares features themselves.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from scipy.linalg import eigh

from nstkit.errors import ImageError
from nstkit.losses import channel_moments, gram_matrix

DIRECTIONS = 32
"""Principal directions along which two clouds of features are compared."""

PATCHES_ALONG = 32
"""Patches of features along a side: a finer grid is thinned out to as many."""

FLOOR = 1e-4
"""Variance given to every direction, relative to the mean one: without it a direction in which
one picture does not vary would decide alone."""


def relative_distance(found: Any, target: Any) -> float:
    """Compute ‖a − b‖ / (‖a‖ + ‖b‖): 0 where two arrays are equal, never above 1.

    Parameters
    ----------
    found, target : array_like
        Two arrays of one shape.

    Returns
    -------
    float
        From 0 to 1.

    Raises
    ------
    ImageError
        If the shapes differ.

    Examples
    --------
    >>> relative_distance([3.0, 4.0], [0.0, 0.0]), relative_distance([1.0], [3.0])
    (1.0, 0.5)
    """
    a, b = np.asarray(found, np.float64), np.asarray(target, np.float64)
    if a.shape != b.shape:
        raise ImageError(f"shapes {a.shape} and {b.shape}: both must come from the same layer")
    both = np.linalg.norm(a) + np.linalg.norm(b)
    return float(np.linalg.norm(a - b) / both) if both else 0.0


def gram_distance(features: Any, target: Any) -> float:
    """Compare Gram matrices a position: ‖G/M − A/N‖ / (‖G/M‖ + ‖A/N‖).

    Where in the picture a feature is plays no part. Gatys et al. (2015), arXiv:1508.06576,
    equation 4, square the difference and divide by constants; this one has no unit.

    Parameters
    ----------
    features, target : array_like
        A layer's features of the picture, M positions, and of the painting, N positions.

    Returns
    -------
    float
        From 0 (the same) to 1.
    """
    pair = np.asarray(features), np.asarray(target)
    return relative_distance(*(gram_matrix(a) / (a.shape[-3] * a.shape[-2]) for a in pair))


def moment_distance(features: Any, target: Any) -> float:
    """Compare the means and deviations of every channel, m: ‖m − m̂‖ / (‖m‖ + ‖m̂‖).

    Huang and Belongie (2017), arXiv:1703.06868, equation 13, without its unit.

    Parameters
    ----------
    features, target : array_like
        A layer's features of the picture and of the painting.

    Returns
    -------
    float
        From 0 (the same) to 1.
    """
    return relative_distance(*(channel_moments(each) for each in (features, target)))


def gaussian_divergence(features: Any, target: Any) -> float:
    """Compute the divergence of two clouds of features, each taken for a normal distribution.

    KL = ½ [tr(Σ_t⁻¹ Σ) − d + (μ − μ_t)ᵀ Σ_t⁻¹ (μ − μ_t) + log(|Σ_t| / |Σ|)], along the at most
    d = 32 principal directions of ½ (Σ + Σ_t).

    Parameters
    ----------
    features, target : array_like
        A layer's features of the picture and of the painting.

    Returns
    -------
    float
        In nats, from 0 (the same mean and covariance) up.

    Examples
    --------
    One channel with mean 1 and variance 1 against mean 0 and variance 1, nearly ½:

    >>> round(gaussian_divergence([[[0.0], [2.0]]], [[[-1.0], [1.0]]]), 3)
    0.5
    """
    pair = 1.0 * np.asarray(features), 1.0 * np.asarray(target)
    clouds = [array.reshape(-1, array.shape[-1]) for array in pair]
    means = [cloud.mean(0, dtype=np.float64) for cloud in clouds]
    apart = [c - mean.astype(c.dtype) for c, mean in zip(clouds, means, strict=True)]
    spreads = [(each.T @ each / len(each)).astype(np.float64) for each in apart]
    shift = means[0] - means[1]
    basis = eigh((spreads[0] + spreads[1]) / 2)[1][:, -DIRECTIONS:]
    spread, aim = (basis.T @ each @ basis for each in spreads)
    floor = FLOOR * max(np.trace(spread + aim) / (2 * len(aim)), 1e-12) * np.eye(len(aim))
    spread, aim = spread + floor, aim + floor
    logs = np.linalg.slogdet(aim)[1] - np.linalg.slogdet(spread)[1]
    inner = np.trace(np.linalg.solve(aim, spread + np.outer(basis.T @ shift, basis.T @ shift)))
    return float(max(0.0, (inner - len(aim) + logs) / 2))


def effectiveness_statistic(features: Any, target: Any) -> float:
    """Compute E = −log(1 + KL), an effectiveness of style: 0 for the painting, else below.

    After the effectiveness statistic of Yeh, Tang, Bhattad, Zou and Forsyth, "Improving Style
    Transfer with Calibrated Metrics", WACV 2020, arXiv:1910.09447: the divergence of distributions
    of a network's features, calibrated by what people preferred. Their calibration is not here;
    the directions are the two pictures' own, and 1 keeps the painting's own value finite.

    Parameters
    ----------
    features, target : array_like
        A layer's features of the picture and of the painting.

    Returns
    -------
    float
        At most 0, and 0 for equal means and covariances.
    """
    return -float(np.log1p(gaussian_divergence(features, target)))


def local_patterns(features: Any, target: Any) -> tuple[float, float]:
    """Find for every 3×3 patch of features the painting's nearest, by the cosine.

    After the local patterns of Wang et al., "Evaluate and Improve the Quality of Neural Style
    Transfer", Computer Vision and Image Understanding 207, 2021: how like the painting's the
    patches are, and how many different ones of it are used. Of a large layer every second, third
    … patch is taken, 32 along a side.

    Parameters
    ----------
    features, target : array_like
        A layer's features of the picture and of the painting.

    Returns
    -------
    likeness : float
        Mean cosine of each patch and its nearest, 0 to 1; 1 for the painting itself.
    diversity : float
        How many of the painting's patches are some patch's nearest, over the most that could be;
        in (0, 1], and 1 for the painting itself where no two of its patches agree.

    Raises
    ------
    ImageError
        If a layer is smaller than a patch.
    """
    patches, palette = _patches(features), _patches(target)
    cosines = patches @ palette.T
    used = len(np.unique(cosines.argmax(1)))
    return float(cosines.max(1).mean()), used / min(len(patches), len(palette))


def _patches(features: Any) -> np.ndarray:
    """Return patches of 3×3 positions as unit vectors, shape (count, 9 × channels)."""
    array = np.asarray(features, np.float32).reshape(np.shape(features)[-3:])
    if min(array.shape[:2]) < 3:
        raise ImageError(f"a layer of shape {array.shape} has no 3×3 patch: take a larger picture")
    windows = np.lib.stride_tricks.sliding_window_view(array, (3, 3), axis=(0, 1))
    rows, columns = (-(-side // PATCHES_ALONG) for side in windows.shape[:2])
    flat = windows[::rows, ::columns].reshape(-1, 9 * array.shape[-1])
    return flat / np.maximum(np.linalg.norm(flat, axis=1, keepdims=True), 1e-12)
