"""A result beside what it should be: kinds of numbers, and the entry that differs most."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest

from nstkit.checks.asking import exercise
from nstkit.checks.comparing import array_of, close, expect
from nstkit.checks.report import Stop


def compare(expected, **options):
    @exercise("give the numbers", kind="value")
    def check(answer):
        expect(answer, expected, "count again", **options)

    return check


@pytest.mark.parametrize(
    ("value", "words"),
    [
        ("2", "is text and cannot be read"),
        (["1", "2"], "is text and cannot be read"),
        (2 + 0j, "is made of complex numbers and cannot be read"),
        (True, "is made of True and False and cannot be read"),
        ({"a": 2}, "is a dict and cannot be read"),
        (lambda: 2, "is a function and cannot be read"),
    ],
)
def test_what_is_no_number_is_refused_with_its_kind(value, words):
    result = compare(2)(value)
    assert result.status == "not yet"
    assert words in result.message


@pytest.mark.parametrize(
    "value", [2, 2.0, np.float16(2), np.int8(2), [[2.0]], Fraction(2), np.array([2], np.float32)]
)
def test_every_kind_of_number_is_accepted(value):
    assert compare(2)(value)


def test_half_precision_is_allowed_its_own_rounding_and_no_more():
    exact = np.array([1000.0, 0.1234567])
    assert compare(exact)(exact.astype(np.float16))
    assert not compare(exact)((1.01 * exact).astype(np.float16))
    assert not close(np.array([1.001], np.float32), [1.0])


def test_of_many_numbers_the_one_that_differs_most_is_shown():
    expected = np.zeros((2, 4))
    found = expected.copy()
    found[0, 1], found[1, 2] = 0.001, -3.0
    assert "you have -3 at [1, 2]; it should be 0" in compare(expected)(found).message


def test_two_different_numbers_never_look_alike():
    message = compare(1.0, tolerance=1e-12)(1.0 + 1e-9).message
    assert "you have 1.000000001; it should be 1" in message


def test_values_that_are_not_finite_are_told_with_their_place_and_a_hint():
    with pytest.raises(Stop, match=r"not finite .*: at \[1\], for example") as raised:
        array_of([0.0, np.nan, np.inf], "your x", hint="where is ε?")
    assert raised.value.result.hint == "where is ε?"
    assert "divided by 0" in compare(1)(np.inf).hint
