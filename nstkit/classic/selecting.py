"""Masks made by people: what has a colour or a brightness, and what a few strokes are on."""

from __future__ import annotations

from typing import Any

import numpy as np

from nstkit.classic.colour import LUMINANCE, to_lab
from nstkit.errors import SettingsError, check_number
from nstkit.images import Mask, check_image


def select_by_brightness(image: Any, low: float, high: float, *, soft: float = 0.05) -> Mask:
    """Select what is neither darker nor brighter than two limits.

    Parameters
    ----------
    image : array_like
        Shape (1, H, W, 3), float, RGB in [0, 1].
    low, high : float
        The limits, from 0 (black) to 1 (white).
    soft : float
        How much beyond a limit the mask falls to 0.

    Returns
    -------
    Mask
        Of the picture's size.
    """
    picture = check_image(image, minimum=1)[0]
    check_number(high, "high", minimum=check_number(low, "low"))
    grey = picture @ LUMINANCE
    return Mask(_falling(np.maximum(low - grey, grey - high), 0, soft), "by brightness")


def select_by_colour(image: Any, colour: Any, *, within: float = 25, soft: float = 10) -> Mask:
    """Select what has nearly a colour, as a person sees it.

    Parameters
    ----------
    image : array_like
        Shape (1, H, W, 3), float, RGB in [0, 1].
    colour : array_like or (int, int)
        The colour, RGB in [0, 1]; or row and column of a pixel that has it.
    within : float
        The largest difference in CIELAB, where 2 is just to be seen and 100 is black to white.
    soft : float
        How much beyond it the mask falls to 0.

    Returns
    -------
    Mask
        Of the picture's size.
    """
    picture = check_image(image, minimum=1)[0]
    if len(colour) == 2:
        row, column = (int(number) for number in colour)
        if not (0 <= row < picture.shape[0] and 0 <= column < picture.shape[1]):
            raise SettingsError(
                f"pixel ({row}, {column}) is outside a picture of {picture.shape[0]} rows and "
                f"{picture.shape[1]} columns: give one inside it"
            )
        colour = picture[row, column]
    wanted = np.broadcast_to(np.asarray(colour, np.float32), (1, 1, 3))
    away = np.linalg.norm(to_lab(picture) - to_lab(wanted), axis=-1)
    return Mask(_falling(away, within, soft), "by colour")


def select_by_strokes(image: Any, inside: Any, outside: Any, *, rounds: int = 5) -> Mask:
    """Find the object that strokes are on: GrabCut, from a few strokes inside and outside it.

    Rother, Kolmogorov and Blake, "GrabCut: interactive foreground extraction using iterated
    graph cuts", SIGGRAPH 2004, as OpenCV has it. What is marked stays as it was marked.

    Parameters
    ----------
    image : array_like
        Shape (1, H, W, 3), float, RGB in [0, 1].
    inside, outside : array_like
        Shape (H, W): where it is true, or above ½, a stroke marks the object, or what is not it.
    rounds : int
        How often the colours of the two are learnt anew.

    Returns
    -------
    Mask
        Of the picture's size, 0 or 1.

    Raises
    ------
    SettingsError
        If one of the two has no stroke.
    """
    import cv2

    picture = np.ascontiguousarray(check_image(image, minimum=1)[0, ..., ::-1] * 255, np.uint8)
    height, width = picture.shape[:2]
    marks = np.full((height, width), cv2.GC_PR_BGD, np.uint8)
    given = {"outside": (outside, cv2.GC_BGD), "inside": (inside, cv2.GC_FGD)}
    for what, (strokes, kind) in given.items():
        drawn = np.asarray(strokes, np.float32) > 0.5
        if drawn.shape != marks.shape or not drawn.any():
            raise SettingsError(
                f"there is no stroke {what} on a picture of {width}×{height} pixels: mark a "
                "little of the object, and a little of what is around it"
            )
        marks[drawn] = kind
    cv2.setRNGSeed(0)  # its colours begin at random
    models: Any = np.zeros((2, 1, 65))
    cv2.grabCut(picture, marks, None, *models, rounds, cv2.GC_INIT_WITH_MASK)  # type: ignore
    return Mask(np.isin(marks, (cv2.GC_FGD, cv2.GC_PR_FGD)), "by strokes")


def draw_stroke(points: Any, height: int, width: int, thickness: float) -> np.ndarray:
    """Draw a stroke of the brush, a little soft at its edge.

    Parameters
    ----------
    points : sequence of (float, float)
        Where the brush went: x and y in parts of the width and of the height.
    height, width : int
        Size of the picture in pixels.
    thickness : float
        Of the brush, in parts of the width.

    Returns
    -------
    numpy.ndarray
        Shape (height, width), float32, in [0, 1].
    """
    import cv2

    drawn = np.zeros((height, width), np.uint8)
    ends = [*points, points[-1]]  # a dot is a line too
    line = np.round(np.asarray(ends, float) * (width, height)).astype(np.int32)
    cv2.polylines(drawn, [line], False, 255, max(1, round(thickness * width)), cv2.LINE_AA)
    return cv2.GaussianBlur(drawn.astype(np.float32) / 255, (0, 0), max(0.5, width / 200))


def feather(mask: Mask, pixels: float) -> Mask:
    """Soften a mask's edge: a Gaussian blur of a standard deviation in pixels."""
    import cv2

    sigma = check_number(pixels, "pixels", minimum=0.1)
    return Mask(np.clip(cv2.GaussianBlur(mask.values, (0, 0), sigma), 0, 1), mask.name)


def _falling(away: np.ndarray, limit: float, soft: float) -> np.ndarray:
    """Return 1 up to a limit, then falling to 0."""
    return np.clip(1 - (away - limit) / max(soft, 1e-6), 0, 1)
