"""Which layer drives the picture: each part's share of the gradient, measured a little a time."""

from __future__ import annotations

from typing import Any

import numpy as np

from nstkit.losses import Weights
from nstkit.transfer import Problem

SHARE_OF_TIME = 0.15
"""Share of the computing time that measuring takes while a picture is painted."""

SHARE_AT_FIRST, AT_FIRST = 0.3, 50
"""The same in so many first steps, in which most changes, and until anything is known."""


class GradientShares:
    """Norms of the gradient of each part, at weights of 1; weights are applied afterwards.

    A part's gradient is proportional to its weight, so its share follows a slider at once,
    without a new measurement. Measuring one part costs one evaluation of the compiled problem, so a
    measurement is spread over several steps. All of it is of one picture, since gradients shrink
    by orders of magnitude in the course of a run, and the shares change when it is whole.

    Parameters
    ----------
    problem : Problem
        The problem.

    Attributes
    ----------
    allowance : float
        Seconds that may be spent on measuring by now.
    """

    def __init__(self, problem: Problem):
        self._problem = problem
        self._norms: dict[str, float] = {}  # of the last whole measurement
        self._found = self._norms  # of the one under way, the same once that is whole
        self._image: Any = None
        self.allowance = 0.0

    def allow(self, step: int, seconds: float) -> None:
        """Allow a share of what a step has taken."""
        if step == 1:
            self._found = self._norms  # a measurement under way is of the start picture: give it up
        early = step <= AT_FIRST or not self._norms
        self.allowance += seconds * (SHARE_AT_FIRST if early else SHARE_OF_TIME)

    def complete(self, image: np.ndarray) -> bool:
        """Return whether the last whole measurement is of this very picture."""
        return self._image is image and self._norms is self._found

    def measure(self, image: np.ndarray, *, anew: bool = False) -> None:
        """Measure one more part, and spend the allowance.

        Parameters
        ----------
        image : numpy.ndarray
            The picture to begin with where no measurement is under way; shape (1, height, width,
            3), float32.
        anew : bool
            Whether to give up a measurement of another picture that is under way.
        """
        if self._norms is self._found or (anew and self._image is not image):
            self._image, self._found = image, {}
        part = next(part for part in self._problem.parts if part not in self._found)
        self._found[part] = self._problem.gradient_norm(self._image, part)
        if len(self._found) == len(self._problem.parts):
            self._norms = self._found
        self.allowance = 0.0

    def shares(self, weights: Weights) -> dict[str, float] | None:
        """Return each part's share of the gradient under `weights`, None before all are known."""
        return self._problem.shares(self._norms, weights) if self._norms else None
