"""VGG-19 in numbers: layer names, widths, preprocessing means."""

from __future__ import annotations

from nstkit.errors import choose

CONVOLUTIONS = (2, 2, 4, 4, 4)
"""Number of convolutions in each of VGG-19's five blocks."""

LAYERS = tuple(
    f"block{block}_conv{conv}"
    for block, count in enumerate(CONVOLUTIONS, start=1)
    for conv in range(1, count + 1)
)
"""Names of the sixteen convolutions, as in ``keras.applications.VGG19``."""

WIDTHS = {"vgg19": (64, 128, 256, 512, 512), "vgg19-slim": (16, 32, 64, 128, 128)}
"""Channels of each block, by backbone."""

IMAGENET_MEAN_BGR = (103.939, 116.779, 123.68)
"""Mean of ImageNet's training pictures that VGG's preprocessing removes, in [0, 255]."""


def block_of(layer: str) -> int:
    """Return the block, 1 to 5, that a layer belongs to."""
    return int(choose(layer, LAYERS, "layer")[len("block")])


def expected_shapes(name: str) -> dict[str, tuple[int, int, int, int]]:
    """Return the kernel shape of every layer of a backbone.

    Parameters
    ----------
    name : {"vgg19", "vgg19-slim"}
        Which network.

    Returns
    -------
    dict of str to tuple
        For each of the sixteen layers (3, 3, in, out).
    """
    widths = WIDTHS[choose(name, WIDTHS, "backbone")]
    outputs = [widths[block_of(layer) - 1] for layer in LAYERS]
    inputs = [3, *outputs[:-1]]
    return {layer: (3, 3, i, o) for layer, i, o in zip(LAYERS, inputs, outputs, strict=True)}


def channels_of(name: str) -> dict[str, int]:
    """Return the number of channels of every layer of a backbone, "vgg19" or "vgg19-slim"."""
    return {layer: shape[-1] for layer, shape in expected_shapes(name).items()}
