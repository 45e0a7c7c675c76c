"""The computing half of a session: builds problems and runs, and takes steps. No threads here."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np

from nstkit.backbones import Backbone, channels_of, operations
from nstkit.losses import Weights
from nstkit.optimizers import PatientLbfgs
from nstkit.runs import Run, Step
from nstkit.session.settings import Settings
from nstkit.session.shares import GradientShares
from nstkit.transfer import Problem

PROBLEM = ("content", "style", "size", "crop", "backbone", "content_layer")
"""Settings that need a new problem; style layers too, where a name comes or goes."""

RUN = ("optimizer", "learning_rate")
"""Settings that need a new run over the same problem."""


class Engine:
    """A problem and a run over it, rebuilt as the settings ask, the picture carried along.

    Parameters
    ----------
    load : callable
        From a backbone's name to the `Backbone`; each is loaded once.
    unwanted : callable
        Asked during every evaluation whether to give it up (see `Problem`).

    Attributes
    ----------
    built : Settings or None
        The settings that problem and run were made with.
    problem, run, shares : Problem, Run, GradientShares
        What was made with them; there is none before the first `build`.
    step : Step or None
        The newest step, numbered from the last fresh start.
    speed : float or None
        Operations a second, as `estimates.operations` counts them, once measured.
    """

    problem: Problem
    run: Run
    shares: GradientShares

    def __init__(self, load: Callable[[str], Backbone], unwanted: Callable[[], bool]):
        self._load, self._unwanted = load, unwanted
        self._backbones: dict[str, Backbone] = {}
        self._durations: deque[float] = deque(maxlen=15)
        self.built: Settings | None = None
        self.step: Step | None = None
        self.speed: float | None = None

    def fits(self, wanted: Settings) -> bool:
        """Return whether what is built serves these settings, weights aside."""
        return self.built is not None and all(
            _key(self.built, name) == _key(wanted, name) for name in (*PROBLEM, *RUN, "layers")
        )

    def build(self, wanted: Settings, *, fresh: bool) -> None:
        """Make problem and run; where anything fails, everything stays as it was.

        Parameters
        ----------
        wanted : Settings
            The settings.
        fresh : bool
            Whether to begin with the start picture, or go on from the picture there is.
        """
        names = (*PROBLEM, "layers")
        if self.built and all(_key(self.built, name) == _key(wanted, name) for name in names):
            problem = self.problem
        else:
            problem = self._make_problem(wanted)
        start = None if fresh else self.step
        init: Any = wanted.init if start is None else start.image
        rate: dict[str, Any] = {}
        if wanted.optimizer == "adam":
            rate["learning_rate"] = wanted.learning_rate
        run = Run(
            problem,
            optimizer=wanted.optimizer,
            steps=wanted.steps,
            init=init,
            seed=wanted.seed,
            weights=wanted.weights,
            **rate,
        )
        if wanted.optimizer == "lbfgs":
            run.optimizer = PatientLbfgs()
        before = 0 if start is None else start.step
        if self.built is None or self.problem is not problem:
            self.shares = GradientShares(problem)
            self._durations.clear()
        self.problem, self.run, self.built, self._offset = problem, run, wanted, before
        self.step = replace(run.last, step=before, seconds_left=0.0)

    def _make_problem(self, wanted: Settings) -> Problem:
        if wanted.backbone not in self._backbones:
            self._backbones[wanted.backbone] = self._load(wanted.backbone).gated(self._unwanted)
        return Problem(
            wanted.picture("content"),
            wanted.picture("style"),
            backbone=self._backbones[wanted.backbone],
            content_layers=[wanted.content_layer],
            style_layers=wanted.style_layers,
        )

    def rehearse(self) -> None:
        """Time one evaluation, so that an estimate can be given before the first step."""
        start = time.perf_counter()
        self.problem.evaluate(self.run.image, self.run.weights)
        self._time(time.perf_counter() - start)

    def advance(self, weights: Weights, look: Callable[[np.ndarray], Any]) -> Step:
        """Take one step under these weights; for `look` see `Run.advance`."""
        self.run.weights = weights
        start = time.perf_counter()
        last = self.run.advance(look)
        self._time(time.perf_counter() - start)
        self.step = replace(last, step=self._offset + last.step)
        return self.step

    def refresh(self, weights: Weights) -> Step:
        """Tell the losses of the picture there is under other weights, without a step."""
        self.run.weights = weights
        now = self.problem.evaluate(self.run.image, weights)
        assert self.step is not None
        self.step = replace(
            self.step,
            parts=now.parts,
        )
        return self.step

    @property
    def backbone(self) -> Backbone:
        """The network in use."""
        return self.problem.backbone

    @property
    def step_seconds(self) -> float:
        """Seconds that a step takes, measured; 0 before anything was."""
        return float(np.median(self._durations)) if self._durations else 0.0

    def _time(self, seconds: float) -> None:
        self._durations.append(seconds)
        layers = (*self.problem.content_layers, *self.problem.style_layers)
        assert self.built is not None
        count = operations(channels_of(self.built.backbone), layers, *self.problem.shape[1:3])
        self.speed = count / self.step_seconds


def _key(settings: Settings, name: str) -> Any:
    if name == "layers":
        return tuple(settings.style_layers)
    if name == "learning_rate" and settings.optimizer != "adam":
        return None
    return getattr(settings, name)
