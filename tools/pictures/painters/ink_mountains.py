"""The mountains of the ink painting: ridges, folds and far trees."""

from __future__ import annotations

import numpy as np

from .fields import noise
from .ink_sheet import Sheet

RANGES = (  # height of the foot, peaks as (x, height, width), depth of the ink
    (0.47, ((0.60, 0.19, 0.13), (0.33, 0.10, 0.12), (0.93, 0.13, 0.13)), 0.20),
    (0.57, ((0.79, 0.30, 0.115), (0.52, 0.12, 0.09), (1.02, 0.17, 0.12)), 0.34),
    (0.69, ((0.95, 0.25, 0.11), (0.66, 0.11, 0.10), (0.16, 0.08, 0.14)), 0.50),
    (0.81, ((0.47, 0.075, 0.11), (0.80, 0.055, 0.09)), 0.46),
)


def mountains(sheet: Sheet):
    """Lay the ranges, pale to dark, each sinking into mist."""
    x, y = sheet.x, sheet.y
    for number, (foot, peaks, depth) in enumerate(RANGES):
        line = foot + 0.006 * np.sin(23 * x[0] + number)
        line = line + 0.022 * np.sin(6.5 * x[0] + 2.1 * number + 0.5)
        for at, tall, wide in peaks:
            away = np.abs(x[0] - at) / wide
            steps = 1 + 0.09 * np.sin(29 * x[0] + 2 * number) + 0.05 * np.sin(71 * x[0] + number)
            line = line - tall * np.exp(-(away**1.25)) * steps
        below = y - line[None, :] + 0.005 * noise(sheet.n, sheet.rng, 22, 5)
        mist = np.exp(-np.clip(below, 0, 1) / (0.085 + 0.02 * number)) * (0.75 + 0.3 * sheet.cloud)
        sheet.wash(below > 0, depth * np.clip(mist, 0, 1), bleed=0.0013, rim=0.6)
        ridges(sheet, line, depth)
        folds(sheet, line, depth, peaks)
        moss(sheet, line, depth)


def ridges(sheet: Sheet, line: np.ndarray, depth: float):
    """Draw the ridge itself: broken lines that swell, thin out and stop."""
    rng, n = sheet.rng, sheet.n
    at = int(rng.integers(0, 30))
    while at < n - 30:
        long = int(rng.integers(n // 22, n // 7))
        columns = np.arange(at, min(at + long, n), max(1, n // 160))
        path = np.stack([columns / n, line[columns] + rng.uniform(0.0, 0.006)], axis=-1)
        if len(path) > 6:
            path[:, 1] += 0.0016 * np.cumsum(rng.standard_normal(len(path))) / len(path) ** 0.3
            swell = np.interp(
                np.arange(len(path)), np.linspace(0, len(path), 5), rng.uniform(0.2, 1, 5)
            )
            width = rng.uniform(0.004, 0.012) * swell
            sheet.brush(
                path, width, min(0.97, depth * rng.uniform(1.2, 2.3)), dry=rng.uniform(0.25, 0.8)
            )
        at += int(long * rng.uniform(0.6, 1.15))


def folds(sheet: Sheet, line: np.ndarray, depth: float, peaks):
    """Draw a mountain's folds: long dry strokes that run down from the ridge on both sides."""
    rng = sheet.rng
    t = np.linspace(0, 1, 24)
    for at, tall, wide in peaks:
        for _ in range(int(85 * (tall / 0.2) ** 0.8)):
            start = at + rng.normal(0, 0.6 * wide)
            if not 0 <= start < 1:
                continue
            side = (np.sign(start - at) or 1.0) * (1 if rng.random() < 0.85 else -1)
            top = line[int(start * sheet.n)] + abs(rng.normal(0, 0.35)) * tall
            long = rng.uniform(0.022, 0.075) * (tall / 0.2) ** 0.5
            lean, bow = rng.uniform(0.35, 0.95), rng.uniform(0.05, 0.3)
            path = np.stack(
                [start + side * long * lean * t**0.8, top + long * (t - bow * np.sin(np.pi * t))],
                -1,
            )
            width = rng.uniform(0.0035, 0.011) * (1.05 - t) ** 0.5
            fade = np.exp(-(top - line[int(start * sheet.n)]) / (0.7 * tall))
            sheet.brush(
                path,
                width,
                min(0.95, depth * rng.uniform(0.8, 1.7) * fade),
                dry=rng.uniform(0.45, 0.85),
            )


def moss(sheet: Sheet, line: np.ndarray, depth: float):
    """Set the dots that stand for far trees: in clusters, along the ridge."""
    rng = sheet.rng
    for _ in range(11):
        middle, spread = rng.uniform(0.05, 1.0), rng.uniform(0.02, 0.07)
        for _ in range(int(rng.integers(10, 34))):
            across = middle + rng.normal(0, spread)
            if not 0 <= across < 1:
                continue
            at = np.array([across, line[int(across * sheet.n)] + abs(rng.normal(0, 0.016)) - 0.003])
            long = rng.uniform(0.006, 0.017)
            sheet.dab(at, long, rng.normal(0.1, 0.35), min(0.95, depth * rng.uniform(0.6, 1.9)))
