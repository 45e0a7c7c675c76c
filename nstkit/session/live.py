"""A session: commands from anywhere, computing on one thread, the last good picture always kept.

Commands only write down what is wanted; the thread looks before every step, and gives up a step
under way that they overtake. So nothing queues up however fast a slider moves, and a change takes
effect with the very next step.
"""

from __future__ import annotations

import math
import threading
import time
from collections.abc import Callable
from typing import Any

from nstkit.backbones import Estimate, estimate
from nstkit.errors import SettingsError, check_number
from nstkit.session.settings import Settings
from nstkit.session.worker import Worker

START = ("init", "seed", "content", "style", "size", "crop")
"""Settings that the start picture depends on."""


class Session(Worker):
    """A run that can be started, paused and changed while it paints.

    Parameters
    ----------
    settings : Settings, optional
        What to begin with.
    load : callable, optional
        From a backbone's name to the `Backbone`; by default `load_backbone`.
    history : History, optional
        Where curves, pictures and marks are kept.

    Attributes
    ----------
    settings : Settings
        What is wanted now.
    state : str
        One of "ready", "preparing", "running", "paused", "stopped", "finished", "failed".
    step : Step or None
        The newest step, None until the first picture is prepared.
    preview : numpy.ndarray or None
        While the first step after a change of weights is computed, the picture that it tries,
        shape (1, height, width, 3), for showing at once; else None. `step` holds the good one.
    error : Exception or None
        What went wrong last; the next command that computes clears it.
    """

    def prepare(self) -> None:
        """Get everything ready, so that Start answers at once."""
        with self._condition:
            self._wake()

    def start(self) -> None:
        """Run: from the start picture, or on from where it was paused or had finished."""
        with self._condition:
            if self._over:
                self._fresh = True
            elif self.step is not None and self._at_end():
                self._until = self.step.step + self.settings.steps
            self._running, self._over, self._singles = True, False, 0
            self._wake()

    def pause(self) -> None:
        """Hold at the last good step; one under way is given up. `start` goes on."""
        with self._condition:
            self._running, self._singles = False, 0
            self._wake()

    def advance(self, steps: int = 1) -> None:
        """Take exactly so many steps, then hold; a run under way holds first."""
        steps = int(check_number(steps, "steps", minimum=1, whole=True))
        with self._condition:
            if self._over:
                self._fresh, self._over = True, False
            self._running = False
            self._singles += steps
            self._wake()

    def stop(self) -> None:
        """End the run and keep its picture; `start` begins anew."""
        with self._condition:
            self._over = self.step is not None and not self._fresh
            self._running, self._singles = False, 0
            self._wake()

    def reset(self) -> None:
        """Go back to the start picture, with empty curves; the settings stay."""
        with self._condition:
            self._running, self._singles, self._over = False, 0, False
            self._fresh = True
            self._wake()

    def change(self, **changes: Any) -> None:
        """Change settings; each takes effect with the next step.

        Parameters
        ----------
        **changes
            Fields of `Settings`. The start picture and its seed count from the next fresh
            start; everything else counts at once, the picture being carried along.

        Raises
        ------
        SettingsError
            If a value is not accepted; nothing is changed then.
        """
        with self._condition:
            before, self.settings = self.settings, self.settings.replace(**changes)
            if self.settings.steps != before.steps:
                self._until += self.settings.steps - before.steps
            # A run that has not begun, or is over, shows the start picture that now belongs to it.
            waiting = self.step is not None and (self.step.step == 0 or self._over)
            names = START if not self._over else ("content",)
            if waiting and any(getattr(before, n) != getattr(self.settings, n) for n in names):
                self._fresh, self._over = True, False
            self._wake()

    @property
    def until(self) -> int:
        """The step at which the run will be finished."""
        return self._until

    @property
    def steps_per_second(self) -> float:
        """The pace of the last steps, 0 before there are two."""
        times = list(self._times)
        return (len(times) - 1) / (times[-1] - times[0]) if len(times) > 1 else 0.0

    @property
    def seconds_left(self) -> float:
        """Estimate of the time until the run is finished."""
        done = 0 if self.step is None else self.step.step
        pace = self.steps_per_second
        return max(0, self._until - done) * (1 / pace if pace else self.engine.step_seconds)

    def gradient_shares(self) -> dict[str, float] | None:
        """Return each part's share of the gradient, None until it has been measured."""
        shares = getattr(self.engine, "shares", None)
        return None if shares is None else shares.shares(self.settings.weights)

    def estimate(self, settings: Settings | None = None) -> Estimate:
        """Estimate time and memory of a run, from the speed shown so far where there is one."""
        wanted = settings or self.settings
        built = self.engine.built
        layers = (wanted.content_layer, *wanted.style_layers)
        height, width = (0.75 * wanted.size, wanted.size)
        if built is not None and (built.content, built.crop) == (wanted.content, wanted.crop):
            height, width = self.engine.problem.shape[1:3]
        scale = wanted.size / max(height, width)
        sides = (wanted.size,) * 2 if wanted.crop else (round(height * scale), round(width * scale))
        return estimate(wanted.backbone, layers, *sides, wanted.steps, speed=self.engine.speed)

    def watch(self, watcher: Callable[[Session], Any]) -> Callable[[], None]:
        """Call `watcher(session)` after each step and change; return what ends that.

        It is called on the session's thread. A watcher that raises is not called again; its
        error is kept in `error`.
        """
        with self._condition:
            self._watchers.append(watcher)

        def unwatch() -> None:
            with self._condition:
                if watcher in self._watchers:
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
