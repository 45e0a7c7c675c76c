"""What a check says about a learner's answer: to do, not yet with a hint, or right."""

from __future__ import annotations

import html
import re
from dataclasses import dataclass
from typing import Any

STATUSES = {"to do": ("○", "#767676"), "not yet": ("△", "#d55e00"), "right": ("✓", "#0072b2")}
"""Symbol and colour of each status; the colours survive colour blindness."""


@dataclass(frozen=True)
class Result:
    """What a check found; true only where the answer is right.

    Attributes
    ----------
    status : {"to do", "not yet", "right"}
        Whether the answer is missing, wrong or right.
    message : str
        What was found.
    hint : str
        The likely mistake, or what to try next; may be empty.
    """

    status: str
    message: str
    hint: str = ""

    def __bool__(self) -> bool:
        """Say whether the answer is right."""
        return self.status == "right"

    def __repr__(self) -> str:
        """Show the result as text."""
        hint = f"\n  Hint: {self.hint}" if self.hint else ""
        return f"{STATUSES[self.status][0]} {self.status.capitalize()}: {self.message}{hint}"

    def _repr_html_(self) -> str:
        """Show the result in a notebook, readable on light and on dark."""
        symbol, colour = STATUSES[self.status]
        hint = f"<br><b>Hint:</b> {_as_html(self.hint)}" if self.hint else ""
        return (
            f'<div role="status" style="border-left:5px solid {colour};padding:6px 12px;'
            f'margin:2px 0;white-space:pre-line"><b>{symbol} {self.status.capitalize()}.</b> '
            f"{_as_html(self.message)}{hint}</div>"
        )


class Stop(Exception):
    """Ends a check early with its result."""

    def __init__(self, status: str, message: str, hint: str = ""):
        super().__init__(message)
        self.result = Result(status, message, hint)


def require(condition: Any, message: str, hint: str = "") -> None:
    """End the check with "not yet" unless the condition holds.

    Parameters
    ----------
    condition : bool
        A property of the answer.
    message : str
        What is wrong where it does not hold, with the values that show it.
    hint : str
        The likely mistake, or what to try next.
    """
    if not bool(condition):
        raise Stop("not yet", message, hint)


def _as_html(text: str) -> str:
    """Escape a text for HTML, begin it with a capital and set what is in backticks as code."""
    if text[:1].isascii():
        text = text[:1].upper() + text[1:]
    return re.sub(r"`([^`]*)`", r"<code>\1</code>", html.escape(text))
