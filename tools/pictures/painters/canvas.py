"""The painting surface: a brush made of bristles, and light on thick paint.

Pictures are painted at twice their size and reduced at the end, which smooths every edge.
"""

from __future__ import annotations

from collections.abc import Sequence

import cv2
import numpy as np

OVERSAMPLING = 2
SHIFT = 4  # OpenCV's fixed-point bits: lines are placed to 1/16 of a pixel


class Canvas:
    """A painting surface: colour, and the height of the paint on it."""

    def __init__(self, size: int, ground: np.ndarray, rng: np.random.Generator):
        self.size, self.rng = size, rng
        self.pixels = size * OVERSAMPLING
        self.share = min(1.0, size / 320)  # a thumbnail needs fewer strokes to be covered
        self.paint = np.zeros((self.pixels, self.pixels, 4), np.uint8)
        self.paint[..., :3] = (
            np.clip(np.broadcast_to(ground, (*self.paint.shape[:2], 3)), 0, 1) * 255
        )
        self.paint[..., 3] = 60

    def fixed(self, points: np.ndarray) -> np.ndarray:
        """Convert positions to OpenCV's fixed-point pixels."""
        return np.round((points * self.pixels - 0.5) * 2**SHIFT).astype(np.int32)

    def line(self, points: np.ndarray, width: float, rgb: Sequence[float], height: float = 60):
        """Draw one line of constant width."""
        value = (*(float(c) * 255 for c in rgb), float(height))
        thickness = max(1, round(width * self.pixels))
        cv2.polylines(self.paint, [self.fixed(points)], False, value, thickness, cv2.LINE_AA, SHIFT)

    def fill(self, points: np.ndarray, rgb: Sequence[float], height: float = 60):
        """Fill a closed outline."""
        value = (*(float(c) * 255 for c in rgb), float(height))
        cv2.fillPoly(self.paint, [self.fixed(points)], value, cv2.LINE_AA, SHIFT)

    def stroke(
        self,
        path: np.ndarray,
        width: float,
        rgb: np.ndarray,
        *,
        variation: float = 0.06,
        dry: float = 0.0,
        second: np.ndarray | None = None,
        body: float = 1.0,
    ):
        """Pull a brush along a path.

        Every bristle leaves its own line: its own tone, its own groove in the paint, its own
        beginning and end. `dry` is the share of the stroke that bristles skip; `second` is the
        colour on the other side of the brush; `body` is how thick the paint lies.
        """
        rng, steps = self.rng, len(path)
        direction = np.gradient(path, axis=0)
        direction /= np.hypot(direction[:, :1], direction[:, 1:]) + 1e-9
        normal = direction[:, ::-1] * (-1.0, 1.0)
        along = np.linspace(0, 1, steps)
        swell = np.minimum(1, 0.55 + 2.4 * along) * np.minimum(1, 0.35 + 2.2 * (1 - along))
        count = int(np.clip(width * self.pixels / 1.7, 3, 24))
        chance = rng.random((4, count))
        places = np.linspace(-0.5, 0.5, count) + 0.02 * rng.standard_normal(count)
        tone = np.convolve(rng.standard_normal(count + 2), [0.4, 1, 0.4], "valid") * variation
        tint = rng.standard_normal((count, 3)) * variation * 0.45
        mixed = rgb if second is None else rgb + (second - rgb) * (places[:, None] + 0.5)
        values = np.empty((count, 4))
        values[:, :3] = np.clip(mixed * (1 + tone[:, None]) + tint, 0, 1) * 255
        values[:, 3] = 90 + 95 * body * (0.5 * chance[0] + 0.5 * np.abs(places * 2) ** 2.5)
        first = (chance[1] ** 2 * 0.25 * steps * (1 + dry)).astype(int)
        last = steps - (chance[2] ** 2 * 0.4 * steps * (1 + dry)).astype(int)
        drawn = (last - first >= 2) & (chance[3] >= dry * 0.5)
        bristles = self.fixed(path + normal * swell[:, None] * width * places[:, None, None])
        thickness = max(1, round(1.25 * width * self.pixels / count))
        colours = values.tolist()
        for i in rng.permutation(np.flatnonzero(drawn)):
            line = [bristles[i, first[i] : last[i]]]
            cv2.polylines(self.paint, line, False, colours[i], thickness, cv2.LINE_AA, SHIFT)

    def finish(self, *, relief: float = 0.5, weave: float = 0.02, gloss: float = 0.0) -> np.ndarray:
        """Light the paint from the upper left, add the canvas, reduce; (size, size, 3) uint8."""
        height = cv2.GaussianBlur(self.paint[..., 3].astype(np.float32) / 255, (0, 0), 0.9)
        slope = cv2.Sobel(height, cv2.CV_32F, 1, 0) + cv2.Sobel(height, cv2.CV_32F, 0, 1)
        light = 1 + np.clip(relief * slope * 0.35, -0.35, 0.45)
        if weave:
            cloth = cv2.GaussianBlur(
                self.rng.standard_normal(height.shape).astype(np.float32), (0, 0), 1.2
            )
            light += weave * cloth / cloth.std()
        lit = self.paint[..., :3].astype(np.float32) / 255 * light[..., None]
        lit += gloss * np.clip(slope, 0, 1)[..., None] ** 2
        return reduce(lit, self.size)


def reduce(picture: np.ndarray, size: int) -> np.ndarray:
    """Shrink an oversampled picture in [0, 1] to its final size and to 8-bit."""
    small = cv2.resize(picture.astype(np.float32), (size, size), interpolation=cv2.INTER_AREA)
    return np.round(np.clip(small, 0, 1) * 255).astype(np.uint8)
