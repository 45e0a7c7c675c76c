"""The printing of the woodblock: flat areas, a key block of lines, grain and paper."""

from __future__ import annotations

import cv2
import numpy as np

from .canvas import Canvas, reduce
from .fields import colour, grid, noise, ribbon

KEY = colour("14264d")


class Print(Canvas):
    """Flat colours, and a key block of dark lines that is printed over them at the end."""

    def __init__(self, size: int, ground: np.ndarray, rng: np.random.Generator):
        super().__init__(size, ground, rng)
        self.key = np.zeros((self.pixels, self.pixels), np.uint8)

    def area(self, outline: np.ndarray, rgb: np.ndarray, edge: float = 0.0):
        """Print a flat area; it hides the key lines below it and gets its own outline."""
        self.fill(outline, rgb)
        cv2.fillPoly(self.key, [self.fixed(outline)], 0, cv2.LINE_AA, 4)
        if edge:
            closed = np.concatenate([outline, outline[:1]])
            self.cut(closed, edge * (0.75 + 0.25 * np.sin(np.linspace(0, 19, len(closed)))))

    def cut(self, path: np.ndarray, width: np.ndarray):
        """Cut a line into the key block."""
        cv2.fillPoly(self.key, [self.fixed(ribbon(path, width))], 255, cv2.LINE_AA, 4)


def proof(block: Print) -> np.ndarray:
    """Pull the print: carved edges, wood grain in the colour, the key block, the paper."""
    n, rng = block.pixels, block.rng
    x, y = grid(n)
    wobble = 0.0016 * n
    columns, rows = (x * n - 0.5).astype(np.float32), (y * n - 0.5).astype(np.float32)
    dx, dy = (wobble * noise(n, rng, 30, 2).astype(np.float32) for _ in range(2))
    flat = (
        cv2.remap(
            block.paint[..., :3],
            columns + dx,
            rows + dy,
            cv2.INTER_LINEAR,
            borderMode=cv2.BORDER_REFLECT,
        )
        / 255.0
    )
    shift = 0.0018 * n
    key = cv2.remap(block.key, columns + dx + shift, rows + dy - shift, cv2.INTER_LINEAR) / 255.0
    bend = 0.045 * noise(n, rng, 1.6, 2) + 0.010 * noise(n, rng, 5, 2)
    rings = 44 * (y + bend) + 2.5 * x
    lines = 1 - np.abs(np.sin(np.pi * rings)) ** 0.30
    strength = 0.6 + 0.4 * noise(n, rng, 6, 2)
    wide = cv2.resize(noise(max(n // 14, 8), rng, 20, 1), (n, n), interpolation=cv2.INTER_CUBIC)
    pores = rng.standard_normal((n, max(n // 24, 4)))
    pores = cv2.resize(pores, (n, n), interpolation=cv2.INTER_CUBIC)
    grain = -0.85 * lines * strength + 0.10 * pores + 0.06 * wide
    depth = 1 - flat.mean(-1, keepdims=True)
    flat = 1 - (1 - flat) * (1 + 0.34 * (grain * (0.30 + depth[..., 0]))[..., None])
    speck = noise(n, rng, 260, 1)
    flat += (0.045 * (speck > 2.1) * depth[..., 0] - 0.02 * (speck < -2.3))[..., None]
    worn = np.clip(0.93 + 0.07 * noise(n, rng, 60, 3), 0.55, 1)
    flat = flat * (1 - (key * worn)[..., None]) + KEY * (key * worn)[..., None]
    paper = 1 + 0.012 * noise(n, rng, 220, 2) + 0.012 * noise(n, rng, 8, 3)
    fibres = np.zeros((n, n), np.uint8)
    for _ in range(420):
        at, turn, long = rng.random(2) * n, rng.uniform(0, np.pi), rng.uniform(0.01, 0.04) * n
        t = np.linspace(-0.5, 0.5, 8)
        turn = turn + rng.normal(0, 1.2) * t
        path = at + long * np.stack([t * np.cos(turn), t * np.sin(turn)], axis=-1)
        cv2.polylines(fibres, [np.round(path).astype(np.int32)], False, 255, 1, cv2.LINE_AA)
    return reduce(
        flat * (paper + 0.05 * fibres / 255.0)[..., None] * [1.0, 0.99, 0.955], block.size
    )
