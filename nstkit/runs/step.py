"""The record of one step of a run."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from nstkit.transfer import Losses


@dataclass(frozen=True)
class Step(Losses):
    """What is known after one step; progress bars, plots and widgets all read this.

    Attributes
    ----------
    step, steps : int
        Number of this step, the start picture being 0, and of the last one planned.
    parts : dict of str to dict of str to float
        For each use of a term what each layer adds to the total, weights applied; `total`,
        `content`, `style`, `tv`, `content_layers` and `style_layers` read it.
    seconds, seconds_left : float
        Computing time so far, and an estimate of what is left.
    evaluations : int
        Evaluations of value and gradient so far.
    image : numpy.ndarray
        The picture, shape (1, height, width, 3), float32, in [0, 1].
    """

    step: int
    steps: int
    parts: Mapping[str, Mapping[str, float]]
    seconds: float
    seconds_left: float
    evaluations: int
    image: np.ndarray
