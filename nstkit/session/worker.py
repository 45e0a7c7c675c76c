"""The thread of a session: looks at what is wanted before every step, and does that."""

from __future__ import annotations

import atexit
import contextlib
import threading
import time
from collections import deque
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

from nstkit.backbones import Backbone, GivenUp, load_backbone
from nstkit.losses import Weights
from nstkit.runs import Step
from nstkit.session.engine import PROBLEM, RUN, Engine
from nstkit.session.history import History
from nstkit.session.marks import changes_in_words
from nstkit.session.settings import Settings


class Worker:
    """What is wanted, and a thread that exists only while there is something to do.

    See `nstkit.session.Session`, which adds the commands.
    """

    def __init__(
        self,
        settings: Settings | None = None,
        *,
        load: Callable[[str], Backbone] | None = None,
        history: History | None = None,
    ):
        self.settings = settings or Settings()
        self.history = history or History()
        self._overtaken = _never
        self.engine = Engine(load or load_backbone, lambda: self._overtaken())
        self.state = "ready"
        self.error: BaseException | None = None
        self.preview: np.ndarray | None = None
        self._condition = threading.Condition()
        self._thread: threading.Thread | None = None
        self._watchers: list[Callable[[Any], Any]] = []
        self._running, self._singles, self._until = False, 0, self.settings.steps
        self._fresh, self._over, self._broken, self._told = True, False, False, True
        self._applied: Settings | None = None
        self._painted: Weights | None = None
        self._times: deque[float] = deque(maxlen=12)
        self._gave_up = False

    @property
    def step(self) -> Step | None:
        """The newest step, None until the first picture is prepared."""
        return self.engine.step

    def _wake(self) -> None:
        """Have the thread look at what is wanted; called with the lock held."""
        self._told, self._broken, self.error = False, False, None
        if self._thread is None:
            self._thread = threading.Thread(target=self._work, name="nstkit", daemon=True)
            self._thread.start()
            atexit.register(self._leave)

    def _work(self) -> None:
        while True:
            with self._condition:
                task = self._next()
                if task is None:
                    if self._told:
                        self._thread = None
                        atexit.unregister(self._leave)
                        self._condition.notify_all()
                        return
                    self._rest()
            try:
                if task is not None:
                    task()
            except GivenUp:
                continue
            except BaseException as error:
                self._fail(error)
            self._tell()

    def _leave(self) -> None:
        """Hold before Python ends: no step may then still call into it."""
        with self._condition:
            thread, self._running, self._singles, self._broken = self._thread, False, 0, True
        if thread is not None:
            thread.join(10)

    def _next(self) -> Callable[[], Any] | None:
        """Choose what to do next; called with the lock held."""
        wanted, engine = self.settings, self.engine
        if self._broken:
            return None
        if self._fresh or not engine.fits(wanted):
            fresh, self._fresh, self.state = self._fresh, False, "preparing"
            return lambda: self._build(wanted, fresh)
        if self._running and self._at_end():
            self._running = False
        moving = self._running or self._singles
        if self._applied is not wanted and not (moving and self._begun):
            return lambda: self._refresh(wanted)
        if moving:
            single = not self._running
            self._singles -= single
            self.state = "running"
            return lambda: self._advance(wanted, single)
        if not self._told:
            return None
        if not engine.speed:
            return engine.rehearse
        if not engine.shares.complete(engine.run.image):
            return lambda: self._measure(wanted, running=False, resting=True)
        return None

    def _rest(self) -> None:
        """Name the state in which there is nothing to do; called with the lock held."""
        self._told = True
        self._over = self._over and self._begun
        if self.error is not None:
            self.state = "failed"
        elif not self._begun:
            self.state = "ready"
        elif self._over:
            self.state = "stopped"
        else:
            self.state = "finished" if self._at_end() else "paused"

    @property
    def _begun(self) -> bool:
        return self.step is not None and self.step.step > 0

    def _at_end(self) -> bool:
        step, run = self.engine.step, self.engine.run
        at_rest = run.converged and run.weights == self.settings.weights
        return step is not None and (step.step >= self._until or at_rest)

    def _build(self, wanted: Settings, fresh: bool) -> None:
        self._tell()
        try:
            self.engine.build(wanted, fresh=fresh)
        except BaseException:
            with self._condition:
                self._fresh = self._fresh or fresh
            raise
        with self._condition:
            if fresh:
                self.history.clear()
                self._until = self.settings.steps
                self._applied = wanted
                self.history.add(self.engine.step)
            self._painted = wanted.weights
            self._times.clear()

    def _mark(self, wanted: Settings) -> None:
        """Mark on the curves what changed since the last step."""
        step = self.engine.step
        if step is not None and step.step:
            for what, old, new in changes_in_words(self._applied or wanted, wanted):
                self.history.mark(step.step, what, old, new)
        self._applied = wanted

    def _refresh(self, wanted: Settings) -> None:
        """Tell the losses of the picture there is anew, without a step."""
        self._mark(wanted)
        self.engine.refresh(wanted.weights)
        if not self._begun:  # the curves begin under the weights that the run begins with
            self.history.clear()
            self.history.add(self.engine.step)

    def _advance(self, wanted: Settings, single: bool) -> None:
        start = time.perf_counter()
        self._mark(wanted)
        fresh = self._begun and wanted.weights != self._painted

        def look(image: np.ndarray) -> None:
            """Show what new weights lead to, before the loss of that picture is known."""
            nonlocal fresh
            if fresh:
                fresh, self.preview = False, image
                self._tell()

        def overtaken() -> bool:
            # Not twice in a row: while a slider moves on and on, the painting goes on too.
            moved = self.settings is not wanted and not self._gave_up
            return not single and (moved or not self._running)

        try:
            with self._unless(overtaken):
                step = self.engine.advance(wanted.weights, look)
        except GivenUp:
            self._gave_up = True
            raise
        finally:
            self.preview = None
        self._gave_up, self._painted = False, wanted.weights
        self.history.add(step)
        now = time.perf_counter()
        self._times.append(now)
        shares = self.engine.shares
        shares.allow(step.step, now - start)
        if shares.allowance > self.engine.step_seconds and self.settings is wanted:
            self._measure(wanted, running=not single)

    def _measure(self, wanted: Settings, *, running: bool, resting: bool = False) -> None:
        """Measure a share of the gradient, unless something else is wanted meanwhile."""

        def overtaken() -> bool:
            other = self.settings is not wanted or self._running != running or self._broken
            return other or self._fresh or (resting and self._singles > 0)

        with contextlib.suppress(GivenUp), self._unless(overtaken):
            self.engine.shares.measure(self.engine.run.image, anew=resting)

    @contextlib.contextmanager
    def _unless(self, overtaken: Callable[[], bool]) -> Iterator[None]:
        """Have the evaluations of a block given up as soon as `overtaken` returns True."""
        self._overtaken = overtaken
        try:
            yield
        finally:
            self._overtaken = _never

    def _fail(self, error: BaseException) -> None:
        """Keep the last good picture, go back to the settings that worked, and say so."""
        with self._condition:
            self.error, self._running, self._singles, self._told = error, False, 0, False
            built, wanted = self.engine.built, self.settings
            if built is not None and not self.engine.fits(wanted):
                worked = {name: getattr(built, name) for name in (*PROBLEM, *RUN)}
                if set(built.style_layers) != set(wanted.style_layers):
                    worked["style_layers"] = built.style_layers
                self.settings = self._applied = wanted.replace(**worked)
            self._broken = True

    def _tell(self) -> None:
        for watcher in list(self._watchers):
            try:
                watcher(self)
            except Exception as error:
                with self._condition:
                    self.error = error
                    if watcher in self._watchers:
                        self._watchers.remove(watcher)


def _never() -> bool:
    return False
