"""The computing half of a session: builds problems and runs, and takes steps. No threads here."""

from __future__ import annotations

import contextlib
import dataclasses
import time
from collections import deque
from collections.abc import Callable
from typing import Any

import numpy as np

from nstkit.backbones import (
    ARCHITECTURES,
    Backbone,
    Estimate,
    channels_of,
    estimate,
    operations,
)
from nstkit.errors import NstkitError
from nstkit.optimizers import PatientLbfgs
from nstkit.runs import Run, Settings, Step, one_pass, remembering
from nstkit.session.shares import GradientShares
from nstkit.transfer import Problem

PROBLEM = (
    *("content", "style", "size", "crop", "mix", "style_mask", "style_scale", "keep"),
    *("backbone", "weights_file", "download", "pooling", "convention"),
)
"""Settings that need a new problem."""

NAMED = ("content_layers", "style_layers", "terms")
"""Settings that need one where a name comes or goes."""

RUN = ("optimizer", "learning_rate")
"""Settings that need a new run over the same problem."""


def needs_problem(settings: Settings) -> list[Any]:
    """Return what two settings share if one problem serves both."""
    values = [getattr(settings, name) for name in PROBLEM]
    values += [set(getattr(settings, name)) for name in NAMED]
    values += [(of.picture, of.mask, set(of.layers or ())) for of in settings.styles]
    return [*values, settings.preserve_colour]


def _needs(settings: Settings) -> list[Any]:
    """Return what two settings share if one run serves both."""
    return [*needs_problem(settings), *(getattr(settings, name) for name in RUN)]


class Engine:
    """A problem and a run over it, rebuilt as the settings ask, the picture carried along.

    Parameters
    ----------
    load : callable or None
        From a backbone's name to the `Backbone`; by default the settings' own.
    unwanted : callable
        Asked during every evaluation whether to give it up (see `Backbone.gated`).

    Attributes
    ----------
    beginning : int
        Number of the start picture that was begun with.
    built, told : Settings or None
        The settings that problem and run were made with, and those that `step` tells the losses
        under.
    problem, run, shares : Problem, Run, GradientShares
        What was made with them; there is none before the first `build`.
    step : Step or None
        The newest step, numbered from the last fresh start.
    speed : float or None
        Operations a second, as `cost.operations` counts them, once measured.
    """

    problem: Problem
    run: Run
    shares: GradientShares

    def __init__(self, load: Callable[[str], Backbone] | None, unwanted: Callable[[], bool]):
        self._load, self._unwanted, self._numbers = load, unwanted, remembering()
        self._backbones: dict[Any, Backbone] = {}
        self._durations: deque[float] = deque(maxlen=15)
        self._times: deque[float] = deque(maxlen=12)
        self.beginning = 0
        self.built: Settings | None = None
        self.told: Settings | None = None
        self.step: Step | None = None
        self.speed: float | None = None

    @property
    def begun(self) -> bool:
        """Whether a step was taken since the last fresh start."""
        return self.step is not None and self.step.step > 0

    def fits(self, wanted: Settings) -> bool:
        """Return whether what is built serves these settings, weights aside."""
        return self.built is not None and _needs(self.built) == _needs(wanted)

    def build(self, wanted: Settings, beginning: int, look: Callable[[np.ndarray], Any]) -> None:
        """Make problem and run; where anything fails, everything stays as it was.

        Parameters
        ----------
        wanted : Settings
            The settings.
        beginning : int
            Number of the start picture wanted; with that of the last one the picture there is
            is carried along.
        look : callable
            Called with every picture on the way to a start picture that is painted itself.
        """
        same = self.built is not None and needs_problem(self.built) == needs_problem(wanted)
        problem = self.problem if same else wanted.make_problem(self._backbone(wanted))
        how: dict[str, Any] = {"optimizer": PatientLbfgs()} if wanted.optimizer == "lbfgs" else {}
        before = 0
        if beginning == self.beginning and self.step is not None:
            how["init"], before = self.run.image, self.step.step

        def drive(run: Run) -> None:
            for step in run:
                look(step.image)

        run, _ = wanted.make_run(problem, drive, **how)
        if not same:
            self.shares = GradientShares(problem)
            self._durations.clear()
        self._times.clear()
        self.problem, self.run, self.built = problem, run, wanted
        self.beginning, self._before, self._painted = beginning, before, wanted.weights
        self._tell(dataclasses.replace(run.last, seconds_left=0.0), wanted)

    def paint_at_once(self, wanted: Settings) -> np.ndarray | None:
        """Return what one pass makes of the settings, None where its network does not serve them.

        It learned with the slim network; what is wrong with the settings is told by `build`.
        """
        if self._name(wanted) != "vgg19-slim":
            return None
        opened, names = self.built, ("content", "size", "crop", "quality")
        same = opened and all(getattr(opened, name) == getattr(wanted, name) for name in names)
        with contextlib.suppress(NstkitError):
            photo = self.problem.content_image if same else wanted.picture("content")
            return wanted.finish(photo, one_pass(wanted, photo, self._numbers))
        return None

    def _backbone(self, wanted: Settings) -> Backbone:
        key = wanted.backbone, wanted.weights_file, wanted.pooling
        if key not in self._backbones:
            load = self._load
            found = load(str(wanted.backbone)) if load else wanted.load_backbone()
            self._backbones[key] = found.gated(self._unwanted)
        return self._backbones[key]

    def that_worked(self, wanted: Settings) -> Settings:
        """Return the settings wanted, apart from those that nothing could be built with."""
        told = self.told
        if told is None or self.fits(wanted):
            return wanted
        if told.convention != wanted.convention:  # its weights are of no use to another one
            return told
        names = (*PROBLEM, *NAMED, *RUN, "styles", "preserve_colour")
        changes = {name: getattr(told, name) for name in names}
        return dataclasses.replace(wanted, **changes)

    def advance(self, wanted: Settings, look: Callable[[np.ndarray], Any]) -> Step:
        """Take one step under these weights.

        Parameters
        ----------
        wanted : Settings
            Settings that fit.
        look : callable
            Called with the first picture that new weights lead to, before its loss is known.

        Returns
        -------
        Step
            The new step.
        """
        new = self.begun and wanted.weights != self._painted

        def first(image: np.ndarray) -> None:
            nonlocal new
            if new:
                new = False
                look(wanted.finish(self.problem.content_image, image))

        self.run.weights = wanted.weights
        start = time.perf_counter()
        last = self.run.advance(first)
        self._time(start)
        self._times.append(time.perf_counter())
        self._painted = wanted.weights
        return self._tell(last, wanted)

    def refresh(self, wanted: Settings) -> Step:
        """Tell the losses of the picture there is under other weights, without a step."""
        self.run.weights = wanted.weights
        now = self.problem.evaluate(self.run.image, wanted.weights)
        return self._tell(dataclasses.replace(self.run.last, parts=now.parts), wanted)

    def _tell(self, last: Step, wanted: Settings) -> Step:
        image = wanted.finish(self.problem.content_image, last.image)
        self.step = dataclasses.replace(last, step=self._before + last.step, image=image)
        self.told = wanted
        return self.step

    @property
    def backbone(self) -> Backbone:
        """The network in use."""
        return self.problem.backbone

    @property
    def step_seconds(self) -> float:
        """Seconds that a step takes, measured; 0 before anything was."""
        return float(np.median(self._durations)) if self._durations else 0.0

    @property
    def steps_per_second(self) -> float:
        """The pace of the last steps, 0 before there are two."""
        times = list(self._times)
        return (len(times) - 1) / (times[-1] - times[0]) if len(times) > 1 else 0.0

    def estimate(self, wanted: Settings) -> Estimate:
        """Estimate time and memory of a run, from the speed shown so far where there is one."""
        built = self.built
        height, width = (0.75 * wanted.size, wanted.size)
        if built is not None and (built.content, built.crop) == (wanted.content, wanted.crop):
            height, width = self.problem.shape[1:3]
        scale = wanted.size / max(height, width)
        sides = (wanted.size,) * 2 if wanted.crop else (round(height * scale), round(width * scale))
        layers = (*wanted.content_layers, *wanted.style_layers)
        return estimate(self._name(wanted), layers, *sides, wanted.all_steps, speed=self.speed)

    def measure(self, *, anew: bool = True) -> None:
        """Measure one more share of the gradient; see `GradientShares.measure`.

        The first is timed, so that an estimate can be given before the first step.
        """
        start = time.perf_counter()
        self.shares.measure(self.run.image, anew=anew)
        if not self._durations:
            self._time(start)

    def gradient_shares(self) -> dict[str, float] | None:
        """Return each part's share of the gradient, None until it has been measured."""
        if self.built is None:
            return None
        run = self.run  # first: there may be newer shares than these weights, not older ones
        return self.shares.shares(run.weights)

    def _time(self, start: float) -> None:
        self._durations.append(time.perf_counter() - start)
        layers = (*self.problem.content_layers, *self.problem.style_layers)
        assert self.built is not None
        channels = channels_of(self._name(self.built))
        self.speed = operations(channels, layers, *self.problem.shape[1:3]) / self.step_seconds

    def _name(self, settings: Settings) -> str:
        """Return the network's name; where it is left open, that of the one that was loaded."""
        found = self.problem.backbone.name if self.built else ""
        return settings.backbone or (found if found in ARCHITECTURES else "vgg19-slim")
