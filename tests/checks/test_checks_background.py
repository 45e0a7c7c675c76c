"""Each check of notebook 01 is fed the common wrong answers and the right one."""

import numpy as np
import pytest

from nstkit import checks


def histogram_match(values, target):
    result = np.empty(len(values))
    result[np.argsort(values)] = np.sort(target)
    return result


def seam_errors(cost):
    table = np.array(cost, float)
    for i in range(1, table.shape[0]):
        for j in range(table.shape[1]):
            table[i, j] += table[i - 1, max(j - 1, 0) : j + 2].min()
    return table


def seam_from_cost(cost):
    table = np.array(cost, float)
    for i in range(1, table.shape[0]):
        for j in range(table.shape[1]):
            table[i, j] += cost[i - 1, max(j - 1, 0) : j + 2].min()
    return table


def seam_wrapped(cost):
    table = np.array(cost, float)
    for i in range(1, len(table)):
        above = table[i - 1]
        table[i] += np.min([np.roll(above, 1), above, np.roll(above, -1)], axis=0)
    return table


def moments_match(values, target):
    scale = target.std(axis=0) / values.std(axis=0)
    return (values - values.mean(axis=0)) * scale + target.mean(axis=0)


def calmer_side(row, radius):
    result = []
    for k in range(radius, len(row) - radius):
        left, right = row[k - radius : k + 1], row[k : k + radius + 1]
        result.append(left.mean() if left.var() < right.var() else right.mean())
    return np.array(result)


def calmer_without_centre(row, radius):
    result = []
    for k in range(radius, len(row) - radius):
        left, right = row[k - radius : k], row[k + 1 : k + radius + 1]
        result.append(left.mean() if left.var() < right.var() else right.mean())
    return np.array(result)


def wilder_side(row, radius):
    result = []
    for k in range(radius, len(row) - radius):
        left, right = row[k - radius : k + 1], row[k : k + radius + 1]
        result.append(left.mean() if left.var() > right.var() else right.mean())
    return result


RIGHT = {
    "histogram_match": histogram_match,
    "seam_errors": seam_errors,
    "moments_match": moments_match,
    "calmer_side": calmer_side,
}


@pytest.mark.parametrize("name", RIGHT)
def test_the_right_answer_passes(name):
    result = getattr(checks, name)(RIGHT[name])
    assert result, result
    assert result.status == "right"


@pytest.mark.parametrize("name", RIGHT)
def test_an_unwritten_answer_is_to_do(name):
    for answer in (None, ..., lambda *args: ...):
        result = getattr(checks, name)(answer)
        assert result.status == "to do"
        assert f"my_{name}" in result.message


def centred(values, target):
    return values - values.mean(axis=0)


WRONG = [
    ("histogram_match", lambda v, t: v, "`values` itself"),
    ("histogram_match", lambda v, t: t, "as it came"),
    ("histogram_match", lambda v, t: np.sort(t), "sorted: the numbers are right"),
    ("histogram_match", lambda v, t: np.sort(t)[np.argsort(v)], "reads the order backwards"),
    (
        "histogram_match",
        lambda v, t: (v - v.mean()) / v.std() * t.std() + t.mean(),
        "mean and deviation, but not its histogram",
    ),
    ("histogram_match", lambda v, t: np.full(len(v), t.max()), "the target's numbers are"),
    ("histogram_match", lambda v, t: histogram_match(-v, t), "falls where"),
    (
        "histogram_match",
        lambda v, t: histogram_match(v[:5], t[:5]),
        "expected an array of shape (50,)",
    ),
    ("seam_errors", lambda c: c, "`cost` itself"),
    ("seam_errors", lambda c: np.cumsum(c, axis=0), "straight down"),
    ("seam_errors", seam_wrapped, "np.roll wraps around"),
    ("seam_errors", seam_from_cost, "not of E"),
    ("seam_errors", lambda c: np.cumsum(c, axis=0)[::-1], "first row of E"),
    ("seam_errors", lambda c: seam_errors(c) + np.eye(*c.shape) * (c.shape[0] - 5), "another"),
    ("seam_errors", lambda c: seam_errors(c)[-1], "has shape"),
    (
        "seam_errors",
        lambda c: np.vstack([c[:1], seam_errors(c)[1:] * 2]),
        "should be",
    ),
    (
        "moments_match",
        lambda v, t: (v - v.mean()) / v.std() * t.std() + t.mean(),
        "over all three channels",
    ),
    ("moments_match", lambda v, t: centred(v, t) * t.std(0) + t.mean(0), "without dividing"),
    (
        "moments_match",
        lambda v, t: centred(v, t) * v.std(0) / t.std(0) + t.mean(0),
        "upside down",
    ),
    ("moments_match", lambda v, t: centred(v, t) * t.var(0) / v.var(0) + t.mean(0), "variances"),
    ("moments_match", lambda v, t: centred(v, t) * t.std(0) / v.std(0) + v.mean(0), "your own"),
    ("moments_match", lambda v, t: centred(v, t) * t.std(0) / v.std(0), "the mean is 0"),
    ("moments_match", lambda v, t: centred(v, t) + t.mean(0), "deviations are still"),
    ("moments_match", lambda v, t: v * t.std(0) / v.std(0), "means are"),
    ("moments_match", lambda v, t: 3 * centred(v, t) + t.mean(0), "deviations are"),
    ("calmer_side", lambda row, r: row, "shape"),
    ("calmer_side", lambda row, r: row[r:-r], "the row itself"),
    (
        "calmer_side",
        lambda row, r: np.convolve(row, np.ones(2 * r + 1) / (2 * r + 1), "valid"),
        "everything around",
    ),
    ("calmer_side", wilder_side, "varies more"),
    ("calmer_side", calmer_without_centre, "leave out the position"),
    ("calmer_side", lambda row, r: np.zeros(len(row) - 2 * r), "first number"),
    ("calmer_side", lambda row, r: calmer_side(row, 2), "wrong for radius 3"),
]


@pytest.mark.parametrize(("name", "answer", "expected"), WRONG)
def test_a_common_mistake_gets_its_own_message(name, answer, expected):
    result = getattr(checks, name)(answer)
    assert result.status == "not yet"
    assert expected in f"{result.message} {result.hint}"


def test_an_answer_that_breaks_is_told_with_its_line():
    def broken(values, target):
        return values + "no"

    result = checks.histogram_match(broken)
    assert result.status == "not yet"
    assert "your function stopped with" in result.message
