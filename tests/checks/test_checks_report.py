"""What a check makes of good, wrong, missing and broken answers."""

import subprocess
import sys
from html.parser import HTMLParser

import numpy as np
import pytest

from nstkit import checks
from nstkit.checks.asking import exercise
from nstkit.checks.comparing import array_of, close, expect, numbers_of
from nstkit.checks.report import Result, require


@exercise("write double(x)", right="It doubles.")
def double(answer):
    value = array_of(answer(np.array([1.0, 2.0])), "the result", shape=(2,))
    require(not close(value, [1, 4]), "it gives [1, 4]", "did you square instead of doubling?")
    require(close(value, [2, 4]), f"it gives {value.tolist()} for [1, 2]")


@exercise("say how many channels there are", kind="value")
def count(answer):
    require(answer == 3, f"{answer} is not it")


def test_a_right_answer_is_right_and_true():
    result = double(lambda x: 2 * x)
    assert result.status == "right"
    assert result
    assert "It doubles." in repr(result)


def test_a_known_mistake_gets_its_own_hint():
    result = double(lambda x: x**2)
    assert result.status == "not yet"
    assert not result
    assert result.hint == "did you square instead of doubling?"
    assert "Hint: did you square" in repr(result)


def unwritten(x):
    raise NotImplementedError


@pytest.mark.parametrize("answer", [None, ..., unwritten, lambda x: None, lambda x: ...])
def test_an_unwritten_answer_is_to_do_and_says_what(answer):
    result = double(answer)
    assert result.status == "to do"
    assert not result
    assert "write double(x)" in result.message


@pytest.mark.parametrize("answer", [None, ..., {"A": ..., "B": None}, (..., ...)])
def test_a_missing_value_is_to_do(answer):
    assert count(answer).status == "to do"


def test_a_value_is_checked():
    assert count(3)
    assert count(4).message == "4 is not it"


def breaks(x):
    return x[7, 7]


def test_an_error_inside_the_answer_is_told_with_its_line():
    result = double(breaks)
    assert result.status == "not yet"
    assert "IndexError" in result.message
    assert "`return x[7, 7]`" in result.message


def test_the_wrong_number_of_arguments_is_told():
    result = double(lambda: 1)
    assert result.status == "not yet"
    assert "TypeError" in result.message


def test_a_value_in_the_place_of_a_function_is_told():
    result = double(np.ones(2))
    assert result.status == "not yet"
    assert "without parentheses" in result.hint


def test_a_check_that_stumbles_never_raises():
    class Odd:
        def __eq__(self, other):
            raise RuntimeError("no comparing")

    result = count(Odd())
    assert result.status == "not yet"
    assert "no comparing" in result.message


def test_a_learner_cannot_change_the_checks_arrays():
    seen = []

    @exercise("leave x alone")
    def check(answer):
        x = np.ones(3)
        answer(x)
        seen.append(x)

    def spoil(x):
        x[:] = 0
        return x

    assert check(spoil)
    assert seen[0].tolist() == [1, 1, 1]


@pytest.mark.parametrize(
    ("value", "words"),
    [
        ("red", "cannot be read as numbers"),
        ([[1, 2], [3]], "cannot be read as numbers"),
        (np.ones((2, 2)), "expected an array of shape (2,)"),
        ([1.0, float("nan")], "not finite"),
    ],
)
def test_values_that_are_no_such_array_are_told(value, words):
    assert words in double(lambda x: value).message


def test_a_scalar_may_come_as_any_array_of_one():
    assert array_of([[2.5]], "the loss", shape=()) == 2.5


def test_close_is_relative_to_the_largest_expected_value():
    assert close([1000.0, 0.01], [1000.0, 0.0])
    assert not close([1.0, 0.01], [1.0, 0.0])
    assert not close([1.0], [[1.0]])
    assert close([0.0], [0.0])


def compare(expected, **options):
    @exercise("give the numbers", kind="value")
    def check(answer):
        expect(answer, expected, "count again", **options)

    return check


def test_what_is_expected_is_right():
    assert compare(2)(2.0)
    assert compare(2)([[2.0]])
    assert compare([1.0, 2.0])(np.array([1, 2]))


@pytest.mark.parametrize(
    ("expected", "answer", "message"),
    [
        (1216, 1215, "for the check's numbers you have 1,215; it should be 1,216"),
        ([0.5, 0.0], [0.5, 1e-17 - 1], "you have [0.5, -1]; it should be [0.5, 0]"),
        (np.zeros((2, 3)), [[0, 0, 0], [0, 7, 8]], "you have 8 at [1, 2]; it should be 0"),
        (np.arange(9), [*range(8), 9], "you have 9 at [8]; it should be 8"),
        ([1, 2], [1, 2, 3], "your result has shape (3,); expected an array of shape (2,)"),
        (1, [1, 2], "your result has shape (2,); expected a single number"),
        (1, "one", "cannot be read as numbers"),
        (1, np.nan, "not finite"),
    ],
)
def test_the_message_says_what_was_found_and_what_should_be(expected, answer, message):
    assert message in compare(expected)(answer).message


def test_the_hint_is_that_of_the_first_mistake_which_gives_the_result():
    mistakes = {"a half": (0.5, 0.25), "a border lost": [1.0], "also a half": 0.5}
    check = compare(1, mistakes=mistakes, case="for the half")
    assert check(0.25).hint == check(0.5).hint == "a half"
    assert check(0.75).hint == "count again"
    assert check(0.75).message.startswith("for the half you have 0.75")
    lost = compare([1, 2, 3], mistakes={"a border lost": [2]})([2])
    assert lost.hint == "a border lost"
    assert "shape (1,)" in lost.message


def test_the_tolerance_is_that_of_both_comparisons():
    check = compare(100, mistakes={"off by one": 101}, tolerance=0)
    assert check(100)
    assert check(101).hint == "off by one"
    assert check(101.0001).hint == "count again"
    assert not compare(100)(101)
    assert compare(100, tolerance=0.01)(101)


@pytest.mark.parametrize(
    ("answer", "message"),
    [
        ([1, 2], "is a list, not a dict"),
        ({"a": 1}, "without b"),
        ({"a": 1, "b": 2, "c": 3}, "also has c"),
        ({"a": 1, "b": "two"}, "cannot be read as numbers"),
        ({"a": 1, "b": [2, 3]}, "for b has shape (2,); expected a single number"),
    ],
)
def test_a_dict_that_is_no_dict_of_the_numbers_is_told(answer, message):
    @exercise("give a dict", kind="value")
    def check(answer):
        assert numbers_of(answer, ["b", "a"], "your dict", given="parts").tolist() == [2, 1]

    assert check({"a": 1, "b": 2})
    assert message in check(answer).message


def test_html_is_escaped_and_complete():
    tags = []

    class Reader(HTMLParser):
        def handle_starttag(self, tag, attrs):
            tags.append(tag)

    text = Result("not yet", "a <script> & more", "use x < 3")._repr_html_()
    Reader().feed(text)
    assert tags == ["div", "b", "br", "b"]
    assert "&lt;script&gt;" in text


def test_html_sets_code_and_begins_with_a_capital():
    text = Result("to do", "write `f(x)`", "`a < b`?")._repr_html_()
    assert "Write <code>f(x)</code>" in text
    assert "<code>a &lt; b</code>?" in text
    assert "α stays" in Result("right", "α stays")._repr_html_()


def test_every_check_has_one_home_and_no_modules_name():
    modules = checks._modules()
    homes = [name for module in modules for name in getattr(checks, module).__all__]
    assert len(homes) == len(set(homes))
    assert not set(homes) & {*modules, *checks.HELPERS}
    for name in homes:
        assert callable(getattr(checks, name)), name
        assert getattr(checks, name).__doc__, name


def test_an_unknown_check_says_which_exist():
    with pytest.raises(AttributeError, match=r"no check 'gram_matrx'.*exercise"):
        _ = checks.gram_matrx


def test_importing_the_checks_loads_neither_tensorflow_nor_matplotlib():
    code = (
        "import sys; from nstkit import checks; dir(checks); "
        "print([m for m in ('tensorflow', 'matplotlib') if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
