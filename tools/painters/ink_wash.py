"""Pine above the mist: ink and water on rice paper, with one red seal."""

from __future__ import annotations

import cv2
import numpy as np

from .canvas import OVERSAMPLING, colour, grid, noise, reduce, smoothstep

INK = colour("14171c")
WARM = colour("3a2f2a")


class Sheet:
    """Rice paper that holds ink: a map of how much ink lies where (0 none, 1 black)."""

    def __init__(self, size: int, rng: np.random.Generator):
        self.n, self.rng = size * OVERSAMPLING, rng
        self.x, self.y = grid(self.n)
        self.ink = np.zeros((self.n, self.n), np.float32)
        self.tooth = noise(self.n, rng, 170, 2) + 0.5 * noise(self.n, rng, 60, 2)
        self.cloud = noise(self.n, rng, 7, 4)

    def add(self, ink: np.ndarray):
        """Lay ink over ink: what is dark already takes less."""
        self.ink = self.ink + ink.astype(np.float32) * (1 - self.ink)

    def wash(self, mask: np.ndarray, depth: np.ndarray | float, *, bleed: float = 0.004, rim: float = 0.35):
        """Lay a wash: soft where wet, darker along its rim, grained by the paper's tooth."""
        soft = cv2.GaussianBlur(mask.astype(np.float32), (0, 0), bleed * self.n)
        wide = cv2.GaussianBlur(mask.astype(np.float32), (0, 0), bleed * self.n * 3.5)
        edge = np.clip(soft - wide, 0, 1)
        grain = 1 + 0.12 * self.tooth + 0.16 * self.cloud
        self.add(np.clip((soft + rim * 2.2 * edge) * depth * grain, 0, 0.97))

    def brush(self, path: np.ndarray, width: np.ndarray, depth: float, *, dry: float = 0.3):
        """Pull a loaded brush along a path; as it dries, the paper shows between its hairs."""
        rng, steps = self.rng, len(path)
        direction = np.gradient(path, axis=0)
        direction /= np.linalg.norm(direction, axis=1, keepdims=True) + 1e-9
        normal = np.stack([-direction[:, 1], direction[:, 0]], axis=-1)
        hairs = int(np.clip(width.max() * self.n / 1.6, 3, 70))
        layer = np.zeros((self.n, self.n), np.uint8)
        place = np.linspace(-0.5, 0.5, hairs)
        load = np.convolve(rng.random(hairs + 4), np.ones(5) / 5, "valid") + 0.25 * rng.standard_normal(hairs)
        for i in range(hairs):
            wander = place[i] + 0.015 * np.cumsum(rng.standard_normal(steps)) / steps**0.5
            points = path + normal * (width * wander)[:, None]
            fixed = np.round((points * self.n - 0.5) * 16).astype(np.int32)
            thick = max(1, round(1.5 * width.max() * self.n / hairs))
            runs_dry = 1.25 - dry * (1.2 - load[i]) * 1.3
            tone = np.clip(150 + 130 * load[i], 60, 255)
            last = int(np.clip(runs_dry, 0.05, 1) * steps)
            cv2.polylines(layer, [fixed[: max(last, 2)]], False, float(tone), thick, cv2.LINE_AA, 4)
            at = last
            while at < steps - 2:  # broken traces where the hair is nearly dry
                more = at + int(rng.integers(2, 5))
                if rng.random() < 0.42:
                    cv2.polylines(layer, [fixed[at : more + 1]], False, float(tone * 0.8), thick, cv2.LINE_AA, 4)
                at = more
        mark = cv2.GaussianBlur(layer.astype(np.float32) / 255, (0, 0), 0.0006 * self.n + 0.2)
        skip = smoothstep(-1.6, -0.4, self.tooth + 1.3 * (1 - dry))
        self.add(np.clip(mark * (depth + 0.05 * self.cloud) * (1 - dry * (1 - skip)), 0, 0.98))


def mountains(sheet: Sheet):
    """Lay the ranges, pale to dark, each sinking into mist."""
    rng, x, y = sheet.rng, sheet.x, sheet.y
    ranges = (  # height of the foot, peaks (x, height, width), depth of ink
        (0.46, ((0.62, 0.20, 0.16), (0.30, 0.10, 0.14), (0.93, 0.13, 0.13)), 0.20),
        (0.56, ((0.78, 0.28, 0.13), (0.50, 0.12, 0.10), (1.02, 0.17, 0.12)), 0.32),
        (0.68, ((0.94, 0.25, 0.12), (0.66, 0.10, 0.10), (0.16, 0.08, 0.14)), 0.48),
        (0.80, ((0.50, 0.075, 0.12), (0.80, 0.06, 0.10)), 0.42),
    )
    for number, (foot, peaks, depth) in enumerate(ranges):
        line = foot + 0 * x[0]
        for at, tall, wide in peaks:
            away = np.abs(x[0] - at) / wide
            line = line - tall * np.exp(-(away**1.35)) * (1 + 0.10 * np.sin(31 * x[0] + number))
        rough = noise(sheet.n, rng, 22, 5)
        below = y - line[None, :] + 0.007 * rough
        mist = np.exp(-np.clip(below, 0, 1) / (0.075 + 0.02 * number)) * (0.8 + 0.25 * sheet.cloud)
        sheet.wash(below > 0, depth * np.clip(mist, 0, 1), bleed=0.0022, rim=0.25)
        texture(sheet, line, depth, peaks)


def texture(sheet: Sheet, line: np.ndarray, depth: float, peaks):
    """Draw the folds of a mountain with a nearly dry brush, from its ridge downwards."""
    rng = sheet.rng
    for at, tall, wide in peaks:
        for _ in range(int(26 * tall / 0.15)):
            start = at + rng.normal(0, 0.75 * wide)
            if not 0 <= start < 1:
                continue
            side = np.sign(start - at) or 1.0
            top = line[int(start * sheet.n)] + rng.uniform(0.002, 0.05)
            long = rng.uniform(0.03, 0.10) * (tall / 0.2) ** 0.5
            t = np.linspace(0, 1, 22)
            path = np.stack([start + side * long * (0.55 * t + 0.10 * np.sin(5 * t + rng.uniform(0, 6))), top + long * t], -1)
            width = rng.uniform(0.006, 0.016) * np.sin(np.pi * np.clip(t + 0.15, 0, 1)) ** 0.7
            sheet.brush(path, width, depth * rng.uniform(0.5, 1.05), dry=0.75)


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
    blot = np.hypot((sheet.x - at[0]) / 1.25, sheet.y - at[1] + 0.2 * radius) < radius * (0.72 + 0.08 * sheet.cloud)
    sheet.wash(blot, 0.16, bleed=0.005, rim=0.2)
    layer = np.zeros((sheet.n, sheet.n), np.uint8)
    for _ in range(70):
        turn = rng.uniform(-np.pi * 1.08, np.pi * 0.08)
        long = radius * rng.uniform(0.65, 1.1)
        t = np.linspace(0, 1, 6)
        bend = rng.normal(0, 0.25)
        root = at + rng.normal(0, 0.12 * radius, 2)
        path = root + long * np.stack([1.2 * t * np.cos(turn + bend * t), t * np.sin(turn + bend * t)], axis=-1)
        fixed = np.round(path * sheet.n * 16).astype(np.int32)
        cv2.polylines(layer, [fixed], False, float(rng.uniform(120, 255)), rng.integers(1, 4), cv2.LINE_AA, 4)
    sheet.add(np.clip(cv2.GaussianBlur(layer.astype(np.float32) / 255, (0, 0), 0.6) * depth, 0, 0.97))


def pine(sheet: Sheet):
    """Draw the pine that leans out from its rock."""
    rng = sheet.rng
    trunk = limb((0.02, 1.02), ((0.11, 0.88), (0.10, 0.76), (0.19, 0.63), (0.17, 0.50), (0.27, 0.38), (0.31, 0.25), (0.40, 0.17)), 110)
    t = np.linspace(0, 1, len(trunk))
    sheet.brush(trunk, 0.060 * (1 - 0.8 * t), 0.80, dry=0.45)
    for side in (-0.42, 0.4):  # darker contours, broken
        sheet.brush(trunk + np.array([side * 0.050, 0.0]) * (1 - 0.8 * t)[:, None], 0.012 * (1 - 0.5 * t), 0.95, dry=0.6)
    for i in range(8, 84, 4):  # bark: scales across the trunk
        wide = 0.060 * (1 - 0.8 * t[i])
        s = np.linspace(-1, 1, 12)
        arc = trunk[i] + np.stack([s * wide * 0.33 + rng.normal(0, 0.004), 0.010 * s**2], axis=-1)
        sheet.brush(arc, 0.005 * (1.1 - np.abs(s)), 0.9, dry=0.5)
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
        sheet.brush(bough, 0.018 * (1 - 0.75 * s), 0.88, dry=0.5)
        clumps += [bough[k] + rng.normal(0, 0.008, 2) for k in range(20, 60, 8)]
        clumps += [bough[k] + np.array([rng.normal(0, 0.02), -rng.uniform(0.02, 0.05)]) for k in range(26, 60, 11)]
    clumps += [trunk[-1] + rng.normal(0, 0.025, 2) for _ in range(5)]
    for at in clumps:
        needles(sheet, at, rng.uniform(0.038, 0.058), rng.uniform(0.6, 0.95))


def rock(sheet: Sheet):
    """Lay the rock under the pine with a broad, half-dry brush."""
    rng = sheet.rng
    edge = 0.865 + 0.02 * np.sin(15 * sheet.x) + 0.55 * np.clip(sheet.x - 0.10, 0, 1) + 0.01 * noise(sheet.n, rng, 16, 4)
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
        body = np.stack([0.662 + dx + 0.006 * np.linspace(0, 1, 12), 0.89 - tall * np.linspace(0, 1, 12)], axis=-1)
        sheet.brush(body, np.linspace(0.016, 0.006, 12), 0.85, dry=0.15)
    pole = np.linspace([0.690, 0.80], [0.722, 0.925], 24)
    sheet.brush(pole, np.full(24, 0.0028), 0.85, dry=0.2)
    for _ in range(34):
        at = np.array([rng.uniform(0.38, 1.0), rng.uniform(0.86, 0.99)])
        long = rng.uniform(0.03, 0.14)
        path = at + np.stack([long * t, 0.004 * np.sin(3 * t + at[0] * 40)], axis=-1)
        sheet.brush(path, rng.uniform(0.002, 0.006) * (1.05 - t**2), rng.uniform(0.18, 0.45), dry=0.8)
    for _ in range(7):
        at = np.array([rng.uniform(0.56, 0.80), rng.uniform(0.10, 0.19)])
        s = np.linspace(-1, 1, 18)
        wing = rng.uniform(0.010, 0.018)
        path = at + np.stack([wing * s, -0.55 * wing * np.abs(np.sin(np.pi * s)) ** 0.8 + 0.2 * wing * s], axis=-1)
        sheet.brush(path, 0.0038 * (1.1 - np.abs(s)), 0.75, dry=0.2)


def seal(picture: np.ndarray, sheet: Sheet) -> np.ndarray:
    """Stamp the red seal."""
    rng, n = sheet.rng, sheet.n
    stamp = np.zeros((n, n), np.uint8)
    left, top, side = 0.893, 0.845, 0.062
    corner = lambda u, v: (round((left + u * side) * n), round((top + v * side) * n))  # noqa: E731
    cv2.rectangle(stamp, corner(0, 0), corner(1, 1.12), 255, -1)
    wide = max(1, round(0.0045 * n))
    for a, b in (((0.2, 0.2), (0.8, 0.2)), ((0.5, 0.2), (0.5, 0.52)), ((0.2, 0.36), (0.2, 0.52)), ((0.8, 0.36), (0.8, 0.52)), ((0.18, 0.52), (0.82, 0.52)), ((0.25, 0.68), (0.75, 0.66)), ((0.3, 0.68), (0.22, 0.95)), ((0.5, 0.68), (0.5, 0.95)), ((0.72, 0.68), (0.8, 0.95)), ((0.35, 0.82), (0.66, 0.82))):
        cv2.line(stamp, corner(*a), corner(*b), 0, wide, cv2.LINE_AA)
    soft = cv2.GaussianBlur(stamp.astype(np.float32) / 255, (0, 0), 0.0008 * n)
    cover = np.clip(soft * (0.88 + 0.16 * sheet.tooth + 0.1 * noise(n, rng, 40, 2)), 0, 0.95)[..., None]
    return picture * (1 - cover) + colour("b3261e") * cover


def paper(sheet: Sheet) -> np.ndarray:
    """Make the paper: warm, cloudy, with long fibres."""
    rng, n = sheet.rng, sheet.n
    tone = 1 + 0.012 * sheet.tooth + 0.018 * noise(n, rng, 3, 3)
    fibres = np.zeros((n, n), np.uint8)
    for _ in range(900):
        at, turn, long = rng.random(2) * n, rng.uniform(0, np.pi), rng.uniform(0.01, 0.06) * n
        t = np.linspace(-0.5, 0.5, 10)
        turn = turn + rng.normal(0, 1.4) * t
        path = at + long * np.stack([t * np.cos(turn), t * np.sin(turn)], axis=-1)
        cv2.polylines(fibres, [np.round(path).astype(np.int32)], False, int(rng.integers(60, 255)), 1, cv2.LINE_AA)
    soft = cv2.GaussianBlur(fibres.astype(np.float32) / 255, (0, 0), 0.7)
    return np.clip(colour("ece2cb") * (tone - 0.05 * soft)[..., None], 0, 1)


def splatter(sheet: Sheet):
    """Let some ink fall."""
    rng = sheet.rng
    layer = np.zeros((sheet.n, sheet.n), np.uint8)
    for _ in range(110):
        at = np.array([0.26, 0.45]) + rng.normal(0, 0.26, 2)
        radius = int(max(1, sheet.n * 0.0008 * rng.exponential(1.3)))
        cv2.circle(layer, tuple(np.round(at * sheet.n).astype(int).tolist()), radius, int(rng.integers(90, 240)), -1, cv2.LINE_AA)
    sheet.add(cv2.GaussianBlur(layer.astype(np.float32) / 255, (0, 0), 0.7) * 0.7)


def paint(size: int, rng: np.random.Generator) -> np.ndarray:
    """Paint the picture; (size, size, 3) uint8."""
    sheet = Sheet(size, rng)
    ground = paper(sheet)
    sheet.wash((sheet.y < 0.55 + 0.05 * sheet.cloud), 0.10 * smoothstep(0.55, 0.0, sheet.y), bleed=0.03, rim=0)
    mountains(sheet)
    boat_and_birds(sheet)
    rock(sheet)
    pine(sheet)
    splatter(sheet)
    ink = sheet.ink[..., None]
    tint = INK * ink + (WARM * 0.6 + INK * 0.4) * (1 - ink)
    picture = ground * (1 - ink) + tint * ink
    return reduce(seal(picture, sheet), size)
