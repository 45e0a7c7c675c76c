"""The record of one step of a run."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class Step:
    """What is known after one step; progress bars, plots and widgets all read this.

    Attributes
    ----------
    step, steps : int
        Number of this step, the start picture being 0, and of the last one planned.
    total, content, style, tv : float
        The total loss and its parts, weights applied.
    content_layers, style_layers : dict of str to float
        The parts by layer.
    seconds, seconds_left : float
        Computing time so far, and an estimate of what is left.
    evaluations : int
        Evaluations of value and gradient so far.
    image : numpy.ndarray
        The picture, shape (1, height, width, 3), float32, in [0, 1].
    """

    step: int
    steps: int
    total: float
    content: float
    style: float
    tv: float
    content_layers: dict[str, float]
    style_layers: dict[str, float]
    seconds: float
    seconds_left: float
    evaluations: int
    image: np.ndarray
