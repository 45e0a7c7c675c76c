"""What a total loss is made of: the weights, and what a convention may know of a layer."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from nstkit.errors import SettingsError, check_number

FIRST_OF_EACH_BLOCK = tuple(f"block{block}_conv1" for block in range(1, 6))


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
        Number of layers of the same kind (style or content) in the loss.
    energy : float
        Σ P² of the content target, or Σ A² of the style target; used by `relative` only.
    """

    channels: int
    positions: int
    pixels: int
    count: int = 1
    energy: float = 1.0


@dataclass(frozen=True)
class Weights:
    """The weights of a total loss: α · content + β · style + tv · total variation.

    Attributes
    ----------
    content, style, tv : float
        α, β and the weight of total variation; finite, not negative, α and β not both zero.
    content_layers, style_layers : dict of str to float
        Relative weight of each layer; 1 is as the convention has it, 0 switches a layer off.
    """

    content: float = 1.0
    style: float = 100.0
    tv: float = 0.0
    content_layers: Mapping[str, float] = field(default_factory=lambda: {"block4_conv2": 1.0})
    style_layers: Mapping[str, float] = field(
        default_factory=lambda: dict.fromkeys(FIRST_OF_EACH_BLOCK, 1.0)
    )

    def __post_init__(self) -> None:
        check_number(self.content, "content_weight (α)")
        check_number(self.style, "style_weight (β)")
        check_number(self.tv, "tv_weight")
        for layer, weight in {**self.content_layers, **self.style_layers}.items():
            check_number(weight, f"the weight of layer {layer}")
        if not self.content and not self.style:
            raise SettingsError(
                "content_weight (α) and style_weight (β) are both 0: nothing would be "
                "transferred; give at least one of them a positive weight"
            )

    @classmethod
    def for_layers(cls, content_layers: Any, style_layers: Any, **weights: float) -> Weights:
        """Make weights in which every layer named counts 1."""
        return cls(
            content_layers=dict.fromkeys(content_layers, 1.0),
            style_layers=dict.fromkeys(style_layers, 1.0),
            **weights,
        )

    def replace(self, **changes: Any) -> Weights:
        """Return a copy with some fields changed, checked like a new one."""
        return replace(self, **changes)
