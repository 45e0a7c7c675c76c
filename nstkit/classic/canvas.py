"""A canvas, and the strokes of paint that are laid on it."""

from __future__ import annotations

import functools
from dataclasses import dataclass
from typing import Any

import cv2
import numpy as np

from nstkit.errors import check_number

LINEN = np.array([0.93, 0.90, 0.84], np.float32)
"""RGB of the canvas before paint."""

SHIFT = 4
"""Binary digits after the point in coordinates given to OpenCV: sixteenths of a pixel."""


@dataclass(frozen=True)
class Stroke:
    """One stroke of the brush.

    Attributes
    ----------
    radius : int
        Half the width of the brush in pixels.
    colour : numpy.ndarray
        Shape (3,), RGB in [0, 1].
    points : numpy.ndarray
        Shape (n, 2): the control points (x, y) of a smooth curve, in pixels.
    """

    radius: int
    colour: np.ndarray
    points: np.ndarray


class Canvas:
    """A canvas that strokes are laid on one by one.

    Parameters
    ----------
    height, width : int
        Size in pixels.
    relief : float
        0 shows colours only. Above it the canvas also keeps the height of the paint, and light
        from the top left shows it; 1 is thick oil.
    """

    def __init__(self, height: int, width: int, *, relief: float = 0.0):
        size = [
            int(check_number(side, what, minimum=1, maximum=16384, whole=True))
            for side, what in ((height, "height"), (width, "width"))
        ]
        self._light = check_number(relief, "relief", maximum=1.0)
        self._paint = np.full((*size, 3), np.round(255 * LINEN), np.uint8)
        self._height = np.full(size, 128, np.uint8)
        self._count = 0

    def draw(self, stroke: Stroke) -> None:
        """Lay one stroke over what is there.

        Parameters
        ----------
        stroke : Stroke
            Its curve is a quadratic B-spline that begins and ends at the outer control points.
        """
        curve = _smoothing(len(stroke.points)) @ stroke.points
        _line(self._paint, curve, 2 * stroke.radius, (stroke.colour * 255).round().tolist())
        self._count += 1
        if self._light:
            self._raise(curve, stroke.radius)

    def _raise(self, curve: np.ndarray, radius: int) -> None:
        """Lay a stroke's paint, a little higher or lower than the last, with its bristles."""
        load = 96 + 64 * (self._count * 0.618034 % 1)
        _line(self._height, curve, 2 * radius, load)
        if radius < 3 or len(curve) < 2:
            return
        along = np.gradient(curve, axis=0)
        across = along[:, ::-1] * (-1, 1) / np.maximum(np.hypot(*along.T), 1e-6)[:, None]
        for bristle in np.linspace(-0.7, 0.7, 5):
            ridge = load + 40 * np.sin(9 * bristle + self._count)
            _line(self._height, curve + across * bristle * radius, max(1, radius // 3), ridge)

    def image(self) -> np.ndarray:
        """Return a picture of the canvas as it is now.

        Returns
        -------
        numpy.ndarray
            Shape (1, height, width, 3), float32, RGB in [0, 1].
        """
        image = self._paint[None].astype(np.float32) / 255
        if not self._light:
            return image
        height = cv2.GaussianBlur(self._height.astype(np.float32), (0, 0), 0.8) / 255
        across, down = (cv2.Sobel(height, -1, *order, scale=0.25) for order in ((1, 0), (0, 1)))
        shine = 1 + self._light * np.clip(across + down, -0.3, 0.3)
        return np.clip(image * shine[None, :, :, None], 0, 1)


@functools.lru_cache(maxsize=256)
def _smoothing(count: int) -> np.ndarray:
    """Return the matrix that turns control points into points of their quadratic B-spline.

    It cuts the corners of the polygon twice, which comes within a pixel of the curve.
    """
    matrix = np.eye(count)
    for _ in range(2 if count > 2 else 0):
        near = 0.75 * matrix[:-1] + 0.25 * matrix[1:]
        far = 0.25 * matrix[:-1] + 0.75 * matrix[1:]
        inner = np.stack([near, far], axis=1).reshape(-1, count)
        matrix = np.concatenate([matrix[:1], inner[1:-1], matrix[-1:]])
    return matrix


def _line(target: np.ndarray, curve: np.ndarray, thickness: float, colour: Any) -> None:
    """Draw a round-ended curve into an 8-bit picture, with soft edges."""
    if len(curve) == 1:
        curve = curve.repeat(2, axis=0)  # OpenCV draws nothing for a single point
    fixed = np.round(curve * 2**SHIFT).astype(np.int32)[:, None]
    cv2.polylines(target, [fixed], False, colour, max(1, int(thickness)), cv2.LINE_AA, SHIFT)
