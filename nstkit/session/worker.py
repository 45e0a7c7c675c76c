"""A thread that exists only while there is something to do."""

from __future__ import annotations

import atexit
import math
import threading
import time
from collections.abc import Callable
from typing import Any

from nstkit.errors import SettingsError

Task = Callable[[], Any]


class Worker:
    """Does one task after another, as long as there are any, on a thread of its own.

    Parameters
    ----------
    choose : callable
        Returns the next task, or None if there is nothing to do; called with the lock held.
    do : callable
        Does a task, and sees to its errors.
    leave : callable
        Called with the lock held when Python ends: no task may then still call into it.

    Attributes
    ----------
    condition : threading.Condition
        The lock; it is notified when there is nothing left to do.
    """

    def __init__(
        self, choose: Callable[[], Task | None], do: Callable[[Task], Any], leave: Task
    ) -> None:
        self._choose, self._do, self._leave = choose, do, leave
        self.condition = threading.Condition()
        self._thread: threading.Thread | None = None

    def wake(self) -> None:
        """See to it that the next task is chosen; called with the lock held."""
        if self._thread is None:
            self._thread = threading.Thread(target=self._work, name="nstkit", daemon=True)
            self._thread.start()
            atexit.register(self._end)

    def wait(self, timeout: float | None = None) -> bool:
        """Wait until there is nothing to do; return whether that came in time."""
        if threading.current_thread() is self._thread:
            raise SettingsError("a watcher cannot wait for the session: it would wait for itself")
        # In slices: not every system lets an interrupt end a wait.
        end = math.inf if timeout is None else time.monotonic() + timeout
        with self.condition:
            while self._thread is not None and time.monotonic() < end:
                self.condition.wait(min(0.2, end - time.monotonic()))
            return self._thread is None

    def _work(self) -> None:
        while task := self._next():
            self._do(task)

    def _next(self) -> Task | None:
        with self.condition:
            task = self._choose()
            if task is None:
                self._thread = None
                atexit.unregister(self._end)
                self.condition.notify_all()
            return task

    def _end(self) -> None:
        with self.condition:
            thread = self._thread
            self._leave()
        if thread is not None:
            thread.join(10)
