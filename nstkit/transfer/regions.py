"""Regions of a picture in which a loss counts: a mask, brought to each layer's size.

Guided losses, after Gatys, Ecker, Bethge, Hertzmann and Shechtman, "Controlling Perceptual Factors
in Neural Style Transfer", CVPR 2017, arXiv:1611.07865, section 3. With a mask m from 0 to 1 the
features F become √m ∘ F, so that the guided Gram matrix is Σ_k m_k F_ik F_jk: that of a mask of
ones is the plain one, and those of masks that add up to one everywhere, hard or soft, add up to
it. (The paper writes T for √m, and scales it so that Σ T² = 1; here a convention's constant is
divided by the mask's share of the picture.)
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from nstkit.backbones import block_of
from nstkit.errors import ImageError, SettingsError
from nstkit.losses import CONTENT, PICTURE, STYLE, Layer, Use
from nstkit.machine.tensorflow import tf

MIXES = ("gram", "sum")
"""How styles that count in one place share it; the first is the default."""


def check_mask(use: Use, height: int, width: int) -> None:
    """Raise for a mask that is none, has not the picture's size, or is too small for any layer.

    Raises
    ------
    ImageError
        If it is not of that size, not float or not in [0, 1].
    SettingsError
        If the term takes no mask, or there is less in it than one position of every layer; a
        style leaves single layers out where that is so.
    """
    if use.mask is None:
        return
    if use.term not in (CONTENT, STYLE):
        raise SettingsError(f"{use.name} takes no mask: give one to content or style")
    mask, name = np.asarray(use.mask), f"the mask of {use.name}"
    if mask.shape != (height, width):
        raise ImageError(
            f"{name} has shape {mask.shape}: it needs (height, width) of the generated picture, "
            f"({height}, {width}); nstkit.images.Mask brings it to that size"
        )
    if mask.dtype.kind != "f" or not ((mask >= 0) & (mask <= 1)).all():
        raise ImageError(f"{name} is not float in [0, 1]: divide 8-bit values by 255")
    covered = {layer: at_layer(mask, layer).sum() for layer in use.layers}
    if max(covered.values()) < 1:
        layer = max(covered, key=lambda layer: covered[layer])
        side = 2 ** (block_of(layer) - 1) if layer != PICTURE else 1
        raise SettingsError(
            f"{name} covers {covered[layer]:.2g} positions of {layer}, and fewer of deeper layers: "
            f"a region needs at least one, which is {side}×{side} pixels; paint it larger"
        )


def at_layer(mask: Any, layer: str) -> np.ndarray:
    """Bring a mask to a layer's size: the mean of 2×2 positions for each pooling before it.

    Parameters
    ----------
    mask : array_like
        Shape (height, width), float, in [0, 1].
    layer : str
        The layer. A last odd row or column is left out, as the network's pooling does.

    Returns
    -------
    numpy.ndarray
        Shape (rows, columns) of the layer's features, float64, in [0, 1].

    Examples
    --------
    >>> at_layer([[1.0, 1.0, 0.0], [0.0, 0.0, 0.0]], "block2_conv1").tolist()
    [[0.5]]
    """
    found = np.asarray(mask, np.float64)
    for _ in range(0 if layer == PICTURE else block_of(layer) - 1):
        rows, columns = found.shape[0] // 2, found.shape[1] // 2
        found = found[: 2 * rows, : 2 * columns].reshape(rows, 2, columns, 2).mean((1, 3))
    return found


def roots(use: Use) -> dict[str, Any]:
    """Return what a use's features are multiplied by on each layer: √m, or None without a mask.

    Parameters
    ----------
    use : Use
        A use whose mask was checked.

    Returns
    -------
    dict of str to tf.Tensor or None
        Shape (1, rows, columns, 1), float32.
    """
    if use.mask is None:
        return dict.fromkeys(use.layers)
    return {
        layer: tf.constant(np.sqrt(at_layer(use.mask, layer))[None, ..., None], tf.float32)
        for layer in use.layers
    }


def mixed(
    uses: Sequence[Use], layers: Mapping[str, Mapping[str, Layer]]
) -> dict[str, dict[str, Layer]]:
    """Measure styles that count in one place with one ruler: the mean energy of their targets.

    With weights λ that add up to 1, Σ_n λ_n S(G, A_n) = S(G, Σ_n λ_n A_n) + a number that does not
    depend on the picture: a sum of style losses *is* the loss against the mixed Gram matrix, as
    long as all have the same constant. Published conventions see to that. "relative" divides each
    loss by its own target's energy, so that a painting of weak features outweighs the others; that
    is the mix "sum". With the energy that this function returns it is the mix "gram", whose
    pictures change more evenly on the way from one painting to the other.

    Parameters
    ----------
    uses : sequence of Use
        All uses of terms.
    layers : dict of str to dict of str to Layer
        For each use what is known of its layers.

    Returns
    -------
    dict of str to dict of str to Layer
        The same for every use of style.
    """
    styles = [use for use in uses if use.term is STYLE]

    def energy(of: Use, layer: str) -> float:
        here = [layers[use.name].get(layer) for use in styles if use.mask is of.mask]
        return float(np.mean([known.energy for known in here if known is not None]))

    return {
        use.name: {
            layer: replace(known, energy=energy(use, layer))
            for layer, known in layers[use.name].items()
        }
        for use in styles
    }
