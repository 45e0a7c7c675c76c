"""Evening on the river: dots of unmixed colour that the eye mixes."""

from __future__ import annotations

import cv2
import numpy as np

from .canvas import Canvas
from .fields import colour, grid, noise, palette, ramp, sample, scatter, smoothstep, vary

FIELD = 640  # the scene is planned at this many pixels, whatever the size
PIGMENTS = palette(
    "fff6dc fdeab0 fbd66a f6b93b f2913d ea6a3a d9482f c23250 e58aa0 f4b8b0 b86aa8 7d4fa0 "
    "4b3f94 2b3f93 2f62b8 4f8fd0 8fbfe0 c3dde6 2f8f9f 3fae98 8cc8a8 2f7f4a 55a04a 93bf4a "
    "cdd765 1d4a4a 23264f 5a3048 8a4a3a"
)


def waterline(x: np.ndarray) -> np.ndarray:
    """Height of the far shore."""
    return 0.475 + 0.012 * np.sin(6 * x)


def bank_edge(x: np.ndarray) -> np.ndarray:
    """Height of the near bank's edge."""
    return 0.985 - 0.30 * smoothstep(0.25, 1.0, x) ** 1.3 + 0.012 * np.sin(14 * x)


def blend(plan: np.ndarray, mask: np.ndarray, tones: np.ndarray) -> np.ndarray:
    """Lay tones over a plan where the mask says."""
    return plan * (1 - mask[..., None]) + tones * mask[..., None]


def sky_and_water(x, y, rng) -> np.ndarray:
    """Evening sky, and the river that mirrors it."""
    clouds = noise(FIELD, rng, 3, 4)
    heaven = palette("4f7fc0 86aedb bcd0e0 f2d8c0 fbc98a f7a55f")
    stretched = cv2.resize(clouds[: FIELD // 3], (FIELD, FIELD), interpolation=cv2.INTER_CUBIC)
    line = waterline(x)
    plan = ramp(heaven, y / line + 0.07 * stretched)
    plan = blend(
        plan,
        0.75 * smoothstep(0.45, 1.5, stretched),
        ramp(palette("f7b9a0 fde6c4 fff3d6"), 1 - y / line),
    )
    sun = np.hypot(x - 0.30, (y - 0.375) * 1.0)
    plan = blend(
        plan, 0.85 * np.exp(-((sun / 0.13) ** 2)), ramp(palette("fff6cf fde08a f9b45a"), sun / 0.17)
    )
    mirror = ramp(
        palette("f5a860 f4c08c c9c0d0 7fa0d0 4a72b4 33559c"),
        (y - line) / 0.52 + 0.05 * noise(FIELD, rng, 6, 2),
    )
    plan = blend(plan, (y > line).astype(float), mirror)
    path = np.exp(-(((x - 0.30) / (0.03 + 0.10 * (y - line))) ** 2)) * (
        0.55 + 0.45 * np.sin(105 * y + 2.5 * np.sin(17 * x + 20 * y))
    )
    return blend(
        plan,
        0.9 * np.clip(path, 0, 1) * (y > line),
        ramp(palette("fff0b8 fcc766 f09a50"), (y - line) / 0.4),
    )


def far_shore(plan, x, y, rng) -> np.ndarray:
    """Add the trees along the far shore, and their reflection."""
    line = waterline(x)
    crowns = (
        0.055 + 0.030 * np.sin(9 * x + 1) + 0.020 * np.sin(23 * x) + 0.07 * smoothstep(0.45, 1.0, x)
    )
    crowns += 0.008 * noise(FIELD, rng, 26, 2)
    tones = palette("2b3f6f 3f5f8f 5f7fa0 6f9f7a 9fb86a e0c070")
    lit = ramp(
        tones,
        0.35 + 0.17 * noise(FIELD, rng, 14, 3) + 0.9 * (line - y) - 0.25 * smoothstep(0.3, 1, x),
    )
    plan = blend(plan, smoothstep(0, 0.008, y - line + crowns) * (y <= line), lit)
    fade = smoothstep(crowns * 1.3, crowns * 0.2, y - line) * (y > line)
    wavy = 0.65 + 0.35 * np.sin(110 * y + 9 * np.sin(13 * x))
    return blend(
        plan,
        0.8 * fade * wavy,
        ramp(palette("24386a 3a5a8a 557f86"), 0.5 + 0.2 * noise(FIELD, rng, 12, 2)),
    )


def boat(plan, x, y, at: float, foot: float, tall: float) -> np.ndarray:
    """Add a sailing boat with its reflection."""
    rise = (foot - y) / tall
    leech = at + 0.42 * tall * (1 - rise) * (1 + 0.35 * np.sin(np.pi * np.clip(rise, 0, 1)))
    main = (rise > 0.06) & (rise < 1) & (x > at) & (x < leech)
    jib = (
        (rise > 0.08) & (rise < 0.8) & (x < at - 0.006) & (x > at - 0.26 * tall * (1 - rise / 0.8))
    )
    plan = blend(
        plan,
        main.astype(float),
        ramp(palette("fffbe8 fff2cc e8c8dc a898d4 8088c8"), (x - at) / (0.45 * tall)),
    )
    plan = blend(
        plan,
        jib.astype(float),
        ramp(palette("8f7fc0 d0b0d8 fff0d8"), (x - at + 0.26 * tall) / (0.26 * tall)),
    )
    hull = (
        (np.abs(x - at - 0.05 * tall) < 0.33 * tall * (1 + 4 * np.minimum(rise, 0)))
        & (rise < 0.05)
        & (rise > -0.06)
    )
    plan = blend(plan, hull.astype(float), np.broadcast_to(colour("6a2f3f"), plan.shape))
    down = (y - foot) / tall
    shadow = (
        (down > 0.05)
        & (down < 0.85)
        & (np.abs(x - at - 0.07 * tall - 0.02 * np.sin(95 * y)) < 0.22 * tall * (1 - down))
    )
    return blend(
        plan,
        0.80 * shadow * (0.62 + 0.38 * np.sin(130 * y)),
        np.broadcast_to(colour("fbeede"), plan.shape),
    )


def near_bank(plan, x, y, rng) -> np.ndarray:
    """Add the meadow in front, the shade on it, and the tree that leans in."""
    edge = bank_edge(x)
    inside = smoothstep(0, 0.01, y - edge)
    shade = smoothstep(-0.2, 0.5, noise(FIELD, rng, 4, 3) + 5 * (x - 0.80) * (y - 0.4))
    sunny = ramp(palette("6fa045 a5c24c dcd866 f4d870"), 0.45 + 0.2 * noise(FIELD, rng, 18, 3))
    dark = ramp(palette("1f3f5f 235a5a 2f7f5a 4f6fa0"), 0.45 + 0.2 * noise(FIELD, rng, 18, 3))
    plan = blend(plan, inside, sunny * (1 - shade[..., None]) + dark * shade[..., None])
    trunk_x = 0.865 + 0.10 * (0.85 - y) ** 2 + 0.012 * np.sin(9 * y)
    trunk = (np.abs(x - trunk_x) < 0.026 + 0.035 * smoothstep(0.70, 0.86, y)) & (
        y < 0.86 + 0.03 * np.sin(40 * x)
    )
    bark = ramp(palette("f0a060 a85a50 5a3a68 2f2a5a"), (x - trunk_x) / 0.055 + 0.45)
    plan = blend(plan, trunk.astype(float), bark)
    mass = np.full_like(x, -9.0)
    for cx, cy, r in (
        (0.96, 0.05, 0.21),
        (0.80, 0.03, 0.19),
        (0.63, 0.00, 0.14),
        (0.98, 0.27, 0.14),
        (0.76, 0.22, 0.085),
        (0.52, 0.06, 0.06),
        (0.87, 0.25, 0.11),
    ):
        mass = np.maximum(mass, 1 - np.hypot(x - cx, (y - cy) * 1.15) / r)
    leaf = smoothstep(-0.03, 0.09, mass + 0.10 * noise(FIELD, rng, 12, 4))
    glow = 0.42 + 0.25 * noise(FIELD, rng, 13, 3) - 0.9 * (x - 0.72) + 0.3 * (0.2 - y)
    return blend(plan, leaf, ramp(palette("1b2f5a 1f5560 2f7f50 6aa545 bccb52 f6d45c"), glow))


def walker(plan, x, y) -> np.ndarray:
    """Add a woman under a red parasol."""
    at, foot = 0.625, 0.925
    rise = foot - y
    skirt = (
        (rise > 0)
        & (rise < 0.115)
        & (np.abs(x - at) < 0.046 - 0.32 * rise + 1.4 * np.clip(rise, 0, 1) ** 2)
    )
    body = (rise >= 0.10) & (rise < 0.172) & (np.abs(x - at + 0.003) < 0.013 + 0.08 * (rise - 0.10))
    head = np.hypot(x - at, rise - 0.188) < 0.0145
    stick = (rise > 0.12) & (rise < 0.22) & (np.abs(x - at - 0.012 - 0.25 * (rise - 0.12)) < 0.004)
    plan = blend(plan, stick.astype(float), np.broadcast_to(colour("5a3048"), plan.shape))
    shadow = (np.abs(rise + 0.002 - 0.10 * (x - at)) < 0.011) & (x > at - 0.03) & (x < at + 0.17)
    plan = blend(plan, 0.85 * shadow, np.broadcast_to(colour("2f3f7f"), plan.shape))
    plan = blend(
        plan, skirt.astype(float), ramp(palette("fff4dc e8c0d0 8f7fc0"), (x - at + 0.036) / 0.072)
    )
    plan = blend(plan, body.astype(float), ramp(palette("5f7fd0 3a2f80"), (x - at + 0.012) / 0.024))
    plan = blend(plan, head.astype(float), np.broadcast_to(colour("7a4038"), plan.shape))
    dx, dy = x - at - 0.034, y - foot + 0.208
    along, up = dx * 0.93 + dy * 0.36, dx * 0.36 - dy * 0.93
    dome = np.hypot(along / 1.3, up) < 0.058
    dome &= up > 0.006 * np.cos(95 * along)
    return blend(
        plan, dome.astype(float), ramp(palette("ffb070 ea5a40 a82f50"), (x - at + 0.06) / 0.14)
    )


def dots(canvas: Canvas, plan, turn, number: int, radius: float, spread: float):
    """Set dots all over; each is one pigment, chosen so that many together make the plan."""
    rng = canvas.rng
    seeds = scatter(rng, number * canvas.share)
    wanted = sample(plan, seeds) + rng.normal(0, spread, (len(seeds), 3))
    away = ((wanted[:, None, :] - PIGMENTS[None]) ** 2 * [0.9, 1.3, 0.8]).sum(-1)
    chance = -away / 0.012 + rng.gumbel(size=away.shape)
    tones = vary(rng, PIGMENTS[chance.argmax(1)], 0.035, 0.012)
    angles = np.degrees(sample(turn, seeds) + rng.normal(0, 0.35, len(seeds)))
    sizes = radius * rng.uniform(0.72, 1.25, len(seeds)) * canvas.pixels
    shapes = rng.uniform(1.1, 2.3, len(seeds))
    for at, tone, angle, r, shape in zip(seeds, tones, angles, sizes, shapes, strict=True):
        centre = tuple(np.round(at * canvas.pixels * 16).astype(int).tolist())
        for part, height in ((1.0, 110), (0.62, 160), (0.3, 190)):
            shade = np.clip(tone * (0.965 + 0.05 * (1 - part)), 0, 1) * 255
            axes = (
                max(8, round(16 * r * shape**0.5 * part)),
                max(8, round(16 * r / shape**0.5 * part)),
            )
            cv2.ellipse(
                canvas.paint,
                centre,
                axes,
                angle,
                0,
                360,
                (*shade.tolist(), height),
                -1,
                cv2.LINE_AA,
                4,
            )


def paint(size: int, rng: np.random.Generator) -> np.ndarray:
    """Paint the picture; (size, size, 3) uint8."""
    x, y = grid(FIELD)
    plan = far_shore(sky_and_water(x, y, rng), x, y, rng)
    for spec in ((0.47, 0.555, 0.21), (0.115, 0.525, 0.12), (0.335, 0.505, 0.06)):
        plan = boat(plan, x, y, *spec)
    plan = walker(near_bank(plan, x, y, rng), x, y)
    water = (y > waterline(x)) & (y < bank_edge(x))
    turn = np.where(
        water,
        0.08 * np.sin(20 * y),
        np.where(y > bank_edge(x), -1.35, 2.2 * noise(FIELD, rng, 5, 2)),
    )
    canvas = Canvas(size, colour("ead9b8"), rng)
    dots(canvas, plan, turn, 16000, 0.0075, 0.05)
    dots(canvas, plan, turn, 26000, 0.0056, 0.055)
    dots(canvas, plan, turn, 22000, 0.0042, 0.06)
    return canvas.finish(relief=0.55, weave=0.03)
