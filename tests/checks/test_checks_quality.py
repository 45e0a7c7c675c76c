"""The checks of notebook 09: right answers pass, common mistakes get the hint that helps."""

from __future__ import annotations

import numpy as np
import pytest

from nstkit import checks


def kl(m, v, n, w):
    return (v / w - 1 + (m - n) ** 2 / w + np.log(w / v)) / 2


def share(values, votes, tie=0.5):
    gaps = [values[winner] - values[loser] for winner, loser in votes]
    return np.mean([tie if gap == 0 else gap > 0 for gap in gaps])


def test_right_answers_are_right():
    assert checks.divergence(kl)
    assert checks.colours_moved(lambda a, b: np.abs(np.sort(a) - np.sort(b)).mean())
    assert checks.votes_foretold(share)


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        (lambda m, v, n, w: 2 * kl(m, v, n, w), "half in front"),
        (lambda m, v, n, w: kl(n, w, m, v), "changed places"),
        (lambda m, v, n, w: kl(m, v, n, w) - np.log(w / v), "sign is wrong"),
        (lambda m, v, n, w: kl(m, v, n, w) + 0.5, "− 1 is missing"),
        (lambda m, v, n, w: kl(m, v, n, w) - np.log(w / v) / 4, "roots or squares"),
        (lambda m, v, n, w: (v / w - 1 + (m - n) ** 2 / w + np.log10(w / v)) / 2, "natural"),
        (lambda m, v, n, w: (v / w - 1 + (m - n) ** 2 + np.log(w / v)) / 2, "difference of the"),
        (lambda m, v, n, w: kl(m, v, 0, w), "equal distributions"),
        (lambda m, v, n, w: "half", "cannot be read"),
        (lambda m, v, n, w: 7.0, "log(4/2)"),
    ],
)
def test_divergences_that_are_not_yet_right_get_a_hint(answer, said):
    result = checks.divergence(answer)
    assert result.status == "not yet"
    assert said in result.message + result.hint


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        (lambda a, b: np.abs(a - b).mean(), "sort both first"),
        (lambda a, b: abs(a.mean() - b.mean()), "distance of the means"),
        (lambda a, b: np.sqrt(((np.sort(a) - np.sort(b)) ** 2).mean()), "absolute differences"),
        (lambda a, b: ((np.sort(a) - np.sort(b)) ** 2).mean(), "not the mean square"),
        (lambda a, b: np.abs(np.sort(a) - np.sort(b)).sum(), "take the mean"),
        (lambda a, b: np.abs(np.sort(a) - np.sort(b)[::-1]).mean(), "same direction"),
        (lambda a, b: 5.0 if a[0] == 0 else -5.0, "way back"),
        (lambda a, b: np.sort(a) - np.sort(b), "shape"),
        (lambda a, b: 1.0, "(5 + 0 + 5 + 10) / 4"),
    ],
)
def test_distances_of_colours_that_are_not_yet_right_get_a_hint(answer, said):
    result = checks.colours_moved(answer)
    assert result.status == "not yet"
    assert said in result.message + result.hint


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        (lambda values, votes: share(values, votes, tie=0), "counts half"),
        (lambda values, votes: share(values, votes, tie=1), "not whole"),
        (lambda values, votes: share(values, votes) * len(votes), "divide by"),
        (lambda values, votes: 1 - share(values, votes), "winner comes first"),
        (lambda values, votes: 2 * share(values, votes) - 1, "beyond chance"),
        (lambda values, votes: 0.5, "then the mean"),
        (lambda values, votes: values["eve"], "eve"),
    ],
)
def test_shares_that_are_not_yet_right_get_a_hint(answer, said):
    result = checks.votes_foretold(answer)
    assert result.status == "not yet"
    assert said in result.message + result.hint


def test_a_missing_answer_is_to_do():
    for check in (checks.divergence, checks.colours_moved, checks.votes_foretold):
        assert check(lambda *given: None).status == "to do"
