"""What every painter uses: noise, flow, brushes made of bristles, and light on thick paint.

Positions and lengths are in units of the picture's side (0 to 1, y downwards), so that a
picture looks the same at every size. Colours are RGB in [0, 1]. Pictures are painted at twice
their size and reduced at the end, which smooths every edge.
"""

from __future__ import annotations

from collections.abc import Sequence

import cv2
import numpy as np

OVERSAMPLING = 2
_SHIFT = 4  # OpenCV's fixed-point bits: bristles are placed to 1/16 of a pixel


def colour(code: str) -> np.ndarray:
    """Read a colour written as six hexadecimal digits."""
    return np.array([int(code[i : i + 2], 16) for i in (0, 2, 4)]) / 255.0


def palette(codes: str) -> np.ndarray:
    """Read colours written one after the other; shape (number, 3)."""
    return np.array([colour(code) for code in codes.split()])


def ramp(colours: np.ndarray, value: np.ndarray) -> np.ndarray:
    """Look up values in [0, 1] on a row of colours, with smooth mixing between them."""
    place = np.linspace(0, 1, len(colours))
    value = np.clip(value, 0, 1)
    return np.stack([np.interp(value, place, colours[:, c]) for c in range(3)], axis=-1)


def grid(size: int) -> tuple[np.ndarray, np.ndarray]:
    """Return x and y of every pixel centre, in [0, 1]."""
    line = (np.arange(size) + 0.5) / size
    x, y = np.meshgrid(line, line)
    return x, y


def noise(size: int, rng: np.random.Generator, cells: float, octaves: int = 4) -> np.ndarray:
    """Return smooth noise (mean 0, deviation about 1) whose largest blobs are 1/cells wide.

    Random values are laid on a lattice turned and shifted anew for every octave, so that no
    lattice shows.
    """
    x, y = grid(size)
    total = np.zeros((size, size))
    for octave in range(octaves):
        count = cells * 2**octave
        side = int(np.ceil(count * 1.5)) + 8
        values = rng.standard_normal((side, side)).astype(np.float32)
        angle, shift = rng.uniform(0, 2 * np.pi), rng.uniform(0, 1, 2)
        u = ((x - 0.5) * np.cos(angle) - (y - 0.5) * np.sin(angle)) * count + side / 2 + shift[0]
        v = ((x - 0.5) * np.sin(angle) + (y - 0.5) * np.cos(angle)) * count + side / 2 + shift[1]
        layer = cv2.remap(values, u.astype(np.float32), v.astype(np.float32), cv2.INTER_CUBIC)
        total += layer * 0.55**octave
    return total / total.std()


def smoothstep(low: float, high: float, value: np.ndarray) -> np.ndarray:
    """Rise smoothly from 0 at `low` to 1 at `high`."""
    t = np.clip((value - low) / (high - low), 0, 1)
    return t * t * (3 - 2 * t)


def sample(field: np.ndarray, points: np.ndarray) -> np.ndarray:
    """Read a field (a square array over the picture) at points (x, y); nearest pixel."""
    size = field.shape[0]
    index = np.clip((points * size).astype(int), 0, size - 1)
    return field[index[..., 1], index[..., 0]]


def streak(values: np.ndarray, angle: np.ndarray, length: float, steps: int = 24) -> np.ndarray:
    """Smear a field along a flow (line integral convolution), so that it runs in ribbons."""
    size = values.shape[0]
    step = length * size / steps / 2
    rows, columns = np.mgrid[:size, :size].astype(np.float32)
    cosine, sine = np.cos(angle).astype(np.float32), np.sin(angle).astype(np.float32)
    values = values.astype(np.float32)
    total = values.copy()
    for sign in (1, -1):
        x, y = columns.copy(), rows.copy()
        for _ in range(steps):
            dx = cv2.remap(cosine, x, y, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REFLECT)
            dy = cv2.remap(sine, x, y, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REFLECT)
            x, y = x + sign * step * dx, y + sign * step * dy
            total += cv2.remap(values, x, y, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REFLECT)
    return (total - total.mean()) / total.std()


def scatter(rng: np.random.Generator, number: int) -> np.ndarray:
    """Return points spread evenly but without order, in random order; about `number` of them."""
    side = max(1, round(np.sqrt(number)))
    i, j = np.meshgrid(np.arange(side), np.arange(side))
    cells = np.stack([i, j], axis=-1).reshape(-1, 2)
    points = (cells + 0.5 + rng.normal(0, 0.45, cells.shape)) / side
    return rng.permutation(points)


def trace(seeds: np.ndarray, angle: np.ndarray, length: np.ndarray | float, steps: int = 9):
    """Follow a flow of angles from each seed, half the length both ways; shape (n, 2k+1, 2)."""
    half = [[], []]
    step = np.broadcast_to(np.asarray(length, float), len(seeds))[:, None] / (2 * steps)
    for side, sign in enumerate((-1, 1)):
        at = seeds.copy()
        for _ in range(steps):
            turn = sample(angle, at)
            at = at + sign * step * np.stack([np.cos(turn), np.sin(turn)], axis=-1)
            half[side].append(at)
    return np.stack([*half[0][::-1], seeds, *half[1]], axis=1)


def vary(rng: np.random.Generator, colours: np.ndarray, light: float, hue: float) -> np.ndarray:
    """Shift colours a little: `light` moves all channels together, `hue` apart."""
    shape = (*colours.shape[:-1], 1)
    moved = colours * (1 + light * rng.standard_normal(shape))
    tint = hue * rng.standard_normal(colours.shape)
    return np.clip(moved + tint - tint.mean(-1, keepdims=True), 0, 1)


class Canvas:
    """A painting surface: colour, and the height of the paint on it."""

    def __init__(self, size: int, ground: np.ndarray, rng: np.random.Generator):
        self.size, self.rng = size, rng
        self.pixels = size * OVERSAMPLING
        self.paint = np.zeros((self.pixels, self.pixels, 4), np.uint8)
        self.paint[..., :3] = np.clip(np.broadcast_to(ground, (*self.paint.shape[:2], 3)), 0, 1) * 255
        self.paint[..., 3] = 60

    def fixed(self, points: np.ndarray) -> np.ndarray:
        """Convert positions to OpenCV's fixed-point pixels."""
        return np.round((points * self.pixels - 0.5) * 2**_SHIFT).astype(np.int32)

    def line(self, points: np.ndarray, width: float, rgb: Sequence[float], height: float = 60):
        """Draw one line of constant width."""
        value = (*(float(c) * 255 for c in rgb), float(height))
        thickness = max(1, round(width * self.pixels))
        cv2.polylines(self.paint, [self.fixed(points)], False, value, thickness, cv2.LINE_AA, _SHIFT)

    def fill(self, points: np.ndarray, rgb: Sequence[float], height: float = 60):
        """Fill a closed outline."""
        value = (*(float(c) * 255 for c in rgb), float(height))
        cv2.fillPoly(self.paint, [self.fixed(points)], value, cv2.LINE_AA, _SHIFT)

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
        direction /= np.linalg.norm(direction, axis=1, keepdims=True) + 1e-9
        normal = np.stack([-direction[:, 1], direction[:, 0]], axis=-1)
        along = np.linspace(0, 1, steps)
        swell = np.minimum(1, 0.55 + 2.4 * along) * np.minimum(1, 0.35 + 2.2 * (1 - along))
        count = int(np.clip(width * self.pixels / 1.7, 3, 26))
        places = np.linspace(-0.5, 0.5, count)
        tone = np.convolve(rng.standard_normal(count + 2), [0.4, 1, 0.4], "valid") * variation
        tint = rng.standard_normal((count, 3)) * variation * 0.45
        ridge = 90 + 95 * body * (0.5 * rng.random(count) + 0.5 * np.abs(places * 2) ** 2.5)
        thickness = max(1, round(1.25 * width * self.pixels / count))
        for i in rng.permutation(count):
            mixed = rgb if second is None else rgb + (second - rgb) * (places[i] + 0.5)
            shade = np.clip(mixed * (1 + tone[i]) + tint[i], 0, 1) * 255
            first = int(rng.random() ** 2 * 0.25 * steps * (1 + dry))
            last = steps - int(rng.random() ** 2 * 0.4 * steps * (1 + dry))
            if last - first < 2 or rng.random() < dry * 0.5:
                continue
            wander = width * (places[i] + 0.02 * rng.standard_normal())
            points = self.fixed((path + normal * (swell * wander)[:, None])[first:last])
            value = (*shade.tolist(), float(ridge[i]))
            cv2.polylines(self.paint, [points], False, value, thickness, cv2.LINE_AA, _SHIFT)

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
