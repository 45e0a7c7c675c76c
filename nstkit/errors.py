"""The errors that nstkit raises: what was given, what is accepted, what to do next."""

from __future__ import annotations

import difflib
import math
from collections.abc import Iterable
from typing import Any


class NstkitError(Exception):
    """Base class of every error that nstkit raises on purpose."""


class ImageError(NstkitError, ValueError):
    """A picture that cannot be read or used."""


class SettingsError(NstkitError, ValueError):
    """A setting, name or weight outside what is accepted."""


class WeightsError(NstkitError, ValueError):
    """A file of network weights that is missing, damaged or of another network."""


class CheckpointError(NstkitError, ValueError):
    """A checkpoint that is damaged or belongs to another problem."""


class DivergedError(NstkitError, ArithmeticError):
    """A run met NaN or infinity; `step` holds the last good step.

    Parameters
    ----------
    message : str
        What happened and which setting to change.
    step : Step or None
        The last good step, with its picture, or None when there was none.
    """

    def __init__(self, message: str, step: Any = None):
        super().__init__(message)
        self.step = step


def choose(value: Any, accepted: Iterable[str], what: str) -> str:
    """Return `value` if it is one of the accepted names.

    Parameters
    ----------
    value : str
        The name that was given.
    accepted : iterable of str
        The names that exist.
    what : str
        What is being named, for the message: "layer", "convention" and so on.

    Returns
    -------
    str
        `value`, unchanged.

    Raises
    ------
    SettingsError
        If `value` is not accepted; the message lists the accepted names and the nearest one.

    Examples
    --------
    >>> choose("adam", ["adam", "lbfgs"], "optimizer")
    'adam'
    """
    names = list(accepted)
    if isinstance(value, str) and value in names:
        return value
    near = difflib.get_close_matches(str(value), names, n=1)
    hint = f"did you mean {near[0]!r}? " if near else ""
    raise SettingsError(f"unknown {what} {value!r}: {hint}accepted: {', '.join(names) or 'none'}")


def check_number(
    value: Any, what: str, *, minimum: float = 0.0, maximum: float = math.inf, whole: bool = False
) -> float:
    """Return `value` as a float if it is a finite number in range.

    Parameters
    ----------
    value : float
        The number that was given.
    what : str
        Its name, for the message.
    minimum, maximum : float
        Smallest and largest accepted value, both included.
    whole : bool
        Whether only whole numbers are accepted.

    Returns
    -------
    float
        The number.

    Raises
    ------
    SettingsError
        If `value` is not a number, not finite, not whole where it must be, or out of range.
    """
    try:
        number = float(value)
    except (TypeError, ValueError):
        number = math.nan
    wrong_kind = whole and math.isfinite(number) and number != int(number)
    if not math.isfinite(number) or not minimum <= number <= maximum or wrong_kind:
        kind = "a whole number" if whole else "a finite number"
        upper = "" if math.isinf(maximum) else f" and at most {maximum:g}"
        raise SettingsError(f"{what} is {value!r}: give {kind} of at least {minimum:g}{upper}")
    return number
