"""What a total loss is made of: the weights of its terms and of their layers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from nstkit.backbones.architecture import LAYERS, first_layers
from nstkit.errors import SettingsError, check_number

FIRST_OF_EACH_BLOCK = first_layers(LAYERS)
"""The style layers of Gatys et al.: ``block1_conv1`` … ``block5_conv1``."""

PICTURE = "picture"
"""In the place of a layer: the picture itself, for terms that look at pixels."""


@dataclass(frozen=True)
class Layer:
    """What a convention may know of a layer.

    Attributes
    ----------
    channels, positions : int
        C and M = height × width.
    pixels : int
        Height × width of the picture itself.
    count : int
        Number of layers of the same use of a term in the loss.
    energy : float
        Σ P² of the content target, or Σ A² of the style target; used by `relative` only.
    share : float
        Share of the positions that the style is compared on: 1 without a mask.
    """

    channels: int
    positions: int
    pixels: int
    count: int = 1
    energy: float = 1.0
    share: float = 1.0


@dataclass(frozen=True, init=False)
class Weights:
    """The weights of a total loss: α · content + β · style + tv · total variation, and more.

    Made, and changed, by keywords that are the names of terms: ``Weights(content=1, style=100,
    style_layers={"block1_conv1": 1})``, ``weights.replace(style=30, moments=5)``.

    Parameters
    ----------
    **given
        For a term's name its weight, a finite number, not negative; content (α) is 1, style (β)
        100 and tv 0 where not given, and α and β are not both zero. For its name with
        ``_layers`` a dict from layer to relative weight, or the layers alone; 1 is as the
        convention has it, 0 switches a layer off.

    Attributes
    ----------
    parts : dict of str to float
        The weight of each term.
    layers : dict of str to dict of str to float
        For each term the relative weights of its layers.

    Raises
    ------
    SettingsError
        If a weight is not accepted.
    """

    parts: Mapping[str, float]
    layers: Mapping[str, Mapping[str, float]]

    def __init__(self, **given: Any):
        parts = {"content": 1.0, "style": 1000.0, "tv": 0.0}
        layers: dict[str, Mapping[str, float]] = {
            "content": {"block4_conv2": 1.0},
            "style": dict.fromkeys(FIRST_OF_EACH_BLOCK, 1.0),
            "tv": {PICTURE: 1.0},
        }
        for name, value in given.items():
            if name.endswith("_layers"):
                layers[name.removesuffix("_layers")] = _by_layer(value)
            else:
                parts[name] = check_number(value, _NAMES.get(name, f"the weight of {name}"))
        for by_layer in layers.values():
            for layer, weight in by_layer.items():
                check_number(weight, f"the weight of layer {layer}")
        if not any(weight for name, weight in parts.items() if name != "tv"):
            raise SettingsError(
                "content_weight (α) and style_weight (β) are both 0: nothing would be "
                "transferred; give at least one of them a positive weight"
            )
        object.__setattr__(self, "parts", parts)
        object.__setattr__(self, "layers", layers)

    def replace(self, **changes: Any) -> Weights:
        """Return a copy with some weights changed, checked like a new one."""
        return Weights(**{**self.as_dict(), **changes})

    def as_dict(self) -> dict[str, Any]:
        """Return the keywords that make these weights again; JSON can hold them."""
        return {**self.parts, **{f"{name}_layers": dict(by) for name, by in self.layers.items()}}

    def of(self, part: str, layer: str) -> float:
        """Return what a part of the total is multiplied by, a convention's constants apart."""
        return self.parts.get(part, 0.0) * self.layers.get(part, {}).get(layer, 0.0)

    @property
    def content(self) -> float:
        """α, the weight of content."""
        return self.parts["content"]

    @property
    def style(self) -> float:
        """β, the weight of style."""
        return self.parts["style"]

    @property
    def tv(self) -> float:
        """The weight of total variation."""
        return self.parts["tv"]

    @property
    def content_layers(self) -> Mapping[str, float]:
        """Relative weight of each content layer."""
        return self.layers["content"]

    @property
    def style_layers(self) -> Mapping[str, float]:
        """Relative weight of each style layer."""
        return self.layers["style"]


_NAMES = {"content": "content_weight (α)", "style": "style_weight (β)", "tv": "tv_weight"}


def _by_layer(given: Any) -> Mapping[str, float]:
    return given if isinstance(given, Mapping) else dict.fromkeys(given, 1.0)
