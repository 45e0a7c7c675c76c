"""Colour transfer: give one picture the colour statistics of another.

Everything here treats a picture as a cloud of pixels: where a pixel lies plays no part.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from nstkit.errors import ImageError, check_number
from nstkit.images import check_image

RGB_TO_LMS = np.array(
    [[0.3811, 0.5783, 0.0402], [0.1967, 0.7244, 0.0782], [0.0241, 0.1288, 0.8444]]
)
"""RGB to the responses of the eye's long, medium and short cones (Reinhard et al., eq. 4)."""

LMS_TO_LALPHABETA = np.diag(1 / np.sqrt([3.0, 6.0, 2.0])) @ np.array(
    [[1.0, 1.0, 1.0], [1.0, 1.0, -2.0], [1.0, -1.0, 0.0]]
)
"""Logarithmic cone responses to lαβ: achromatic, yellow–blue, red–green (eq. 6)."""

RGB_TO_YIQ = np.array([[0.299, 0.587, 0.114], [0.596, -0.274, -0.322], [0.211, -0.523, 0.312]])
"""RGB to luminance Y and two colour channels I and Q, as in American analogue television."""

LUMINANCE = RGB_TO_YIQ[0].astype(np.float32)
"""Weights of R, G and B in the brightness that the eye sees."""

DARKEST = 1.0 / 255.0
"""Cone responses are raised to this before the logarithm, which black would send to -∞."""


def to_lalphabeta(image: Any) -> np.ndarray:
    """Convert a picture to lαβ, where the channels of natural pictures are nearly uncorrelated.

    Parameters
    ----------
    image : array_like
        Shape (1, H, W, 3), float, RGB in [0, 1].

    Returns
    -------
    numpy.ndarray
        Shape (1, H, W, 3), float64: l (light or dark), α (yellow–blue), β (red–green), of
        base-10 logarithms.
    """
    lms = check_image(image).astype(np.float64) @ RGB_TO_LMS.T
    return np.log10(np.maximum(lms, DARKEST)) @ LMS_TO_LALPHABETA.T


def from_lalphabeta(lalphabeta: np.ndarray) -> np.ndarray:
    """Convert lαβ back to a picture, clipping colours that a screen cannot show.

    Parameters
    ----------
    lalphabeta : numpy.ndarray
        Shape (1, H, W, 3), float.

    Returns
    -------
    numpy.ndarray
        Shape (1, H, W, 3), float32, RGB in [0, 1].
    """
    logarithms = np.asarray(lalphabeta, np.float64) @ np.linalg.inv(LMS_TO_LALPHABETA).T
    rgb = 10.0 ** np.minimum(logarithms, 2.0) @ np.linalg.inv(RGB_TO_LMS).T
    return np.clip(rgb, 0.0, 1.0).astype(np.float32)


def to_lab(image: Any) -> np.ndarray:
    """Convert to CIELAB, where distances are nearly as large as they look.

    Parameters
    ----------
    image : array_like
        Shape (..., 3), float, RGB in [0, 1].

    Returns
    -------
    numpy.ndarray
        Same shape, float32: L* from 0 (black) to 100 (white), a* (green to red) and b* (blue to
        yellow).
    """
    import cv2

    rgb = np.asarray(image, np.float32)
    return cv2.cvtColor(rgb.reshape(-1, 1, 3), cv2.COLOR_RGB2LAB).reshape(rgb.shape)


def colour_distance(first: Any, second: Any) -> float:
    """Measure how far apart the colours of two pictures are, whatever their brightness.

    Parameters
    ----------
    first, second : array_like
        Pictures (1, H, W, 3) of the same size, float, RGB in [0, 1].

    Returns
    -------
    float
        The mean over all pixels of √(Δa*² + Δb*²) in CIELAB: of the difference in hue and
        chroma. Two of a kind that differ by 2 are just told apart.

    Examples
    --------
    >>> grey, red = np.full((1, 2, 2, 3), 0.5), np.array([1.0, 0, 0]) * np.ones((1, 2, 2, 1))
    >>> colour_distance(grey, grey * 0.5), round(colour_distance(grey, red))
    (0.0, 105)
    """
    a, b = (to_lab(check_image(image, minimum=1))[..., 1:] for image in (first, second))
    return float(np.linalg.norm(a - b, axis=-1).mean())


def match_moments(values: np.ndarray, target: np.ndarray) -> np.ndarray:
    """Shift and scale every channel to the target's mean and standard deviation.

    Parameters
    ----------
    values : numpy.ndarray
        Shape (..., channels), float.
    target : numpy.ndarray
        Shape (..., channels), float; the other axes may differ from those of `values`.

    Returns
    -------
    numpy.ndarray
        Like `values`, float64: ``(x - mean) · deviation_target / deviation + mean_target``.
        A channel that is constant becomes the target's mean.
    """
    x = np.asarray(values, np.float64)
    mean, deviation = _moments(x)
    target_mean, target_deviation = _moments(np.asarray(target, np.float64))
    flat = deviation < 1e-9
    scale = np.where(flat, 0.0, target_deviation / np.where(flat, 1.0, deviation))
    return (x - mean) * scale + target_mean


def transfer_colour(content: Any, style: Any, *, strength: float = 1.0) -> np.ndarray:
    """Give the content picture the mean and deviation of the style's colours.

    Parameters
    ----------
    content, style : array_like
        Pictures (1, H, W, 3), float, RGB in [0, 1]; their sizes may differ.
    strength : float
        0 keeps the content's colours, 1 takes the style's, between them a mixture in lαβ.

    Returns
    -------
    numpy.ndarray
        Shape of `content`, float32, RGB in [0, 1]. In lαβ its channels have the style's means
        and standard deviations, as far as no colour had to be clipped.

    References
    ----------
    Reinhard, Ashikhmin, Gooch & Shirley, "Color Transfer between Images", IEEE Computer
    Graphics and Applications 21(5), 2001, eq. 10 to 11. Their scaling multiplies by the ratio
    of deviations, as here.
    """
    amount = check_number(strength, "strength", maximum=1.0)
    lab = to_lalphabeta(check_image(content, name="content", minimum=1))
    target = to_lalphabeta(check_image(style, name="style", minimum=1))
    return from_lalphabeta(lab + amount * (match_moments(lab, target) - lab))


def match_covariance(content: Any, style: Any, *, strength: float = 1.0) -> np.ndarray:
    """Give the content picture the mean and the full covariance of the style's colours.

    Where `transfer_colour` scales three channels one by one, this turns and stretches the
    whole cloud of colours. Of all linear maps that reach the target covariance it takes the
    one that moves the colours least.

    Parameters
    ----------
    content, style : array_like
        Pictures (1, H, W, 3), float, RGB in [0, 1]; their sizes may differ.
    strength : float
        0 keeps the content's colours, 1 takes the style's.

    Returns
    -------
    numpy.ndarray
        Shape of `content`, float32, RGB in [0, 1]: ``A (x - mean) + mean_style`` with
        ``A = S^-½ (S^½ T S^½)^½ S^-½`` for covariances S (content) and T (style), clipped.

    References
    ----------
    Pitié & Kokaram, "The linear Monge-Kantorovitch linear colour mapping for example-based
    colour transfer", CVMP 2007.
    """
    amount = check_number(strength, "strength", maximum=1.0)
    picture = check_image(content, name="content", minimum=1)
    pixels = picture.reshape(-1, 3).astype(np.float64)
    target = check_image(style, name="style", minimum=1).reshape(-1, 3).astype(np.float64)
    matched = (pixels - pixels.mean(axis=0)) @ _transport(pixels, target).T + target.mean(axis=0)
    mixed = pixels + amount * (matched - pixels)
    return np.clip(mixed, 0.0, 1.0).astype(np.float32).reshape(picture.shape)


def keep_colours(content: Any, generated: Any) -> np.ndarray:
    """Combine the generated picture's luminance with the content picture's colours.

    Parameters
    ----------
    content, generated : array_like
        Pictures (1, H, W, 3) of the same size, float, RGB in [0, 1].

    Returns
    -------
    numpy.ndarray
        Shape (1, H, W, 3), float32, RGB in [0, 1]: Y of `generated`, I and Q of `content`.

    Raises
    ------
    ImageError
        If the two pictures differ in size.

    References
    ----------
    Gatys, Bethge, Hertzmann & Shechtman, "Preserving Color in Neural Artistic Style
    Transfer", 2016, section 2: luminance-only transfer.
    """
    colours = check_image(content, name="content", minimum=1)
    lights = check_image(generated, name="generated", minimum=1)
    if colours.shape != lights.shape:
        raise ImageError(
            f"content is {_size(colours)} pixels and generated is {_size(lights)}: both need the "
            "same size; bring one to the other's with nstkit.images.resize"
        )
    yiq = colours.astype(np.float64) @ RGB_TO_YIQ.T
    yiq[..., 0] = lights.astype(np.float64) @ RGB_TO_YIQ[0]
    return _from_yiq(yiq)


def match_luminance(image: Any, reference: Any) -> np.ndarray:
    """Give a picture's luminance the reference's mean and deviation; keep its colours.

    Gatys et al. (2016) do this to the style picture before a luminance-only transfer, so that
    a dark painting does not darken the photograph.

    Parameters
    ----------
    image, reference : array_like
        Pictures (1, H, W, 3), float, RGB in [0, 1]; their sizes may differ.

    Returns
    -------
    numpy.ndarray
        Shape of `image`, float32, RGB in [0, 1].
    """
    yiq = check_image(image, minimum=1).astype(np.float64) @ RGB_TO_YIQ.T
    target = check_image(reference, name="reference", minimum=1).astype(np.float64)
    yiq[..., :1] = match_moments(yiq[..., :1], (target @ RGB_TO_YIQ[0])[..., None])
    return _from_yiq(yiq)


def _from_yiq(yiq: np.ndarray) -> np.ndarray:
    return np.clip(yiq @ np.linalg.inv(RGB_TO_YIQ).T, 0.0, 1.0).astype(np.float32)


def _moments(values: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Mean and standard deviation of every channel."""
    rows = values.reshape(-1, values.shape[-1])
    return rows.mean(axis=0), rows.std(axis=0)


def _transport(pixels: np.ndarray, target: np.ndarray) -> np.ndarray:
    """Return the 3×3 map of least movement from one covariance to the other.

    A tiny multiple of the identity keeps it defined for a grey picture, whose covariance has
    rank one.
    """
    ridge = 1e-8 * np.eye(3)
    source, goal = (np.cov(cloud.T, bias=True) + ridge for cloud in (pixels, target))
    root, inverse = _power(source, 0.5), _power(source, -0.5)
    return inverse @ _power(root @ goal @ root, 0.5) @ inverse


def _power(matrix: np.ndarray, exponent: float) -> np.ndarray:
    """Raise a symmetric positive definite matrix to a power."""
    values, vectors = np.linalg.eigh(matrix)
    return (vectors * np.maximum(values, 1e-16) ** exponent) @ vectors.T


def _size(image: np.ndarray) -> str:
    return f"{image.shape[2]}×{image.shape[1]}"
