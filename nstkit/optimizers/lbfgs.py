"""L-BFGS with bounds, one step at a time."""

from __future__ import annotations

import math
from typing import Any, NamedTuple

import numpy as np

from nstkit.errors import check_number
from nstkit.optimizers.interface import Bounds, Evaluate, Evaluated, clip
from nstkit.optimizers.preconditioner import weigh


class Pair(NamedTuple):
    """What one step taught of the curvature."""

    move: np.ndarray
    turn: np.ndarray  # of the gradient
    curvature: float  # their dot product
    gamma: float  # γ of equation 7.20: scales the inverse Hessian assumed before any pair


class Lbfgs:
    """Limited-memory BFGS with bounds and a backtracking line search.

    The two-loop recursion of Nocedal and Wright, *Numerical Optimization* (2006), algorithm
    7.4. Bounds are kept by projection: pixels that sit on a bound and would leave it are left
    out of the step (Bertsekas 1982), the others are clipped. A step is taken when it lowers the
    value enough (Armijo's condition); pairs that would make the model indefinite are skipped.

    Parameters
    ----------
    memory : int
        How many past steps the model of the curvature rests on; each takes the memory of two
        pictures. Under the loss of TensorFlow's tutorial 30 need a fifth fewer evaluations than 10.
    first_step : float
        Root mean square of the very first step, before any curvature is known; positive.
    spectrum : float
        What is assumed of a picture before any curvature is known: see `preconditioner.weigh`. 0
        takes all pixels for independent of each other; arrays that are no pictures always are.
    bounds : (float, float) or None
        Bounds of every value.
    """

    def __init__(
        self,
        *,
        memory: int = 30,
        first_step: float = 0.02,
        spectrum: float = 1.25,
        bounds: Bounds = (0.0, 1.0),
    ):
        self.memory = int(check_number(memory, "memory", minimum=1, whole=True))
        self.first_step = check_number(first_step, "first_step", minimum=1e-8)
        self.spectrum = check_number(spectrum, "spectrum", maximum=4)
        self.bounds = bounds
        self.restart()

    def restart(self) -> None:
        """Forget the curvature: called when the problem's weights change."""
        self._pairs: tuple[Pair, ...] = ()
        self._scale = 1.0

    def step(self, x: np.ndarray, current: Evaluated, evaluate: Evaluate) -> tuple[Any, Any]:
        """Take one step; see `Adam.step`. Where no step lowers the value, `x` comes back."""
        pairs, scale = self._pairs, self._scale
        while True:
            if not pairs:
                # Gradients are divided by this, because the dot products of those of a raw style
                # loss overflow float32. A power of two, so that nothing else changes.
                scale = _power_of_two(float(np.abs(current.gradient).max()))
            gradient = current.gradient / np.asarray(scale, x.dtype)
            direction = self._direction(gradient, self._free(x, gradient), pairs)
            new, evaluation = self._search(x, current, gradient, scale, direction, evaluate)
            if evaluation is not None and math.isfinite(evaluation.total):
                turn = evaluation.gradient / np.asarray(scale, x.dtype) - gradient
                self._pairs, self._scale = self._remember(pairs, new - x, turn), scale
                return new, evaluation
            if not pairs:
                return x, evaluation or current
            pairs = ()  # the model misled us: try once more along the gradient

    def state(self) -> dict[str, np.ndarray]:
        """Return everything that the next step depends on; empty at the start."""
        if not self._pairs:
            return {}
        return {
            "moves": np.stack([pair.move for pair in self._pairs]),
            "turns": np.stack([pair.turn for pair in self._pairs]),
            "scale": np.array(self._scale),
        }

    def restore(self, state: dict[str, np.ndarray]) -> None:
        """Take back what `state` returned."""
        self.restart()
        if state:
            self._scale = float(state["scale"])
            for move, turn in zip(state["moves"], state["turns"], strict=True):
                self._pairs = self._remember(self._pairs, move, turn)

    def _free(self, x: np.ndarray, gradient: np.ndarray) -> np.ndarray:
        """Return 1 where a value may move, 0 where it sits on a bound and is pushed outward."""
        if self.bounds is None:
            return np.ones_like(x)
        low, high = self.bounds
        held = ((x <= low) & (gradient > 0)) | ((x >= high) & (gradient < 0))
        return (~held).astype(x.dtype)

    def _direction(
        self, gradient: np.ndarray, free: np.ndarray, pairs: tuple[Pair, ...]
    ) -> np.ndarray:
        """Return −H g over the free values, H being the inverse Hessian that the pairs imply."""
        q = gradient * free
        if not pairs:
            q = weigh(q, self.spectrum) * free
            root_mean_square = float(np.sqrt(np.mean(q**2)))
            return -q * (self.first_step / root_mean_square if root_mean_square else 0.0)
        weights = []
        for pair in reversed(pairs):
            weight = _dot(pair.move, q) / pair.curvature
            weights.append(weight)
            q = q - weight * pair.turn
        q = weigh(q, self.spectrum) * pairs[-1].gamma
        for pair, weight in zip(pairs, reversed(weights), strict=True):
            q = q + (weight - _dot(pair.turn, q) / pair.curvature) * pair.move
        return -q * free

    def _search(
        self,
        x: np.ndarray,
        current: Evaluated,
        gradient: np.ndarray,
        scale: float,
        direction: np.ndarray,
        evaluate: Evaluate,
    ) -> tuple[Any, Any]:
        """Return the first point along the direction that lowers the value enough.

        Where there is none, the evaluation is None, or the last one if that was not finite.
        """
        length, failed = 1.0, None
        for _ in range(20):
            new = clip((x + length * direction).astype(x.dtype), self.bounds)
            slope = scale * _dot(gradient, new - x)
            if not slope < 0:
                break
            evaluation = evaluate(new)
            gain = evaluation.total - current.total
            if gain <= 1e-4 * slope:
                return new, evaluation
            finite = math.isfinite(gain)
            failed = None if finite else evaluation
            shrink = -slope / (2 * (gain - slope)) if finite else 0.1
            length *= min(max(shrink, 0.1), 0.5)
        return x, failed

    def _remember(
        self, pairs: tuple[Pair, ...], move: np.ndarray, turn: np.ndarray
    ) -> tuple[Pair, ...]:
        """Return the pairs with a new one, if it has positive curvature, and without the oldest."""
        curvature = _dot(move, turn)
        if curvature > 1e-7 * math.sqrt(_dot(move, move) * _dot(turn, turn)):
            gamma = curvature / _dot(turn, weigh(turn, self.spectrum))
            pairs = (*pairs, Pair(move, turn, curvature, gamma))
        return pairs[-self.memory :]


def _dot(a: np.ndarray, b: np.ndarray) -> float:
    return float(np.vdot(a, b))


def _power_of_two(number: float) -> float:
    """Return the power of two next above a positive number, 1 for anything else."""
    return 2.0 ** math.frexp(number)[1] if 0 < number < math.inf else 1.0
