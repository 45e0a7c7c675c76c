"""Pine above the mist: ink and water on rice paper, with one red seal."""

from __future__ import annotations

import cv2
import numpy as np

from .canvas import reduce
from .fields import colour, noise, smoothstep
from .ink_mountains import mountains
from .ink_sheet import Sheet, paper, seal

INK = colour("14171c")
WARM = colour("3a2f2a")


def limb(start, bends, number: int = 70) -> np.ndarray:
    """Run a crooked branch through its bends."""
    points = np.array([start, *bends], float)
    place = np.linspace(0, 1, len(points))
    t = np.linspace(0, 1, number)
    path = np.stack([np.interp(t, place, points[:, c]) for c in range(2)], axis=-1)
    kernel = np.ones(9) / 9
    padded = np.pad(path, ((4, 4), (0, 0)), mode="edge")
    return np.stack([np.convolve(padded[:, c], kernel, "valid") for c in range(2)], axis=-1)


def needles(sheet: Sheet, at: np.ndarray, radius: float, depth: float):
    """Draw a fan of pine needles, dark above, over a pale wash."""
    rng = sheet.rng
    window, shift = sheet.around(at[None], 1.7 * radius)
    if min(sheet.ink[window].shape) < 2:
        return
    dx, dy = (sheet.x[window] - at[0]) / 1.3, sheet.y[window] - at[1] + 0.25 * radius
    away = np.hypot(dx, dy) / radius + 0.16 * sheet.cloud[window] + 0.05 * sheet.tooth[window]
    sheet.add(0.20 * smoothstep(1.0, 0.55, away), window)
    layer = np.zeros(sheet.ink[window].shape, np.uint8)
    t = np.linspace(0, 1, 6)
    for _ in range(64):
        turn = rng.uniform(-np.pi * 1.08, np.pi * 0.08)
        long, bend = radius * rng.uniform(0.6, 1.12), rng.normal(0, 0.25)
        root = at + rng.normal(0, 0.10 * radius, 2) * [1.4, 0.7]
        turns = turn + bend * t
        path = root + long * np.stack([1.2 * t * np.cos(turns), t * np.sin(turns)], axis=-1)
        fixed = np.round((path * sheet.n - shift) * 16).astype(np.int32)
        tone = float(rng.uniform(90, 255))
        cv2.polylines(layer, [fixed], False, tone, int(rng.integers(1, 4)), cv2.LINE_AA, 4)
    mark = cv2.GaussianBlur(layer.astype(np.float32) / 255, (0, 0), 0.6)
    sheet.add(np.clip(mark * depth * (0.94 + 0.08 * sheet.tooth[window]), 0, 0.97), window)


def pine(sheet: Sheet):
    """Draw the pine that leans out from its rock."""
    rng = sheet.rng
    trunk = limb(
        (0.02, 1.02),
        (
            (0.11, 0.88),
            (0.10, 0.76),
            (0.19, 0.63),
            (0.17, 0.50),
            (0.27, 0.38),
            (0.31, 0.25),
            (0.40, 0.17),
        ),
        110,
    )
    t = np.linspace(0, 1, len(trunk))
    wide = 0.066 * (1 - 0.82 * t**0.8) * (1 + 0.16 * np.sin(21 * t) + 0.10 * np.sin(47 * t + 1))
    sheet.brush(trunk, wide, 0.36, dry=0.3)
    for _ in range(20):  # bark: dry strokes along the trunk, darker on its shadow side
        first = int(rng.integers(0, 80))
        piece = slice(first, first + int(rng.integers(14, 34)))
        side = rng.beta(0.9, 2.4) - 0.5
        path = trunk[piece] + (side * wide[piece])[:, None] * np.array([-1.0, -0.25])
        sheet.brush(
            path,
            rng.uniform(0.12, 0.34) * wide[piece],
            rng.uniform(0.6, 1.0),
            dry=rng.uniform(0.55, 0.85),
        )
    for i in range(4, 92, 3):  # scales: hooked little strokes across it
        s = np.linspace(-1, 1, 12)
        reach = wide[i] * rng.uniform(0.12, 0.24)
        at = trunk[i] + np.array([rng.uniform(-0.36, 0.36) * wide[i], rng.normal(0, 0.004)])
        arc = at + reach * np.stack(
            [s, rng.choice([-0.7, 0.7]) * s**2 + rng.normal(0, 0.3) * s], axis=-1
        )
        sheet.brush(arc, 0.0042 * (1.15 - np.abs(s)), 0.95, dry=0.4)
    boughs = (
        (40, ((0.27, 0.62), (0.36, 0.64), (0.47, 0.60), (0.56, 0.62))),
        (58, ((0.09, 0.47), (0.045, 0.42), (-0.02, 0.43))),
        (76, ((0.37, 0.40), (0.46, 0.42), (0.54, 0.38))),
        (88, ((0.22, 0.25), (0.13, 0.22), (0.06, 0.24))),
        (98, ((0.42, 0.22), (0.52, 0.24), (0.60, 0.21))),
    )
    clumps = []
    for start, bends in boughs:
        bough = limb(trunk[start], bends, 60)
        s = np.linspace(0, 1, len(bough))
        sheet.brush(bough, 0.020 * (1 - 0.78 * s) * (1 + 0.2 * np.sin(25 * s)), 0.92, dry=0.55)
        clumps += [bough[k] + rng.normal(0, 0.008, 2) for k in range(20, 60, 8)]
        clumps += [
            bough[k] + np.array([rng.normal(0, 0.02), -rng.uniform(0.02, 0.05)])
            for k in range(26, 60, 11)
        ]
    clumps += [trunk[-1] + rng.normal(0, 0.025, 2) for _ in range(5)]
    for at in clumps:
        needles(sheet, at, rng.uniform(0.038, 0.058), rng.uniform(0.6, 0.95))


def rock(sheet: Sheet):
    """Lay the rock under the pine with a broad, half-dry brush."""
    rng = sheet.rng
    edge = (
        0.865
        + 0.02 * np.sin(15 * sheet.x)
        + 0.55 * np.clip(sheet.x - 0.10, 0, 1)
        + 0.01 * noise(sheet.n, rng, 16, 4)
    )
    sheet.wash(sheet.y > edge, 0.55 + 0.12 * sheet.cloud, bleed=0.002, rim=0.4)
    for _ in range(46):
        start = np.array([rng.uniform(-0.02, 0.34), 0.0])
        start[1] = 0.875 + 0.55 * max(start[0] - 0.10, 0) + rng.uniform(0, 0.10)
        t = np.linspace(0, 1, 26)
        long, turn = rng.uniform(0.05, 0.14), rng.uniform(0.25, 1.2)
        path = start + long * np.stack([t * np.cos(turn), t * np.sin(turn) + 0.15 * t**2], axis=-1)
        sheet.brush(path, rng.uniform(0.008, 0.03) * (1 - 0.4 * t), rng.uniform(0.6, 0.95), dry=0.8)


def boat_and_birds(sheet: Sheet):
    """Draw a fisher's boat on the still water, ripples, and birds far off."""
    rng = sheet.rng
    t = np.linspace(-1, 1, 40)
    hull = np.stack([0.66 + 0.055 * t, 0.893 - 0.012 * t**2], axis=-1)
    sheet.brush(hull, 0.014 * (1.05 - t**2) ** 0.6, 0.92, dry=0.2)
    for dx, tall in ((0.0, 0.036), (0.012, 0.028)):
        body = np.stack(
            [0.662 + dx + 0.006 * np.linspace(0, 1, 12), 0.89 - tall * np.linspace(0, 1, 12)],
            axis=-1,
        )
        sheet.brush(body, np.linspace(0.016, 0.006, 12), 0.85, dry=0.15)
    pole = np.linspace([0.690, 0.80], [0.722, 0.925], 24)
    sheet.brush(pole, np.full(24, 0.0028), 0.85, dry=0.2)
    for _ in range(34):
        at = np.array([rng.uniform(0.38, 1.0), rng.uniform(0.86, 0.99)])
        long = rng.uniform(0.03, 0.14)
        path = at + np.stack([long * t, 0.004 * np.sin(3 * t + at[0] * 40)], axis=-1)
        sheet.brush(
            path, rng.uniform(0.002, 0.006) * (1.05 - t**2), rng.uniform(0.18, 0.45), dry=0.8
        )
    for _ in range(7):
        at = np.array([rng.uniform(0.56, 0.80), rng.uniform(0.10, 0.19)])
        s = np.linspace(-1, 1, 18)
        wing = rng.uniform(0.010, 0.018)
        path = at + np.stack(
            [wing * s, -0.55 * wing * np.abs(np.sin(np.pi * s)) ** 0.8 + 0.2 * wing * s], axis=-1
        )
        sheet.brush(path, 0.0038 * (1.1 - np.abs(s)), 0.75, dry=0.2)


def splatter(sheet: Sheet):
    """Let some ink fall."""
    rng = sheet.rng
    layer = np.zeros((sheet.n, sheet.n), np.uint8)
    for _ in range(110):
        at = np.array([0.26, 0.45]) + rng.normal(0, 0.26, 2)
        radius = int(max(1, sheet.n * 0.0008 * rng.exponential(1.3)))
        cv2.circle(
            layer,
            tuple(np.round(at * sheet.n).astype(int).tolist()),
            radius,
            int(rng.integers(90, 240)),
            -1,
            cv2.LINE_AA,
        )
    sheet.add(cv2.GaussianBlur(layer.astype(np.float32) / 255, (0, 0), 0.7) * 0.7)


def paint(size: int, rng: np.random.Generator) -> np.ndarray:
    """Paint the picture; (size, size, 3) uint8."""
    sheet = Sheet(size, rng)
    ground = paper(sheet)
    sheet.wash(
        (sheet.y < 0.55 + 0.05 * sheet.cloud),
        0.10 * smoothstep(0.55, 0.0, sheet.y),
        bleed=0.03,
        rim=0,
    )
    mountains(sheet)
    boat_and_birds(sheet)
    rock(sheet)
    pine(sheet)
    splatter(sheet)
    ink = sheet.ink[..., None]
    tint = INK * ink + (WARM * 0.6 + INK * 0.4) * (1 - ink)
    picture = ground * (1 - ink) + tint * ink
    return reduce(seal(picture, sheet), size)
