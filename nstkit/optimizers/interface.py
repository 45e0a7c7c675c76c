"""What an optimiser asks of a problem: a value and a gradient at a point, and bounds."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Protocol

import numpy as np


class Evaluated(Protocol):
    """What an optimiser needs of an evaluation; `nstkit.transfer.Evaluation` has it."""

    @property
    def gradient(self) -> Any:
        """Its gradient, an array like the point it belongs to."""

    @property
    def total(self) -> float:
        """The value to make small."""


Evaluate = Callable[[np.ndarray], Any]

Bounds = tuple[float, float] | None


def clip(x: np.ndarray, bounds: Bounds) -> np.ndarray:
    """Return `x` with every value brought into the bounds, if there are any."""
    return x if bounds is None else np.clip(x, *bounds)
