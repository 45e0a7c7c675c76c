"""The checks of notebook 05: right answers pass, common wrong ones get their own hint."""

import itertools

import numpy as np
import pytest

from nstkit import checks
from nstkit.checks.loss import DIAGNOSIS, MISTAKES


def shares(parts):
    total = sum(parts.values()) or 1.0
    return {name: part / total for name, part in parts.items()}


def balanced(norms):
    weights = {layer: 1 / norm for layer, norm in norms.items()}
    mean = sum(weights.values()) / len(weights)
    return {layer: weight / mean for layer, weight in weights.items()}


def translated(alpha, beta, channels, positions, count):
    return alpha, beta * channels**2 / count


RIGHT = {letter: right for letter, (right, _) in DIAGNOSIS.items()}


def test_right_answers_pass():
    assert checks.loss_shares(shares)
    assert checks.balanced_weights(balanced)
    assert checks.translation(translated)
    assert checks.diagnosis(RIGHT)
    assert checks.diagnosis({letter: right.upper() for letter, right in RIGHT.items()})


def test_the_translation_gives_the_same_loss_under_both_conventions():
    from nstkit.losses import Layer, get_convention

    style = Layer(channels=32, positions=100, pixels=400, count=5)
    content = Layer(channels=16, positions=100, pixels=400, count=1)
    alpha, beta = translated(2.0, 3.0, 32, 100, 5)
    source, target = get_convention("tensorflow"), get_convention("pytorch")
    assert np.isclose(3.0 * source.style(style), beta * target.style(style))
    assert np.isclose(2.0 * source.content(content), alpha * target.content(content))


@pytest.mark.parametrize(
    ("answer", "message", "hint"),
    [
        (lambda p: {k: 100 * v for k, v in shares(p).items()}, "0.6, 0.3, 0.1", "percentages"),
        (lambda p: {k: v / max(p.values()) for k, v in p.items()}, "0.6, 0.3, 0.1", "largest"),
        (
            lambda p: {k: v / np.sqrt(sum(x**2 for x in p.values())) for k, v in p.items()},
            "0.6, 0.3, 0.1",
            "length",
        ),
        (dict, "you have [6, 3, 1]", "the sum of all parts"),
        (lambda p: dict.fromkeys(p, 1 / 3), "0.6, 0.3, 0.1", ""),
        (lambda p: list(shares(p).values()), "it must be a dict", "comprehension"),
        (lambda p: {"block1_conv1": 1.0}, "without block2_conv1", "every name"),
        (
            lambda p: {k: v / sum(p.values()) for k, v in p.items()},
            "ZeroDivisionError",
            "by itself",
        ),
    ],
)
def test_wrong_shares_get_their_hint(answer, message, hint):
    result = checks.loss_shares(answer)
    assert result.status == "not yet"
    assert message in result.message
    assert hint in result.hint


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        (lambda n: {k: v / np.mean(list(n.values())) for k, v in n.items()}, "half the weight"),
        (lambda n: {k: v**-0.5 for k, v in n.items()}, "without a root"),
        (lambda n: {k: 1 / v for k, v in n.items()}, "by their mean"),
        (lambda n: {k: v / 4 for k, v in balanced(n).items()}, "number of layers"),
        (lambda n: dict.fromkeys(n, 1.0), "start from 1 / norm"),
        (lambda n: {k: -v for k, v in balanced(n).items()}, "above 0"),
    ],
)
def test_wrong_balances_get_their_hint(answer, words):
    result = checks.balanced_weights(answer)
    assert result.status == "not yet"
    assert words in result.hint


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        (lambda a, b, c, m, n: (b * c**2 / n, a), "return α first"),
        (lambda a, b, c, m, n: (a * c * m, b * c**2 / n), "what does that do to α"),
        (lambda a, b, c, m, n: (a, b * n / c**2), "the other way"),
        (lambda a, b, c, m, n: (a, b * c**2), "mean over its layers"),
        (lambda a, b, c, m, n: (a, b * c**2 * n), "divides"),
        (lambda a, b, c, m, n: (a, b * c / n), "C⁴ over C²"),
        (lambda a, b, c, m, n: (a, b * c**4 / n), "C⁴ over C²"),
        (lambda a, b, c, m, n: (a, b * c**2 * m**2 / n), "cancels"),
        (lambda a, b, c, m, n: (a, 1e6), "solve"),
    ],
)
def test_wrong_translations_get_their_hint(answer, words):
    result = checks.translation(answer)
    assert result.status == "not yet"
    assert words in result.hint


def test_a_wrong_shape_of_answer_is_told():
    assert "expected an array of shape (2,)" in checks.translation(lambda *a: 5.0).message


def test_diagnosis_names_the_first_that_is_wrong_and_asks_a_question():
    result = checks.diagnosis({**RIGHT, "C": "channels swapped"})
    assert result.status == "not yet"
    assert "C is not" in result.message
    assert "look like" in result.hint


def test_only_one_of_all_diagnoses_is_right():
    every = itertools.product(MISTAKES, repeat=4)
    right = [choice for choice in every if checks.diagnosis(dict(zip("ABCD", choice, strict=True)))]
    assert right == [tuple(RIGHT.values())]


def test_diagnosis_lists_what_is_open_and_what_may_be_chosen():
    assert "still open: B" in checks.diagnosis({**RIGHT, "B": ...}).message
    assert "clamping" in checks.diagnosis({**RIGHT, "B": "bad luck"}).hint
    assert checks.diagnosis([1, 2]).status == "not yet"


def test_unwritten_answers_are_to_do():
    for check in (checks.loss_shares, checks.balanced_weights, checks.translation):
        assert check(lambda *args: ...).status == "to do"
    assert checks.diagnosis(dict.fromkeys("ABCD", ...)).status == "to do"
