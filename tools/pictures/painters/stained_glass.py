"""Sun window: streaky glass in lead, lit from behind."""

from __future__ import annotations

import cv2
import numpy as np

from .canvas import OVERSAMPLING, reduce
from .fields import colour, grid, noise, palette, ribbon, smoothstep, streaky, vary

SUN = (0.60, 0.34)
RINGS = (0.0, 0.058, 0.105, 0.160, 0.222, 0.292, 0.37, 0.46, 0.57, 0.70, 1.3)
SUNNY = [palette(row) for row in (
    "ffe98a ffd84f", "fdb62b f99a1c ffd24d", "f4761f e85a1c fba52e", "d93a22 c22727 ee6a2b",
    "a81f3c c93246 7f1d4f e0664f", "6b2a7c 8a3b8c 4a2a86 b9588f", "3a3f9e 2b5cb4 5a3a94 4a86c8",
    "1f4fa8 2a74bd 173a86 4fa0c9", "16397f 2a63b0 11285f 2f86a8", "122a66 1d4a93 0e1f4d 24608f",
)]  # fmt: skip
HILLS = [palette(row) for row in (
    "4f8f8a 2f7580 6fae94 3b6f8f", "3f8a3f 6aa53a 2f6f45 95b83c", "1f6a3a 2f8a4a 7aa02e 14523a",
    "0f4a33 1f6b3b 3f7f2e 0b3a33",
)]  # fmt: skip
RIVER = palette("7fc4d8 4f9fcf b9e0dc 2f7fb8 9ad2c4")
BARK = palette("5a2f1a 7a431f 41211a 8f5a2a")
LEAVES = palette("2f7a2f 6fa52c b4c23a 1f5f3a d8b838 e08a2a 4f9440")
PETALS = palette("d8274a f0567a b01f5a f58aa0 e8403a")


class Window:
    """The pieces of the window: a map of piece numbers, and each piece's colour."""

    def __init__(self, size: int, rng: np.random.Generator):
        self.size, self.rng = size, rng
        self.pieces = np.zeros((size, size), np.int32)
        self.colours: list[np.ndarray] = [np.zeros(3)]

    def piece(self, tones: np.ndarray) -> int:
        """Choose the glass for a new piece; return its number."""
        tone = tones[self.rng.integers(len(tones))]
        self.colours.append(vary(self.rng, tone, 0.10, 0.03))
        return len(self.colours) - 1

    def cells(self, mask: np.ndarray, cells: np.ndarray, tones: np.ndarray):
        """Cut the masked area into the pieces that a map of cell numbers says."""
        for cell in np.unique(cells[mask]):
            self.pieces[mask & (cells == cell)] = self.piece(tones)

    def shape(self, outline: np.ndarray, tones: np.ndarray):
        """Set in one piece with the given outline."""
        points = np.round(outline * self.size * 16).astype(np.int32)
        cv2.fillPoly(self.pieces, [points], self.piece(tones), cv2.LINE_8, 4)


def cuts(rng: np.random.Generator, low: float, high: float, width: float) -> np.ndarray:
    """Return irregular cutting places, about `width` apart."""
    number = int((high - low) / width) + 3
    return low + np.cumsum(rng.uniform(0.55, 1.5, number)) * width - width


def sky(window: Window, x: np.ndarray, y: np.ndarray):
    """Cut the sky into rings and rays around the sun."""
    rng, size = window.rng, window.size
    dx = x - SUN[0] + 0.010 * noise(size, rng, 4, 2)
    dy = y - SUN[1] + 0.010 * noise(size, rng, 4, 2)
    radius = np.hypot(dx, dy)
    angle = np.arctan2(dy, dx) + 0.9 * radius
    for number, tones in enumerate(SUNNY):
        low, high = RINGS[number], RINGS[number + 1]
        mask = (radius >= low) & (radius < high)
        middle = (low + high) / 2
        edges = cuts(rng, -np.pi, np.pi, (0.075 + 0.013 * number) / max(middle, 0.05))
        if number == 0:
            edges = np.array([])
        turn = (angle + rng.uniform(0, 6) + 2 * np.pi) % (2 * np.pi) - np.pi
        window.cells(mask, np.searchsorted(edges, turn), tones)


def hills(window: Window, x: np.ndarray, y: np.ndarray):
    """Cut the hills, one behind the other, and the river between them."""
    rng, size = window.rng, window.size
    tops = (
        0.60 - 0.05 * np.sin(5 * x + 0.5) + 0.02 * np.sin(11 * x),
        0.68 + 0.06 * np.sin(4.2 * x + 2.2),
        0.79 - 0.07 * np.sin(3.6 * x + 0.2),
        0.90 + 0.05 * np.sin(5.0 * x + 1.8),
    )
    for number, (top, tones) in enumerate(zip(tops, HILLS, strict=True)):
        below = y - top
        mask = below > 0
        across = x + 0.5 * rng.choice([-1, 1]) * below + 0.015 * noise(size, rng, 5, 2)
        edges = cuts(rng, -0.3, 1.3, 0.085)
        layer = np.searchsorted([0.05, 0.12], below + 0.012 * np.sin(17 * x))
        moved = across + 0.045 * layer
        window.cells(mask, np.searchsorted(edges, moved) * 4 + layer, tones)
        if number == 2:
            river(window, x, y)


def river(window: Window, x: np.ndarray, y: np.ndarray):
    """Cut the river that winds towards us between the hills."""
    deep = np.clip((y - 0.61) / 0.4, 0, 1)
    centre = 0.665 - 0.13 * np.sin(7.5 * deep**0.8) * (0.25 + deep) - 0.02 * deep
    wide = 0.010 + 0.15 * deep**1.3
    side = (x - centre) / wide
    mask = (np.abs(side) < 1) & (y > 0.615)
    places = 0.615 + 0.42 * (np.arange(14) / 13) ** 1.5
    places[1:-1] += window.rng.normal(0, 0.004, 12)
    step = np.searchsorted(places, y + 0.35 * wide * np.cos(2.2 * side))
    half = (side > 0.3 * np.sin(9 * step)).astype(int) * (step > 5)
    window.cells(mask, step * 2 + half, RIVER)


def leaf(window: Window, at: np.ndarray, heading: float, length: float, tones: np.ndarray):
    """Set in a leaf: two pieces, one on each side of its rib."""
    t = np.linspace(0, 1, 16)
    rib = np.stack([t * length, 0.10 * length * np.sin(np.pi * t)], axis=-1)
    turn = np.array([[np.cos(heading), np.sin(heading)], [-np.sin(heading), np.cos(heading)]])
    for side in (-1, 1):
        belly = 0.30 * length * np.sin(np.pi * t**0.8) ** 0.9
        edge = rib + np.stack([0 * t, side * belly], axis=-1)
        window.shape(at + np.concatenate([rib, edge[::-1]]) @ turn, tones)


def tree(window: Window):
    """Set in the tree on the left, with its branches and leaves."""
    rng = window.rng
    t = np.linspace(0, 1, 40)
    branches = (
        ((0.13, 1.02), (0.19, 0.66), (0.12, 0.36), 0.090),
        ((0.155, 0.64), (0.24, 0.50), (0.33, 0.42), 0.042),
        ((0.150, 0.50), (0.06, 0.42), (0.00, 0.30), 0.038),
        ((0.125, 0.40), (0.15, 0.24), (0.29, 0.14), 0.040),
        ((0.125, 0.40), (0.09, 0.24), (0.10, 0.08), 0.034),
    )
    paths = []
    for start, bend, end, wide in branches:
        s, b, e = np.array(start), np.array(bend), np.array(end)
        path = (1 - t)[:, None] ** 2 * s + 2 * (t * (1 - t))[:, None] * b + (t**2)[:, None] * e
        width = wide * (1.05 - 0.70 * t)
        for first in range(0, 36, 9 if wide > 0.05 else 18):
            piece = slice(first, first + (10 if wide > 0.05 else 22))
            window.shape(ribbon(path[piece], width[piece]), BARK)
        paths.append(path)
    for path in paths[1:]:
        for k, i in enumerate(range(12, 40, 6)):
            direction = path[min(i + 1, 39)] - path[i - 1]
            heading = np.arctan2(-direction[1], direction[0])
            side = (-1) ** k * rng.uniform(0.5, 1.0) if i < 36 else 0.0
            leaf(window, path[i], -(heading + side), rng.uniform(0.085, 0.125), LEAVES)


def flowers(window: Window):
    """Set in the flowers at the bottom."""
    rng = window.rng
    for cx, cy, radius in (
        (0.36, 0.90, 0.075),
        (0.885, 0.80, 0.085),
        (0.07, 0.83, 0.055),
        (0.97, 0.97, 0.06),
    ):
        start, count = rng.uniform(0, 6), rng.integers(5, 8)
        for k in range(count):
            heading = start + 2 * np.pi * k / count + rng.normal(0, 0.08)
            leaf_at = np.array([cx, cy]) + 0.2 * radius * np.array(
                [np.cos(heading), np.sin(heading)]
            )
            t = np.linspace(0, 2 * np.pi, 26)
            petal = np.stack(
                [
                    radius * (0.5 + 0.5 * np.cos(t)),
                    0.40 * radius * np.sin(t) * (1.15 + 0.35 * np.cos(t)),
                ],
                -1,
            )
            turn = np.array(
                [[np.cos(heading), np.sin(heading)], [-np.sin(heading), np.cos(heading)]]
            )
            window.shape(leaf_at + petal @ turn, PETALS)
        t = np.linspace(0, 2 * np.pi, 24)
        window.shape(
            np.array([cx, cy]) + 0.33 * radius * np.stack([np.cos(t), np.sin(t)], -1),
            palette("ffd23f f9b233"),
        )


def glass(window: Window, x: np.ndarray, y: np.ndarray, depth: np.ndarray) -> np.ndarray:
    """Colour every piece: streaks, a gradient, ripples, seeds, dirt along the lead."""
    rng, size, pieces = window.rng, window.size, window.pieces
    number = len(window.colours)
    count = np.maximum(np.bincount(pieces.ravel(), minlength=number), 1)
    base = np.array(window.colours)[pieces]
    other = vary(rng, np.array(window.colours), 0.28, 0.085)[pieces]
    sheets = [streaky(size, rng) for _ in range(9)]
    which = rng.integers(0, len(sheets), number)[pieces]
    streaks = np.choose(which, sheets)
    blend = smoothstep(-0.9, 1.5, streaks)[..., None]
    lit = base * (1 - blend) + other * blend
    turn = rng.uniform(0, 2 * np.pi, number)[pieces]
    middle_x = (np.bincount(pieces.ravel(), x.ravel(), number) / count)[pieces]
    middle_y = (np.bincount(pieces.ravel(), y.ravel(), number) / count)[pieces]
    slope = (x - middle_x) * np.cos(turn) + (y - middle_y) * np.sin(turn)
    lit = lit * (1 + np.clip(3.2 * slope, -0.3, 0.3))[..., None]
    ripple = noise(size, rng, 60, 3) + 0.6 * noise(size, rng, 150, 2)
    light = 0.95 + 0.035 * ripple + 0.09 * streaks
    light *= 1.16 - 0.42 * np.hypot(x - SUN[0], y - SUN[1])
    light *= 1 - 0.55 * np.exp(-depth / 0.006) * (0.75 + 0.25 * noise(size, rng, 30, 3))
    lit = lit * light[..., None]
    for _ in range(700):  # seeds: little bubbles in the glass
        at, radius = rng.random(2) * size, rng.uniform(0.0007, 0.0022) * size
        centre = tuple(np.round(at).astype(int).tolist())
        axes = (max(1, round(radius * rng.uniform(1, 2.2))), max(1, round(radius)))
        row, column = min(centre[1], size - 1), min(centre[0], size - 1)
        tone = np.clip(lit[row, column] * 1.35 + 0.08, 0, 1)
        cv2.ellipse(lit, centre, axes, rng.uniform(0, 180), 0, 360, tone.tolist(), -1, cv2.LINE_AA)
    return lit


def paint(size: int, rng: np.random.Generator) -> np.ndarray:
    """Paint the picture; (size, size, 3) uint8."""
    n = size * OVERSAMPLING
    x, y = grid(n)
    window = Window(n, rng)
    sky(window, x, y)
    hills(window, x, y)
    tree(window)
    flowers(window)
    pieces = window.pieces
    edge = np.zeros((n, n), bool)
    edge[:, 1:] |= pieces[:, 1:] != pieces[:, :-1]
    edge[1:] |= pieces[1:] != pieces[:-1]
    distance = cv2.distanceTransform((~edge).astype(np.uint8), cv2.DIST_L2, 5) / n
    distance = cv2.GaussianBlur(distance, (0, 0), 0.0012 * n)
    lit = glass(window, x, y, distance)
    wide = 0.0046 * (1 + 0.13 * noise(n, rng, 14, 3))
    inside = np.clip(1 - distance / wide, 0, 1)
    cover = smoothstep(0.0, 0.22, inside)[..., None]
    height = cv2.GaussianBlur(
        np.sqrt(1 - (1 - inside) ** 2).astype(np.float32), (0, 0), 0.0008 * n + 0.3
    )
    height += 0.05 * noise(n, rng, 120, 2).astype(np.float32)
    slope = cv2.Sobel(height, cv2.CV_32F, 1, 0) + cv2.Sobel(height, cv2.CV_32F, 0, 1)
    metal = colour("1d1c20") * (1 + 0.25 * noise(n, rng, 40, 3))[..., None]
    metal = metal + np.clip(slope, 0, 1)[..., None] * np.array([0.30, 0.31, 0.34]) * 0.9
    halo = cv2.GaussianBlur((lit * (1 - cover)).astype(np.float32), (0, 0), 0.007 * n)
    picture = lit * (1 - cover) + (metal + 0.10 * halo) * cover
    return reduce(picture + 0.07 * halo * (1 - cover), size)
