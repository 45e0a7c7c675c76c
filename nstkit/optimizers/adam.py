"""Adam, one step at a time."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from nstkit.errors import check_number
from nstkit.optimizers.interface import Bounds, Evaluate, Evaluated, clip


class Adam:
    """Adam of Kingma and Ba (2015), arXiv:1412.6980, as Keras has it, with bounds.

    This is the form at the end of their section 2, whose ε is compared with the root of the mean
    square before its correction for the first steps; algorithm 1 compares it after.

    Parameters
    ----------
    learning_rate : float
        Size of a step, about the change of a pixel in [0, 1] at the start; positive.
    beta_1, beta_2 : float
        Decay of the running means of gradient and squared gradient; at least 0, below 1.
    epsilon : float
        Added to the root of the mean square; positive. The usual 1e-8; TensorFlow's style
        transfer tutorial takes 0.1, which under small gradients slows it down a great deal.
    bounds : (float, float) or None
        Values are clipped to them after each step.
    """

    def __init__(
        self,
        *,
        learning_rate: float = 0.02,
        beta_1: float = 0.9,
        beta_2: float = 0.999,
        epsilon: float = 1e-8,
        bounds: Bounds = (0.0, 1.0),
    ):
        self.learning_rate = check_number(learning_rate, "learning_rate", minimum=1e-8)
        self.beta_1 = check_number(beta_1, "beta_1", maximum=0.999999)
        self.beta_2 = check_number(beta_2, "beta_2", maximum=0.999999)
        self.epsilon = check_number(epsilon, "epsilon", minimum=1e-30)
        self.bounds = bounds
        self.restart()

    def restart(self) -> None:
        """Forget the past: called when the problem's weights change."""
        self._count = 0
        self._mean: Any = 0.0
        self._square: Any = 0.0

    def step(self, x: np.ndarray, current: Evaluated, evaluate: Evaluate) -> tuple[Any, Any]:
        """Take one step.

        Parameters
        ----------
        x : numpy.ndarray
            Where we are.
        current : Evaluated
            Value and gradient at `x`.
        evaluate : callable
            From an array like `x` to its evaluation.

        Returns
        -------
        x, evaluation
            The new place and its evaluation.
        """
        count = self._count + 1
        # In float64, because the square of a raw style loss's gradient overflows float32.
        gradient = current.gradient.astype(np.float64)
        mean = self.beta_1 * self._mean + (1 - self.beta_1) * gradient
        square = self.beta_2 * self._square + (1 - self.beta_2) * gradient**2
        rate = self.learning_rate * math.sqrt(1 - self.beta_2**count) / (1 - self.beta_1**count)
        new = x - rate * mean / (np.sqrt(square) + self.epsilon)
        new = clip(new.astype(x.dtype), self.bounds)
        evaluation = evaluate(new)
        if math.isfinite(evaluation.total):
            self._count, self._mean, self._square = count, mean, square
        return new, evaluation

    def state(self) -> dict[str, np.ndarray]:
        """Return everything that the next step depends on; empty at the start."""
        if not self._count:
            return {}
        return {"count": np.array(self._count), "mean": self._mean, "square": self._square}

    def restore(self, state: dict[str, np.ndarray]) -> None:
        """Take back what `state` returned."""
        self.restart()
        if state:
            self._count = int(state["count"])
            self._mean, self._square = state["mean"], state["square"]
