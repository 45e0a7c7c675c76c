"""Night over the bay: swirling brushwork in thick paint."""

from __future__ import annotations

import numpy as np

from .canvas import Canvas
from .fields import (
    colour,
    grid,
    noise,
    palette,
    ramp,
    sample,
    scatter,
    smoothstep,
    streak,
    trace,
    vary,
)

FIELD = 400  # the flow and the colour plan are laid out at this many pixels, whatever the size

SKY = palette("081034 101f5c 1a3a8c 2c62b4 4f92cb 93c3d4 d9e6c9")
HALO = palette("2f6fb6 5fa0bf a9cdb0 e9dc8a f3b93c f7d55f fff3bd")
HILLS = palette("060b22 0c1c3f 12345a 1d5a6b 3a8074")
WATER = palette("060d30 0d2560 1b4a94 3a7dbd 7fb6cc")
STARS = (  # x, y, radius of the glow
    (0.80, 0.17, 0.135), (0.13, 0.12, 0.070), (0.34, 0.08, 0.050), (0.55, 0.12, 0.062),
    (0.07, 0.36, 0.055), (0.93, 0.43, 0.060), (0.66, 0.44, 0.042), (0.29, 0.55, 0.040),
    (0.47, 0.50, 0.034), (0.97, 0.06, 0.040),
)  # fmt: skip
WHIRLS = ((0.42, 0.29, 0.165, 1.0), (0.62, 0.345, 0.085, -1.0), (0.16, 0.47, 0.085, 0.9))


def horizon(x: np.ndarray) -> np.ndarray:
    """Height of the hills' upper edge."""
    return 0.685 - 0.05 * np.sin(3.1 * x + 0.4) - 0.028 * np.sin(8.3 * x + 1.0) + 0.05 * x


def sky_flow(x: np.ndarray, y: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Angle of the wind: a drift that rolls around whirls and rings every star."""
    u = np.ones_like(x)
    v = 0.45 * np.sin(2 * np.pi * (0.9 * x + 0.35 * y)) + 0.12 * noise(FIELD, rng, 3)
    for cx, cy, radius, turn in WHIRLS:
        dx, dy = x - cx, y - cy
        distance = np.hypot(dx, dy) + 1e-6
        pull = 4.5 * np.exp(-((distance / radius) ** 2) * 0.9)
        u += turn * pull * -dy / distance - 0.35 * pull * dx / distance
        v += turn * pull * dx / distance - 0.35 * pull * dy / distance
    for cx, cy, radius in STARS:
        dx, dy = x - cx, y - cy
        distance = np.hypot(dx, dy) + 1e-6
        pull = 6 * np.exp(-((distance / radius) ** 2))
        u += pull * -dy / distance
        v += pull * dx / distance
    return np.arctan2(v, u)


def sky_colours(x, y, flow, rng) -> tuple[np.ndarray, np.ndarray]:
    """Plan of the sky's colours, and where the lights are."""
    ribbons = streak(noise(FIELD, rng, 13, 3), flow, 0.22)
    value = 0.36 + 0.17 * ribbons + 0.22 * smoothstep(0.35, 0.72, y) - 0.1 * (1 - y)
    for cx, cy, radius, _ in WHIRLS:
        distance = np.hypot(x - cx, y - cy) / radius
        value += 0.22 * np.exp(-((distance - 0.55) ** 2) * 9)
    plan = ramp(SKY, value)
    light = np.zeros_like(x)
    for cx, cy, radius in STARS:
        distance = np.hypot(x - cx, y - cy) / radius
        rings = 1 + 0.20 * np.cos(distance * (9 + 40 * radius)) * np.clip(distance * 2, 0, 1)
        glow = np.clip(1.0 - distance / 1.35, 0, 1) ** 1.15 * rings
        light = np.maximum(light, glow)
    mixed = smoothstep(0.06, 0.42, light + 0.05 * ribbons)[..., None]
    return plan * (1 - mixed) + ramp(HALO, light + 0.05 * ribbons) * mixed, light


def lay(canvas, seeds, angle, plan, width, length, **brush):
    """Lay one stroke at every seed, along the flow, in the plan's colour there."""
    rng = canvas.rng
    lengths = length * rng.uniform(0.6, 1.35, len(seeds))
    widths = width * rng.uniform(0.7, 1.3, len(seeds))
    first = vary(rng, sample(plan, seeds), 0.13, 0.035)
    second = vary(rng, sample(plan, seeds), 0.13, 0.035)
    for path, w, one, two in zip(trace(seeds, angle, lengths), widths, first, second, strict=True):
        canvas.stroke(path, w, one, second=two, **brush)


def paint(size: int, rng: np.random.Generator) -> np.ndarray:
    """Paint the picture; (size, size, 3) uint8."""
    x, y = grid(FIELD)
    flow = sky_flow(x, y, rng)
    plan, light = sky_colours(x, y, flow, rng)
    canvas = Canvas(size, colour("0d1a4a"), rng)
    for width, length, number in ((0.034, 0.15, 1400), (0.019, 0.115, 3600), (0.011, 0.075, 7000)):
        seeds = scatter(rng, number * canvas.share)
        seeds = seeds[seeds[:, 1] < horizon(seeds[:, 0]) + 0.03]
        near = sample(light, seeds) > 0.20
        lay(canvas, seeds[~near], flow, plan, width, length)
        lay(canvas, seeds[near], flow, plan, width * 0.75, length * 0.42, body=1.3)
    seeds = scatter(rng, 6000 * canvas.share)
    bright = sample(plan, seeds).mean(-1) + 0.1 * rng.standard_normal(len(seeds))
    crests = (bright > 0.52) & (sample(light, seeds) < 0.2) & (seeds[:, 1] < horizon(seeds[:, 0]))
    lay(canvas, seeds[crests], flow, np.clip(plan * 1.18 + 0.05, 0, 1), 0.0065, 0.07, body=1.8)
    stars(canvas)
    land(canvas, x, y)
    return canvas.finish(relief=0.8, weave=0.02)


def stars(canvas: Canvas):
    """Put a thick core of light into every halo, and a crescent into the largest."""
    rng = canvas.rng
    for cx, cy, radius in STARS:
        for _ in range(int(30 + 420 * radius)):
            reach = radius * 0.30 * np.sqrt(rng.random())
            arc = rng.uniform(0, 2 * np.pi) + np.linspace(-0.6, 0.6, 7)
            path = np.stack([cx + reach * np.cos(arc), cy + reach * np.sin(arc)], axis=-1)
            tone = ramp(HALO, np.array(1.0 - 1.1 * reach / radius))
            canvas.stroke(path, 0.009, vary(rng, tone, 0.05, 0.02), body=1.6)
    cx, cy, radius = STARS[0]
    for _ in range(260):
        bend = rng.normal(0, 0.55)
        reach = radius * (0.40 + 0.10 * np.cos(bend) * rng.uniform(-1, 1))
        arc = 0.5 + bend + np.linspace(-0.32, 0.32, 9)
        path = np.stack([cx + reach * np.cos(arc), cy + reach * np.sin(arc)], axis=-1)
        tone = palette("f39a2b f7b93a fde27a fff2b8")[rng.integers(4)]
        canvas.stroke(path, 0.008, vary(rng, tone, 0.06, 0.02), body=1.8)


def land(canvas: Canvas, x: np.ndarray, y: np.ndarray):
    """Paint the hills, the town on the shore and the bay."""
    rng = canvas.rng
    shore = 0.775
    rolls = noise(FIELD, rng, 6, 3)
    slope = np.arctan(np.gradient(horizon(x[0]), 1 / FIELD))[None, :] * np.ones_like(x)
    hill_flow = slope * smoothstep(shore, 0.66, y) + 0.35 * rolls * smoothstep(shore, 0.7, y)
    hill = ramp(HILLS, 0.4 + 0.28 * streak(rolls, hill_flow, 0.1) - 1.5 * (y - 0.72))
    for width, length, number in ((0.02, 0.09, 2200), (0.011, 0.06, 6000)):
        seeds = scatter(rng, number * canvas.share)
        inside = (seeds[:, 1] > horizon(seeds[:, 0])) & (seeds[:, 1] < shore + 0.02)
        lay(canvas, seeds[inside], hill_flow, hill, width, length)
    lamps = town(canvas, shore)
    ripple = 0.10 * np.sin(11 * x + 30 * y) + 0.06 * noise(FIELD, rng, 9, 2)
    value = (
        0.28
        + 0.14 * streak(noise(FIELD, rng, 16, 2), ripple, 0.2)
        + 0.4 * smoothstep(1.0, shore, y)
    )
    bay = ramp(WATER, value)
    for lamp_x, strength in [*lamps, (0.80, 2.6)]:
        drift = (x - lamp_x - 0.008 * np.sin(60 * y + 9 * lamp_x)) / (
            0.010 + 0.012 * strength * (y - shore + 0.05) * 3
        )
        glow = (
            np.exp(-(drift**2))
            * smoothstep(shore - 0.01, shore + 0.01, y)
            * np.exp(-(y - shore) * (7 / strength))
        )
        glow = np.clip(glow * (0.75 + 0.3 * np.sin(150 * y + 20 * lamp_x)), 0, 1)[..., None]
        bay = bay * (1 - glow) + ramp(HALO, 0.35 + 0.5 * glow[..., 0]) * glow
    for width, length, number in ((0.02, 0.10, 2600), (0.012, 0.06, 7000), (0.008, 0.035, 8000)):
        seeds = scatter(rng, number * canvas.share)
        lay(canvas, seeds[seeds[:, 1] > shore], ripple, bay, width, length)
    bank(canvas)


def town(canvas: Canvas, shore: float) -> list[tuple[float, float]]:
    """Paint houses with lit windows along the shore; return where their lamps are."""
    rng, lamps = canvas.rng, []
    for left in np.sort(rng.uniform(0.20, 0.95, 24)):
        wide, tall = rng.uniform(0.022, 0.042), rng.uniform(0.016, 0.036)
        house(canvas, left, shore, wide, tall, rng.uniform(0.012, 0.024))
        if rng.random() < 0.75:
            at = np.array([left + wide * rng.uniform(0.3, 0.7), shore - tall * 0.5])
            path = at + np.linspace([0, -0.005], [0, 0.005], 4)
            canvas.stroke(path, 0.008, vary(rng, colour("fbd35e"), 0.08, 0.03), body=1.8)
            lamps.append((float(at[0]), rng.uniform(0.8, 1.5)))
    house(canvas, 0.565, shore, 0.026, 0.058, 0.075)
    return lamps


def house(canvas: Canvas, left: float, foot: float, wide: float, tall: float, gable: float):
    """Paint one house: a wall in upright strokes, a roof in strokes down its slope."""
    rng = canvas.rng
    wall = vary(rng, palette("2b4a72 3f5f86 1f3a5f 56708a")[rng.integers(4)], 0.12, 0.02)
    roof = vary(rng, palette("2a2448 4a3550 6a4040 1f2a4a")[rng.integers(4)], 0.12, 0.02)
    right, top = left + wide, foot - tall
    canvas.fill(np.array([[left, foot], [left, top], [right, top], [right, foot]]), wall, 110)
    for x in np.linspace(left, right, 6):
        path = np.linspace([x, top], [x, foot], 5)
        canvas.stroke(path, 0.006, vary(rng, wall, 0.15, 0.03))
    peak = np.array([left + wide / 2, top - gable])
    eaves = np.array([[left - 0.004, top + 0.002], [right + 0.004, top + 0.002]])
    canvas.fill(np.stack([peak, *eaves]), roof, 120)
    for share in np.linspace(0.05, 0.95, 7):
        end = eaves[0] + share * (eaves[1] - eaves[0])
        canvas.stroke(np.linspace(peak, end, 5), 0.0055, vary(rng, roof, 0.2, 0.04))


def bank(canvas: Canvas):
    """Paint the near bank with its reeds, dark against the water."""
    rng = canvas.rng
    tones = palette("04081c 0a1730 10323c 1f4a3c 2f5f3e")
    for _ in range(900):
        root_x = rng.random() ** 1.5 * 0.62
        edge = (
            1.01
            - 0.16 * np.exp(-((root_x / 0.30) ** 2))
            - 0.03 * np.exp(-(((root_x - 0.45) / 0.1) ** 2))
        )
        root = np.array([root_x, rng.uniform(edge, 1.05)])
        tall = rng.uniform(0.05, 0.13) * (1.5 - root_x * 1.6)
        lean = rng.normal(0.25, 0.35)
        t = np.linspace(0, 1, 9)[:, None]
        path = (
            root
            + t * np.array([0.0, -tall])
            + t**2 * np.array([lean * tall, 0.15 * tall * abs(lean)])
        )
        tone = tones[int(rng.random() ** 1.6 * len(tones))]
        canvas.stroke(path, rng.uniform(0.005, 0.011), vary(rng, tone, 0.2, 0.03), body=1.2)
