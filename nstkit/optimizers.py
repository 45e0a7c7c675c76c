"""Adam and L-BFGS over anything that returns a value and a gradient.

Both keep a picture inside its bounds, take one step at a time, and can hand out and take back
their whole state, so that a run can be stored and go on as if it had never stopped.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from typing import Any, Protocol

import numpy as np

from nstkit.errors import SettingsError, check_number, choose


class Evaluated(Protocol):
    """What an optimiser needs of an evaluation; `transfer.Evaluation` has it."""

    @property
    def gradient(self) -> Any:
        """Its gradient, an array like the point it belongs to."""

    @property
    def total(self) -> float:
        """The value to make small."""


Evaluate = Callable[[np.ndarray], Any]


class Adam:
    """Adam of Kingma and Ba (2015), arXiv:1412.6980, algorithm 1, with bounds.

    Parameters
    ----------
    learning_rate : float
        Size of a step, about the change of a pixel in [0, 1] at the start.
    beta_1, beta_2 : float
        Decay of the running means of gradient and squared gradient.
    epsilon : float
        Added to the root of the mean square. The usual 1e-8; TensorFlow's style transfer
        tutorial takes 0.1, which under small gradients slows it down a great deal.
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
        bounds: tuple[float, float] | None = (0.0, 1.0),
    ):
        self.learning_rate = check_number(learning_rate, "learning_rate")
        self.beta_1 = check_number(beta_1, "beta_1", maximum=1)
        self.beta_2 = check_number(beta_2, "beta_2", maximum=1)
        self.epsilon = check_number(epsilon, "epsilon")
        self.bounds = bounds
        self.restart()

    def restart(self) -> None:
        """Forget the past: called when the problem's weights change."""
        self._count = 0
        self._mean: Any = 0.0
        self._square: Any = 0.0

    def step(self, x: np.ndarray, current: Evaluated, evaluate: Evaluate) -> tuple[Any, Any, int]:
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
        x, evaluation, evaluations
            The new place, its evaluation, and how many evaluations it took.
        """
        self._count += 1
        gradient = current.gradient
        self._mean = self.beta_1 * self._mean + (1 - self.beta_1) * gradient
        self._square = self.beta_2 * self._square + (1 - self.beta_2) * gradient**2
        mean = self._mean / (1 - self.beta_1**self._count)
        square = self._square / (1 - self.beta_2**self._count)
        new = x - self.learning_rate * mean / (np.sqrt(square) + self.epsilon)
        new = _clip(new.astype(x.dtype), self.bounds)
        return new, evaluate(new), 1

    def state(self) -> dict[str, np.ndarray]:
        """Return everything that the next step depends on."""
        return {
            "count": np.array(self._count),
            "mean": np.asarray(self._mean),
            "square": np.asarray(self._square),
        }

    def restore(self, state: dict[str, np.ndarray]) -> None:
        """Take back what `state` returned."""
        self._count = int(state["count"])
        self._mean, self._square = state["mean"], state["square"]


class Lbfgs:
    """Limited-memory BFGS with bounds and a backtracking line search.

    The two-loop recursion of Nocedal and Wright, *Numerical Optimization* (2006), algorithm
    7.4. Bounds are kept by projection: pixels that sit on a bound and would leave it are left
    out of the step (Bertsekas 1982), the others are clipped. A step is taken when it lowers the
    value enough (Armijo's condition); pairs that would make the model indefinite are skipped.

    Parameters
    ----------
    memory : int
        How many past steps the model of the curvature rests on.
    first_step : float
        Root mean square of the very first step, before any curvature is known.
    bounds : (float, float) or None
        Bounds of every value.
    """

    def __init__(
        self,
        *,
        memory: int = 10,
        first_step: float = 0.02,
        bounds: tuple[float, float] | None = (0.0, 1.0),
    ):
        self.memory = int(check_number(memory, "memory", minimum=1, whole=True))
        self.first_step = check_number(first_step, "first_step")
        self.bounds = bounds
        self.restart()

    def restart(self) -> None:
        """Forget the curvature: called when the problem's weights change."""
        self._pairs: deque[tuple[np.ndarray, np.ndarray, float]] = deque(maxlen=self.memory)

    def step(self, x: np.ndarray, current: Evaluated, evaluate: Evaluate) -> tuple[Any, Any, int]:
        """Take one step; see `Adam.step`. Where no step lowers the value, `x` comes back."""
        used = 0
        for _ in range(2):
            free = self._free(x, current.gradient)
            direction = self._direction(current.gradient, free)
            new, evaluation, count = self._search(x, current, direction, evaluate)
            used += count
            if evaluation is not None:
                self._remember(new - x, evaluation.gradient - current.gradient)
                return new, evaluation, used
            if not self._pairs:
                break
            self.restart()  # the model misled us: try once more along the gradient
        return x, current, used

    def state(self) -> dict[str, np.ndarray]:
        """Return everything that the next step depends on."""
        if not self._pairs:
            return {}
        return {
            "moves": np.stack([pair[0] for pair in self._pairs]),
            "turns": np.stack([pair[1] for pair in self._pairs]),
        }

    def restore(self, state: dict[str, np.ndarray]) -> None:
        """Take back what `state` returned."""
        self.restart()
        for move, turn in zip(state.get("moves", ()), state.get("turns", ()), strict=True):
            self._remember(move, turn)

    def _free(self, x: np.ndarray, gradient: np.ndarray) -> np.ndarray:
        """Return 1 where a value may move, 0 where it sits on a bound and is pushed outward."""
        if self.bounds is None:
            return np.ones_like(x)
        low, high = self.bounds
        held = ((x <= low) & (gradient > 0)) | ((x >= high) & (gradient < 0))
        return (~held).astype(x.dtype)

    def _direction(self, gradient: np.ndarray, free: np.ndarray) -> np.ndarray:
        """Return −H g over the free values, H being the inverse Hessian that the pairs imply."""
        q = gradient * free
        if not self._pairs:
            root_mean_square = float(np.sqrt(np.mean(q**2)))
            return -q * (self.first_step / root_mean_square if root_mean_square else 0.0)
        weights = []
        for move, turn, curvature in reversed(self._pairs):
            weight = _dot(move, q) / curvature
            weights.append(weight)
            q = q - weight * turn
        _, turn, curvature = self._pairs[-1]
        q = q * (curvature / _dot(turn, turn))
        for (move, turn, curvature), weight in zip(self._pairs, reversed(weights), strict=True):
            q = q + (weight - _dot(turn, q) / curvature) * move
        return -q * free

    def _search(
        self, x: np.ndarray, current: Evaluated, direction: np.ndarray, evaluate: Evaluate
    ) -> tuple[Any, Any, int]:
        """Return the first point along the direction that lowers the value enough, or None."""
        length = 1.0
        for count in range(1, 21):
            new = _clip((x + length * direction).astype(x.dtype), self.bounds)
            slope = _dot(current.gradient, new - x)
            if slope >= 0:
                return x, None, count - 1
            evaluation = evaluate(new)
            gain = evaluation.total - current.total
            if gain <= 1e-4 * slope:
                return new, evaluation, count
            shrink = -slope / (2 * (gain - slope)) if np.isfinite(gain) else 0.1
            length *= float(np.clip(shrink, 0.1, 0.5))
        return x, None, count

    def _remember(self, move: np.ndarray, turn: np.ndarray) -> None:
        curvature = _dot(move, turn)
        if curvature > 1e-10 * _dot(turn, turn):
            self._pairs.append((move, turn, curvature))


OPTIMIZERS: dict[str, Callable[..., Adam | Lbfgs]] = {"lbfgs": Lbfgs, "adam": Adam}
"""The optimisers by name."""


def make_optimizer(name: str, **options: Any) -> Adam | Lbfgs:
    """Make an optimiser by name.

    Parameters
    ----------
    name : {"lbfgs", "adam"}
        Which one.
    **options
        Its settings.

    Returns
    -------
    Adam or Lbfgs
        The optimiser.

    Raises
    ------
    SettingsError
        If the name or an option does not exist, or an option is out of range.
    """
    kind = OPTIMIZERS[choose(name, OPTIMIZERS, "optimizer")]
    try:
        return kind(**options)
    except TypeError as error:
        raise SettingsError(
            f"the optimizer {name!r} does not take all of {options}: {error}"
        ) from None


def _clip(x: np.ndarray, bounds: tuple[float, float] | None) -> np.ndarray:
    return x if bounds is None else np.clip(x, *bounds)


def _dot(a: np.ndarray, b: np.ndarray) -> float:
    return float(np.vdot(a, b))
