"""The checks of notebook 13: right answers pass, wrong ones never, and their mistake is named."""

from __future__ import annotations

from math import comb

import numpy as np
import pytest

from nstkit import checks


def changed(first, second):
    names = set(first) | set(second)
    return [n for n in names if n not in first or n not in second or first[n] != second[n]]


def paired(first, second):
    d = first - second
    return d.mean(), d.std(ddof=1) / np.sqrt(len(d))


def coin(wins, votes):
    return sum(comb(votes, k) for k in range(wins, votes + 1)) / 2**votes


@pytest.mark.parametrize(
    ("check", "answer"),
    [
        (checks.changed_settings, changed),
        (checks.changed_settings, lambda a, b: set(changed(a, b))),
        (checks.changed_settings, lambda a, b: tuple(sorted(changed(a, b)))),
        (checks.changed_settings, lambda a, b: {n for n, _ in set(a.items()) ^ set(b.items())}),
        (checks.paired_difference, paired),
        (checks.paired_difference, lambda a, b: list(paired(a, b))),
        (checks.paired_difference, lambda a, b: np.array(paired(a, b), np.float32)),
        (checks.coin_chance, coin),
        (checks.coin_chance, lambda w, n: 1 - sum(comb(n, k) for k in range(w)) / 2**n),
        (checks.coin_chance, lambda w, n: sum(comb(n, k) for k in range(n - w + 1)) * 0.5**n),
    ],
)
def test_right_answers_are_right(check, answer):
    assert check(answer)


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        (lambda a, b: [n for n in a if n in b and a[n] != b[n]], "names of both"),
        (lambda a, b: [n for n in a if a[n] != b.get(n)], "names of both"),
        (lambda a, b: [n for n in b if b[n] != a.get(n)], "both"),
        (lambda a, b: [n for n in {*a, *b} if a.get(n) != b.get(n)], "left out is not the same"),
        (lambda a, b: [n for n in a if a[n] != b[n]], "names of both"),
        (lambda a, b: [n for n in a if a[n] == b[n]], "!="),
        (lambda a, b: len(changed(a, b)), "a list or a set"),
        (lambda a, b: ", ".join(changed(a, b)), "a list or a set"),
        (lambda a, b: a != b, "a list or a set"),
        (lambda a, b: changed(a, b) * 2, "twice"),
        (lambda a, b: {n: a.get(n) for n in changed(a, b)}, "a list or a set"),
        (lambda a, b: ["size", "pooling"], "empty list"),
        (lambda a, b: sorted(a), "!="),
    ],
)
def test_settings_that_are_not_yet_compared_get_a_hint(answer, said):
    result = checks.changed_settings(answer)
    assert result.status == "not yet"
    assert said in result.message + result.hint


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        (lambda a, b: paired(b, a), "first minus second"),
        (lambda a, b: ((a - b).mean(), (a - b).std(ddof=1)), "root of their number"),
        (lambda a, b: ((a - b).mean(), (a - b).std() / len(a) ** 0.5), "ddof=1"),
        (lambda a, b: ((a - b).mean(), (a - b).std()), "ddof=1"),
        (
            lambda a, b: ((a - b).mean(), np.sqrt((a.var(ddof=1) + b.var(ddof=1)) / len(a))),
            "that of the differences",
        ),
        (lambda a, b: ((a - b).mean(), (a - b).std(ddof=1) / len(a)), "root of the number"),
        (lambda a, b: paired(a, b)[::-1], "first the mean"),
        (lambda a, b: (paired(a, b)[0], paired(a, b)[1] ** 2), "the root is missing"),
        (lambda a, b: ((a - b).sum(), paired(a, b)[1]), "take the mean"),
        (lambda a, b: (a - b).mean(), "expected an array of shape (2,)"),
        (lambda a, b: a - b, "shape"),
        (lambda a, b: (1.0, np.std([1, 2, 0, 1], ddof=1) / 2), "of three pairs"),
        (lambda a, b: ((a - b).mean(), 0.0), "d.mean()"),
        (lambda a, b: ("1", "x"), "cannot be read"),
    ],
)
def test_differences_that_are_not_yet_right_get_a_hint(answer, said):
    result = checks.paired_difference(answer)
    assert result.status == "not yet"
    assert said in result.message + result.hint


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        (lambda w, n: comb(n, w) / 2**n, "exactly so many"),
        (lambda w, n: coin(w + 1, n), "more wins than so many"),
        (lambda w, n: sum(comb(n, k) for k in range(w + 1)) / 2**n, "at most"),
        (lambda w, n: 2 * coin(w, n), "both ends"),
        (lambda w, n: w / n, "share of the votes"),
        (lambda w, n: 100 * coin(w, n), "percent"),
        (lambda w, n: coin(w, n) * 2**n, "2 ** votes"),
        (lambda w, n: sum(0.5**n for k in range(w, n + 1)), "comb(votes, k)"),
        (lambda w, n: 0.5**w, "comb(votes, k)"),
        (lambda w, n: 1 - coin(w, n), "at"),
        (lambda w, n: min(1, 2 * coin(w, n)), "both ends"),
        (lambda w, n: 7 / 64, "9 wins of 10"),
        (lambda w, n: coin(w, 6), "10 votes"),
    ],
)
def test_chances_that_are_not_yet_right_get_a_hint(answer, said):
    result = checks.coin_chance(answer)
    assert result.status == "not yet"
    assert said in result.message + result.hint


def test_a_missing_answer_is_to_do():
    for check in (checks.changed_settings, checks.paired_difference, checks.coin_chance):
        assert check(lambda *given: None).status == "to do"
