"""The planes of the still life: how the picture breaks, and what each piece sees."""

from __future__ import annotations

import cv2
import numpy as np

from .fields import colour, grid, palette, vary

FIELD = 480  # the planes are planned at this many pixels, whatever the size
EARTH = palette("efe0bd dcc08a c99a54 a8743a 7d4f2b 553722 33261f")
STONE = palette("e9e2c8 c6c2a6 94a196 648089 3f5f76 2a4056 1c2733")
FRONT = palette("e2b066 b25f26")
BOTTLE = palette("1f3f38 2f5f4f 5f8f74 16302f 8fb59a")
ACCENTS = palette("2f5f86 3f8291 7f9a5a b5502f d08a2f 8a3a34 e3b04a")
TURN, MIDDLE = 0.60, np.array([0.43, 0.60])  # how far the guitar leans, and where it lies
DIRECTIONS = np.radians([18, -24, 68, -66, 96, 42, -8])


def split(polygon: np.ndarray, at: np.ndarray, angle: float) -> list[np.ndarray]:
    """Cut a convex polygon along a line."""
    normal = np.array([-np.sin(angle), np.cos(angle)])
    side = (polygon - at) @ normal
    parts: list[list[np.ndarray]] = [[], []]
    for i in range(len(polygon)):
        j = (i + 1) % len(polygon)
        parts[int(side[i] > 0)].append(polygon[i])
        if (side[i] > 0) != (side[j] > 0):
            cut = polygon[i] + (polygon[j] - polygon[i]) * side[i] / (side[i] - side[j])
            parts[0].append(cut)
            parts[1].append(cut)
    return [np.array(part) for part in parts if len(part) > 2]


def area(polygon: np.ndarray) -> float:
    """Area of a polygon."""
    x, y = polygon.T
    return abs(np.dot(x, np.roll(y, 1)) - np.dot(y, np.roll(x, 1))) / 2


def shatter(rng: np.random.Generator) -> list[np.ndarray]:
    """Break the picture into shards: small in the middle, large towards the edges."""
    whole = np.array([[-0.03, -0.03], [1.03, -0.03], [1.03, 1.03], [-0.03, 1.03]])
    todo, done = [(whole, 0.0)], []
    while todo:
        shard, last = todo.pop()
        centre = shard.mean(0)
        away = np.hypot(*(centre - [0.5, 0.52]))
        if area(shard) < (0.006 + 0.05 * away**2) * rng.uniform(0.7, 2.4):
            done.append(shard)
            continue
        options = DIRECTIONS[np.abs(np.sin(DIRECTIONS - last)) > 0.35]
        angle = rng.choice(options) + rng.normal(0, 0.07)
        weights = rng.dirichlet(np.full(len(shard), 2.5))
        todo += [(part, angle) for part in split(shard, weights @ shard, angle)]
    return done


def mask_of(polygon: np.ndarray) -> np.ndarray:
    """Pixels of the plan inside a polygon, 0 to 1."""
    mask = np.zeros((FIELD, FIELD), np.uint8)
    cv2.fillPoly(mask, [np.round(polygon * FIELD * 16).astype(np.int32)], 255, cv2.LINE_AA, 4)
    return mask / 255.0


def guitar(x, y, shift=(0.0, 0.0), turn=TURN):
    """Field of the guitar's body (positive inside), and its own two axes."""
    dx, dy = x - MIDDLE[0] - shift[0], y - MIDDLE[1] - shift[1]
    along = dx * np.sin(turn) - dy * np.cos(turn)
    across = dx * np.cos(turn) + dy * np.sin(turn)
    wide = np.interp(
        along,
        [-0.29, -0.285, -0.25, -0.18, -0.10, -0.02, 0.04, 0.10, 0.15, 0.19, 0.21, 0.215],
        [0.0, 0.07, 0.165, 0.212, 0.205, 0.155, 0.128, 0.142, 0.150, 0.125, 0.06, 0.0],
    )
    return wide - np.abs(across), along, across


def bottle(x, y, shift=(0.0, 0.0)):
    """Field of the bottle (positive inside)."""
    dx, dy = np.abs(x - 0.765 - shift[0]), y - shift[1]
    high = [0.215, 0.22, 0.25, 0.255, 0.37, 0.45, 0.80, 0.82]
    return np.interp(dy, high, [0, 0.036, 0.036, 0.026, 0.030, 0.088, 0.092, 0.0]) - dx


class Plan:
    """The picture's planes before a brush touches them: colour and direction at every pixel."""

    def __init__(self, rng: np.random.Generator):
        self.rng = rng
        self.x, self.y = grid(FIELD)
        self.rgb = np.broadcast_to(colour("b09468"), (FIELD, FIELD, 3)).copy()
        self.turn = np.zeros((FIELD, FIELD))
        self.plane = np.zeros((FIELD, FIELD), int)
        self.edges: list[tuple[np.ndarray, np.ndarray]] = []

    def blend(self, cover: np.ndarray, rgb: np.ndarray):
        """Lay colour over the plan."""
        self.rgb = self.rgb * (1 - cover[..., None]) + rgb * cover[..., None]


def tone_at(plan: Plan, centre: np.ndarray) -> np.ndarray:
    """Choose a colour for a plane: light in the middle, darker around, few strong accents."""
    rng = plan.rng
    if rng.random() < 0.20:
        return vary(rng, ACCENTS[rng.integers(len(ACCENTS))], 0.1, 0.03)
    away = np.hypot(*(centre - MIDDLE))
    row = EARTH if rng.random() < 0.15 + 0.5 * away else STONE
    shade = 0.12 + 0.95 * np.hypot(*((centre - [0.46, 0.46]) * [1.0, 0.9])) + rng.normal(0, 0.15)
    return vary(rng, row[int(np.clip(shade * len(row), 0, len(row) - 1))], 0.08, 0.02)


def planes(plan: Plan):
    """Lay every shard with its own colour, its own light and its own view of the things in it."""
    rng = plan.rng
    for number, shard in enumerate(shatter(rng)):
        low, high = (np.clip(f * FIELD, 0, FIELD).astype(int) for f in (shard.min(0), shard.max(0)))
        window = slice(low[1], high[1] + 1), slice(low[0], high[0] + 1)
        x, y, mask = plan.x[window], plan.y[window], mask_of(shard)[window]
        centre, angle = shard.mean(0), rng.uniform(0, 2 * np.pi)
        slope = (x - centre[0]) * np.cos(angle) + (y - centre[1]) * np.sin(angle)
        light = (1 + 0.62 * np.clip(slope / np.sqrt(area(shard)), -0.75, 0.75))[..., None]
        tone = tone_at(plan, centre) * light
        view, lean = rng.normal(0, 0.012, 2), TURN + rng.normal(0, 0.05)
        body, _, across = guitar(x, y, view, lean)
        rib = (guitar(x, y, view + np.array([0.045, 0.028]), lean)[0] > 0) & (body <= 0)
        flask = (bottle(x, y, rng.normal(0, 0.010, 2)) > 0) & (body <= 0) & ~rib
        glassy = BOTTLE[rng.integers(len(BOTTLE))] * light
        tone = np.where(flask[..., None], 0.15 * tone + 0.85 * glassy, tone)
        tone = np.where(rib[..., None], colour("43210f") * light, tone)
        lit, shaded = FRONT[rng.permutation(2)] if rng.random() < 0.25 else FRONT
        front = np.where((across > 0)[..., None], shaded, lit) * (0.4 + 0.6 * light)
        tone = np.where((body > 0)[..., None], 0.08 * tone + 0.92 * front, tone)
        plan.rgb[window] += (np.clip(tone, 0, 1) - plan.rgb[window]) * mask[..., None]
        inside = mask > 0.5
        plan.turn[window][inside] = rng.choice(DIRECTIONS) + rng.normal(0, 0.15)
        plan.plane[window][inside] = 4 * number + ((body > 0) + 2 * flask)[inside]
        plan.edges += [(shard[i], shard[(i + 1) % len(shard)]) for i in range(len(shard))]


def veils(plan: Plan):
    """Lay half-transparent planes that start hard at one edge and fade away at the other."""
    rng = plan.rng
    for _ in range(30):
        centre = np.array([0.5, 0.52]) + rng.normal(0, 0.25, 2)
        angle = rng.choice(DIRECTIONS)
        long, wide = rng.uniform(0.08, 0.26), rng.uniform(0.05, 0.14)
        axis = np.array([np.cos(angle), np.sin(angle)])
        across = np.array([-axis[1], axis[0]]) * rng.choice([-1, 1])
        near, far = rng.uniform(0.1, 0.6, 2)
        corners = centre + np.array(
            [
                -axis * long / 2,
                axis * long / 2,
                axis * long * near + across * wide,
                -axis * long * far + across * wide,
            ]
        )
        away = ((plan.x - centre[0]) * across[0] + (plan.y - centre[1]) * across[1]) / wide
        tone = (EARTH if rng.random() < 0.5 else STONE)[rng.choice([0, 0, 1, 5, 6])]
        plan.blend(mask_of(corners) * np.clip(0.62 * (1 - away), 0, 1), vary(rng, tone, 0.08, 0.02))
        plan.edges.append((corners[0], corners[1]))
