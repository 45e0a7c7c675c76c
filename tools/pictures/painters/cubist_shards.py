"""Guitar and bottle: a still life broken into planes and seen from several sides at once."""

from __future__ import annotations

import numpy as np

from .canvas import Canvas
from .cubist_planes import FIELD, Plan, planes, veils
from .cubist_things import things
from .fields import colour, noise, sample, scatter, trace, vary


def within(path: np.ndarray, planes: np.ndarray) -> np.ndarray:
    """Keep the part of a stroke around its middle that stays in its own plane."""
    own = sample(planes, path)
    middle = len(path) // 2
    other = np.flatnonzero(own != own[middle])
    first = other[other < middle].max(initial=-1) + 1
    last = other[other > middle].min(initial=len(path))
    return path[first:last]


def brushwork(canvas: Canvas, plan: Plan):
    """Paint the plan in short dabs, plane by plane in its own direction."""
    rng = canvas.rng
    layers = ((0.026, 0.070, 3000, False), (0.015, 0.046, 9000, True), (0.009, 0.030, 13000, True))
    for width, length, number, keep in layers:
        seeds = scatter(rng, number * canvas.share)
        lengths = length * rng.uniform(0.6, 1.3, len(seeds))
        tones = vary(rng, sample(plan.rgb, seeds), 0.085, 0.016)
        others = vary(rng, sample(plan.rgb, seeds), 0.085, 0.016)
        paths = trace(seeds, plan.turn, lengths, 5)
        for path, one, two in zip(paths, tones, others, strict=True):
            piece = within(path, plan.plane) if keep else path
            wide = width * rng.uniform(0.7, 1.3)
            if len(piece) > 3:
                canvas.stroke(piece, wide, one, second=two, variation=0.07)


def contours(canvas: Canvas, plan: Plan):
    """Draw the planes' edges: dark on one side, light on the other, lost here and there."""
    rng = canvas.rng
    for start, end in plan.edges:
        long = np.hypot(*(end - start))
        if long < 0.02 or rng.random() < 0.25:
            continue
        first, last = sorted(rng.uniform(-0.03, 1.03, 2)) if rng.random() < 0.6 else (0.0, 1.0)
        path = start + (end - start) * np.linspace(first, last, 14)[:, None]
        normal = np.array([-(end - start)[1], (end - start)[0]]) / long
        dark = vary(rng, colour("2a1f1b"), 0.3, 0.02)
        canvas.stroke(path, rng.uniform(0.0028, 0.0062), dark, dry=0.5)
        if rng.random() < 0.22:
            light = vary(rng, colour("e9d6ae"), 0.10, 0.02)
            canvas.stroke(path[2:-2] + normal * 0.005, rng.uniform(0.004, 0.007), light, dry=0.8)


def paint(size: int, rng: np.random.Generator) -> np.ndarray:
    """Paint the picture; (size, size, 3) uint8."""
    plan = Plan(rng)
    planes(plan)
    veils(plan)
    plan.rgb *= (1 + 0.05 * noise(FIELD, rng, 5, 4))[..., None]
    canvas = Canvas(size, colour("8a6f4a"), rng)
    brushwork(canvas, plan)
    contours(canvas, plan)
    things(canvas, plan)
    return canvas.finish(relief=0.7, weave=0.035)
