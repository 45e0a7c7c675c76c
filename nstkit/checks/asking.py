"""How a check asks a learner's function: with copies, and whatever happens becomes a result.

A check is a function that takes the answer and looks at one thing after another, the easiest
first: `expect` compares a result with what it should be and names the known mistake that gives
it, `require` is for any other property. `exercise` turns it into a check that never raises.
"""

from __future__ import annotations

import copy
import dis
import functools
import inspect
import traceback
from collections.abc import Callable, Mapping
from types import SimpleNamespace
from typing import Any

import numpy as np

from nstkit.checks.comparing import FEW, expect
from nstkit.checks.report import Result, Stop

COPIED = (np.ndarray, dict, list, tuple, SimpleNamespace)
"""Kinds of arguments of which a learner's function gets a copy of its own."""

WRITTEN_IN = (
    "is a size, a name or a constant written in? Take all of them from what the function is given"
)
"""The hint for an answer that is right only for what it was asked with first."""

BLANK = {"RESUME", "NOP", "POP_TOP", "LOAD_CONST", "RETURN_VALUE", "RETURN_CONST"}
"""All that Python makes of a function whose body is `...`, `pass` or a docstring."""


def exercise(
    task: str, *, kind: str = "function", right: str = "Well done."
) -> Callable[[Callable[..., Any]], Callable[..., Result]]:
    """Make a check of a function that calls `require` on a learner's answer.

    Parameters
    ----------
    task : str
        What the learner is to do, shown while the answer is missing: "write gram_matrix".
    kind : {"function", "value"}
        What the answers are. A function gets copies of its arguments; what goes wrong inside it
        is told with the line at which it happened and with what it was called.
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
            remark = ""
            try:
                ready = [_prepare(answer, task, kind) for answer in answers]
                check(*ready)
                remark = " ".join(each.remark for each in ready if isinstance(each, _Asked))
            except Stop as stop:
                return stop.result
            except Exception as error:
                return Result(
                    "not yet",
                    f"the check could not work with this answer: {_name(error)}",
                    "look at its type and shape: print(type(answer)), and read the task again",
                )
            return Result("right", right, remark)

        return run

    return decorate


def ask_again(
    answer: Callable[..., Any], solution: Callable[..., Any], *calls: tuple[Any, ...]
) -> None:
    """Ask a function that was right so far with other sizes, names and constants.

    Parameters
    ----------
    answer, solution : callable
        The learner's function, and one that is right.
    *calls : tuple
        The arguments of each further call.
    """
    for args in calls:
        case = f"right so far, but {_called_with(args)}"
        expect(answer(*args), solution(*args), WRITTEN_IN, case=case)


def _prepare(answer: Any, task: str, kind: str) -> Any:
    """Return the answer ready to be checked, or end the check if it is missing."""
    if _missing(answer):
        raise _to_do(task)
    if kind == "value":
        return answer
    if not callable(answer):
        raise Stop(
            "not yet",
            f"this check needs a function and got a {type(answer).__name__}",
            "give the function's name without parentheses, so that the check can call it",
        )
    return _Asked(answer, task)


class _Asked:
    """A learner's function that gets copies of its arguments and is told what it does to them."""

    def __init__(self, function: Callable[..., Any], task: str):
        self.function, self.task = function, task
        self.remark, self.has_answered = "", False

    def __call__(self, *args: Any) -> Any:
        given = [copy.deepcopy(arg) if isinstance(arg, COPIED) else arg for arg in args]
        called = _called_with(args)
        try:
            value = self.function(*given)
        except NotImplementedError:
            raise _to_do(self.task) from None
        except Exception as error:
            place = _where(self.function, error)
            message = f"your function stopped with {_name(error)}{place}, {called}"
            raise Stop("not yet", message, "run it by itself in a cell of your own") from error
        self._look_for_changes(args, given)
        if _missing(value):
            self._tell_that_nothing_came(value, called)
        self.has_answered = True
        return value

    def _look_for_changes(self, args: tuple[Any, ...], given: list[Any]) -> None:
        """Refuse changes to a dict, a list or an object; remark upon those to an array."""
        for place, (before, after) in enumerate(zip(args, given, strict=True)):
            if _content(before) == _content(after):
                continue
            name = _parameter(self.function, place)
            changes = f"your function changes {name}, which it was only given to look at"
            if not isinstance(before, np.ndarray):
                hint = "outside this check that would spoil your own numbers: make a new one"
                raise Stop("not yet", changes, hint)
            self.remark = f"{changes}: outside this check, work on a copy, .copy()"

    def _tell_that_nothing_came(self, value: Any, called: str) -> None:
        """End the check: nothing written yet, or a return that is missing."""
        if value is not None or _is_blank(self.function):
            raise _to_do(self.task, " (your function returns nothing yet)")
        message = f"your function runs, but returns nothing, {called}"
        hint = "end it with return and the result; print only shows it"
        if self.has_answered:
            message += ", though it did return something before"
            hint = "every way through it ends in a return: after a loop, in each branch of an if"
        raise Stop("not yet", message, hint)


def _content(value: Any) -> Any:
    """Return what a value holds, to be compared with what it holds later."""
    if isinstance(value, np.ndarray):
        return value.shape, value.tobytes()
    if isinstance(value, SimpleNamespace):
        value = vars(value)
    if isinstance(value, Mapping):
        return [(key, _content(item)) for key, item in value.items()]
    if isinstance(value, (list, tuple)):
        return [_content(item) for item in value]
    return repr(value) if isinstance(value, (int, float, str, np.generic)) else type(value)


def _called_with(args: tuple[Any, ...]) -> str:
    return f"called with {', '.join(map(_described, args)) or 'nothing'}"


def _described(value: Any) -> str:
    """Say in a few words what an argument is."""
    if isinstance(value, np.ndarray) and value.ndim == 1 and value.size <= FEW:
        return np.array2string(value, separator=", ")
    if getattr(value, "shape", None):
        kind = "an array" if isinstance(value, np.ndarray) else "a tensor"
        whole = " of whole numbers" if "int" in str(value.dtype) else ""
        return f"{kind} of shape {tuple(value.shape)}{whole}"
    text = " ".join(repr(value).split())
    return text if len(text) <= 80 else f"a {type(value).__name__} of {text[:60]} …"


def _parameter(function: Callable[..., Any], place: int) -> str:
    """Return the name under which a function knows an argument."""
    try:
        return f"`{list(inspect.signature(function).parameters)[place]}`"
    except (TypeError, ValueError, IndexError):
        return f"its argument {place + 1}"


def _is_blank(function: Any) -> bool:
    """Say whether a function has no more in it than a stub."""
    code = getattr(function, "__code__", None)
    return code is not None and {each.opname for each in dis.get_instructions(code)} <= BLANK


def _missing(value: Any) -> bool:
    """Say whether nothing is filled in; of several blanks, none."""
    if isinstance(value, Mapping):
        value = tuple(value.values())
    if isinstance(value, (tuple, list)):
        return bool(value) and all(item is None or item is Ellipsis for item in value)
    return value is None or value is Ellipsis


def _to_do(task: str, remark: str = "") -> Stop:
    return Stop("to do", f"{task}{remark}. Fill in the cell above and run this one again.")


def _name(error: Exception) -> str:
    text = " ".join(str(error).split())
    return f"{type(error).__name__}: {text[:300]}" if text else type(error).__name__


def _where(answer: Any, error: Exception) -> str:
    """Return the last line of the learner's own code that the error went through."""
    file = getattr(getattr(answer, "__code__", None), "co_filename", None)
    own = [frame for frame in traceback.extract_tb(error.__traceback__) if frame.filename == file]
    return f", in the line `{own[-1].line}`" if own and own[-1].line else ""
