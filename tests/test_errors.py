from __future__ import annotations

import math
from typing import Any

import pytest

from nstkit import errors
from nstkit.errors import DivergedError, NstkitError, SettingsError, check_number, choose


def test_every_error_is_an_nstkit_error_and_a_familiar_one() -> None:
    for name in ("ImageError", "SettingsError", "WeightsError", "CheckpointError"):
        kind = getattr(errors, name)
        assert issubclass(kind, NstkitError)
        assert issubclass(kind, ValueError)
    assert issubclass(DivergedError, NstkitError)
    assert issubclass(DivergedError, ArithmeticError)


def test_choose_returns_what_is_accepted() -> None:
    assert choose("b", ("a", "b"), "letter") == "b"


@pytest.mark.parametrize(
    ("value", "message"),
    [
        ("adm", "unknown optimizer 'adm': did you mean 'adam'[?] accepted: adam, lbfgs"),
        ("x", "unknown optimizer 'x': accepted: adam, lbfgs"),
        ("", "unknown optimizer '': accepted"),
        (None, "unknown optimizer None: accepted"),
        (3, "unknown optimizer 3: accepted"),
        (["adam"], "unknown optimizer .* accepted"),
    ],
)
def test_choose_names_the_accepted_and_the_nearest(value: Any, message: str) -> None:
    with pytest.raises(SettingsError, match=message):
        choose(value, ("adam", "lbfgs"), "optimizer")


def test_choose_says_when_there_is_nothing_to_choose() -> None:
    with pytest.raises(SettingsError, match="accepted: none"):
        choose("a", (), "letter")


@pytest.mark.parametrize("value", [0, 0.5, 3, "2.5", True])
def test_numbers_in_range_are_returned_as_floats(value: Any) -> None:
    number = check_number(value, "it", maximum=3)
    assert number == float(value)
    assert isinstance(number, float)


@pytest.mark.parametrize("value", [-1, 3.1, math.nan, math.inf, -math.inf, None, "a", [1, 2], 1j])
def test_other_numbers_are_refused_with_the_range(value: Any) -> None:
    with pytest.raises(SettingsError, match=r"it is .*give a finite number of at least 0 and"):
        check_number(value, "it", maximum=3)


def test_whole_numbers_are_asked_for_where_needed() -> None:
    assert check_number(4.0, "it", whole=True) == 4
    with pytest.raises(SettingsError, match=r"it is 4\.5: give a whole number of at least 1$"):
        check_number(4.5, "it", minimum=1, whole=True)
