"""Guitar and bottle: a still life broken into planes and seen from several sides at once."""

from __future__ import annotations

import cv2
import numpy as np

from .canvas import Canvas, colour, grid, noise, palette, sample, scatter, trace, vary

FIELD = 720  # the planes are planned at this many pixels, whatever the size
EARTH = palette("efe0bd dcc08a c99a54 a8743a 7d4f2b 553722 33261f")
STONE = palette("e6e2d2 c3c3b4 98a09a 6f7d80 4a5a66 2f3a46 1f252d")
ACCENTS = palette("2f5f86 3f8291 7f9a5a b5502f d08a2f 8a3a34 e3b04a")
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


def guitar(x, y, shift=(0.0, 0.0), turn=0.62):
    """Signed field of the guitar's body (positive inside), and its own two axes."""
    dx, dy = x - 0.47 - shift[0], y - 0.58 - shift[1]
    along = dx * np.sin(turn) - dy * np.cos(turn)
    across = dx * np.cos(turn) + dy * np.sin(turn)
    lower = 1 - np.hypot((along + 0.105) / 0.150, across / 0.185)
    upper = 1 - np.hypot((along - 0.105) / 0.115, across / 0.130)
    return np.maximum(lower, upper) + 0.25 * np.exp(-((along / 0.05) ** 2)) * (np.abs(across) < 0.1), along, across


def bottle(x, y, shift=(0.0, 0.0)):
    """Signed field of the bottle (positive inside)."""
    dx, dy = np.abs(x - 0.725 - shift[0]), y - shift[1]
    wide = np.interp(dy, [0.13, 0.135, 0.165, 0.17, 0.30, 0.40, 0.80, 0.82], [0, 0.036, 0.036, 0.026, 0.030, 0.082, 0.086, 0.0])
    return (wide - dx) * 10


class Plan:
    """The picture's planes before a brush touches them: colour and direction at every pixel."""

    def __init__(self, rng: np.random.Generator):
        self.rng = rng
        self.x, self.y = grid(FIELD)
        self.rgb = np.broadcast_to(colour("b09468"), (FIELD, FIELD, 3)).copy()
        self.turn = np.zeros((FIELD, FIELD))
        self.edges: list[tuple[np.ndarray, np.ndarray]] = []

    def blend(self, cover: np.ndarray, rgb: np.ndarray):
        """Lay colour over the plan."""
        self.rgb = self.rgb * (1 - cover[..., None]) + rgb * cover[..., None]


def tone_at(plan: Plan, centre: np.ndarray) -> np.ndarray:
    """Choose a colour for a plane: earth where the light falls, stone around it, few accents."""
    rng = plan.rng
    light = 0.42 + 0.55 * np.hypot(*(centre - [0.45, 0.45])) + rng.normal(0, 0.20)
    inside = guitar(*centre)[0] > 0
    row = EARTH if inside or rng.random() < 0.40 else STONE
    if rng.random() < 0.15:
        return vary(rng, ACCENTS[rng.integers(len(ACCENTS))], 0.1, 0.03)
    return vary(rng, row[int(np.clip(light * len(row), 0, len(row) - 1))], 0.08, 0.02)


def planes(plan: Plan):
    """Lay every shard with its own colour, its own light and its own view of the things in it."""
    rng, x, y = plan.rng, plan.x, plan.y
    for shard in shatter(rng):
        centre, mask = shard.mean(0), mask_of(shard)
        base = tone_at(plan, centre)
        angle = rng.uniform(0, 2 * np.pi)
        slope = ((x - centre[0]) * np.cos(angle) + (y - centre[1]) * np.sin(angle)) / np.sqrt(area(shard))
        tone = base * (1 + 0.55 * np.clip(slope, -0.8, 0.8))[..., None]
        shift = rng.normal(0, 0.016, 2)
        body, along, across = guitar(x, y, shift, 0.62 + rng.normal(0, 0.07))
        wood = EARTH[rng.integers(1, 4)] * (1 + 0.45 * np.clip(slope, -0.8, 0.8))[..., None]
        tone = np.where((body > 0)[..., None], 0.25 * tone + 0.75 * wood, tone)
        hole = np.hypot(along - 0.025, across) / 0.052
        tone = np.where((hole < 1)[..., None], colour("2a1c17"), tone)
        tone = np.where(((hole > 1.12) & (hole < 1.3))[..., None], colour("d8b678"), tone)
        flask = bottle(x, y, rng.normal(0, 0.014, 2))
        green = palette("27453f 3f6a58 6f9a7f 1d2f38")[rng.integers(4)] * (1 + 0.7 * np.clip(slope, -0.7, 0.7))[..., None]
        tone = np.where(((flask > 0) & (body <= 0))[..., None], 0.3 * tone + 0.7 * green, tone)
        plan.blend(mask, np.clip(tone, 0, 1))
        plan.turn = np.where(mask > 0.5, rng.choice(DIRECTIONS) + rng.normal(0, 0.15), plan.turn)
        plan.edges += [(shard[i], shard[(i + 1) % len(shard)]) for i in range(len(shard))]


def veils(plan: Plan):
    """Lay half-transparent planes that start hard at one edge and fade away at the other."""
    rng = plan.rng
    for _ in range(34):
        centre = np.array([0.5, 0.52]) + rng.normal(0, 0.24, 2)
        angle = rng.choice(DIRECTIONS)
        long, wide = rng.uniform(0.09, 0.30), rng.uniform(0.05, 0.15)
        axis = np.array([np.cos(angle), np.sin(angle)])
        across = np.array([-axis[1], axis[0]]) * rng.choice([-1, 1])
        corners = np.array([centre - axis * long / 2, centre + axis * long / 2,
                            centre + axis * long * rng.uniform(0.1, 0.6) + across * wide,
                            centre - axis * long * rng.uniform(0.1, 0.6) + across * wide])  # fmt: skip
        away = ((plan.x - centre[0]) * across[0] + (plan.y - centre[1]) * across[1]) / wide
        tone = (EARTH if rng.random() < 0.5 else STONE)[rng.choice([0, 0, 1, 5, 6])]
        plan.blend(mask_of(corners) * np.clip(0.85 * (1 - away), 0, 1), vary(rng, tone, 0.08, 0.02))
        plan.edges.append((corners[0], corners[1]))


def brushwork(canvas: Canvas, plan: Plan):
    """Paint the plan in short dabs, plane by plane in its own direction."""
    rng = canvas.rng
    for width, length, number in ((0.026, 0.065, 4200), (0.015, 0.040, 11000), (0.0095, 0.026, 15000)):
        seeds = scatter(rng, number)
        lengths = length * rng.uniform(0.6, 1.3, len(seeds))
        tones = vary(rng, sample(plan.rgb, seeds), 0.085, 0.016)
        others = vary(rng, sample(plan.rgb, seeds), 0.085, 0.016)
        for path, one, two in zip(trace(seeds, plan.turn, lengths, 4), tones, others, strict=True):
            canvas.stroke(path, width * rng.uniform(0.7, 1.3), one, second=two, variation=0.07)


def contours(canvas: Canvas, plan: Plan):
    """Draw the planes' edges: dark on one side, light on the other, lost here and there."""
    rng = canvas.rng
    for start, end in plan.edges:
        long = np.hypot(*(end - start))
        if long < 0.02:
            continue
        first, last = sorted(rng.uniform(-0.05, 1.05, 2)) if rng.random() < 0.5 else (0.0, 1.0)
        t = np.linspace(first, last, 14)[:, None]
        path = start + (end - start) * t + rng.normal(0, 0.0008, (14, 2))
        normal = np.array([-(end - start)[1], (end - start)[0]]) / long
        if rng.random() < 0.75:
            canvas.stroke(path, rng.uniform(0.0035, 0.0085), vary(rng, colour("2a1f1b"), 0.3, 0.02), dry=0.4)
        if rng.random() < 0.45:
            canvas.stroke(path + normal * 0.006, rng.uniform(0.004, 0.009), vary(rng, colour("f0e2c0"), 0.08, 0.02), dry=0.6, body=1.5)


def things(canvas: Canvas, plan: Plan):
    """Draw what is left of the guitar's strings, neck and outline, the bottle and a glass."""
    rng, turn = canvas.rng, 0.62
    axis = np.array([np.sin(turn), -np.cos(turn)])
    across = np.array([np.cos(turn), np.sin(turn)])
    middle = np.array([0.47, 0.58])
    dark = colour("241a18")
    for k in np.linspace(-1, 1, 6):
        for low, high in ((-0.16, 0.02), (0.05, 0.22), (0.24, 0.46)):
            jump = across * rng.normal(0, 0.006)
            t = np.linspace(low, high, 20)[:, None]
            tone = colour("f2e3bd") if rng.random() < 0.6 else dark
            canvas.stroke(middle + axis * t + across * k * 0.022 + jump, 0.0034, tone, body=1.6)
    for t in np.geomspace(0.13, 0.45, 11):
        path = middle + axis * t + across * np.linspace(-0.034, 0.034, 8)[:, None]
        canvas.stroke(path, 0.004, vary(rng, colour("e8d2a0"), 0.1, 0.02), body=1.4)
    for side in (-1, 1):
        for low, high in ((0.09, 0.25), (0.22, 0.47)):
            t = np.linspace(low, high, 20)[:, None]
            canvas.stroke(middle + axis * t + side * across * 0.038, 0.007, dark, dry=0.3)
    for shift, tone in (((0, 0), dark), ((0.022, -0.012), dark), ((-0.014, 0.01), colour("f0dfb8"))):
        outline(canvas, guitar(plan.x, plan.y, shift)[0], tone)
    outline(canvas, bottle(plan.x, plan.y), dark)
    outline(canvas, bottle(plan.x, plan.y, (0.02, 0.015)), colour("e9e4cf"))
    for cy, wide in ((0.70, 0.062), (0.86, 0.050), (0.80, 0.057)):
        t = np.linspace(rng.uniform(0, 3), rng.uniform(5, 7.5), 40)
        path = np.array([0.225, cy]) + np.stack([wide * np.cos(t), 0.34 * wide * np.sin(t)], -1)
        canvas.stroke(path, 0.006, dark, dry=0.3)
        canvas.stroke(path + 0.005, 0.005, colour("f3ead0"), dry=0.5, body=1.5)


def outline(canvas: Canvas, field: np.ndarray, tone: np.ndarray):
    """Draw the edge of a shape in pieces, some of them left out."""
    rng = canvas.rng
    found, _ = cv2.findContours((field > 0).astype(np.uint8), cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_NONE)
    edge = max(found, key=len)[:, 0, :].astype(float) / FIELD
    at = 0
    while at < len(edge) - 30:
        piece = edge[at : at + int(rng.integers(60, 190)) : 3]
        if rng.random() < 0.62 and len(piece) > 8:
            soft = np.stack([np.convolve(np.pad(piece[:, c], 3, mode="edge"), np.ones(7) / 7, "valid") for c in range(2)], -1)
            canvas.stroke(soft + rng.normal(0, 0.004, 2), rng.uniform(0.004, 0.0095), vary(rng, tone, 0.15, 0.02), dry=0.35)
        at += len(piece) * 3


def patterns(canvas: Canvas, plan: Plan):
    """Comb wood grain into a few planes and set dots into others."""
    rng = canvas.rng
    for cx, cy, angle, long, wide in ((0.20, 0.22, 1.2, 0.24, 0.11), (0.86, 0.70, -0.4, 0.20, 0.10), (0.30, 0.83, 0.35, 0.24, 0.09)):
        axis, across = np.array([np.cos(angle), np.sin(angle)]), np.array([-np.sin(angle), np.cos(angle)])
        light, dark = vary(rng, colour("d3a45f"), 0.08, 0.02), colour("6b4325")
        for k in np.arange(-0.5, 0.5, 0.011 / wide):
            t = np.linspace(-0.5, 0.5, 40)
            knot = 0.25 * np.exp(-((t - 0.1) / 0.12) ** 2) * np.sign(k + 1e-6) * np.exp(-abs(k) * 5)
            path = np.array([cx, cy]) + (t * long)[:, None] * axis + ((k + knot + 0.02 * np.sin(9 * t + k)) * wide)[:, None] * across
            canvas.stroke(path, 0.010, vary(rng, light, 0.06, 0.015))
            canvas.stroke(path + 0.004 * across, rng.uniform(0.003, 0.005), vary(rng, dark, 0.15, 0.02), dry=0.5)
    for cx, cy, spread, tone in ((0.60, 0.18, 0.06, "f2e2b8"), (0.12, 0.55, 0.06, "3a5a70"), (0.90, 0.40, 0.05, "c0562f")):
        for at in np.array([cx, cy]) + rng.uniform(-spread, spread, (110, 2)) @ np.array([[0.94, 0.34], [-0.34, 0.94]]):
            path = at + np.linspace(-0.004, 0.004, 4)[:, None] * np.array([1.0, 0.3])
            canvas.stroke(path, 0.0085, vary(rng, colour(tone), 0.12, 0.04), body=1.6)


def paint(size: int, rng: np.random.Generator) -> np.ndarray:
    """Paint the picture; (size, size, 3) uint8."""
    plan = Plan(rng)
    planes(plan)
    veils(plan)
    plan.rgb *= (1 + 0.06 * noise(FIELD, rng, 5, 4))[..., None]
    canvas = Canvas(size, colour("8a6f4a"), rng)
    brushwork(canvas, plan)
    patterns(canvas, plan)
    contours(canvas, plan)
    things(canvas, plan)
    return canvas.finish(relief=0.7, weave=0.035)
