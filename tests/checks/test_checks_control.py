"""The checks of notebook 08: right answers pass, common mistakes get the hint that helps."""

from __future__ import annotations

import numpy as np
import pytest

from nstkit import checks


def test_right_answers_are_right():
    assert checks.guided_gram(lambda f, m: f.T @ (m[:, None] * f))
    assert checks.guided_gram(lambda f, m: (f * m[:, None] ** 0.5).T @ (f * m[:, None] ** 0.5))
    assert checks.rest_of_masks(lambda masks: np.clip(1 - sum(masks), 0, 1))
    assert checks.colours_apart(lambda a, b: np.hypot(*(a - b)[..., 1:].T).mean())


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        (lambda f, m: f.T @ f, "mask does not count"),
        (lambda f, m: (f * m[:, None]).T @ (f * m[:, None]), "multiplied in twice"),
        (lambda f, m: (f * m[:, None]).T @ f / m.sum(), "raw sum"),
        (lambda f, m: (f * m[:, None]) @ f.T, "transpose"),
        (lambda f, m: (f * m[:, None]).T @ f * m.sum() / 1.75, "mask of ones"),
        (lambda f, m: m @ f, "add up mask"),
        (lambda f, m: f * m, "operands could not be broadcast"),
    ],
)
def test_gram_matrices_that_are_not_yet_right_get_a_hint(answer, said):
    result = checks.guided_gram(answer)
    assert result.status == "not yet"
    assert said in result.message + result.hint


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        (lambda masks: 1 - sum(masks), "less than nothing"),
        (lambda masks: 1 - np.max(masks, 0), "subtract their sum"),
        (lambda masks: np.clip(sum(masks), 0, 1), "1 minus that"),
        (lambda masks: np.prod([1 - m for m in masks], 0), "multiply"),
        (lambda masks: np.sum(masks), "shape"),
        (lambda masks: masks[0], "1 minus the sum"),
    ],
)
def test_rests_that_are_not_yet_right_get_a_hint(answer, said):
    result = checks.rest_of_masks(answer)
    assert result.status == "not yet"
    assert said in result.message + result.hint


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        (lambda a, b: np.linalg.norm(a - b, axis=-1).mean(), "brightness"),
        (lambda a, b: np.linalg.norm((a - b)[..., 1:], axis=-1).sum(), "take the mean"),
        (lambda a, b: ((a - b)[..., 1:] ** 2).sum(-1).mean(), "without the root"),
        (lambda a, b: np.linalg.norm((a - b)[..., 1:].mean((0, 1))), "mean comes last"),
        (lambda a, b: np.abs((a - b)[..., 1:]).sum(-1).mean(), "root of the sum of squares"),
        (lambda a, b: 3.0, "at every pixel"),
    ],
)
def test_distances_that_are_not_yet_right_get_a_hint(answer, said):
    result = checks.colours_apart(answer)
    assert result.status == "not yet"
    assert said in result.message + result.hint


def test_a_missing_answer_is_to_do():
    for check in (checks.guided_gram, checks.rest_of_masks, checks.colours_apart):
        assert check(lambda *given: None).status == "to do"
