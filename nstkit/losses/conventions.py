"""Loss conventions: the constants by which published implementations differ, with names.

For a layer with C channels and M = height × width positions let Q = Σ (F − P)² and
S = Σ (G − A)² with raw Gram matrices. Every implementation known to the course multiplies Q and
S by a constant per layer and adds up; they differ by more than ten orders of magnitude in it.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from nstkit.backbones.architecture import LAYERS
from nstkit.errors import SettingsError, choose
from nstkit.losses.weights import FIRST_OF_EACH_BLOCK, Layer, Weights


@dataclass(frozen=True)
class Convention:
    """One way to scale the losses, with the weights and layers that go with it.

    Attributes
    ----------
    name, reference : str
        Short name, and where it comes from.
    style, content : callable
        From a `Layer` to the constant that multiplies S, or Q.
    content_weight, style_weight, tv_weight : float
        α, β and the weight of total variation that its authors use.
    content_layers, style_layers : tuple of str
        The layers that its authors use.
    tv_kind : str
        A kind of `nstkit.losses.total_variation_loss`.
    tv_scale : float
        Constant that multiplies it, for pictures in [0, 1].
    """

    name: str
    reference: str
    style: Callable[[Layer], float] = field(repr=False)
    content: Callable[[Layer], float] = field(repr=False)
    content_weight: float
    style_weight: float
    tv_weight: float = 0.0
    content_layers: tuple[str, ...] = ("block5_conv2",)
    style_layers: tuple[str, ...] = FIRST_OF_EACH_BLOCK
    tv_kind: str = "absolute"
    tv_scale: float = 1.0

    @property
    def weights(self) -> Weights:
        """The authors' weights, on the authors' layers."""
        return self.weights_on(self.content_layers, self.style_layers)

    def weights_on(self, content_layers: Iterable[str], style_layers: Iterable[str]) -> Weights:
        """Return the authors' weights on other layers, each of which counts 1."""
        return Weights(
            content_layers=content_layers,
            style_layers=style_layers,
            content=self.content_weight,
            style=self.style_weight,
            tv=self.tv_weight,
        )

    def scale(self, term: str, layer: Layer) -> float:
        """Return the constant that multiplies a term's distance on a layer.

        Published conventions say nothing of terms beyond content, style and total variation;
        those are taken relative to their targets, under all of them. A style that counts in a
        region only is divided by that region's share, which makes it as strong at every position
        there as a style of the whole picture; it is 0 where that is less than one position.
        """
        if term == "content":
            return self.content(layer)
        if term == "style":
            resolved = layer.share * layer.positions > 1 - 1e-6
            return self.style(layer) / layer.share if resolved else 0.0
        return self.tv_scale if term == "tv" else relative(layer)


def relative(layer: Layer) -> float:
    """Return what makes a distance relative to its target's energy, and a mean over layers."""
    return 1 / (layer.count * layer.energy)


CONVENTIONS: dict[str, Convention] = {
    convention.name: convention
    for convention in (
        Convention(
            "relative",
            "nstkit: each loss relative to its target's own energy, so that weights carry over "
            "between layers, sizes and networks",
            style=relative,
            content=relative,
            content_weight=1.0,
            style_weight=1000.0,
            content_layers=("block4_conv2",),
            tv_kind="mean-absolute",
        ),
        Convention(
            "seed",
            "Image Transfer Style in Neural Networks, term paper, San Diego State University; "
            "the paper leaves α and β open, these are nstkit's",
            style=lambda layer: 1 / 2,
            content=lambda layer: 1 / 2,
            content_weight=1.0,
            style_weight=1e-9,
        ),
        Convention(
            "gatys",
            "Gatys, Ecker, Bethge 2015, arXiv:1508.06576, equations 1 to 7; β/α is 1e3 to 1e4",
            style=lambda layer: 1 / (layer.count * 4 * layer.channels**2 * layer.positions**2),
            content=lambda layer: 1 / 2,
            content_weight=1.0,
            style_weight=1e3,
            content_layers=("block4_conv2",),
        ),
        Convention(
            "tensorflow",
            "TensorFlow tutorial 'Neural style transfer'",
            style=lambda layer: 1 / (layer.count * layer.channels**2 * layer.positions**2),
            content=lambda layer: 1 / (layer.count * layer.channels * layer.positions),
            content_weight=1e4,
            style_weight=1e-2,
            tv_weight=30.0,
        ),
        Convention(
            "keras-io",
            "Keras example 'Neural style transfer'; total variation on pictures in [0, 255]",
            style=lambda layer: 1 / (layer.count * 36 * layer.pixels**2),
            content=lambda layer: 1.0,
            content_weight=2.5e-8,
            style_weight=1e-6,
            tv_weight=1e-6,
            tv_kind="power",
            tv_scale=255.0**2.5,
        ),
        Convention(
            "pytorch",
            "PyTorch tutorial 'Neural Transfer Using PyTorch' (there on features before ReLU, of a "
            "network for pictures of unit deviation)",
            style=lambda layer: 1 / (layer.channels**4 * layer.positions**2),
            content=lambda layer: 1 / (layer.channels * layer.positions),
            content_weight=1.0,
            style_weight=1e6,
            content_layers=("block2_conv2",),
            style_layers=LAYERS[:5],
        ),
        Convention(
            "d2l",
            "Dive into Deep Learning, section 'Neural Style Transfer' (there on features before "
            "ReLU, and all of it on pictures of unit deviation; total variation here on [0, 1])",
            style=lambda layer: 1 / (layer.channels**4 * layer.positions**2),
            content=lambda layer: 1 / (layer.channels * layer.positions),
            content_weight=1.0,
            style_weight=1e4,
            tv_weight=10.0,
            content_layers=("block4_conv4",),
            tv_kind="mean-absolute",
            tv_scale=0.5,
        ),
        Convention(
            "coursera",
            "DeepLearning.AI, Convolutional Neural Networks, programming assignment of week 4",
            style=lambda layer: 0.2 / (4 * layer.channels**2 * layer.positions**2),
            content=lambda layer: 1 / (4 * layer.channels * layer.positions),
            content_weight=10.0,
            style_weight=40.0,
            content_layers=("block5_conv4",),
        ),
        Convention(
            "johnson",
            "Justin Johnson's neural-style; total variation on pictures in [0, 255]",
            style=lambda layer: 1 / (layer.channels**4 * layer.positions**2),
            content=lambda layer: 1 / (layer.channels * layer.positions),
            content_weight=5.0,
            style_weight=100.0,
            tv_weight=1e-3,
            content_layers=("block4_conv2",),
            tv_kind="squared",
            tv_scale=255.0**2,
        ),
    )
}
"""The conventions by name; `relative` is the kit's default, `seed` the paper's."""


def get_convention(name: str | Convention) -> Convention:
    """Return a convention by name.

    Parameters
    ----------
    name : str or Convention
        A key of `CONVENTIONS`, or a convention of your own.

    Returns
    -------
    Convention
        The convention.

    Raises
    ------
    SettingsError
        If there is no convention of that name.
    """
    if isinstance(name, Convention):
        return name
    return CONVENTIONS[choose(name, CONVENTIONS, "convention")]


def translate_weights(
    weights: Weights,
    source: str | Convention,
    target: str | Convention,
    *,
    content_layers: Mapping[str, Layer],
    style_layers: Mapping[str, Layer],
    further: Mapping[str, Mapping[str, Layer]] = MappingProxyType({}),
    tv_ratio: float | None = None,
) -> Weights:
    """Carry weights from one convention to another, so that the total loss stays the same.

    The constant of the first layer in use goes into α or β, and what the other layers need
    beyond it into their own weights, so the translation is exact for every picture. Terms that
    no published convention knows keep their weights.

    Parameters
    ----------
    weights : Weights
        Weights under `source`.
    source, target : str or Convention
        From, and to.
    content_layers, style_layers : dict of str to Layer
        What is known of every layer that `weights` name; `Problem.layers` has it.
    further : dict of str to dict of str to Layer
        The same for further uses of content and style, by name.
    tv_ratio : float, optional
        Total variation of a picture under `source` divided by the same under `target`; needed
        where the two measure total variation in different ways and its weight is not 0.

    Returns
    -------
    Weights
        Weights under `target`.

    Raises
    ------
    SettingsError
        If a layer is not described, or `tv_ratio` is needed and missing.
    """
    a, b = get_convention(source), get_convention(target)
    changes: dict[str, object] = {}
    uses = {"content": content_layers, "style": style_layers, **further}
    for use, known in uses.items():
        term = "content" if use.startswith("content") else "style"
        by_layer = weights.layers[use]
        for layer in by_layer:
            choose(layer, known, f"{term} layer")
        ratio = {
            layer: a.scale(term, known[layer]) / (b.scale(term, known[layer]) or math.inf)
            for layer in by_layer
        }
        used = [ratio[layer] for layer, value in by_layer.items() if value > 0]
        common = used[0] if used else 1.0
        changes[use] = weights.parts[use] * common
        changes[f"{use}_layers"] = {
            layer: by_layer[layer] * ratio[layer] / common for layer in by_layer
        }
    if weights.tv and a.tv_kind == b.tv_kind:
        tv_ratio = a.tv_scale / b.tv_scale
    if weights.tv and tv_ratio is None:
        raise SettingsError(
            f"{a.name!r} and {b.name!r} measure total variation in different ways: give tv_ratio, "
            "or weights with tv=0"
        )
    return weights.replace(tv=weights.tv * (tv_ratio or 0.0), **changes)
