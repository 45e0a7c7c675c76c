"""Notebook 01: answers to its exercises, wrong with a word of the message, and unusually right."""

import numpy as np
from scipy.ndimage import minimum_filter1d


def matched(values, target):
    result = np.empty(len(values))
    result[np.argsort(values)] = np.sort(target)
    return result


def matched_in_integers(values, target):
    result = np.empty_like(values)
    result[np.argsort(values)] = np.sort(target)
    return result


def matched_backwards(values, target):
    return np.sort(target)[np.argsort(values)]


def seam(cost, mode="nearest", size=3, of="table", sign=1):
    table = np.array(cost, float)
    for row in range(1, len(table)):
        above = (table if of == "table" else np.asarray(cost, float))[row - 1]
        table[row] += sign * minimum_filter1d(sign * above, size, mode=mode)
    return table


def seam_in_place(cost):
    for row in range(1, len(cost)):
        cost[row] += minimum_filter1d(cost[row - 1], 3, mode="nearest")
    return cost


def seam_by_loops(cost):
    table = [[float(price) for price in row] for row in cost]
    for i in range(1, len(table)):
        for j in range(len(table[i])):
            table[i][j] += min(table[i - 1][max(j - 1, 0) : j + 2])
    return table


def seam_with_infinity_in_it(cost):
    table = cost.copy()
    for row in range(1, len(table)):
        above = np.full(table.shape[1] + 2, np.inf, table.dtype)
        above[1:-1] = table[row - 1]
        table[row] += np.minimum(np.minimum(above[:-2], above[1:-1]), above[2:])
    return table


def seam_without_neighbours_at_the_edge(cost):
    table = np.array(cost, float)
    for i in range(1, len(table)):
        for j in range(1, table.shape[1] - 1):
            table[i, j] += table[i - 1, j - 1 : j + 2].min()
    return table


def seam_of_five_rows(cost):
    table = np.array(cost, float)
    for row in range(1, 5):
        table[row] += minimum_filter1d(table[row - 1], 3, mode="nearest")
    return table


def seam_left_out(cost):
    table = np.array(cost, float)
    for i in range(1, len(table)):
        for j in range(table.shape[1]):
            table[i, j] += table[i - 1, max(j - 1, 0) : j + 1].min()
    return table


def moments(values, target, axis=0, ddof=0):
    scale = target.std(axis=axis, ddof=ddof) / values.std(axis=axis)
    return (values - values.mean(axis=axis)) * scale + target.mean(axis=axis)


def calmer(row, radius, spread=np.var, take=np.mean, less=True, extra=1):
    result = []
    for k in range(radius, len(row) - radius):
        left, right = row[k - radius : k + extra], row[k + 1 - extra : k + radius + 1]
        choose_left = spread(left) <= spread(right) if less else spread(left) > spread(right)
        result.append(take(left if choose_left else right))
    return np.array(result)


def ranks(numbers):
    return np.argsort(np.argsort(numbers))


RIGHT = {
    "histogram_match": [
        matched,
        lambda values, target: np.sort(target)[ranks(values)],
        lambda values, target: [sorted(target)[rank] for rank in ranks(values)],
        lambda values, target: matched(values[::-1], target)[::-1],  # ties the other way round
        lambda values, target: matched(values, target).astype(np.float16),
    ],
    "seam_errors": [seam, seam_by_loops, seam_in_place],
    "moments_match": [
        moments,
        lambda values, target: moments(values, target).astype(np.float32),
        lambda values, target: moments(values, target).tolist(),
        lambda values, target: np.stack(
            [moments(values[:, c], target[:, c]) for c in range(3)], axis=1
        ),
    ],
    "calmer_side": [
        calmer,
        lambda row, radius: calmer(row, radius, spread=np.std),
        lambda row, radius: calmer(row, radius).tolist(),
        lambda row, radius: calmer(row, radius).astype(np.float16),
        lambda row, radius: calmer(row, radius, spread=lambda w: np.mean(w**2) - np.mean(w) ** 2),
    ],
}

WRONG = {
    "histogram_match": [
        ("sorted", lambda values, target: np.sort(target)),
        ("as it came", lambda values, target: target),
        ("`values` itself", lambda values, target: values),
        ("reads the order backwards", matched_backwards),
        ("mean and deviation", moments),
        ("falls", lambda values, target: matched(-values, target)),
        (
            "each of them once",
            lambda values, target: np.sort(target)[np.searchsorted(np.sort(values), values)],
        ),
        ("whole numbers", matched_in_integers),
        ("whole numbers", lambda values, target: matched(values, target).astype(int)),
        ("", lambda values, target: np.interp(values, np.sort(values), np.sort(target)) + 1),
        ("", lambda values, target: np.argsort(values)),
        ("", lambda values, target: ranks(values)),
        ("", lambda values, target: np.sort(values)),
        ("", lambda values, target: np.sort(target)[::-1]),
        ("", lambda values, target: matched(target, values)),
        ("shape", lambda values, target: matched(values, target)[None]),
        ("", lambda values, target: np.sort(target)[ranks(values)][:5]),
        ("", lambda values, target: np.quantile(target, (ranks(values) + 0.5) / len(values))),
    ],
    "seam_errors": [
        ("nothing has been added", lambda cost: cost),
        ("straight down", lambda cost: np.cumsum(cost, axis=0)),
        ("wraps", lambda cost: seam(cost, mode="wrap")),
        ("not of E", lambda cost: seam(cost, of="cost")),
        ("whole numbers", seam_with_infinity_in_it),
        ("largest", lambda cost: seam(cost, sign=-1)),
        ("at the edge", lambda cost: seam(cost, mode="constant")),
        ("at the edge", seam_without_neighbours_at_the_edge),
        ("", seam_of_five_rows),
        ("", seam_left_out),
        ("", lambda cost: seam(cost, size=5)),
        ("shape", lambda cost: seam(cost)[-1]),
        ("shape", lambda cost: seam(cost)[1:]),
        ("shape", lambda cost: seam(cost)[-1].min()),
        ("first row", lambda cost: seam(cost)[::-1]),
        ("first row", lambda cost: seam(cost) - seam(cost)[0]),
        ("", lambda cost: seam(cost.T).T),
        ("", lambda cost: minimum_filter1d(cost, 3, axis=1)),
    ],
    "moments_match": [
        ("one mean and one deviation", lambda v, t: moments(v, t, axis=None)),
        ("without dividing", lambda v, t: (v - v.mean(0)) * t.std(0) + t.mean(0)),
        ("mean is still your own", lambda v, t: (v - v.mean(0)) * t.std(0) / v.std(0) + v.mean(0)),
        ("mean is 0", lambda v, t: (v - v.mean(0)) * t.std(0) / v.std(0)),
        ("upside down", lambda v, t: (v - v.mean(0)) * v.std(0) / t.std(0) + t.mean(0)),
        ("deviations are still your own", lambda v, t: v - v.mean(0) + t.mean(0)),
        ("variances", lambda v, t: (v - v.mean(0)) * t.var(0) / v.var(0) + t.mean(0)),
        ("subtract your own", lambda v, t: v * t.std(0) / v.std(0) + t.mean(0)),
        ("", lambda v, t: v),
        ("shape", lambda v, t: t),
        ("", lambda v, t: np.broadcast_to(t.mean(0), v.shape)),
        ("", lambda v, t: (v.mean(0) - v) * t.std(0) / v.std(0) + t.mean(0)),
        ("", lambda v, t: moments(v, t)[::-1]),
        ("", lambda v, t: moments(v, t, ddof=1)),
        ("shape", lambda v, t: moments(v, t, axis=1)),
        ("shape", lambda v, t: moments(v, t).mean(0)),
    ],
    "calmer_side": [
        (
            "choose one side",
            lambda row, r: np.convolve(row, np.ones(2 * r + 1) / (2 * r + 1), "valid"),
        ),
        ("varies more", lambda row, r: calmer(row, r, less=False)),
        ("position itself", lambda row, r: calmer(row, r, extra=0)),
        ("row itself", lambda row, r: row[r:-r]),
        ("count", lambda row, r: row),
        ("radius", lambda row, r: calmer(row, 2)),
        ("", lambda row, r: calmer(row, r, take=np.median)),
        ("", lambda row, r: calmer(row, r, spread=lambda window: 0)),
        ("", lambda row, r: calmer(row, r, spread=np.mean)),
        ("", lambda row, r: calmer(row, r, spread=lambda window: abs(window.sum()))),
        ("", lambda row, r: calmer(row, r, take=np.sum)),
        ("", lambda row, r: calmer(row, r, take=np.var)),
        ("", lambda row, r: calmer(row, r)[::-1]),
        ("shape", lambda row, r: calmer(row, r)[1:]),
        ("shape", lambda row, r: calmer(np.pad(row, r, mode="edge"), r)),
        ("", lambda row, r: calmer(row, r, take=np.min)),
        ("", lambda row, r: calmer(row, 3)),
    ],
}
