"""Sun window: streaky glass in lead, lit from behind."""

from __future__ import annotations

import cv2
import numpy as np

from .canvas import OVERSAMPLING, colour, grid, noise, palette, reduce, smoothstep, vary

SUN = (0.60, 0.34)
RINGS = (0.0, 0.062, 0.118, 0.185, 0.265, 0.36, 0.47, 0.60, 0.75, 0.95, 1.3)
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
        edges = cuts(rng, -np.pi, np.pi, (0.10 + 0.05 * number * 0.35) / max(middle, 0.05))
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
    for top, tones in zip(tops, HILLS, strict=True):
        below = y - top
        mask = below > 0
        across = x + 0.5 * rng.choice([-1, 1]) * below + 0.015 * noise(size, rng, 5, 2)
        edges = cuts(rng, -0.3, 1.3, 0.105)
        layer = np.searchsorted([0.05, 0.12], below + 0.012 * np.sin(17 * x))
        moved = across + 0.045 * layer
        window.cells(mask, np.searchsorted(edges, moved) * 4 + layer, tones)
    centre = 0.62 + 0.12 * np.sin(9 * (y - 0.55)) * (y - 0.4)
    wide = 0.012 + 0.34 * np.clip(y - 0.60, 0, 1) ** 1.6
    side = (x - centre) / wide
    mask = (np.abs(side) < 1) & (y > 0.635) & (y > tops[0])
    step = np.searchsorted(cuts(rng, 0.6, 1.1, 0.05), y + 0.025 * np.sin(3 * side))
    half = (side > 0.25 * np.sin(14 * y)).astype(int) * (y > 0.72)
    window.cells(mask, step * 2 + half, RIVER)


def limb(path: np.ndarray, width: np.ndarray) -> np.ndarray:
    """Outline of a branch."""
    direction = np.gradient(path, axis=0)
    direction /= np.linalg.norm(direction, axis=1, keepdims=True)
    side = np.stack([-direction[:, 1], direction[:, 0]], axis=-1) * width[:, None] / 2
    return np.concatenate([path + side, (path - side)[::-1]])


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
        ((0.15, 1.02), (0.20, 0.62), (0.10, 0.30), 0.085),
        ((0.165, 0.62), (0.26, 0.42), (0.38, 0.30), 0.036),
        ((0.15, 0.46), (0.06, 0.36), (0.01, 0.20), 0.032),
        ((0.125, 0.38), (0.18, 0.20), (0.27, 0.10), 0.030),
    )
    tips = []
    for start, bend, end, wide in branches:
        s, b, e = np.array(start), np.array(bend), np.array(end)
        path = (1 - t)[:, None] ** 2 * s + 2 * (t * (1 - t))[:, None] * b + (t**2)[:, None] * e
        width = wide * (1.05 - 0.75 * t)
        for first in range(0, 36, 9):
            piece = slice(first, first + 10)
            window.shape(limb(path[piece], width[piece]), BARK)
        tips += [(path[i], i) for i in range(14 if wide < 0.05 else 30, 40, 3)]
    for at, _ in tips:
        for _ in range(2):
            leaf(window, at, rng.uniform(0, 2 * np.pi), rng.uniform(0.065, 0.105), LEAVES)


def flowers(window: Window):
    """Set in the flowers at the bottom."""
    rng = window.rng
    for cx, cy, radius in ((0.36, 0.90, 0.075), (0.885, 0.80, 0.085), (0.07, 0.83, 0.055), (0.97, 0.97, 0.06)):
        start, count = rng.uniform(0, 6), rng.integers(5, 8)
        for k in range(count):
            heading = start + 2 * np.pi * k / count + rng.normal(0, 0.08)
            leaf_at = np.array([cx, cy]) + 0.2 * radius * np.array([np.cos(heading), np.sin(heading)])
            t = np.linspace(0, 2 * np.pi, 26)
            petal = np.stack([radius * (0.5 + 0.5 * np.cos(t)), 0.40 * radius * np.sin(t) * (1.15 + 0.35 * np.cos(t))], -1)
            turn = np.array([[np.cos(heading), np.sin(heading)], [-np.sin(heading), np.cos(heading)]])
            window.shape(leaf_at + petal @ turn, PETALS)
        t = np.linspace(0, 2 * np.pi, 24)
        window.shape(np.array([cx, cy]) + 0.33 * radius * np.stack([np.cos(t), np.sin(t)], -1), palette("ffd23f f9b233"))


def glass(window: Window, x: np.ndarray, y: np.ndarray, depth: np.ndarray) -> np.ndarray:
    """Colour every piece: streaks, a gradient, ripples, seeds, dirt along the lead."""
    rng, size, pieces = window.rng, window.size, window.pieces
    number = len(window.colours)
    base = np.array(window.colours)[pieces]
    other = vary(rng, np.array(window.colours), 0.22, 0.09)[pieces]
    sheets = []
    for _ in range(10):
        small = max(size // 2, 8)
        angle = rng.uniform(0, np.pi)
        kernel = np.zeros((41, 41), np.float32)
        end = 20 * np.array([np.cos(angle), np.sin(angle)])
        cv2.line(kernel, tuple(np.round(20 - end).astype(int).tolist()), tuple(np.round(20 + end).astype(int).tolist()), 1, 1)
        sheet = cv2.filter2D(noise(small, rng, 45, 3).astype(np.float32), -1, kernel / kernel.sum())
        sheet = sheet / sheet.std() + 0.5 * noise(small, rng, 9, 2)
        sheets.append(cv2.resize(sheet, (size, size), interpolation=cv2.INTER_CUBIC))
    which = rng.integers(0, len(sheets), number)[pieces]
    streaks = np.choose(which, sheets)
    blend = smoothstep(-1.2, 1.6, streaks)[..., None]
    lit = base * (1 - blend) + other * blend
    turn = rng.uniform(0, 2 * np.pi, number)[pieces]
    lit = lit * (1 + 1.3 * ((x - 0.5) * np.cos(turn) + (y - 0.5) * np.sin(turn)) % 0.25 - 0.125)[..., None]
    ripple = noise(size, rng, 60, 3) + 0.6 * noise(size, rng, 150, 2)
    light = 0.93 + 0.055 * ripple + 0.10 * streaks
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
    height = cv2.GaussianBlur(np.sqrt(1 - (1 - inside) ** 2).astype(np.float32), (0, 0), 0.0008 * n + 0.3)
    height += 0.05 * noise(n, rng, 120, 2).astype(np.float32)
    slope = cv2.Sobel(height, cv2.CV_32F, 1, 0) + cv2.Sobel(height, cv2.CV_32F, 0, 1)
    metal = colour("1d1c20") * (1 + 0.25 * noise(n, rng, 40, 3))[..., None]
    metal = metal + np.clip(slope, 0, 1)[..., None] * np.array([0.30, 0.31, 0.34]) * 0.9
    halo = cv2.GaussianBlur((lit * (1 - cover)).astype(np.float32), (0, 0), 0.007 * n)
    picture = lit * (1 - cover) + (metal + 0.10 * halo) * cover
    return reduce(picture + 0.07 * halo * (1 - cover), size)
