"""What one look at a picture gives: its loss, the parts of it, and the gradient."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np


class Losses:
    """The sums that readers ask for, over the parts that a record of a loss has.

    Attributes
    ----------
    parts : dict of str to dict of str to float
        For each use of a term by name ("content", "style", "tv" …) what each layer adds to the
        total, with all weights and constants applied.
    """

    parts: Mapping[str, Mapping[str, float]]

    def sums(self) -> dict[str, float]:
        """Return what each use of a term adds to the total."""
        return {name: sum(by_layer.values()) for name, by_layer in self.parts.items()}

    def shares(self) -> list[float]:
        """Return the share that each part has in the total, part after part."""
        values = [value for by_layer in self.parts.values() for value in by_layer.values()]
        total = sum(values) or 1.0
        return [value / total for value in values]

    @property
    def total(self) -> float:
        """The total loss."""
        return sum(self.sums().values())

    @property
    def content(self) -> float:
        """What the content layers add together."""
        return self.sums().get("content", 0.0)

    @property
    def style(self) -> float:
        """What the style layers add together."""
        return self.sums().get("style", 0.0)

    @property
    def tv(self) -> float:
        """What total variation adds."""
        return self.sums().get("tv", 0.0)

    @property
    def content_layers(self) -> Mapping[str, float]:
        """What each content layer adds."""
        return self.parts.get("content", {})

    @property
    def style_layers(self) -> Mapping[str, float]:
        """What each style layer adds."""
        return self.parts.get("style", {})


@dataclass(frozen=True)
class Evaluation(Losses):
    """The total loss of one picture and its parts.

    Attributes
    ----------
    parts : dict of str to dict of str to float
        See `Losses`.
    gradient : numpy.ndarray
        Gradient of the total with respect to the picture, shape (1, H, W, 3), float32; empty
        where only a score was asked for.
    """

    parts: Mapping[str, Mapping[str, float]]
    gradient: np.ndarray
