"""Wave before the storm: a woodblock print in indigo, on fibrous paper."""

from __future__ import annotations

import numpy as np
from scipy.interpolate import CubicSpline

from .canvas import OVERSAMPLING
from .fields import colour, grid, noise, palette, ramp, ribbon, smoothstep
from .woodblock_press import Print, proof

BLUES = palette("1b3a6b 2c5c8f 4f86ad 8db4bf")
FOAM = colour("f3ead2")
BACK = ((-0.10, 0.86), (0.02, 0.70), (0.12, 0.50), (0.24, 0.30), (0.40, 0.165), (0.57, 0.125),
        (0.71, 0.175), (0.79, 0.275), (0.805, 0.385))  # fmt: skip
FACE = ((1.06, 0.955), (0.90, 0.925), (0.74, 0.86), (0.60, 0.765), (0.515, 0.645), (0.485, 0.525),
        (0.515, 0.415), (0.60, 0.345), (0.69, 0.335), (0.765, 0.385))  # fmt: skip


def spline(points, number: int = 240) -> np.ndarray:
    """Run a smooth curve through points; shape (number, 2)."""
    points = np.asarray(points, float)
    place = np.concatenate([[0], np.cumsum(np.linalg.norm(np.diff(points, axis=0), axis=1))])
    return CubicSpline(place / place[-1], points)(np.linspace(0, 1, number))


def taper(number: int, power: float = 0.7) -> np.ndarray:
    """Swell from nothing to 1 and back to nothing."""
    return np.sin(np.linspace(0, np.pi, number)) ** power


def sky(size: int, rng: np.random.Generator) -> np.ndarray:
    """Graded sky with its sun and bands of cloud."""
    x, y = grid(size)
    wipe = y + 0.02 * noise(size, rng, 3, 3)
    plan = ramp(palette("24406f 6f8fa6 c4c8b4 eadcb6 f3dfb4 f0c594"), wipe / 0.62)
    distance = np.hypot(x - 0.885, y - 0.16)
    disc = smoothstep(0.0865, 0.0845, distance)[..., None]
    red = ramp(palette("b8402f cf5a3a dd8152"), (y - 0.08) / 0.16)
    return plan * (1 - disc) + red * disc


def cloud(block: Print, x: float, y: float, long: float, thick: float, rgb: np.ndarray):
    """Print a band of cloud with round ends."""
    t = np.sin(np.linspace(-np.pi / 2, np.pi / 2, 160))
    path = np.stack([x + t * long, y + 0.003 * np.sin(3 * t + 9 * x)], axis=-1)
    width = thick * np.sqrt(np.clip(1 - np.abs(t) ** (2.6 * long / thick), 0, 1))
    block.area(ribbon(path, width * (1 + 0.12 * np.sin(5 * t + 40 * y))), rgb, 0.0020)


def claw(block: Print, at: np.ndarray, heading: float, length: float, bend: float):
    """Print one finger of foam: a hook that curls as it gets thinner."""
    t = np.linspace(0, 1, 22)
    turn = heading + bend * t**1.3
    path = at + np.cumsum(np.stack([np.cos(turn), np.sin(turn)], axis=-1), axis=0) * length / 22
    block.area(ribbon(path, length * 0.52 * (1 - t) ** 0.75 + 0.002), FOAM, 0.0028)


def froth(block: Print, edge: np.ndarray, reach: np.ndarray, side: float, density: int):
    """Print foam along an edge: scalloped clumps, then fingers that reach over it."""
    rng = block.rng
    direction = np.gradient(edge, axis=0)
    heading = np.arctan2(direction[:, 1], direction[:, 0])
    order = np.sort(rng.integers(0, len(edge), density))
    for i in order:
        inward = heading[i] - side * np.pi / 2
        centre = edge[i] + rng.uniform(-0.2, 0.75) * reach[i] * np.array(
            [np.cos(inward), np.sin(inward)]
        )
        around = np.linspace(0, 2 * np.pi, 34)
        lobes = 1 + 0.16 * np.sin(rng.integers(4, 7) * around + rng.uniform(0, 6))
        radius = reach[i] * rng.uniform(0.22, 0.5) * lobes
        blob = centre + np.stack([radius * np.cos(around), radius * np.sin(around) * 0.85], axis=-1)
        tone = FOAM if rng.random() < 0.72 else BLUES[3]
        block.area(blob, tone, 0.0024)
        if rng.random() < 0.5:
            arc = around[: rng.integers(12, 22)] + rng.uniform(0, 6)
            inner = centre + 0.55 * np.stack(
                [radius[: len(arc)] * np.cos(arc), radius[: len(arc)] * np.sin(arc)], axis=-1
            )
            block.cut(inner, 0.0026 * taper(len(arc)))
    for i in order[::2]:
        outward = heading[i] + side * (np.pi / 2) + rng.normal(-0.5 * side, 0.4)
        start = edge[i] + rng.uniform(-0.25, 0.1) * reach[i] * np.array(
            [np.cos(outward), np.sin(outward)]
        )
        claw(block, start, outward, reach[i] * rng.uniform(0.5, 1.0), -side * rng.uniform(1.2, 2.6))


def spray(block: Print, edge: np.ndarray, number: int, spread: float):
    """Print drops thrown off an edge."""
    rng = block.rng
    for i in rng.integers(0, len(edge), number):
        at = edge[i] + spread * np.abs(rng.standard_normal(2)) * np.array(
            [rng.choice([-0.3, 1]), rng.choice([-1, 0.5])]
        )
        around = np.linspace(0, 2 * np.pi, 14)
        radius = rng.uniform(0.0016, 0.0052) * (1 + 0.15 * rng.standard_normal(14))
        block.area(at + np.stack([radius * np.cos(around), radius * np.sin(around)], axis=-1), FOAM)


def great_wave(block: Print):
    """Print the wave that breaks: its body, the stripes up its face, the foam."""
    rng = block.rng
    back, face = spline(BACK), spline(FACE)
    block.area(np.concatenate([back, face[::-1]]), BLUES[1], 0.006)
    t = 0.03
    while t < 0.99:
        gap = rng.uniform(0.018, 0.055) * (0.6 + 0.9 * t)
        middle = t + gap / 2
        path = (
            back * (1 - middle)
            + face * middle
            + 0.0035 * np.sin(np.linspace(0, rng.uniform(6, 14), 240))[:, None]
        )
        full = np.linalg.norm(face - back, axis=1) * gap
        first, last = rng.integers(0, 60), 240 - rng.integers(2, 50)
        tone = [BLUES[0], BLUES[0], BLUES[2], BLUES[3], FOAM][rng.integers(0, 5)]
        width = full[first:last] * taper(last - first, 0.45) * rng.uniform(0.55, 0.95)
        block.fill(ribbon(path[first:last], width), tone)
        block.cut(path + (face - back) * gap / 2, 0.0034 * taper(240, 0.5) + 0.0006)
        t += gap
    crest = back[80:]
    froth(
        block,
        crest,
        np.interp(np.linspace(0, 1, len(crest)), [0, 0.3, 0.8, 1], [0.02, 0.06, 0.085, 0.05]),
        -1.0,
        120,
    )
    lip = face[165:]
    froth(
        block, lip, np.interp(np.linspace(0, 1, len(lip)), [0, 0.5, 1], [0.02, 0.05, 0.06]), 1.0, 60
    )
    spray(block, back[120:], 150, 0.05)


def swell(block: Print, ridge: np.ndarray, tones: np.ndarray, stripes: int, foam: float):
    """Print one swell below its ridge, striped along it."""
    rng = block.rng
    base = np.array([[1.1, 1.1], [-0.1, 1.1]])
    block.area(np.concatenate([ridge, base]), tones[0], 0.005)
    depth = 0.012
    for _ in range(stripes):
        wave = ridge.copy()
        flat = np.exp(-depth * 3.5)
        wave[:, 1] = (
            depth
            + ridge[:, 1] * flat
            + ridge[:, 1].mean() * (1 - flat)
            + 0.004 * np.sin(ridge[:, 0] * rng.uniform(15, 30) + rng.uniform(0, 6))
        )
        at = 0
        while at < len(ridge) - 20:
            piece = wave[at : at + rng.integers(40, 150)]
            if len(piece) > 12:
                width = rng.uniform(0.006, 0.016) * taper(len(piece), 0.6)
                block.fill(ribbon(piece, width), tones[rng.integers(1, len(tones))])
                if rng.random() < 0.7:
                    block.cut(piece + np.array([0, 0.006]), 0.0032 * taper(len(piece)))
            at += len(piece) + rng.integers(4, 30)
        depth += rng.uniform(0.014, 0.026)
    if foam:
        peaks = np.flatnonzero((ridge[1:-1, 1] < ridge[:-2, 1]) & (ridge[1:-1, 1] <= ridge[2:, 1]))
        for peak in peaks:
            edge = ridge[max(0, peak - 40) : peak + 26]
            froth(block, edge, foam * taper(len(edge), 0.8) + 0.008, -1.0, 46)
            spray(block, edge, 40, foam * 0.7)


def ridge_of(height: float, peaks: list[tuple[float, float, float]]) -> np.ndarray:
    """Return a ridge with pointed peaks given as (x, height, width)."""
    x = np.linspace(-0.1, 1.1, 520)
    y = np.full_like(x, height)
    for at, tall, wide in peaks:
        y -= tall * np.exp(-(np.abs((x - at) / wide) ** 1.25))
    return np.stack([x, y], axis=-1)


def paint(size: int, rng: np.random.Generator) -> np.ndarray:
    """Paint the picture; (size, size, 3) uint8."""
    block = Print(size, sky(size * OVERSAMPLING, rng), rng)
    for spec in (
        (0.20, 0.085, 0.17, 0.024),
        (0.30, 0.110, 0.13, 0.022),
        (0.92, 0.205, 0.15, 0.026),
        (0.97, 0.233, 0.13, 0.022),
        (0.74, 0.050, 0.14, 0.020),
        (0.80, 0.46, 0.13, 0.020),
        (0.88, 0.485, 0.10, 0.018),
    ):
        cloud(block, *spec, colour("efe2c4"))
    swell(
        block,
        ridge_of(0.70, [(0.93, 0.09, 0.10), (0.62, 0.05, 0.09)]),
        palette("4f86ad 2c5c8f 8db4bf f3ead2"),
        9,
        0.0,
    )
    great_wave(block)
    swell(
        block,
        ridge_of(
            0.885,
            [(0.90, 0.15, 0.10), (0.58, 0.055, 0.07), (0.27, 0.075, 0.10), (-0.06, 0.10, 0.12)],
        ),
        palette("2c5c8f 1b3a6b 1b3a6b 4f86ad 8db4bf f3ead2"),
        9,
        0.045,
    )
    swell(
        block,
        ridge_of(
            0.965, [(0.10, 0.12, 0.10), (0.42, 0.05, 0.09), (0.72, 0.075, 0.10), (1.04, 0.06, 0.10)]
        ),
        palette("1b3a6b 14264d 2c5c8f 4f86ad f3ead2"),
        9,
        0.05,
    )
    return proof(block)
