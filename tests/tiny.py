"""A network and pictures so small that a test takes milliseconds, and the same in plain NumPy."""

from __future__ import annotations

from typing import Any

import numpy as np

from nstkit.backbones import IMAGENET_MEAN_BGR, LAYERS, Backbone, block_of, first_layers
from nstkit.transfer import Problem

WIDTHS = (4, 5, 6, 7, 8)


def tiny_backbone(*, pooling: str = "max", seed: int = 0, layers: int = 16) -> Backbone:
    """Return a network with VGG-19's layers and 4 to 8 channels, drawn from a seed."""
    random = np.random.default_rng(seed)
    parameters, previous = {}, 3
    for layer in LAYERS[:layers]:
        width = WIDTHS[block_of(layer) - 1]
        kernel = random.normal(0, np.sqrt(2 / (9 * previous)), (3, 3, previous, width))
        parameters[layer] = (kernel.astype(np.float32), random.normal(0, 1, width))
        previous = width
    return Backbone("tiny", parameters, pooling=pooling, source=f"seed {seed}")


def picture(seed: int = 0, height: int = 32, width: int = 32) -> np.ndarray:
    """Return a picture of blurred noise, shape (1, height, width, 3), float32, in [0, 1]."""
    noise = np.random.default_rng(seed).random((height + 4, width + 4, 3))
    smooth: Any = sum(noise[i : i + height, j : j + width] for i in range(5) for j in range(5))
    low, high = np.min(smooth), np.max(smooth)
    return ((smooth - low) / (high - low))[None].astype(np.float32)


def tiny_problem(**options: Any) -> Problem:
    """Return a problem with two pictures of 32×32 and the tiny network."""
    options.setdefault("backbone", tiny_backbone())
    return Problem(picture(1), picture(2), **options)


def features_in_numpy(backbone: Backbone, image: np.ndarray, layers: Any) -> dict[str, np.ndarray]:
    """Compute features in float64 from the definition, one shifted product at a time."""
    x = np.asarray(image, np.float64)[0, ..., ::-1] * 255 - np.array(IMAGENET_MEAN_BGR)
    found = {}
    for layer in backbone.layers:
        if layer in first_layers(backbone.layers)[1:]:
            rows, columns = x.shape[0] // 2, x.shape[1] // 2
            cells = x[: 2 * rows, : 2 * columns].reshape(rows, 2, columns, 2, -1)
            x = cells.max((1, 3)) if backbone.pooling == "max" else cells.mean((1, 3))
        kernel, bias = (array.astype(np.float64) for array in backbone.parameters(layer))
        padded = np.pad(x, ((1, 1), (1, 1), (0, 0)))
        height, width = x.shape[:2]
        x = bias + sum(
            padded[i : i + height, j : j + width] @ kernel[i, j] for i in range(3) for j in range(3)
        )
        x = np.maximum(x, 0)
        if layer in layers:
            found[layer] = x
    return found


def gram_in_numpy(features: np.ndarray) -> np.ndarray:
    """Compute Σ_k F_ik F_jk with loops over channels, in float64."""
    channels = features.shape[-1]
    gram = np.empty((channels, channels))
    for i in range(channels):
        for j in range(channels):
            gram[i, j] = np.sum(features[..., i] * features[..., j])
    return gram
