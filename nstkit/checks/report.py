"""What a check says about a learner's answer: to do, not yet with a hint, or right.

A check is a function that takes the answer and calls `require` for one property after another,
the easiest first. `exercise` turns it into a check that never raises: whatever happens inside
the answer becomes a `Result` that tells the learner what to do next.
"""

from __future__ import annotations

import functools
import html
import re
import traceback
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

STATUSES = {"to do": ("○", "#767676"), "not yet": ("△", "#d55e00"), "right": ("✓", "#0072b2")}
"""Symbol and colour of each status; the colours survive colour blindness."""


@dataclass(frozen=True)
class Result:
    """What a check found; true only where the answer is right.

    Attributes
    ----------
    status : {"to do", "not yet", "right"}
        How far the learner is.
    message : str
        What was found.
    hint : str
        What to try next; may be empty.
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


class _Stop(Exception):
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
        raise _Stop("not yet", message, hint)


def array_of(value: Any, what: str, *, shape: tuple[int, ...] | None = None) -> np.ndarray:
    """Return a learner's value as a float64 array, or end the check.

    Parameters
    ----------
    value : array_like
        A number, list, NumPy array or tensor.
    what : str
        What it is, for the message: "the Gram matrix".
    shape : tuple of int, optional
        The shape it must have; () for a single number.

    Returns
    -------
    numpy.ndarray
        The value, all of it finite.
    """
    try:
        array = np.asarray(value, np.float64)
    except (TypeError, ValueError):
        kind = type(value).__name__
        raise _Stop(
            "not yet",
            f"{what} is a {kind} that cannot be read as numbers",
            "return a number, an array or a tensor",
        ) from None
    if shape == () and array.size == 1:
        array = array.reshape(())
    if shape is not None and array.shape != shape:
        expected = "a single number" if shape == () else f"an array of shape {shape}"
        raise _Stop("not yet", f"{what} has shape {array.shape}; expected {expected}")
    require(np.isfinite(array).all(), f"{what} has values that are not finite (NaN or infinity)")
    return array


def close(value: Any, expected: Any, *, tolerance: float = 1e-4) -> bool:
    """Say whether two arrays agree, relative to the largest expected value.

    Parameters
    ----------
    value, expected : array_like
        What was found and what should be; of one shape.
    tolerance : float
        Largest accepted difference, as a fraction of the largest absolute expected value.

    Returns
    -------
    bool
        Whether they agree.
    """
    value, expected = np.asarray(value, np.float64), np.asarray(expected, np.float64)
    scale = float(np.abs(expected).max(initial=0.0)) or 1.0
    return value.shape == expected.shape and bool(
        np.abs(value - expected).max(initial=0.0) <= tolerance * scale
    )


def exercise(
    task: str, *, kind: str = "function", right: str = "Well done."
) -> Callable[[Callable[..., Any]], Callable[..., Result]]:
    """Make a check of a function that calls `require` on a learner's answer.

    Parameters
    ----------
    task : str
        What the learner is to do, shown while the answer is missing: "write gram_matrix".
    kind : {"function", "value"}
        What the answers are. A function gets copies of its arguments, and what goes wrong
        inside it is told with the line at which it happened.
    right : str
        What to say when every property holds.

    Returns
    -------
    callable
        A decorator; the check it makes takes the answers, returns a `Result`, never raises.
    """

    def decorate(check: Callable[..., Any]) -> Callable[..., Result]:
        @functools.wraps(check)
        def run(*answers: Any) -> Result:
            try:
                check(*(_prepare(answer, task, kind) for answer in answers))
            except _Stop as stop:
                return stop.result
            except Exception as error:
                return Result(
                    "not yet",
                    f"the check could not work with this answer: {_name(error)}",
                    "look at its type and shape: print(type(answer)), and read the task again",
                )
            return Result("right", right)

        return run

    return decorate


def _prepare(answer: Any, task: str, kind: str) -> Any:
    """Return the answer ready to be checked, or end the check if it is missing."""
    if _missing(answer):
        raise _to_do(task)
    if kind == "value":
        return answer
    if not callable(answer):
        raise _Stop(
            "not yet",
            f"this check needs a function and got a {type(answer).__name__}",
            "give the function's name without parentheses, so that the check can call it",
        )

    def watched(*args: Any, **kwargs: Any) -> Any:
        args = tuple(arg.copy() if isinstance(arg, np.ndarray) else arg for arg in args)
        try:
            value = answer(*args, **kwargs)
        except NotImplementedError:
            raise _to_do(task) from None
        except Exception as error:
            message = f"your function stopped with {_name(error)}{_where(answer, error)}"
            raise _Stop("not yet", message, "run it by itself in a cell of your own") from error
        if _missing(value):
            raise _to_do(task, " (your function returns nothing yet)")
        return value

    return watched


def _as_html(text: str) -> str:
    """Escape a text for HTML, begin it with a capital and set what is in backticks as code."""
    if text[:1].isascii():
        text = text[:1].upper() + text[1:]
    return re.sub(r"`([^`]*)`", r"<code>\1</code>", html.escape(text))


def _missing(value: Any) -> bool:
    """Say whether nothing is filled in; of several blanks, none."""
    if isinstance(value, Mapping):
        value = tuple(value.values())
    if isinstance(value, (tuple, list)):
        return bool(value) and all(item is None or item is Ellipsis for item in value)
    return value is None or value is Ellipsis


def _to_do(task: str, remark: str = "") -> _Stop:
    return _Stop("to do", f"{task}{remark}. Fill in the cell above and run this one again.")


def _name(error: Exception) -> str:
    text = " ".join(str(error).split())
    return f"{type(error).__name__}: {text[:300]}" if text else type(error).__name__


def _where(answer: Any, error: Exception) -> str:
    """Return the last line of the learner's own code that the error went through."""
    file = getattr(getattr(answer, "__code__", None), "co_filename", None)
    own = [frame for frame in traceback.extract_tb(error.__traceback__) if frame.filename == file]
    return f", in the line `{own[-1].line}`" if own and own[-1].line else ""
