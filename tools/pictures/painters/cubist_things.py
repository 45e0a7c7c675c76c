"""The things on the table: guitar, bottle, glass and newspaper."""

from __future__ import annotations

import cv2
import numpy as np

from .canvas import Canvas
from .cubist_planes import FIELD, MIDDLE, TURN, Plan, bottle, guitar
from .fields import colour, sample, vary


def things(canvas: Canvas, plan: Plan):
    """Draw the guitar's neck, strings and outline, the bottle, a glass and a newspaper."""
    axis = np.array([np.sin(TURN), -np.cos(TURN)])
    across = np.array([np.cos(TURN), np.sin(TURN)])
    grain(canvas, plan, axis, across)
    newspaper(canvas)
    sound_hole(canvas, axis, across)
    neck(canvas, axis, across)
    dark, light = colour("241a18"), colour("f0dfb8")
    for shift, tone, share in (
        ((0, 0), dark, 0.95),
        ((0.02, -0.014), dark, 0.35),
        ((-0.012, 0.008), light, 0.4),
    ):
        outline(canvas, guitar(plan.x, plan.y, shift)[0], tone, share)
    outline(canvas, bottle(plan.x, plan.y), dark, 0.8)
    outline(canvas, bottle(plan.x, plan.y, (0.016, 0.012)), light, 0.4)
    glass(canvas)


def grain(canvas: Canvas, plan: Plan, axis: np.ndarray, across: np.ndarray):
    """Comb wood grain into parts of the guitar and of the table."""
    rng = canvas.rng
    places = np.unique(plan.plane)
    for plane in rng.permutation(places)[: len(places) // 4]:
        rows, columns = np.nonzero(plan.plane == plane)
        if len(rows) < 400:
            continue
        wooden = plane % 4 == 1
        if not wooden and rng.random() < 0.6:
            continue
        run = axis if wooden else np.array([np.cos(0.2), np.sin(0.2)])
        side = np.array([-run[1], run[0]])
        points = np.stack([columns, rows], axis=-1) / FIELD
        centre, spread = points.mean(0), np.abs((points - points.mean(0)) @ side).max()
        tone = colour("5f3820") if wooden else colour("3d2a22")
        for k in np.arange(-spread, spread, 0.0085):
            t = np.linspace(-0.22, 0.22, 60)
            wave = 0.006 * np.sin(14 * t + 30 * k) + rng.normal(0, 0.0012)
            path = centre + t[:, None] * run + (k + wave)[:, None] * side
            own = sample(plan.plane, path) == plane
            if own.sum() > 6:
                canvas.stroke(
                    path[own], rng.uniform(0.0025, 0.0045), vary(rng, tone, 0.25, 0.03), dry=0.6
                )


def newspaper(canvas: Canvas):
    """Paste in a torn piece of newspaper: pale, with thin broken lines for print."""
    rng = canvas.rng
    corner, run = np.array([0.055, 0.735]), np.array([np.cos(-0.30), np.sin(-0.30)])
    down = np.array([0.32, 0.95])
    right = 0.21 + 0.05 * np.abs(np.sin(np.linspace(0, 7, 30)))
    for v, end in zip(np.linspace(0, 0.17, 30), right, strict=True):
        path = corner + down * v + run * np.linspace(-0.005, end, 14)[:, None]
        canvas.stroke(path, 0.012, vary(rng, colour("d9cfb4"), 0.09, 0.02))
    for row, v in enumerate(np.arange(0.012, 0.155, 0.0098)):
        at = 0.012
        while at < 0.19:
            long = rng.uniform(0.02, 0.06)
            path = corner + down * v + run * np.linspace(at, at + long, 8)[:, None]
            ink = vary(rng, colour("4a4442"), 0.25, 0.02)
            canvas.stroke(path, 0.0085 if row == 0 else 0.0024, ink, dry=0.7, body=0.3)
            at += long + rng.uniform(0.004, 0.010)


def ring(
    canvas: Canvas, centre: np.ndarray, radius: float, width: float, tone: np.ndarray, arc=(0, 6.4)
):
    """Draw an arc of a circle."""
    t = np.linspace(*arc, 40)
    canvas.stroke(centre + radius * np.stack([np.cos(t), np.sin(t)], axis=-1), width, tone, dry=0.2)


def sound_hole(canvas: Canvas, axis: np.ndarray, across: np.ndarray):
    """Paint the sound hole in two halves that do not meet, with its rosette."""
    rng = canvas.rng
    for side, shift in ((0.0, 0.007), (np.pi, -0.007)):
        centre = MIDDLE + axis * (0.045 + shift) + across * shift
        arc = (TURN + side - np.pi / 2, TURN + side + np.pi / 2)
        for radius in np.arange(0.006, 0.052, 0.008):
            ring(canvas, centre, radius, 0.011, vary(rng, colour("231713"), 0.2, 0.02), arc)
        for radius, tone in (
            (0.058, "e6c88f"),
            (0.065, "3a2418"),
            (0.072, "c98f4d"),
            (0.079, "2f1d15"),
        ):
            ring(canvas, centre, radius, 0.007, vary(rng, colour(tone), 0.12, 0.02), arc)


def neck(canvas: Canvas, axis: np.ndarray, across: np.ndarray):
    """Paint the neck with its frets and pegs, the strings and the bridge."""
    rng = canvas.rng
    for low, high, slip in ((0.10, 0.27, 0.0), (0.26, 0.40, 0.010), (0.39, 0.52, -0.004)):
        for k in np.linspace(-0.021, 0.021, 6):
            path = MIDDLE + axis * np.linspace(low, high, 12)[:, None] + across * (k + slip)
            canvas.stroke(path, 0.0095, vary(rng, colour("3a2620"), 0.22, 0.03))
        for side in (-0.027, 0.027):
            path = MIDDLE + axis * np.linspace(low, high, 12)[:, None] + across * (side + slip)
            canvas.stroke(path, 0.005, vary(rng, colour("d9b983"), 0.1, 0.02), dry=0.3)
        for t in np.arange(low + 0.01, high, 0.024):
            path = MIDDLE + axis * t + across * np.linspace(-0.025 + slip, 0.025 + slip, 8)[:, None]
            canvas.stroke(path, 0.0036, vary(rng, colour("e8d2a0"), 0.1, 0.02), body=1.4)
    for step in (0.43, 0.465, 0.50):
        for side in (-1, 1):
            path = MIDDLE + axis * step + side * across * np.linspace(0.03, 0.052, 6)[:, None]
            canvas.stroke(path, 0.011, vary(rng, colour("d8c49a"), 0.1, 0.02), body=1.5)
    for t in np.linspace(-0.145, -0.13, 3):
        path = MIDDLE + axis * t + across * np.linspace(-0.065, 0.065, 10)[:, None]
        canvas.stroke(path, 0.009, vary(rng, colour("2a1a14"), 0.2, 0.02))
    for k in np.linspace(-0.018, 0.018, 6):
        for low, high in ((-0.135, -0.01), (-0.005, 0.26), (0.265, 0.50)):
            slip = rng.normal(0, 0.003)
            path = MIDDLE + axis * np.linspace(low, high, 18)[:, None] + across * (k + slip)
            canvas.stroke(path, 0.0030, vary(rng, colour("f4e8c8"), 0.06, 0.02), body=1.6)


def glass(canvas: Canvas):
    """Draw a glass from the side and from above at once."""
    rng = canvas.rng
    dark, light = colour("1f1a1c"), colour("f3ead0")
    t = np.linspace(0, 2 * np.pi, 44)
    for cy, wide, flat in ((0.30, 0.062, 0.34), (0.325, 0.055, 0.6), (0.475, 0.045, 0.3)):
        turned = t + rng.uniform(0, 6)
        path = np.array([0.17, cy]) + wide * np.stack(
            [np.cos(turned), flat * np.sin(turned)], axis=-1
        )
        canvas.stroke(path[: int(rng.integers(32, 44))], 0.006, dark, dry=0.25)
        canvas.stroke(path[:26] + 0.006, 0.005, light, dry=0.5, body=1.5)
    for x0, x1 in ((0.108, 0.127), (0.232, 0.214), (0.165, 0.166)):
        path = np.linspace([x0, 0.30], [x1, 0.478], 16)
        canvas.stroke(path, 0.006, dark, dry=0.3)
        canvas.stroke(path + np.array([0.007, 0]), 0.005, light, dry=0.7)


def outline(canvas: Canvas, field: np.ndarray, tone: np.ndarray, share: float):
    """Draw the edge of a shape in pieces; `share` says how many of them are there."""
    rng = canvas.rng
    inside = (field > 0).astype(np.uint8)
    found, _ = cv2.findContours(inside, cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_NONE)
    edge = max(found, key=len)[:, 0, :] / FIELD
    smooth = np.stack(
        [
            np.convolve(np.pad(edge[:, c], 5, mode="wrap"), np.ones(11) / 11, "valid")
            for c in range(2)
        ],
        -1,
    )
    at = 0
    while at < len(smooth) - 20:
        piece = smooth[at : at + int(rng.integers(40, 130)) : 3]
        if rng.random() < share and len(piece) > 6:
            moved = piece + rng.normal(0, 0.0025, 2)
            canvas.stroke(moved, rng.uniform(0.004, 0.008), vary(rng, tone, 0.15, 0.02), dry=0.35)
        at += max(1, len(piece) * 3 - 6)
