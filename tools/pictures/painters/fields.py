"""What every painter uses: colours, noise, flows, and curves with a width.

Positions and lengths are in units of the picture's side (0 to 1, y downwards), so that a
picture looks the same at every size. Colours are RGB in [0, 1].
"""

from __future__ import annotations

import cv2
import numpy as np


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


def streaky(size: int, rng: np.random.Generator) -> np.ndarray:
    """Make a sheet of streaky glass: wisps of another colour, pulled one way while hot."""
    small = 480
    turn = rng.uniform(0, np.pi) + 0.35 * noise(small, rng, 3, 2)
    wisps = streak(noise(small, rng, 34, 3), turn, 0.16, 14)
    fine = streak(rng.standard_normal((small, small)), turn, 0.05, 8)
    sheet = wisps + 0.45 * fine + 0.5 * noise(small, rng, 7, 2)
    return cv2.resize(sheet.astype(np.float32), (size, size), interpolation=cv2.INTER_CUBIC)


def scatter(rng: np.random.Generator, number: float) -> np.ndarray:
    """Return points spread evenly but without order, in random order; about `number` of them."""
    side = max(1, round(np.sqrt(number)))
    i, j = np.meshgrid(np.arange(side), np.arange(side))
    cells = np.stack([i, j], axis=-1).reshape(-1, 2)
    points = (cells + 0.5 + rng.normal(0, 0.45, cells.shape)) / side
    return rng.permutation(points)


def trace(
    seeds: np.ndarray, angle: np.ndarray, length: np.ndarray | float, steps: int = 9
) -> np.ndarray:
    """Follow a flow of angles from each seed, half the length both ways; shape (n, 2k+1, 2)."""
    half: list[list[np.ndarray]] = [[], []]
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


def ribbon(path: np.ndarray, width: np.ndarray) -> np.ndarray:
    """Return the outline of a path that is `width` wide at each of its points."""
    direction = np.gradient(path, axis=0)
    direction /= np.linalg.norm(direction, axis=1, keepdims=True) + 1e-9
    side = np.stack([-direction[:, 1], direction[:, 0]], axis=-1) * width[:, None] / 2
    return np.concatenate([path + side, (path - side)[::-1]])
