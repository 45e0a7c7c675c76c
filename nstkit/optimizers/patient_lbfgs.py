"""L-BFGS that does not forget when a slider moves."""

from __future__ import annotations

from typing import Any

import numpy as np

from nstkit.optimizers.interface import Evaluate, Evaluated
from nstkit.optimizers.lbfgs import Lbfgs


class PatientLbfgs(Lbfgs):
    """L-BFGS whose model of the curvature survives a change of weights.

    `Lbfgs` forgets everything when the weights change, because the curvature belongs to the old
    loss; its next step then has to find its length anew, in four or five evaluations. While a
    slider is dragged that is every step. Here the model is kept and scaled by how much longer or
    shorter the gradient at the same picture became. It is only a model: the line search still
    sees to it that each step lowers the new loss, and drops the model where it misleads.
    """

    def restart(self) -> None:
        """Keep what is known and remember to scale it: called when the weights change."""
        if getattr(self, "_pairs", ()):
            self._scaling_due = True
            return
        self._scaling_due, self._last_size = False, 0.0
        super().restart()

    def step(self, x: np.ndarray, current: Evaluated, evaluate: Evaluate) -> tuple[Any, Any]:
        """Take one step; see `Lbfgs.step`."""
        if self._scaling_due:
            self._scaling_due = False
            size = _size(current)
            self._rescale(size)
            self._last_size = size  # of what the model now fits, should this step be given up
        new, evaluation = super().step(x, current, evaluate)
        self._last_size = _size(evaluation)
        return new, evaluation

    def _rescale(self, size: float) -> None:
        """Scale the curvature as the gradient was scaled by the new weights."""
        ratio = size / self._last_size if self._last_size else 0.0
        if not (np.isfinite(ratio) and 1e-6 < ratio < 1e6):
            self._pairs = ()
            return
        self._pairs = tuple(
            pair._replace(
                turn=pair.turn * np.asarray(ratio, pair.turn.dtype),
                curvature=pair.curvature * ratio,
                gamma=pair.gamma / ratio,
            )
            for pair in self._pairs
        )


def _size(evaluation: Evaluated) -> float:
    """Return the Euclidean norm of a gradient."""
    return float(np.linalg.norm(np.asarray(evaluation.gradient, np.float64)))
