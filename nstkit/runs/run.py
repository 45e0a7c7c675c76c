"""A run: from a start picture to the finished one, a step at a time.

Whatever happens (a stop, an error, NaN) the last good picture stays in `Run.last`, and a run
can be stored in a file and go on from there to the very same picture. New weights may be set, and
the run stored, from another thread than the one that advances it.
"""

from __future__ import annotations

import os
import threading
import time
from collections import deque
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

from nstkit.errors import DivergedError, SettingsError, check_number
from nstkit.losses import Weights
from nstkit.optimizers import Adam, Lbfgs, describe_optimizer, make_optimizer
from nstkit.runs.checkpoint import read_checkpoint, write_checkpoint
from nstkit.runs.start import start_image
from nstkit.runs.step import Step
from nstkit.transfer import Evaluation, Problem


class Run:
    """Optimise a picture for a problem; iterate over it to get one `Step` at a time.

    Parameters
    ----------
    problem : Problem
        What to solve.
    optimizer : {"lbfgs", "adam"} or Adam or Lbfgs
        By name, or as an object with its settings.
    steps : int
        Steps in an epoch.
    epochs : int
        Number of epochs; the paper's recipe is ``optimizer="adam", epochs=10, steps=100``.
    init : {"content", "style", "noise"} or array_like
        The picture to start from; an array has shape (1, height, width, 3), in [0, 1].
    seed : int
        Seed of the noise.
    weights : Weights, optional
        Weights in place of the problem's own.
    **options
        Settings of an optimiser that is given by name, such as ``learning_rate``.

    Attributes
    ----------
    last : Step
        The last good step; step 0 is the start picture.
    weights : Weights
        May be set at any time and takes effect with the next step.

    Raises
    ------
    SettingsError, ImageError
        If a setting or the start picture is not accepted.
    DivergedError
        While running, if the loss becomes NaN or infinite.
    """

    def __init__(
        self,
        problem: Problem,
        *,
        optimizer: str | Adam | Lbfgs = "lbfgs",
        steps: int = 100,
        epochs: int = 1,
        init: Any = "content",
        seed: int = 0,
        weights: Weights | None = None,
        **options: Any,
    ):
        self.problem = problem
        if "bounds" in options:
            raise SettingsError("a run keeps its picture in [0, 1]: leave bounds out")
        self.optimizer = make_optimizer(optimizer, **options)
        steps = int(check_number(steps, "steps", minimum=1, whole=True))
        self.steps = steps * int(check_number(epochs, "epochs", minimum=1, whole=True))
        self._weights = self._wanted = weights or problem.weights
        problem.check_weights(self._weights)
        self._lock = threading.RLock()
        self._stopped = False
        self._durations: deque[float] = deque(maxlen=20)
        self._seconds, self._evaluations = 0.0, 0
        self.converged = False
        start = time.perf_counter()
        image = start_image(problem, init, seed)
        self._current = problem.evaluate(image, self._weights)
        self._check(self._current, self._weights, None)
        self._evaluations += 1
        self._seconds += time.perf_counter() - start
        self.last: Step = self._report(0, image)

    @property
    def weights(self) -> Weights:
        """The weights that the next step will use."""
        return self._wanted

    @weights.setter
    def weights(self, weights: Weights) -> None:
        self.problem.check_weights(weights)
        self._wanted = weights

    @property
    def image(self) -> np.ndarray:
        """The last good picture, shape (1, height, width, 3), float32, in [0, 1]."""
        return self.last.image

    @property
    def finished(self) -> bool:
        """Whether all steps are done, or no step lowers the loss any further."""
        at_rest = self.converged and self._wanted == self._weights
        return self.last.step >= self.steps or at_rest

    def stop(self) -> None:
        """End the iteration after the step under way; iterate again to go on."""
        self._stopped = True

    def __iter__(self) -> Iterator[Step]:
        """Yield one `Step` after another until finished or stopped."""
        self._stopped = False
        while not (self.finished or self._stopped):
            yield self.advance()

    def advance(self, look: Callable[[np.ndarray], Any] | None = None) -> Step:
        """Take one step, whether or not the planned number is reached.

        Parameters
        ----------
        look : callable, optional
            Called with every picture that the step tries, before its loss is known. What it
            raises gives the step up: `last` stays, and the next step starts from there.

        Returns
        -------
        Step
            The new step, also in `last`.

        Raises
        ------
        DivergedError
            If the loss becomes NaN or infinite; `last` is then still the step before.
        """
        with self._lock:
            start = time.perf_counter()
            try:
                image, self._current = self._step(look)
            finally:
                duration = time.perf_counter() - start
                self._seconds += duration
            self._durations.append(duration)
            self.last = self._report(self.last.step + 1, image)
            return self.last

    def _step(self, look: Callable[[np.ndarray], Any] | None) -> tuple[np.ndarray, Evaluation]:
        self._take_new_weights()
        weights = self._weights

        def evaluate(image: np.ndarray) -> Evaluation:
            if look:
                look(image)
            self._evaluations += 1
            return self.problem.evaluate(image, weights)

        image, evaluation = self.optimizer.step(self.last.image, self._current, evaluate)
        self._check(evaluation, weights, self.last)
        self.converged = evaluation is self._current
        return image, evaluation

    def save(self, path: str | os.PathLike[str]) -> None:
        """Store the run in a file, whole or not at all; `Run.resume` goes on from it.

        Parameters
        ----------
        path : path-like
            The file to write.
        """
        with self._lock:
            settings = {
                **describe_optimizer(self.optimizer),
                "steps": self.steps,
                "step": self.last.step,
                "seconds": self._seconds,
                "evaluations": self._evaluations,
            }
            weights, arrays = self._wanted, {"image": self.last.image}
            if weights == self._weights:  # with new ones the optimiser is about to start afresh
                state = self.optimizer.state()
                arrays |= {f"optimizer/{key}": array for key, array in state.items()}
        write_checkpoint(path, self.problem, weights, settings, arrays)

    @classmethod
    def resume(
        cls, path: str | os.PathLike[str], problem: Problem, *, steps: int | None = None
    ) -> Run:
        """Go on from a file that `save` wrote.

        Parameters
        ----------
        path : path-like
            The file.
        problem : Problem
            The same problem: pictures, backbone, layers and convention.
        steps : int, optional
            A new total number of steps, to go on for longer.

        Returns
        -------
        Run
            A run that continues to the same picture as one that was never interrupted.

        Raises
        ------
        CheckpointError
            If the file is missing, damaged, or belongs to another problem.
        """
        settings, weights, arrays = read_checkpoint(path, problem)
        run = cls(
            problem,
            optimizer=settings["optimizer"],
            steps=settings["steps"] if steps is None else steps,
            init=arrays.pop("image"),
            weights=weights,
            **settings["options"],
        )
        run.optimizer.restore({key.split("/", 1)[1]: array for key, array in arrays.items()})
        run._seconds, run._evaluations = settings["seconds"], settings["evaluations"]
        run.last = run._report(settings["step"], run.last.image)
        return run

    def _take_new_weights(self) -> None:
        """Evaluate the picture afresh if the weights changed."""
        weights = self._wanted
        if weights == self._weights:
            return
        self._evaluations += 1
        evaluation = self.problem.evaluate(self.last.image, weights)
        self._check(evaluation, weights, self.last)
        self.optimizer.restart()
        self._weights, self._current = weights, evaluation

    def _check(self, evaluation: Evaluation, weights: Weights, good: Step | None) -> None:
        """Raise if the evaluation is not finite, handing over the last good step."""
        if np.isfinite(evaluation.total) and np.isfinite(evaluation.gradient).all():
            return
        where = "for the start picture" if good is None else f"at step {good.step + 1}"
        raise DivergedError(
            f"the loss became {evaluation.total} {where}: lower the weights (now "
            + ", ".join(f"{name} {weight:g}" for name, weight in weights.parts.items())
            + ") or the learning rate"
            + ("" if good is None else ". The last good picture is kept in Run.last"),
            good,
        )

    def _report(self, number: int, image: np.ndarray) -> Step:
        now = self._current
        pace = float(np.median(self._durations)) if self._durations else 0.0
        return Step(
            step=number,
            steps=self.steps,
            parts=now.parts,
            seconds=self._seconds,
            seconds_left=pace * max(0, self.steps - number),
            evaluations=self._evaluations,
            image=image,
        )
