"""A learner's result beside what it should be: as numbers, and the difference in words."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from types import MappingProxyType
from typing import Any

import numpy as np

from nstkit.checks.report import Stop, require

NOTHING: Mapping[Any, Any] = MappingProxyType({})
"""What a check knows of likely mistakes where none are named."""

FEW = 6
"""A list of at most so many numbers is shown whole where it is wrong."""

NO_NUMBERS = {
    "U": "text",
    "S": "text",
    "c": "made of complex numbers",
    "b": "made of True and False",
}
"""Kinds of arrays that NumPy would turn into numbers, and what they are."""

HALF = 4e-3
"""Least tolerance for results in half precision, four units of their last place."""


def array_of(
    value: Any, what: str, *, shape: tuple[int, ...] | None = None, hint: str = ""
) -> np.ndarray:
    """Return a learner's value as an array of numbers, or end the check.

    Parameters
    ----------
    value : array_like
        A number, list, NumPy array or tensor.
    what : str
        What it is, for the message: "the Gram matrix".
    shape : tuple of int, optional
        The shape it must have; () for a single number.
    hint : str
        The likely mistake where a number is not finite.

    Returns
    -------
    numpy.ndarray
        The value, all of it finite: float64, or float16 if it came so, which `close` allows for.
    """
    try:
        array = np.asarray(value)
        kind = NO_NUMBERS.get(array.dtype.kind)
        if array.dtype != np.float16 and not kind:
            array = np.asarray(array, np.float64)
    except (TypeError, ValueError, RuntimeError):
        kind = f"a {type(value).__name__}"
    require(
        not kind,
        f"{what} is {kind} and cannot be read as numbers",
        "return a number, an array or a tensor",
    )
    if shape == () and array.size == 1:
        array = array.reshape(())
    require(
        shape in (None, array.shape),
        f"{what} has shape {array.shape}; expected {_kind(shape)}",
        "print the shape of every array on the way there",
    )
    lost = np.argwhere(~np.isfinite(array)).tolist()
    place = f" {lost[0]}, for example" if lost and lost[0] else ""
    require(
        not lost,
        f"{what} has values that are not finite (NaN or infinity){place and ': at' + place}",
        hint or "something was divided by 0, or the root or logarithm of a negative number taken",
    )
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
        Shape (names,), all of it finite; see `array_of`.
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
    return np.array([array_of(answer[name], f"{what} for {name}", shape=()) for name in names])


def close(value: Any, expected: Any, *, tolerance: float = 1e-4) -> bool:
    """Say whether two arrays agree, relative to the largest expected value.

    Parameters
    ----------
    value, expected : array_like
        What was found and what should be; of one shape.
    tolerance : float
        Largest accepted difference, as a fraction of the largest absolute expected value; a
        value in half precision (float16) may differ by 0.4 % of it.

    Returns
    -------
    bool
        Whether they agree.
    """
    value, expected = np.asarray(value), np.asarray(expected, np.float64)
    if value.dtype == np.float16:
        tolerance = max(tolerance, HALF)
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

    The message says what was found and what should be, of many numbers the one that differs
    most. The hint is that of the known mistake which gives just this result, or else the
    general one.

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
    raise Stop("not yet", f"{case} {_difference(found, expected)}", hint)


def _difference(found: np.ndarray, expected: np.ndarray) -> str:
    """Say what was found and what should be: a few numbers whole, the worst of many."""
    if found.shape != expected.shape:
        return f"your result has shape {found.shape}; expected {_kind(expected.shape)}"
    place = ""
    if expected.ndim > 1 or expected.size > FEW:
        worst = np.unravel_index(np.argmax(np.abs(found - expected)), expected.shape)
        found, expected, place = found[worst], expected[worst], f" at {[int(i) for i in worst]}"
    for digits in (6, 12, 17):
        have, should = _text(found, digits), _text(expected, digits)
        if have != should:
            break
    return f"you have {have}{place}; it should be {should}"


def _kind(shape: tuple[int, ...] | None) -> str:
    return f"an array of shape {shape}" if shape else "a single number"


def _scale(expected: np.ndarray) -> float:
    """Return the size that a difference is compared with."""
    return float(np.abs(expected).max(initial=0.0)) or 1.0


def _text(numbers: np.ndarray, digits: int) -> str:
    shown = np.where(np.abs(numbers) < 1e-12, 0.0, np.asarray(numbers, np.float64))
    form = {"float_kind": f"{{:,.{digits}g}}".format}
    return np.array2string(shown, separator=", ", formatter=form)  # type: ignore[arg-type]
