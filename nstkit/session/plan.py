"""What a session is asked to do, and what it says that it does: values, without any computing."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import Any, Literal

from nstkit.errors import check_number
from nstkit.runs import Settings

START = ("init", "seed", "coarse_to_fine", "content", "style", "size", "crop")
"""Settings that the start picture depends on."""

OF_ONE_PASS = ("styles", "style_share", "style_mask", "style_weight", "content_weight")
"""Further ones where one pass paints it."""


State = Literal["ready", "preparing", "running", "paused", "stopped", "finished", "failed"]
"""What a session is doing."""


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
    beginning : int
        How often it was asked to begin with the start picture.
    over : bool
        Whether the next step shall begin with the start picture.
    """

    settings: Settings
    until: int
    steps: float = 0
    beginning: int = 1
    over: bool = False

    @property
    def running(self) -> bool:
        """Whether it is to run to the end, not by single steps."""
        return self.steps == math.inf

    def start(self, *, finished: int | None) -> Plan:
        """Run; for as many steps again where the run is finished, with the step given."""
        plan = self.begin() if self.over else self
        until = plan.until if self.over or finished is None else finished + plan.settings.all_steps
        return replace(plan, steps=math.inf, until=until)

    def hold(self) -> Plan:
        """Hold at the last good step."""
        return replace(self, steps=0)

    def step(self, steps: int) -> Plan:
        """Take exactly so many steps more, then hold."""
        more = int(check_number(steps, "steps", minimum=1, whole=True))
        plan = self.begin() if self.over else self
        return replace(plan, steps=more if self.running else self.steps + more)

    def stop(self) -> Plan:
        """Hold, and begin anew with the next step."""
        return replace(self, steps=0, over=True)

    def begin(self) -> Plan:
        """Go back to the start picture."""
        beginning, until = self.beginning + 1, self.settings.all_steps
        return replace(self, beginning=beginning, until=until, over=False)

    def change(self, changes: dict[str, Any], *, begun: bool) -> Plan:
        """Change settings; a run that has not begun, or is over, goes back where that shows."""
        settings = self.settings.replace(**changes)
        until = self.until + settings.all_steps - self.settings.all_steps
        plan = replace(self, settings=settings, until=until)
        first = (*START, *OF_ONE_PASS) if settings.init == "fast" else START
        shown = first if not begun else ("content",) if self.over else ()
        same = all(getattr(self.settings, name) == getattr(settings, name) for name in shown)
        return plan if same else plan.begin()
