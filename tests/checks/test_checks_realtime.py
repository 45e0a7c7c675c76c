"""The checks of notebook 10: right answers pass, common mistakes get the hint that helps."""

from __future__ import annotations

import math

import numpy as np
import pytest

from nstkit import checks


def normalised(x, axes=(0, 1), **how):
    """Return features of mean 0 and deviation 1 over some axes."""
    return (x - x.mean(axes, keepdims=True)) / x.std(axes, keepdims=True, **how)


def test_right_answers_are_right():
    assert checks.instance_norm(lambda x, g, b: g * normalised(x) + b)
    small = 1e-3  # the network's own ε does not make an answer wrong
    assert checks.instance_norm(
        lambda x, g, b: g * (x - x.mean((0, 1))) / np.sqrt(x.var((0, 1)) + small) + b
    )
    assert checks.mixed_numbers(lambda n, w: np.average(n, axis=0, weights=w))
    assert checks.style_statistics(
        lambda f: np.log1p(np.concatenate([f.mean((0, 1)), f.std((0, 1))]))
    )
    assert checks.pays_after(lambda t, o, p: math.ceil(t / (o - p)))


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        (lambda x, g, b: normalised(x), "do not count"),
        (lambda x, g, b: g * (x - x.mean((0, 1))) / x.var((0, 1)) + b, "root of the variance"),
        (lambda x, g, b: g * normalised(x, (0, 1, 2)) + b, "each channel has its own"),
        (lambda x, g, b: g * normalised(x, -1) + b, "over the channels"),
        (lambda x, g, b: g * (normalised(x) + b), "shift comes last"),
        (lambda x, g, b: g * normalised(x, ddof=1) + b, "one position less"),
        (lambda x, g, b: g * x / x.std((0, 1)) + b, "before you divide"),
        (lambda x, g, b: x.mean((0, 1)), "shape"),
        (lambda x, g, b: x, "plus shift"),
    ],
)
def test_normalisations_that_are_not_yet_right_get_a_hint(answer, said):
    result = checks.instance_norm(answer)
    assert result.status == "not yet"
    assert said in result.message + result.hint


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        (lambda n, w: w @ n, "divided by their sum"),
        (lambda n, w: n.mean(0), "do not count"),
        (lambda n, w: w @ n / len(w), "number of styles"),
        (lambda n, w: w[::-1] @ n / w.sum(), "wrong way round"),
        (lambda n, w: np.exp(w) @ n / np.exp(w).sum(), "exponentials"),
        (lambda n, w: n, "shape"),
        (lambda n, w: n[0], "for every number"),
    ],
)
def test_mixtures_that_are_not_yet_right_get_a_hint(answer, said):
    result = checks.mixed_numbers(answer)
    assert result.status == "not yet"
    assert said in result.message + result.hint


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        (lambda f: np.r_[f.mean((0, 1)), f.std((0, 1))], "logarithm is missing"),
        (lambda f: np.log1p(np.r_[f.mean((0, 1)), f.var((0, 1))]), "not the variance"),
        (lambda f: np.log1p(np.c_[f.mean((0, 1)), f.std((0, 1))].ravel()), "of all channels"),
        (lambda f: np.log1p(np.r_[f.std((0, 1)), f.mean((0, 1))]), "means come first"),
        (lambda f: np.r_[np.log1p(f).mean((0, 1)), np.log1p(f).std((0, 1))], "comes last"),
        (lambda f: f.mean((0, 1)), "shape"),
        (lambda f: np.zeros(4), "followed by"),
    ],
)
def test_statistics_that_are_not_yet_right_get_a_hint(answer, said):
    result = checks.style_statistics(answer)
    assert result.status == "not yet"
    assert said in result.message + result.hint


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        (lambda t, o, p: math.ceil(t / o), "subtract it"),
        (lambda t, o, p: t / (o - p), "a part of a picture"),
        (lambda t, o, p: round(t / (o - p)), "not quite paid"),
        (lambda t, o, p: math.floor(t / (o - p)), "not quite paid"),
        (lambda t, o, p: math.ceil(t / (o + p)), "not their sum"),
        (lambda t, o, p: 7, "rounded up"),
    ],
)
def test_prices_that_are_not_yet_right_get_a_hint(answer, said):
    result = checks.pays_after(answer)
    assert result.status == "not yet"
    assert said in result.message + result.hint


def test_a_missing_answer_is_to_do():
    names = ("instance_norm", "mixed_numbers", "style_statistics", "pays_after")
    for name in names:
        assert getattr(checks, name)(lambda *given: None).status == "to do"
