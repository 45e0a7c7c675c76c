"""A network that paints in one pass, untrained and so small that a test takes milliseconds."""

from __future__ import annotations

from typing import Any

import keras
import numpy as np
from tiny import tiny_backbone

from nstkit.fast import Painter, Shape, build_network, build_predictor, pack

SHAPE = Shape(outer=4, middle=5, inner=6, blocks=1, rim=5)
NAMES = ("night_sky", "ink_wash")


def tiny_arrays(seed: int = 0) -> dict[str, Any]:
    """Return what a weights file of such a network holds."""
    keras.utils.set_random_seed(seed)
    backbone = tiny_backbone(pooling="average")
    statistics = 2 * sum(backbone.channels(f"block{block}_conv1") for block in range(1, 4))
    models = build_network(SHAPE), build_predictor(statistics, SHAPE, 7)
    random = np.random.default_rng(seed)
    table = {name: 1 + 0.3 * random.standard_normal(SHAPE.count) for name in NAMES}
    mean, deviation = random.random(statistics), 1 + random.random(statistics)
    return pack(SHAPE, models, table, mean, deviation)


def tiny_painter(seed: int = 0) -> Painter:
    """Return such a network, drawn from a seed."""
    return Painter(tiny_arrays(seed), f"tiny {seed}", tiny_backbone(pooling="average"))
