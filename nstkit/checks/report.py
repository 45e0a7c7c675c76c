"""What a check says about a learner's answer: to do, not yet with a hint, or right.

A check is a function that takes the answer and looks at one thing after another, the easiest
first: `expect` compares a result with what it should be and names the known mistake that gives
it, `require` is for any other property. `exercise` turns it into a check that never raises:
whatever happens inside the answer becomes a `Result` that tells the learner what to do next.
"""

from __future__ import annotations

import functools
import html
import re
import traceback
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

import numpy as np

STATUSES = {"to do": ("○", "#767676"), "not yet": ("△", "#d55e00"), "right": ("✓", "#0072b2")}
"""Symbol and colour of each status; the colours survive colour blindness."""

NOTHING: Mapping[Any, Any] = MappingProxyType({})
"""What a check knows of likely mistakes where none are named."""

FEW = 6
"""A list of at most so many numbers is shown whole where it is wrong."""


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
    require(
        shape in (None, array.shape), f"{what} has shape {array.shape}; expected {_kind(shape)}"
    )
    require(np.isfinite(array).all(), f"{what} has values that are not finite (NaN or infinity)")
    return array


def numbers_of(
    answer: Any, names: Collection[str], what: str, *, given: str = "given"
) -> np.ndarray:
    """Return the numbers of a learner's dict in the order of `names`, or end the check.

    Parameters
    ----------
    answer : mapping of str to float
        What the learner returned.
    names : collection of str
        The keys that it must have.
    what : str
        What it is, for the message: "your result".
    given : str
        The name, in the exercise, of the dict that has the same keys.

    Returns
    -------
    numpy.ndarray
        Shape (names,), float64, all of it finite.
    """
    require(
        isinstance(answer, Mapping),
        f"{what} is a {type(answer).__name__}, not a dict; it must be a dict with the same names",
        f"a dict comprehension: {{name: ... for name, number in {given}.items()}}",
    )
    missing = [name for name in names if name not in answer]
    require(
        not missing,
        f"{what} is without {', '.join(missing)}",
        f"keep every name that {given} has, as the keys of your dict",
    )
    more = [str(name) for name in answer if name not in names]
    require(not more, f"{what} also has {', '.join(more)}", f"only the names that {given} has")
    return array_of([answer[name] for name in names], what, shape=(len(names),))


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
    return value.shape == expected.shape and bool(
        np.abs(value - expected).max(initial=0.0) <= tolerance * _scale(expected)
    )


def expect(
    value: Any,
    expected: Any,
    hint: str = "",
    mistakes: Mapping[str, Any] = NOTHING,
    *,
    case: str = "for the check's numbers",
    tolerance: float = 1e-4,
) -> None:
    """End the check with "not yet" unless a result is what it should be.

    The message says what was found and what should be. The hint is that of the known mistake
    which gives just this result, or else the general one.

    Parameters
    ----------
    value : array_like
        What the learner's answer gave.
    expected : array_like
        What it should be.
    hint : str
        What to try where no known mistake gives this result.
    mistakes : mapping of str to array_like
        What may have gone wrong, in words, and what then comes out; a tuple of results where
        several come of the same mistake. The first that fits is told.
    case : str
        Where the result is from, as the beginning of the message.
    tolerance : float
        Largest accepted difference from the expected or the mistaken result; see `close`.
    """
    expected = np.asarray(expected, np.float64)
    found = array_of(value, f"{case} your result")
    if expected.size == found.size == 1:
        found = found.reshape(expected.shape)
    if close(found, expected, tolerance=tolerance):
        return
    for mistake, wrong in mistakes.items():
        results = wrong if isinstance(wrong, tuple) else (wrong,)
        if any(close(found, result, tolerance=tolerance) for result in results):
            hint = mistake
            break
    raise _Stop("not yet", f"{case} {_difference(found, expected, tolerance)}", hint)


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


def _difference(found: np.ndarray, expected: np.ndarray, tolerance: float) -> str:
    """Say what was found and what should be: a few numbers whole, the first wrong one of many."""
    if found.shape != expected.shape:
        return f"your result has shape {found.shape}; expected {_kind(expected.shape)}"
    place = ""
    if expected.ndim > 1 or expected.size > FEW:
        wrong = np.abs(found - expected) > tolerance * _scale(expected)
        first = tuple(np.argwhere(wrong)[0].tolist())
        found, expected, place = found[first], expected[first], f" at {list(first)}"
    return f"you have {_text(found)}{place}; it should be {_text(expected)}"


def _kind(shape: tuple[int, ...] | None) -> str:
    return f"an array of shape {shape}" if shape else "a single number"


def _scale(expected: np.ndarray) -> float:
    """Return the size that a difference is compared with."""
    return float(np.abs(expected).max(initial=0.0)) or 1.0


def _text(numbers: np.ndarray) -> str:
    shown = np.where(np.abs(numbers) < 1e-12, 0.0, numbers)
    return np.array2string(shown, separator=", ", formatter={"float_kind": "{:,.6g}".format})


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
