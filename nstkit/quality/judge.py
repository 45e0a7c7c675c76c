"""Who judges: a network that did not paint."""

from __future__ import annotations

from nstkit.backbones import Backbone, cached_weights, load_backbone, untrained_backbone

JUDGE_SEED = 15
"""Seed of the random network that judges where no other can."""


def find_judge(painter: str = "") -> Backbone:
    """Find a network that did not paint.

    Parameters
    ----------
    painter : str
        Name of the network that painted; "" where it is not known.

    Returns
    -------
    Backbone
        The first of these that is not the painter: VGG-19 and VGG-16, where their weights are on
        this machine; the slim network, which was trained to see as VGG-19 sees, where the painter
        is known; and a network of the same shape with random weights, which nobody paints with by
        accident and which is the same on every machine. Such networks see textures well enough
        to paint with them (He, Wang and Hopcroft 2016, arXiv:1606.04801).
    """
    full = [name for name in ("vgg19", "vgg16") if cached_weights(name).exists()]
    for name in (*full, *(["vgg19-slim"] if painter else [])):
        if name != painter:
            return load_backbone(name)
    return neutral_judge()


def neutral_judge() -> Backbone:
    """Draw the network with random weights that judges where every trained one may have painted."""
    return untrained_backbone("vgg19-slim", seed=JUDGE_SEED)
