"""What a session is asked to do, and what it says that it does: values, without any computing."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from enum import Enum, StrEnum, auto
from typing import Any

from nstkit.errors import check_number
from nstkit.runs import Settings

START = ("init", "seed", "coarse_to_fine", "content", "style", "size", "crop")
"""Settings that the start picture depends on."""


class State(StrEnum):
    """What a session is doing."""

    READY = auto()
    PREPARING = auto()
    RUNNING = auto()
    PAUSED = auto()
    STOPPED = auto()
    FINISHED = auto()
    FAILED = auto()


class Anew(Enum):
    """When a session goes back to its start picture."""

    NEVER = auto()
    WITH_NEXT_STEP = auto()
    AT_ONCE = auto()


@dataclass(frozen=True, eq=False)
class Plan:
    """Everything that can be asked of a session; each command makes another plan of the last one.

    Attributes
    ----------
    settings : Settings
        The settings.
    until : int
        The step at which a run is finished.
    steps : float
        Steps to take: 0 to hold, infinity to run.
    anew : Anew
        When to go back to the start picture.
    """

    settings: Settings
    until: int
    steps: float = 0
    anew: Anew = Anew.AT_ONCE

    @property
    def running(self) -> bool:
        """Whether it is to run to the end, not by single steps."""
        return self.steps == math.inf

    def start(self, *, finished: int | None) -> Plan:
        """Run; on from the step given if it is finished there."""
        until = self.until if finished is None else finished + self.settings.all_steps
        return replace(self, steps=math.inf, until=until, anew=self._begin())

    def hold(self) -> Plan:
        """Hold at the last good step."""
        return replace(self, steps=0)

    def step(self, steps: int) -> Plan:
        """Take exactly so many steps more, then hold."""
        more = int(check_number(steps, "steps", minimum=1, whole=True))
        return replace(self, steps=more if self.running else self.steps + more, anew=self._begin())

    def stop(self) -> Plan:
        """Hold, and begin anew with the next step."""
        anew = Anew.WITH_NEXT_STEP if self.anew is Anew.NEVER else self.anew
        return replace(self, steps=0, anew=anew)

    def reset(self) -> Plan:
        """Go back to the start picture."""
        return replace(self, steps=0, anew=Anew.AT_ONCE)

    def change(self, changes: dict[str, Any], *, begun: bool) -> Plan:
        """Change settings; a run that has not begun, or is over, goes back where that shows."""
        settings = self.settings.replace(**changes)
        until = self.until + settings.all_steps - self.settings.all_steps
        over = self.anew is Anew.WITH_NEXT_STEP
        shown = START if not begun else ("content",) if over else ()
        other = any(getattr(self.settings, name) != getattr(settings, name) for name in shown)
        anew = Anew.AT_ONCE if other else self.anew
        return replace(self, settings=settings, until=until, anew=anew)

    def _begin(self) -> Anew:
        return Anew.AT_ONCE if self.anew is Anew.WITH_NEXT_STEP else self.anew
