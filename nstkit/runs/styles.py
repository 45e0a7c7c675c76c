"""Several paintings in one picture: their weights, and the regions in which they count."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from typing import Any

import numpy as np

from nstkit.errors import SettingsError, check_number, choose
from nstkit.images import Mask
from nstkit.runs.picture import Picture

MOST = 8
"""Most paintings in one picture: beyond that none is to be seen any more."""

STYLES = ("style", *(f"style {number}" for number in range(2, MOST + 1)))
"""What the parts of the paintings are called in weights and losses."""

KEPT = "content kept"
"""What that of a kept region is called."""


@dataclass(frozen=True)
class Style:
    """One painting among several.

    Attributes
    ----------
    picture : str or Picture
        As `Settings.style`.
    weight : float
        How much of the style weight β it has. Where no mask is given the paintings share β:
        weights that add up to more than 1 are scaled to add up to 1. In a region of its own the
        weight counts as it is.
    mask : Mask or path, optional
        The region in which it counts, drawn over the photograph. Where masks overlap, they are
        scaled to add up to 1; where they leave a gap, the paintings without a mask count, and
        if there are none the photograph is left as it is.
    layers : dict of str to float, optional
        Weight of each layer, in place of `Settings.style_layers`.
    """

    picture: str | Picture
    weight: float = 1.0
    mask: Any = None
    layers: Mapping[str, float] | None = None

    def __post_init__(self) -> None:
        check_number(self.weight, "the weight of a style")
        object.__setattr__(self, "mask", as_mask(self.mask))

    @classmethod
    def of(cls, given: Any) -> Style:
        """Return a style: one, its fields in a dict, (picture, weight), or a picture alone."""
        if isinstance(given, Mapping):
            for name in given:
                choose(name, [field.name for field in fields(cls)], "entry of a style")
            return cls(**given)
        if isinstance(given, cls):
            return given
        return cls(*given) if isinstance(given, (tuple, list)) else cls(given)


def as_mask(given: Any) -> Mask | None:
    """Return a mask, opened where it is given as a file."""
    return given if given is None or isinstance(given, Mask) else Mask.open(given)


def check_styles(styles: Sequence[Style]) -> None:
    """Raise a SettingsError for more paintings than can be told apart, or for none that counts."""
    if len(styles) > MOST:
        raise SettingsError(
            f"{len(styles)} styles: give at most {MOST}, each is a part of what is painted"
        )
    if len(styles) > 1 and not any(style.weight for style in styles):
        raise SettingsError(
            "the weights of all styles are 0: give one of them a positive weight, or set the "
            "style weight β to 0"
        )


def shares(styles: Sequence[Style]) -> list[float]:
    """Return what β is multiplied by for each painting; see `Style`.

    Examples
    --------
    >>> shares([Style("night_sky"), Style("ink_wash", 3)])
    [0.25, 0.75]
    """
    together = max(1.0, sum(style.weight for style in styles if style.mask is None))
    return [style.weight / (together if style.mask is None else 1) for style in styles]


def regions(styles: Sequence[Style], height: int, width: int, crop: bool) -> list[Any]:
    """Return where each painting counts, shape (height, width), or None for everywhere.

    See `Style` for what overlaps and gaps mean.
    """
    masks = [s.mask and s.mask.at(height, width, crop=crop) for s in styles]
    drawn = np.sum([mask for mask in masks if mask is not None], axis=0)
    if np.ndim(drawn) == 0:
        return masks
    over, rest = np.maximum(drawn, 1), np.clip(1 - drawn, 0, 1)
    return [rest if mask is None else mask / over for mask in masks]
