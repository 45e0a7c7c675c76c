"""What a generated picture is compared with, and the comparison."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from nstkit.backbones import Backbone, positions
from nstkit.losses import CONTENT, PICTURE, Layer, Term, Use
from nstkit.machine.tensorflow import tf


def make_targets(backbone: Backbone, use: Use, height: int, width: int) -> dict[str, Any]:
    """Summarise the picture that a generated one will be compared with.

    Parameters
    ----------
    backbone : Backbone
        The network.
    use : Use
        Term, picture and layers.
    height, width : int
        Size of the generated picture.

    Returns
    -------
    dict of str to tf.Tensor or None
        By layer; None for a term that needs no picture.
    """
    if use.picture is None:
        return dict.fromkeys(use.layers)
    features = look(backbone, use.picture, use.layers)
    return {
        layer: use.term.summarise(features[layer], count_positions(layer, height, width))
        for layer in use.layers
    }


def describe(
    backbone: Backbone,
    targets: dict[str, Any],
    masks: dict[str, Any],
    height: int,
    width: int,
) -> dict[str, Layer]:
    """Return what a convention may know of each layer that a use has targets on."""
    found = {}
    for layer, target in targets.items():
        channels = 3 if layer == PICTURE else backbone.channels(layer)
        # A layer that is silent for the target has no energy to be relative to.
        energy = 1.0 if target is None else float(tf.reduce_sum(tf.square(target))) or 1.0
        here = count_positions(layer, height, width)
        share = 1.0 if masks[layer] is None else float(tf.reduce_mean(tf.square(masks[layer])))
        found[layer] = Layer(channels, here, height * width, len(targets), energy, share)
    return found


def compare(
    backbone: Backbone,
    parts: Sequence[tuple[Term, str]],
    image: tf.Tensor,
    targets: Sequence[Any],
    masks: Sequence[Any],
) -> list[tf.Tensor]:
    """Compute what is to be weighed and added up.

    Parameters
    ----------
    backbone : Backbone
        The network.
    parts : sequence of (Term, str)
        Each part of the loss: a term and a layer.
    image : tf.Tensor
        A generated picture, shape (1, height, width, 3), float32.
    targets : sequence of tf.Tensor or None
        The target of each part.
    masks : sequence of tf.Tensor or None
        Where each part counts: the root of its mask, shape (1, rows, columns, 1) on its layer.

    Returns
    -------
    list of tf.Tensor
        The distance of each part: scalars.
    """
    features = look(backbone, image, {layer for _, layer in parts})
    summaries: dict[Any, Any] = {}
    distances = []
    for (term, layer), target, root in zip(parts, targets, masks, strict=True):
        key = term.summarise, layer, id(root)  # two styles compare the same Gram matrix
        if key not in summaries:
            _, rows, columns, _ = features[layer].shape
            seen = features[layer] if root is None else features[layer] * root
            summaries[key] = term.summarise(seen, rows * columns)
        if root is not None:  # a Gram matrix is a sum over positions, of which there are fewer
            target *= root if term is CONTENT else tf.reduce_mean(tf.square(root))
        distances.append(term.distance(summaries[key], target))
    return distances


def look(backbone: Backbone, image: Any, layers: Iterable[str]) -> dict[str, tf.Tensor]:
    """Return a picture's features, with the picture itself under the name `PICTURE`."""
    inside = [layer for layer in layers if layer != PICTURE]
    features = backbone.features(image, inside) if inside else {}
    return {PICTURE: tf.convert_to_tensor(image, tf.float32), **features}


def count_positions(layer: str, height: int, width: int) -> int:
    """Return M, the number of positions of a layer's features for a picture of that size."""
    rows, columns = (height, width) if layer == PICTURE else positions(layer, height, width)
    return rows * columns
