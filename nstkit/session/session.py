"""A session: commands from anywhere, computing on one thread, the last good picture always kept.

Commands only replace the plan; the thread looks at it before every step, and gives up a step
under way that they overtake. So nothing queues up however fast a slider moves, and a change takes
effect with the very next step.
"""

from __future__ import annotations

import contextlib
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

import numpy as np

from nstkit.backbones import Backbone, Estimate, GivenUp
from nstkit.runs import Settings, Step
from nstkit.session.engine import Engine, needs_problem
from nstkit.session.history import History
from nstkit.session.plan import Plan, State
from nstkit.session.wording import changes_in_words
from nstkit.session.worker import Task, Worker

LONG = 300
"""Steps of a session that is not told how many: it is there to be watched and steered."""


class Session:
    """A run that can be started, paused and changed while it paints.

    Parameters
    ----------
    settings : Settings, optional
        What to begin with; by default runs of 300 steps.
    load : callable, optional
        From a backbone's name to the `Backbone`; by default `Settings.load_backbone`.
    at_once : bool
        Whether to show, until the first step, what one pass makes of the settings.

    Attributes
    ----------
    history : History
        Curves, pictures and marks.
    state : str
        One of "ready", "preparing", "running", "paused", "stopped", "finished", "failed".
    preview : numpy.ndarray or None
        While the first step after a change of weights is computed, the picture that it tries,
        shape (1, height, width, 3), for showing at once; while a start picture is painted at
        smaller sizes, the newest of these; else None. `step` holds the good one.
    instant : numpy.ndarray or None
        Before the first step, what `nstkit.runs.one_pass` makes of the settings, where it serves.
    error : Exception or None
        What went wrong last; the next command that computes clears it.
    """

    def __init__(
        self,
        settings: Settings | None = None,
        *,
        load: Callable[[str], Backbone] | None = None,
        at_once: bool = False,
    ):
        settings = settings or Settings(steps=LONG)
        self.history = History()
        self.engine = Engine(load, lambda: self._overtaken())
        self.state: State = "ready"
        self.error: BaseException | None = None
        self.preview: np.ndarray | None = None
        self.instant: np.ndarray | None = None
        self._at_once = at_once
        self._painted: Settings | None = None  # the settings that `instant` is of
        self._plan = Plan(settings, settings.all_steps)
        self._failed: Plan | None = None  # the plan that the error belongs to
        self._rested: Plan | None = self._plan  # the one that was carried out, and all know it
        self._overtaken = _never
        self._gave_up = False
        self._watchers: list[Callable[[Any], Any]] = []
        self._worker = Worker(self._next, self._do, self._leave)
        self._condition = self._worker.condition

    @property
    def settings(self) -> Settings:
        """What is wanted now."""
        return self._plan.settings

    @property
    def step(self) -> Step | None:
        """The newest step, None until the first picture is prepared."""
        return self.engine.step

    @property
    def shown(self) -> np.ndarray | None:
        """The picture to show: that of the newest step, or one that is there sooner."""
        sooner = self.instant if self.preview is None else self.preview
        return sooner if sooner is not None or self.step is None else self.step.image

    @property
    def until(self) -> int:
        """The step at which the run will be finished."""
        return self._plan.until

    @property
    def steps_per_second(self) -> float:
        """The pace of the last steps, 0 before there are two."""
        return self.engine.steps_per_second

    @property
    def seconds_left(self) -> float:
        """Estimate of the time until the run is finished."""
        pace = self.steps_per_second
        return max(0, self.until - self._number) * (1 / pace if pace else self.engine.step_seconds)

    def gradient_shares(self) -> dict[str, float] | None:
        """Return each part's share of the gradient, None until it has been measured."""
        return self.engine.gradient_shares()

    def estimate(self, settings: Settings | None = None) -> Estimate:
        """Estimate time and memory of a run, from the speed shown so far where there is one."""
        return self.engine.estimate(settings or self.settings)

    def prepare(self) -> None:
        """Get everything ready, so that Start answers at once."""
        self._ask(replace)

    def start(self) -> None:
        """Run: from the start picture, or on from where it was paused or had finished."""
        with self._condition:
            begun = self._plan.beginning == self.engine.beginning
            finished = self._number if begun and self._at_end() else None
            self._ask(lambda plan: plan.start(finished=finished))

    def pause(self) -> None:
        """Hold at the last good step; one under way is given up. `start` goes on."""
        self._ask(Plan.hold)

    def advance(self, steps: int = 1) -> None:
        """Take exactly so many steps, then hold; a run under way holds first."""
        self._ask(lambda plan: plan.step(steps))

    def stop(self) -> None:
        """End the run and keep its picture; `start` begins anew."""
        self._ask(Plan.stop)

    def reset(self) -> None:
        """Go back to the start picture, with empty curves; the settings stay."""
        self._ask(lambda plan: plan.begin().hold())

    def change(self, **changes: Any) -> None:
        """Change settings; each takes effect with the next step.

        Parameters
        ----------
        **changes
            Fields of `Settings`. The start picture and its seed count from the next fresh
            start; everything else counts at once, the picture being carried along.

        Raises
        ------
        SettingsError, ImageError
            If a value is not accepted; nothing is changed then.
        """
        self._ask(lambda plan: plan.change(changes, begun=self.engine.begun))

    def _ask(self, command: Callable[[Plan], Plan]) -> None:
        """Make another plan of the last one, and have the thread look at it."""
        with self._condition:
            self._plan, self.error = command(self._plan), None
            self._worker.wake()

    def watch(self, watcher: Callable[[Session], Any]) -> Callable[[], None]:
        """Call `watcher(session)` after each step and change; return what ends that.

        It is called on the session's thread. A watcher that raises is not called again; its
        error is kept in `error`.
        """
        with self._condition:
            self._watchers.append(watcher)

        def unwatch() -> None:
            with self._condition, contextlib.suppress(ValueError):
                self._watchers.remove(watcher)

        return unwatch

    def wait(self, timeout: float | None = None) -> bool:
        """Wait until there is nothing to compute; return whether that came in time.

        An interrupt (Ctrl-C, the notebook's stop button) pauses the session on its way out.
        """
        try:
            return self._worker.wait(timeout)
        except KeyboardInterrupt:
            self.pause()
            raise

    def close(self) -> None:
        """Pause, wait for the step under way, and forget the watchers."""
        with self._condition:
            self._watchers.clear()
        self.pause()
        self.wait()

    # What the worker calls, on its thread.

    def _leave(self) -> None:
        self._plan = self._failed = self._plan.hold()

    def _do(self, task: Task) -> None:
        try:
            task()
            self._gave_up = False
        except GivenUp:
            self._gave_up = True
            return
        except BaseException as error:
            self._fail(error)
        self._tell()

    def _next(self) -> Task | None:
        """Choose what to do next; called with the lock held."""
        plan, engine = self._plan, self.engine
        build = plan.beginning != engine.beginning or not engine.fits(plan.settings)
        if plan is not self._failed and build:
            self.state = "preparing"
        if self._instant_due():
            return lambda: self._paint_at_once(plan)
        if plan is not self._failed:
            if build:
                return lambda: self._build(plan)
            if plan.running and self._at_end():
                plan = self._plan = plan.hold()
            if plan.settings is not engine.told and not (plan.steps and engine.begun):
                return lambda: self._refresh(plan)
            if plan.steps:
                self.state = "running"
                if not plan.running:
                    self._plan = replace(plan, steps=plan.steps - 1)
                return lambda: self._advance(plan)
        if plan is not self._rested:
            self._rested, self.state = plan, self._state_at_rest()
            return lambda: None  # all shall hear of it
        if plan is not self._failed and not engine.shares.complete(engine.run.image):
            return lambda: self._aside(engine.measure)
        return None

    @property
    def _number(self) -> int:
        return 0 if self.engine.step is None else self.engine.step.step

    def _at_end(self) -> bool:
        run = self.engine.run
        at_rest = run.converged and run.weights == self.settings.weights
        return self._number >= self.until or at_rest

    def _state_at_rest(self) -> State:
        if self.error is not None:
            return "failed"
        if not self.engine.begun:
            return "ready"
        if self._plan.over:
            return "stopped"
        return "finished" if self._at_end() else "paused"

    def _instant_due(self) -> bool:
        """Whether the picture painted at once is of other settings than those wanted now."""
        plan, begun = self._plan, self.engine.begun
        waits = not plan.steps and not (begun and plan.beginning == self.engine.beginning)
        return self._at_once and waits and plan.settings is not self._painted

    def _paint_at_once(self, plan: Plan) -> None:
        """Paint in one pass, before anything that takes longer."""
        if self.step is None:
            self._tell()
        self._painted = plan.settings
        self.instant = self.engine.paint_at_once(plan.settings)

    def _build(self, plan: Plan) -> None:
        """Make problem and run, unless another problem is wanted meanwhile."""
        self._tell()
        wanted = needs_problem(plan.settings)
        self._compute(
            lambda: self.engine.build(plan.settings, plan.beginning, self._show),
            lambda: (
                self._plan is self._failed
                or self._instant_due()
                or needs_problem(self.settings) != wanted
            ),
        )

    def _refresh(self, plan: Plan) -> None:
        """Tell the losses of the picture there is anew, unless a step is about to do that."""
        self._compute(
            lambda: self.engine.refresh(plan.settings),
            lambda: self._instant_due() or (self._plan.steps > 0 and self.engine.begun),
        )

    def _advance(self, plan: Plan) -> None:
        """Take a step; one of a run is given up as soon as something else is wanted."""

        def overtaken() -> bool:
            # Not twice in a row: while a slider moves on and on, the painting goes on too.
            moved = self.settings is not plan.settings and not self._gave_up
            other = not self._plan.running or self._plan.beginning != plan.beginning
            return plan.running and (moved or other)

        engine, start = self.engine, time.perf_counter()

        def look(image: np.ndarray) -> None:
            """Show the first picture under new weights, its mark on the curves with it."""
            if engine.told is not None:
                self._mark(self._number, engine.told, plan.settings)
            self._show(image)

        self._compute(lambda: engine.advance(plan.settings, look), overtaken)
        engine.shares.allow(self._number, time.perf_counter() - start)
        if engine.shares.allowance > engine.step_seconds and self.settings is plan.settings:
            self._aside(lambda: engine.measure(anew=False))

    def _compute(self, action: Callable[[], Any], overtaken: Callable[[], bool]) -> None:
        """Have the engine do something, and write down what became of it."""
        engine, number, before = self.engine, self._number, self.engine.told
        with self._unless(overtaken):
            action()
        assert engine.step is not None
        assert engine.told is not None
        if engine.begun:
            self.instant = self._painted = None
        if not engine.begun:  # the curves begin under the settings that the run begins with
            self.history.clear()
        elif number and before is not None:
            self._mark(number, before, engine.told)
        if not engine.begun or number != self._number:
            self.history.add(engine.step)

    def _mark(self, number: int, before: Settings, after: Settings) -> None:
        """Mark on the curves what changed; the same change again leaves one mark."""
        for what, old, new in changes_in_words(before, after):
            self.history.mark(number, what, old, new)

    def _aside(self, action: Callable[[], Any]) -> None:
        """Do something that any command ends."""
        plan = self._plan
        with contextlib.suppress(GivenUp), self._unless(lambda: self._plan is not plan):
            action()

    @contextlib.contextmanager
    def _unless(self, overtaken: Callable[[], bool]) -> Iterator[None]:
        """Have the evaluations of a block given up as soon as `overtaken` returns True."""
        self._overtaken = overtaken
        try:
            yield
        finally:
            self._overtaken, self.preview = _never, None

    def _show(self, image: np.ndarray) -> None:
        """Show a picture that is not yet, or never, that of a step."""
        self.preview = image
        self._tell()

    def _fail(self, error: BaseException) -> None:
        """Keep the last good picture, go back to the settings that worked, and say so."""
        with self._condition:
            settings = self.engine.that_worked(self.settings)
            self._plan = self._failed = replace(self._plan, settings=settings, steps=0)
            self.error = error

    def _tell(self) -> None:
        for watcher in list(self._watchers):
            try:
                watcher(self)
            except Exception as error:
                with self._condition, contextlib.suppress(ValueError):
                    self.error = error
                    self._watchers.remove(watcher)


def _never() -> bool:
    return False
