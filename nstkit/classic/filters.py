"""Filters that simplify: smooth inside regions, keep their edges, add lines and flat tones."""

from __future__ import annotations

from typing import Any

import cv2
import numpy as np

from nstkit.errors import check_number
from nstkit.images import check_image

SECTORS = 8
"""Number of sectors that the disc of the Kuwahara filter is cut into."""


def smooth_edge_preserving(
    image: Any, *, sigma_space: float = 3.0, sigma_colour: float = 4.25, iterations: int = 4
) -> np.ndarray:
    """Smooth a picture, except across edges, with the bilateral filter applied several times.

    Parameters
    ----------
    image : array_like
        Picture (1, H, W, 3), float, RGB in [0, 1].
    sigma_space : float
        Reach of the average in pixels.
    sigma_colour : float
        Difference in colour at which a neighbour's weight has fallen to 0.61, in units of
        CIELAB, where black and white are 100 apart.
    iterations : int
        Number of times that the filter is applied, one after the other.

    Returns
    -------
    numpy.ndarray
        Shape of `image`, float32, RGB in [0, 1]. Each pixel is the mean of its neighbours q,
        weighted with ``exp(-|p - q|² / 2 sigma_space²) · exp(-|c_p - c_q|² / 2 sigma_colour²)``.

    References
    ----------
    Tomasi & Manduchi, "Bilateral Filtering for Gray and Color Images", ICCV 1998.
    """
    lab = _to_lab(check_image(image, minimum=3))
    reach = check_number(sigma_space, "sigma_space", minimum=0.1, maximum=20.0)
    colour = check_number(sigma_colour, "sigma_colour", minimum=0.01)
    for _ in range(int(check_number(iterations, "iterations", maximum=100, whole=True))):
        lab = cv2.bilateralFilter(lab, 2 * round(2 * reach) + 1, colour, reach)
    return _from_lab(lab)


def quantise_luminance(image: Any, *, levels: int = 8, softness: float = 1.0) -> np.ndarray:
    """Reduce the luminance of a picture to a few flat tones with soft borders.

    Parameters
    ----------
    image : array_like
        Picture (1, H, W, 3), float, RGB in [0, 1].
    levels : int
        Number of tones between black and white.
    softness : float
        Width of the border between two tones, in units of luminance (0 to 100); 0 cuts hard.
        Borders are up to five times narrower where the picture itself changes quickly.

    Returns
    -------
    numpy.ndarray
        Shape of `image`, float32, RGB in [0, 1]; luminance ``q + Δ/2 · tanh((L - q) / w)`` with
        Δ = 100 / levels, q the multiple of Δ nearest to L, and w the width of the border.

    References
    ----------
    Winnemöller, Olsen & Gooch, "Real-Time Video Abstraction", SIGGRAPH 2006, section 3.3,
    where 1 / w is called φ_q and lies between 3 and 14.
    """
    lab = _to_lab(check_image(image, minimum=3))
    count = check_number(levels, "levels", minimum=2, maximum=256, whole=True)
    soft = check_number(softness, "softness")
    light = lab[..., 0]
    step = 100.0 / count
    border = np.clip(np.round(light / step), 1.0, count - 1.0) * step
    across, down = (cv2.Sobel(light, -1, *order, scale=1 / 8) for order in ((1, 0), (0, 1)))
    sharpness = np.interp(np.hypot(across, down), [0.0, 2.0], [1.0, 14.0 / 3.0])
    lab[..., 0] = border + step / 2 * np.tanh((light - border) * sharpness / max(soft, 1e-6))
    return _from_lab(lab)


def find_lines(
    image: Any, *, sigma: float = 1.0, threshold: float = 0.98, sharpness: float = 2.0
) -> np.ndarray:
    """Draw dark lines where the luminance lies below that of its surroundings.

    Parameters
    ----------
    image : array_like
        Picture (1, H, W, 3), float, RGB in [0, 1].
    sigma : float
        Thickness of the lines: the finer of two Gaussian blurs, in pixels. The coarser one
        is 1.6 times as wide, which comes close to what the eye's ganglion cells compute.
    threshold : float
        Share τ of the coarser blur that is taken off. At 1 every faint dip in brightness
        becomes a line; the lower, the fewer lines.
    sharpness : float
        Steepness of the way from white to black: the larger, the harder a line's border.

    Returns
    -------
    numpy.ndarray
        Shape (H, W), float32 in [0, 1]: 1 is paper and 0 is ink.
        ``1`` where ``D = S_σ - τ · S_1.6σ > 0``, else ``1 + tanh(sharpness · D)``.

    References
    ----------
    Winnemöller, Olsen & Gooch 2006, eq. 6.
    """
    light = _to_lab(check_image(image, minimum=3))[..., 0]
    fine = check_number(sigma, "sigma", minimum=0.1, maximum=50.0)
    tau = check_number(threshold, "threshold", maximum=1.0)
    speed = check_number(sharpness, "sharpness")
    blurs = [cv2.GaussianBlur(light, (0, 0), width) for width in (fine, 1.6 * fine)]
    return 1.0 + np.tanh(speed * np.minimum(blurs[0] - tau * blurs[1], 0.0))


def abstract_picture(
    image: Any,
    *,
    iterations: int = 4,
    levels: int = 8,
    threshold: float = 0.98,
    sigma: float = 1.0,
) -> np.ndarray:
    """Abstract a photograph: smooth regions, few tones, dark lines on their borders.

    Parameters
    ----------
    image : array_like
        Picture (1, H, W, 3), float, RGB in [0, 1].
    iterations : int
        Rounds of bilateral smoothing. The lines are found after the first half of them, so
        that noise draws none.
    levels : int
        Number of tones.
    threshold, sigma : float
        Share of the coarser blur that is taken off, and thickness of the lines in pixels; see
        `find_lines`.

    Returns
    -------
    numpy.ndarray
        Shape of `image`, float32, RGB in [0, 1].

    References
    ----------
    Winnemöller, Olsen & Gooch, "Real-Time Video Abstraction", SIGGRAPH 2006.
    """
    rounds = int(check_number(iterations, "iterations", maximum=100, whole=True))
    half = smooth_edge_preserving(image, iterations=rounds // 2)
    lines = find_lines(half, sigma=sigma, threshold=threshold)
    tones = smooth_edge_preserving(half, iterations=rounds - rounds // 2)
    return quantise_luminance(tones, levels=levels) * lines[None, :, :, None]


def kuwahara(image: Any, *, radius: int = 4, sharpness: float = 8.0) -> np.ndarray:
    """Give every pixel the mean of the calmest sector around it, as a brush would.

    The classic filter compares the four squares that touch a pixel and takes the mean of the
    one with the least variance. Here the squares are eight soft sectors of a disc, and the
    calmer ones count more instead of one winning, which leaves no blocks behind.

    Parameters
    ----------
    image : array_like
        Picture (1, H, W, 3), float, RGB in [0, 1].
    radius : int
        Radius of the disc in pixels: the size of the daubs.
    sharpness : float
        Exponent of the preference for calm sectors: one with half the deviation of another
        counts ``2 ** sharpness`` times as much; 0 averages all of them.

    Returns
    -------
    numpy.ndarray
        Shape of `image`, float32, RGB in [0, 1]: ``Σ m_k w_k / Σ w_k`` over the sectors, with
        mean m_k, ``w_k = s_k^-sharpness`` and standard deviation s_k.

    References
    ----------
    Kuwahara et al. 1976; Papari, Petkov & Campisi, "Artistic Edge and Corner Enhancing
    Smoothing", IEEE Transactions on Image Processing 16(10), 2007.
    """
    picture = check_image(image, minimum=3)[0]
    reach = int(check_number(radius, "radius", minimum=1, maximum=50, whole=True))
    power = check_number(sharpness, "sharpness", maximum=50.0)
    total = np.zeros_like(picture)
    weights = np.zeros((*picture.shape[:2], 1), np.float32)
    for kernel in _sectors(reach):
        mean, square = (
            cv2.filter2D(x, -1, kernel, borderType=cv2.BORDER_REFLECT)
            for x in (picture, picture**2)
        )
        variance = np.maximum((square - mean**2).sum(axis=-1, keepdims=True), 0.0)
        weight = (variance * 255 + 0.01) ** (-power / 2)
        total += mean * weight
        weights += weight
    return np.clip(total / weights, 0.0, 1.0)[None]


def _sectors(radius: int) -> list[np.ndarray]:
    """Eight overlapping soft sectors of a Gaussian disc, each summing to one."""
    y, x = np.mgrid[-radius : radius + 1, -radius : radius + 1].astype(np.float32)
    disc = np.exp(-(x**2 + y**2) / (2 * (radius / 2) ** 2)) * (np.hypot(x, y) <= radius + 0.5)
    kernels = []
    for k in range(SECTORS):
        turn = np.arctan2(y, x) - 2 * np.pi * k / SECTORS
        turn = np.abs((turn + np.pi) % (2 * np.pi) - np.pi) * SECTORS / (2 * np.pi)
        share = np.cos(np.pi / 2 * np.minimum(turn, 1.0)) ** 2
        share[radius, radius] = 1.0 / SECTORS
        kernels.append((disc * share / (disc * share).sum()).astype(np.float32))
    return kernels


def _to_lab(image: np.ndarray) -> np.ndarray:
    """Convert to CIELAB, (H, W, 3): luminance 0 to 100, and two colour channels."""
    return cv2.cvtColor(image[0], cv2.COLOR_RGB2Lab)


def _from_lab(lab: np.ndarray) -> np.ndarray:
    return np.clip(cv2.cvtColor(lab, cv2.COLOR_Lab2RGB), 0.0, 1.0)[None]
