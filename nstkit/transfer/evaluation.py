"""What one look at a picture gives: its loss, the parts of it, and the gradient."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class Evaluation:
    """The total loss of one picture and its parts.

    Attributes
    ----------
    content_layers, style_layers : dict of str to float
        What each layer adds to the total: its loss with all weights and constants applied.
    tv : float
        What total variation adds.
    gradient : numpy.ndarray
        Gradient of the total with respect to the picture, shape (1, H, W, 3), float32; empty
        where only a score was asked for.
    """

    content_layers: dict[str, float]
    style_layers: dict[str, float]
    tv: float
    gradient: np.ndarray

    @property
    def content(self) -> float:
        """What the content layers add together."""
        return sum(self.content_layers.values())

    @property
    def style(self) -> float:
        """What the style layers add together."""
        return sum(self.style_layers.values())

    @property
    def total(self) -> float:
        """The total loss."""
        return self.content + self.style + self.tv
