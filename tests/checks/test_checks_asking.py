"""How a learner's function is asked: with copies, and told what it was called with."""

from __future__ import annotations

from types import SimpleNamespace

import numpy as np
import pytest

from nstkit.checks.asking import ask_again, exercise
from nstkit.checks.comparing import expect


def asking(*calls):
    """Make a check that calls the answer with these arguments and takes any number."""

    @exercise("write f")
    def check(answer):
        for args in calls:
            answer(*args)

    return check


def breaks(*args):
    raise KeyError("layer")


@pytest.mark.parametrize(
    ("args", "words"),
    [
        ((np.ones((5, 7)),), "called with an array of shape (5, 7)"),
        ((np.ones((5, 7), np.uint8), 2), "an array of shape (5, 7) of whole numbers, 2"),
        ((np.array([1.0, 2.5]), "a"), "called with [1. , 2.5], 'a'"),
        (({"a": 1.0},), "called with {'a': 1.0}"),
        ((list(range(100)),), "called with a list of [0, 1, 2"),
        ((), "called with nothing"),
    ],
)
def test_an_error_is_told_with_what_the_function_was_called_with(args, words):
    message = asking(args)(breaks).message
    assert "KeyError: 'layer', in the line `raise KeyError" in message
    assert words in message


def test_a_missing_return_is_not_taken_for_an_answer_that_is_still_to_be_written():
    def forgets(x):
        x + 1

    result = asking((1.0,))(forgets)
    assert result.status == "not yet"
    assert "runs, but returns nothing, called with 1.0" in result.message
    assert "return" in result.hint


def test_a_return_that_is_missing_on_one_way_is_told_as_that():
    def halfway(x):
        if x > 0:
            return x

    result = asking((1.0,), (-1.0,))(halfway)
    assert result.status == "not yet"
    assert "called with -1.0, though it did return something before" in result.message
    assert "each branch" in result.hint


def stub_with_docstring(x):
    """Do something."""


def stub_that_passes(x):
    pass


def stub_that_was_begun(x):
    result = ...
    return result


@pytest.mark.parametrize("stub", [stub_with_docstring, stub_that_passes, stub_that_was_begun])
def test_a_stub_is_to_do(stub):
    assert asking((1.0,))(stub).status == "to do"


def pops(parts):
    return parts.pop("a")


def appends(parts):
    parts["b"].append(1)
    return 1


def sets(step):
    step.total = 0
    return 1


@pytest.mark.parametrize(
    ("given", "answer", "name"),
    [
        ({"a": 1, "b": [2]}, pops, "`parts`"),
        ({"a": 1, "b": [2]}, appends, "`parts`"),
        ([3, 1], lambda numbers: numbers.sort() or 1, "`numbers`"),
        ([np.ones(2)], lambda masks: np.negative(masks[0], out=masks[0]), "`masks`"),
        (SimpleNamespace(total=1.0, layers={"a": 1}), sets, "`step`"),
        (SimpleNamespace(total=1.0, layers={"a": 1}), lambda step: step.layers.pop("a"), "`step`"),
    ],
)
def test_a_change_to_what_was_given_is_refused_by_name_and_harms_nothing(given, answer, name):
    before = repr(given)
    result = asking((given,))(answer)
    assert result.status == "not yet"
    assert f"changes {name}" in result.message
    assert repr(given) == before


def test_a_change_to_an_array_is_only_remarked_upon():
    def in_place(x):
        x *= 2
        return x

    result = asking((np.ones(3),))(in_place)
    assert result
    assert "changes `x`" in result.hint
    assert asking((np.full(3, np.nan),))(lambda x: x).hint == ""


def test_what_is_no_python_function_can_be_an_answer():
    assert asking((np.ones(3), np.ones(3)))(np.add)
    assert "float" in asking(("a",))(np.sqrt).message or not asking(("a",))(np.sqrt)


def test_asking_again_finds_what_was_written_in():
    @exercise("write mean(x)")
    def mean(answer):
        expect(answer(np.arange(4.0)), 1.5, "add, then divide")
        ask_again(answer, np.mean, (np.arange(5.0),), (np.arange(6.0).reshape(2, 3),))

    assert mean(np.mean)
    result = mean(lambda x: x.sum() / 4)
    assert "right so far, but called with [0., 1., 2., 3., 4.] you have 2.5" in result.message
    assert "written in" in result.hint
    assert "called with an array of shape (2, 3)" in mean(lambda x: x.sum() / len(x)).message
