"""Tuning a style's numbers: the gradient is right, and the loss falls."""

from __future__ import annotations

import itertools
from typing import Any

import numpy as np
import pytest
from tiny import picture
from tiny_painter import tiny_painter

from nstkit.errors import SettingsError
from nstkit.fast import tune
from nstkit.fast.tuning import _Turns
from nstkit.transfer import Problem


@pytest.fixture(scope="module")
def painter():
    return tiny_painter()


def loss(painter, numbers):
    problem = Problem(picture(1), picture(2), backbone=painter.backbone)
    return problem.evaluate(painter.paint(picture(1), numbers)).total


def test_the_gradient_is_that_of_the_loss(painter):
    problem = Problem(picture(1), picture(2), backbone=painter.backbone)
    turns = _Turns(painter, itertools.repeat(problem))
    values = painter.numbers(picture(2)).values
    gradient = turns(values).gradient
    direction = gradient / np.linalg.norm(gradient)
    ahead, behind = (turns(values + np.float32(s * 1e-2) * direction).total for s in (1, -1))
    assert (ahead - behind) / 2e-2 == pytest.approx(np.linalg.norm(gradient), rel=0.03)


def test_tuning_lowers_the_loss_and_leaves_the_network_alone(painter):
    before, weights = painter.numbers(picture(2)), painter.network.get_weights()
    tuned = tune(picture(2), contents=[picture(1)], steps=30, progress=False, painter=painter)
    assert loss(painter, tuned) < 0.9 * loss(painter, before)
    assert tuned.network == painter.mark
    for was, now in zip(weights, painter.network.get_weights(), strict=True):
        np.testing.assert_array_equal(was, now)


def test_tuning_gives_the_same_numbers_again(painter):
    options: dict[str, Any] = {"contents": [picture(1), picture(3)], "steps": 5, "progress": False}
    one, two = (tune(picture(2), painter=painter, **options) for _ in range(2))
    np.testing.assert_array_equal(one.values, two.values)


def test_an_interrupt_keeps_what_there_is(painter, monkeypatch):
    calls = itertools.count()
    evaluate = _Turns.__call__

    def interrupted(self, values):
        if next(calls) == 4:
            raise KeyboardInterrupt
        return evaluate(self, values)

    monkeypatch.setattr(_Turns, "__call__", interrupted)
    tuned = tune(picture(2), contents=[picture(1)], steps=50, progress=False, painter=painter)
    assert np.isfinite(tuned.values).all()
    assert not np.array_equal(tuned.values, painter.numbers(picture(2)).values)


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        ({"steps": 0}, "steps is 0"),
        ({"learning_rate": -1}, "learning_rate is -1"),
        ({"contents": []}, "no photograph to tune on"),
    ],
)
def test_bad_input_is_named(painter, options, sentence):
    with pytest.raises(SettingsError, match=sentence):
        tune(picture(2), painter=painter, **options)


def test_numbers_cannot_be_tuned_without_their_painting(painter):
    with pytest.raises(SettingsError, match="needs the painting itself"):
        tune(painter.numbers("night_sky"), painter=painter)
