"""The checks of notebook 07: right answers pass, common mistakes get the hint that helps."""

from __future__ import annotations

import pytest

from nstkit import checks
from nstkit.session import Settings

FIVE = [f"block{block}_conv1" for block in range(1, 6)]


def deep(*weights: float) -> Settings:
    return Settings(style_layers=dict(zip(FIVE, weights, strict=True)))


def test_right_answers_are_right():
    assert checks.style_shares(lambda s: {k: v / s.total for k, v in s.style_layers.items()})
    assert checks.doubled_beta((2, 1))


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        (lambda s: s.style_layers, "losses themselves"),
        (lambda s: {k: v / s.style for k, v in s.style_layers.items()}, "shares of the style loss"),
        (lambda s: {k: 100 * v / s.total for k, v in s.style_layers.items()}, "percentages"),
        (lambda s: [v / s.total for v in s.style_layers.values()], "not a dict"),
        (lambda s: {"style": s.style / s.total}, "keys"),
        (lambda s: {k: v / s.content for k, v in s.style_layers.items()}, "content loss"),
        (lambda s: s.layers, "AttributeError"),
    ],
)
def test_shares_that_are_not_yet_right_get_a_hint(answer, said):
    result = checks.style_shares(answer)
    assert result.status == "not yet"
    assert said in result.message + result.hint


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        ((1, 2), "wrong way round"),
        ((2, 0.5), "β does not occur"),
        ((4, 1), "not squared"),
        ((3, 1), "factor of 3"),
        ((2, 1, 1), "shape"),
    ],
)
def test_factors_that_are_not_yet_right_get_a_hint(answer, said):
    result = checks.doubled_beta(answer)
    assert result.status == "not yet"
    assert said in result.message + result.hint


@pytest.mark.parametrize("layers", [(1, 1, 1, 1, 1), (0, 0, 0, 0, 1)])
def test_settings_are_judged_by_the_colours_of_what_they_paint(layers):
    assert checks.own_colours(deep(*layers).replace(style_weight=300, preserve_colour=True))


def test_a_missing_answer_is_to_do():
    for check, answer in (
        (checks.style_shares, lambda step: None),
        (checks.doubled_beta, None),
        (checks.own_colours, None),
    ):
        assert check(answer).status == "to do"
