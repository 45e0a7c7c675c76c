"""Rice paper that takes ink: washes, half-dry brushes, and a red seal."""

from __future__ import annotations

import cv2
import numpy as np

from .canvas import OVERSAMPLING
from .fields import colour, grid, noise, smoothstep


class Sheet:
    """Rice paper that holds ink: a map of how much ink lies where (0 none, 1 black)."""

    def __init__(self, size: int, rng: np.random.Generator):
        self.n, self.rng = size * OVERSAMPLING, rng
        self.x, self.y = grid(self.n)
        self.ink = np.zeros((self.n, self.n), np.float32)
        self.tooth = noise(self.n, rng, 330, 2) + 0.35 * noise(self.n, rng, 90, 2)
        self.cloud = noise(self.n, rng, 7, 4)

    def add(self, ink: np.ndarray, window: tuple[slice, slice] = (slice(None), slice(None))):
        """Lay ink over ink: what is dark already takes less."""
        self.ink[window] += ink.astype(np.float32) * (1 - self.ink[window])

    def wash(
        self,
        mask: np.ndarray,
        depth: np.ndarray | float,
        *,
        bleed: float = 0.004,
        rim: float = 0.35,
    ):
        """Lay a wash: soft where wet, darker along its rim, grained by the paper's tooth."""
        soft = cv2.GaussianBlur(mask.astype(np.float32), (0, 0), bleed * self.n)
        wide = cv2.GaussianBlur(mask.astype(np.float32), (0, 0), bleed * self.n * 3.5)
        edge = np.clip(soft - wide, 0, 1)
        grain = 1 + 0.12 * self.tooth + 0.16 * self.cloud
        self.add(np.clip((soft + rim * 2.2 * edge) * depth * grain, 0, 0.97))

    def brush(self, path: np.ndarray, width: np.ndarray, depth: float, *, dry: float = 0.3):
        """Pull a loaded brush along a path; as it dries, the paper shows between its hairs."""
        rng, steps = self.rng, len(path)
        window, shift = self.around(path, float(width.max()))
        shape = self.ink[window].shape
        if min(shape) < 2:
            return
        direction = np.gradient(path, axis=0)
        direction /= np.linalg.norm(direction, axis=1, keepdims=True) + 1e-9
        normal = np.stack([-direction[:, 1], direction[:, 0]], axis=-1)
        hairs = int(np.clip(width.max() * self.n / 1.35, 3, 90))
        layer = np.zeros(shape, np.uint8)
        load = np.convolve(rng.standard_normal(hairs + 2), [0.5, 1, 0.5], "valid")
        thick = max(1, round((1.9 - 0.9 * dry) * width.max() * self.n / hairs))
        for place, wet in zip(np.linspace(-0.5, 0.5, hairs), load, strict=True):
            wander = place + 0.02 * np.cumsum(rng.standard_normal(steps)) / steps**0.5
            points = path + normal * (width * wander)[:, None]
            fixed = np.round((points * self.n - shift - 0.5) * 16).astype(np.int32)
            tone = float(np.clip(180 + 62 * wet, 25, 255))
            at, last = 0, int(np.clip(1.3 + 0.35 * wet - dry * 1.15, 0.12, 1) * steps)
            while at < steps - 1:  # whole at first, then broken traces where the hair dries
                long = last if at == 0 else int(rng.integers(2, 6))
                if at == 0 or rng.random() < 0.45 + 0.1 * wet:
                    piece = [fixed[at : at + long + 1]]
                    cv2.polylines(layer, piece, False, tone, thick, cv2.LINE_AA, 4)
                at += long
        mark = cv2.GaussianBlur(layer.astype(np.float32) / 255, (0, 0), 0.00035 * self.n)
        level = -3.4 + 3.6 * dry
        held = smoothstep(level - 0.5, level + 0.5, self.tooth[window])
        tone = mark * held * (depth + 0.07 * self.cloud[window])
        self.add(np.clip(tone, 0, 0.98), window)

    def around(self, path: np.ndarray, margin: float) -> tuple[tuple[slice, slice], np.ndarray]:
        """Return the window of the sheet that a mark touches, and its corner in pixels."""
        low = np.clip(np.floor((path.min(0) - margin) * self.n) - 3, 0, self.n).astype(int)
        high = np.clip(np.ceil((path.max(0) + margin) * self.n) + 3, 0, self.n).astype(int)
        return (slice(low[1], high[1]), slice(low[0], high[0])), low

    def dab(self, at: np.ndarray, long: float, angle: float, depth: float):
        """Press the brush down once: a drop-shaped dot, darker where the tip was."""
        t = np.linspace(-0.5, 0.5, 9)
        path = at + long * np.stack([t * np.cos(angle), t * np.sin(angle)], axis=-1)
        width = long * 0.48 * np.sqrt(np.clip(1 - (1.9 * t - 0.1) ** 2, 0.02, 1))
        self.brush(path, width, depth, dry=0.35)


def paper(sheet: Sheet) -> np.ndarray:
    """Make the paper: warm, cloudy, with long fibres."""
    rng, n = sheet.rng, sheet.n
    tone = 1 + 0.016 * sheet.tooth + 0.016 * noise(n, rng, 3, 3) + 0.010 * noise(n, rng, 120, 2)
    fibres = np.zeros((n, n), np.uint8)
    for _ in range(1500):
        at, turn, long = rng.random(2) * n, rng.uniform(0, np.pi), rng.uniform(0.01, 0.06) * n
        t = np.linspace(-0.5, 0.5, 10)
        turn = turn + rng.normal(0, 1.4) * t
        path = at + long * np.stack([t * np.cos(turn), t * np.sin(turn)], axis=-1)
        cv2.polylines(
            fibres,
            [np.round(path).astype(np.int32)],
            False,
            int(rng.integers(60, 255)),
            1,
            cv2.LINE_AA,
        )
    soft = cv2.GaussianBlur(fibres.astype(np.float32) / 255, (0, 0), 0.7)
    return np.clip(colour("ebe0c8") * (tone - 0.075 * soft)[..., None], 0, 1)


def seal(picture: np.ndarray, sheet: Sheet) -> np.ndarray:
    """Stamp the red seal."""
    rng, n = sheet.rng, sheet.n
    stamp = np.zeros((n, n), np.uint8)
    left, top, side = 0.893, 0.845, 0.062
    corner = lambda u, v: (round((left + u * side) * n), round((top + v * side) * n))  # noqa: E731
    cv2.rectangle(stamp, corner(0, 0), corner(1, 1.12), 255, -1)
    wide = max(1, round(0.0045 * n))
    for a, b in (
        ((0.2, 0.2), (0.8, 0.2)),
        ((0.5, 0.2), (0.5, 0.52)),
        ((0.2, 0.36), (0.2, 0.52)),
        ((0.8, 0.36), (0.8, 0.52)),
        ((0.18, 0.52), (0.82, 0.52)),
        ((0.25, 0.68), (0.75, 0.66)),
        ((0.3, 0.68), (0.22, 0.95)),
        ((0.5, 0.68), (0.5, 0.95)),
        ((0.72, 0.68), (0.8, 0.95)),
        ((0.35, 0.82), (0.66, 0.82)),
    ):
        cv2.line(stamp, corner(*a), corner(*b), 0, wide, cv2.LINE_AA)
    soft = cv2.GaussianBlur(stamp.astype(np.float32) / 255, (0, 0), 0.0008 * n)
    cover = np.clip(soft * (0.88 + 0.16 * sheet.tooth + 0.1 * noise(n, rng, 40, 2)), 0, 0.95)[
        ..., None
    ]
    return picture * (1 - cover) + colour("b3261e") * cover
