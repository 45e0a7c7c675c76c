"""Notebook 00's checks: right answers pass, each likely mistake gets its own hint."""

import numpy as np
import pytest

from nstkit import checks, samples

RACCOON = samples.load("raccoon", size=160)


def assert_hint(result, *words):
    assert result.status == "not yet", result
    text = f"{result.message} {result.hint}"
    assert all(word in text for word in words), text


def test_the_raccoon_passes():
    assert checks.load_a_picture(RACCOON)


@pytest.mark.parametrize(
    ("picture", "words"),
    [
        ("raccoon", ["str", "samples.load"]),
        (samples.get("raccoon").path, ["not an array"]),
        (RACCOON * 255, ["divided by 255"]),
        (RACCOON[0], ["one axis is missing"]),
        (samples.load("raccoon", size=200), ["200 pixels", "size="]),
        (samples.load("raccoon", size=160, crop=True), ["160 × 160", "crop"]),
        (samples.load("astronaut", size=160), ["160 × 160"]),
        (1 - RACCOON, ["not the raccoon"]),
    ],
)
def test_a_picture_that_is_not_the_raccoon_gets_a_hint(picture, words):
    assert_hint(checks.load_a_picture(picture), *words)


def test_a_right_blend_passes():
    assert checks.blend(lambda content, style, share: (1 - share) * content + share * style)


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        (lambda c, s, share: share * c + (1 - share) * s, ["swapped"]),
        (lambda c, s, share: c + share * s, ["sum of both", "fade"]),
        (lambda c, s, share: c * 0 + (c + s) / 2, ["share = 0"]),
        (lambda c, s, share: (1 - share) * c, ["share = 1", "multiply the style"]),
        (lambda c, s, share: (1 - share**2) * c + share**2 * s, ["0.25"]),
        (lambda c, s, share: float((c + s).mean()), ["shape"]),
        (lambda c, s, share: c @ s, ["ValueError"]),
    ],
)
def test_a_wrong_blend_gets_its_hint(answer, words):
    assert_hint(checks.blend(answer), *words)


def test_the_settings_in_order_pass():
    assert checks.three_settings("content_weight", "steps", "tv_weight")


@pytest.mark.parametrize(
    ("answers", "words"),
    [
        (("steps", "content_weight", "tv_weight"), ["1 of 3", "A:", "B:"]),
        (("tv_weight", "content_weight", "steps"), ["0 of 3", "C:"]),
        (("steps", "steps", "tv_weight"), ["twice"]),
        (("beta", "steps", "tv_weight"), ["A is 'beta'", "content_weight"]),
    ],
)
def test_wrong_settings_get_a_sign_to_look_for(answers, words):
    assert_hint(checks.three_settings(*answers), *words)


@pytest.mark.parametrize(
    "result",
    [
        checks.load_a_picture(None),
        checks.blend(None),
        checks.blend(lambda content, style, share: ...),
        checks.three_settings(None, None, None),
    ],
)
def test_an_unwritten_answer_is_to_do(result):
    assert result.status == "to do"


def test_nothing_a_learner_writes_raises():
    for answer in (0, "x", [], {}, np.zeros(3), object(), np.full((1, 2, 3, 3), np.nan)):
        assert not checks.load_a_picture(answer)
        assert not checks.blend(answer)
        assert not checks.three_settings(answer, answer, answer)
