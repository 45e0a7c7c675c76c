"""A session: commands from anywhere, computing on one thread, the last good picture always kept.

Commands only replace the plan; the thread looks at it before every step, and gives up a step
under way that they overtake. So nothing queues up however fast a slider moves, and a change takes
effect with the very next step.
"""

from __future__ import annotations

import atexit
import contextlib
import math
import os
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import partial
from typing import Any

import numpy as np

from nstkit.backbones import Backbone, Estimate, GivenUp
from nstkit.errors import SettingsError
from nstkit.runs import Settings, Step
from nstkit.session.engine import Engine, needs_problem
from nstkit.session.history import History
from nstkit.session.plan import Anew, Plan, State
from nstkit.session.wording import changes_in_words

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
    history : History, optional
        Where curves, pictures and marks are kept.

    Attributes
    ----------
    state : State
        One of "ready", "preparing", "running", "paused", "stopped", "finished", "failed".
    preview : numpy.ndarray or None
        While the first step after a change of weights is computed, the picture that it tries,
        shape (1, height, width, 3), for showing at once; while a start picture is painted at
        smaller sizes, the newest of these; else None. `step` holds the good one.
    error : Exception or None
        What went wrong last; the next command that computes clears it.
    """

    def __init__(
        self,
        settings: Settings | None = None,
        *,
        load: Callable[[str], Backbone] | None = None,
        history: History | None = None,
    ):
        settings = settings or Settings(steps=LONG)
        self.history = history or History()
        self.engine = Engine(load, lambda: self._overtaken())
        self.state = State.READY
        self.error: BaseException | None = None
        self.preview: np.ndarray | None = None
        self._plan = Plan(settings, settings.all_steps)
        self._failed: Plan | None = None  # the plan that the error belongs to
        self._rested: Plan | None = self._plan  # the one that was carried out, and all know it
        self._overtaken = _never
        self._gave_up = False
        self._watchers: list[Callable[[Any], Any]] = []
        self._condition = threading.Condition()
        self._thread: threading.Thread | None = None

    @property
    def settings(self) -> Settings:
        """What is wanted now."""
        return self._plan.settings

    @property
    def step(self) -> Step | None:
        """The newest step, None until the first picture is prepared."""
        return self.engine.step

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
        done, pace = 0 if self.step is None else self.step.step, self.steps_per_second
        return max(0, self.until - done) * (1 / pace if pace else self.engine.step_seconds)

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
            finished = self.step.step if self.step is not None and self._at_end() else None
            self._ask(partial(Plan.start, finished=finished))

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
        self._ask(Plan.reset)

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
            if self._thread is None:
                self._thread = threading.Thread(target=self._work, name="nstkit", daemon=True)
                self._thread.start()
                atexit.register(self._leave)

    def save(self, path: str | os.PathLike[str]) -> None:
        """Store the run as a checkpoint, from which `nstkit.stylize` can go on; see `Run.save`."""
        if self.step is None:
            raise SettingsError("nothing is painted yet that could be saved: call prepare() first")
        self.engine.run.save(path)

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
        if threading.current_thread() is self._thread:
            raise SettingsError("a watcher cannot wait for the session: it would wait for itself")
        try:
            # In slices: not every system lets an interrupt end a wait.
            end = math.inf if timeout is None else time.monotonic() + timeout
            with self._condition:
                while self._thread is not None and time.monotonic() < end:
                    self._condition.wait(min(0.2, end - time.monotonic()))
                return self._thread is None
        except KeyboardInterrupt:
            self.pause()
            raise

    def close(self) -> None:
        """Pause, wait for the step under way, and forget the watchers."""
        with self._condition:
            self._watchers.clear()
        self.pause()
        self.wait()

    def _leave(self) -> None:
        """Hold before Python ends: no step may then still call into it."""
        with self._condition:
            thread, self._failed = self._thread, self._amend(steps=0)
        if thread is not None:
            thread.join(10)

    def _work(self) -> None:
        """Do what is planned; the thread exists only while there is something to do."""
        while task := self._next():
            try:
                task()
            except GivenUp:
                continue
            except BaseException as error:
                self._fail(error)
            self._tell()

    def _next(self) -> Callable[[], Any] | None:
        """Choose what to do next; None ends the thread."""
        with self._condition:
            plan, engine, failed = self._plan, self.engine, self._plan is self._failed
            fresh = plan.anew is Anew.AT_ONCE
            if not failed and (fresh or not engine.fits(plan.settings)):
                self.state = State.PREPARING
                self._amend(anew=Anew.NEVER if fresh else plan.anew)
                return partial(self._build, plan.settings, fresh)
            if plan.running and self._at_end():
                plan = self._amend(steps=0)
            untold = plan.settings is not engine.told
            if not failed and untold and not (plan.steps and engine.begun):
                return partial(self._refresh, plan.settings)
            if plan.steps:
                self.state = State.RUNNING
                self._amend(steps=plan.steps - 1)
                return partial(self._advance, plan.settings, single=not plan.running)
            if plan is not self._rested:
                self._rested, self.state = plan, self._state_at_rest()
                return _nothing
            if not failed and not engine.speed:
                return partial(self._aside, engine.rehearse)
            if not failed and not engine.shares.complete(engine.run.image):
                return partial(self._aside, self._measure, anew=True)
            self._thread = None
            atexit.unregister(self._leave)
            self._condition.notify_all()
            return None

    def _amend(self, **changes: Any) -> Plan:
        """Write down in the plan what was done of it; called with the lock held."""
        before = self._plan
        if any(getattr(before, name) != value for name, value in changes.items()):
            self._plan = replace(before, **changes)
            if self._failed is before:
                self._failed = self._plan
        return self._plan

    def _at_end(self) -> bool:
        run, step = self.engine.run, self.engine.step
        at_rest = run.converged and run.weights == self.settings.weights
        return step is not None and (step.step >= self.until or at_rest)

    def _state_at_rest(self) -> State:
        if self.error is not None:
            return State.FAILED
        if not self.engine.begun:
            return State.READY
        if self._plan.anew is Anew.WITH_NEXT_STEP:
            return State.STOPPED
        return State.FINISHED if self._at_end() else State.PAUSED

    def _build(self, wanted: Settings, fresh: bool) -> None:
        """Make problem and run, and the start picture if it is `fresh`."""
        self._tell()
        before = self.engine.told

        def overtaken() -> bool:
            other = needs_problem(self.settings) != needs_problem(wanted)
            return other or self._plan is self._failed

        try:
            with self._unless(overtaken):
                self.engine.build(wanted, fresh=fresh, look=self._show)
        except BaseException:
            if fresh:
                with self._condition:
                    self._amend(anew=Anew.AT_ONCE)
            raise
        if fresh:
            with self._condition:
                self._amend(until=self.settings.all_steps)
        self._note(before)

    def _refresh(self, wanted: Settings) -> None:
        """Tell the losses of the picture there is anew, unless a step is about to do that."""
        before = self.engine.told
        with self._unless(lambda: self._plan.steps > 0 and self.engine.begun):
            self.engine.refresh(wanted)
        self._note(before)

    def _note(self, before: Settings | None) -> None:
        """Mark on the curves what changed; before the first step they begin anew with it."""
        step = self.engine.step
        assert step is not None
        if step.step:
            self._mark(step.step, before)
        else:
            self.history.clear()
            self.history.add(step)

    def _mark(self, number: int, before: Settings | None) -> None:
        now = self.engine.told
        if before is not None and now is not None and number:
            for what, old, new in changes_in_words(before, now):
                self.history.mark(number, what, old, new)

    def _advance(self, wanted: Settings, *, single: bool) -> None:
        """Take a step; one of a run is given up as soon as something else is wanted."""

        def overtaken() -> bool:
            # Not twice in a row: while a slider moves on and on, the painting goes on too.
            plan = self._plan
            moved = plan.settings is not wanted and not self._gave_up
            return not single and (moved or not plan.running or plan.anew is Anew.AT_ONCE)

        start, before, last = time.perf_counter(), self.engine.told, self.engine.step
        try:
            with self._unless(overtaken):
                step = self.engine.advance(wanted, self._show)
        except GivenUp:
            self._gave_up = True
            raise
        self._gave_up = False
        self._mark(0 if last is None else last.step, before)
        self.history.add(step)
        shares = self.engine.shares
        shares.allow(step.step, time.perf_counter() - start)
        if shares.allowance > self.engine.step_seconds and self.settings is wanted:
            self._aside(self._measure)

    def _aside(self, action: Callable[..., Any], **options: Any) -> None:
        """Do something that any command ends."""
        plan = self._plan
        with contextlib.suppress(GivenUp), self._unless(lambda: self._plan is not plan):
            action(**options)

    def _measure(self, *, anew: bool = False) -> None:
        self.engine.shares.measure(self.engine.run.image, anew=anew)

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
            self.error = error
            settings = self.engine.back_to_what_was_built(self.settings)
            self._failed = self._amend(settings=settings, steps=0)

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


def _nothing() -> None:
    """Do nothing: there is only something to be told."""
