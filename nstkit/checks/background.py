"""Checks for notebook 01: style transfer before neural networks."""

from __future__ import annotations

from typing import Any

import numpy as np

from nstkit.checks.report import array_of, close, exercise, require
from nstkit.classic.texture import match_histogram

__all__ = ["calmer_side", "histogram_match", "moments_match", "seam_errors"]


@exercise(
    "write `my_histogram_match(values, target)`",
    right="The target's values, in the order of yours: exactly its histogram.",
)
def histogram_match(answer: Any) -> None:
    """Check histogram matching of two 1-D arrays of equal length."""
    values, target = np.array([7.0, 2.0, 9.0, 4.0, 5.0]), np.array([30.0, 50.0, 10.0, 20.0, 60.0])
    expected = match_histogram(values, target)
    found = array_of(answer(values, target), "your result", shape=values.shape)
    ordered = np.sort(target)
    scaled = (values - values.mean()) / values.std() * target.std() + target.mean()
    for wrong, message, hint in (
        (
            values,
            "your result is `values` itself",
            "its smallest number has to become the smallest of `target`, and so on",
        ),
        (
            ordered,
            "your result is `target`, sorted: the numbers are right, their places are not",
            "the smallest belongs where `values` is smallest; np.argsort(values) says where",
        ),
        (
            target,
            "your result is `target` as it came: the numbers are right, their places are not",
            "sort it, then put the sorted numbers where the order of `values` wants them",
        ),
        (
            ordered[np.argsort(values)],
            "the right numbers in the wrong places: sorted[argsort] reads the order backwards",
            "argsort says *where* the k-th smallest is, so assign there: result[order] = sorted",
        ),
        (
            scaled,
            "your result has the target's mean and deviation, but not its histogram",
            "use the target's own numbers, only in a new order",
        ),
    ):
        require(not close(found, wrong), message, hint)
    require(
        close(np.sort(found), np.sort(expected)),
        f"the target's numbers are {np.sort(expected)}; yours are {np.sort(found)}",
        "every number of `target` must appear once",
    )
    require(
        close(found, expected),
        f"for the test numbers the result is {expected}; yours is {found}",
        "the largest of `values` gets the largest of `target`, and so on down",
    )
    generator = np.random.default_rng(0)
    values, target = generator.normal(size=50), generator.gamma(2, size=50)
    require(
        close(answer(values, target), match_histogram(values, target)),
        "right for five numbers, wrong for fifty",
        "take the length from `values`, do not write it down as a number",
    )


def _errors(cost: np.ndarray, *, wrap: bool = False) -> np.ndarray:
    table, edge = cost.astype(np.float64), {"mode": "wrap"} if wrap else {"constant_values": np.inf}
    for row in range(1, len(table)):
        above = np.pad(table[row - 1], 1, **edge)  # type: ignore[call-overload]
        table[row] += np.minimum(np.minimum(above[:-2], above[1:-1]), above[2:])
    return table


@exercise(
    "write `my_seam_errors(cost)`",
    right="Every entry is the price of the cheapest cut that ends there.",
)
def seam_errors(answer: Any) -> None:
    """Check the table E of the minimum-error seam, from the table of costs, (height, width)."""
    cost = np.random.default_rng(3).integers(1, 10, (5, 4)).astype(np.float64)
    expected = _errors(cost)
    table = array_of(answer(cost), "your table E", shape=cost.shape)
    require(
        close(table[0], cost[0]),
        "the first row of E must be the first row of `cost`: nothing lies above it",
        "start with a copy of `cost` and begin the loop at row 1",
    )
    require(
        not close(table, cost),
        "your table is `cost` itself: nothing has been added",
        "add to every entry the smallest of the three above it, row by row from row 1",
    )
    require(
        not close(table, np.cumsum(cost, axis=0)),
        "your table adds straight down: that is the price of straight cuts",
        "the cut may come from the left or right neighbour above, too: take the smallest of three",
    )
    require(
        not close(table, _errors(cost, wrap=True)),
        "your cut leaves the overlap on one side and comes back on the other",
        "np.roll wraps around; pad with infinity instead, or treat the edges by themselves",
    )
    once = cost.copy()
    once[1:] += np.lib.stride_tricks.sliding_window_view(
        np.pad(cost, [(0, 0), (1, 1)], constant_values=np.inf), 3, axis=1
    ).min(axis=-1)[:-1]
    require(
        not close(table, once),
        "from the third row on you add an entry of `cost`, not of E",
        "the sum must go all the way up: read from the row of E that you have just filled",
    )
    wrong = np.argwhere(~np.isclose(table, expected))
    row, column = wrong[0] if len(wrong) else (0, 0)
    require(
        not len(wrong),
        f"E[{row}, {column}] should be {expected[row, column]:g}; yours is {table[row, column]:g}",
        "E[i, j] = cost[i, j] + the smallest of E[i-1, j-1], E[i-1, j], E[i-1, j+1]",
    )
    wide = np.random.default_rng(4).uniform(size=(7, 9))
    require(
        close(answer(wide), _errors(wide)),
        "right for one size of table, wrong for another",
        "take height and width from cost.shape",
    )


@exercise(
    "write `my_moments_match(values, target)`",
    right="Mean and deviation of every channel are the target's: Reinhard's colour transfer.",
)
def moments_match(answer: Any) -> None:
    """Check the matching of mean and deviation, channel by channel, of two (pixels, 3) arrays."""
    generator = np.random.default_rng(5)
    values = generator.normal((1, 2, 3), (1, 2, 0.5), (40, 3))
    target = generator.normal((5, 0, -2), (0.5, 3, 1), (60, 3))
    mean, spread = values.mean(axis=0), values.std(axis=0)
    goal_mean, goal_spread = target.mean(axis=0), target.std(axis=0)
    centred = values - mean
    found = array_of(answer(values, target), "your result", shape=values.shape)
    overall = (values - values.mean()) / values.std() * target.std() + target.mean()
    for wrong, message, hint in (
        (
            overall,
            "you took one mean and one deviation over all three channels",
            "axis=0 gives one of each for every channel",
        ),
        (
            centred * goal_spread + goal_mean,
            "you multiplied by the target's deviation without dividing by your own",
            "the factor is the ratio of the two deviations",
        ),
        (
            centred * spread / goal_spread + goal_mean,
            "the ratio of the deviations is upside down",
            "a target that varies more must make yours vary more",
        ),
        (
            centred * (goal_spread / spread) ** 2 + goal_mean,
            "you scaled by the ratio of the variances",
            "a deviation is the square root of a variance: use .std()",
        ),
        (
            centred * goal_spread / spread + mean,
            "the deviations are right and the mean is still your own",
            "add the target's mean at the end",
        ),
        (
            centred * goal_spread / spread,
            "the deviations are right and the mean is 0",
            "add the target's mean at the end",
        ),
        (
            centred + goal_mean,
            "the means are right, the deviations are still your own",
            "multiply by deviation_target / deviation before you add the mean",
        ),
    ):
        require(not close(found, wrong), message, hint)
    expected = centred * goal_spread / spread + goal_mean
    require(
        close(found.mean(axis=0), goal_mean),
        f"the target's means are {goal_mean.round(3)}; yours are {found.mean(axis=0).round(3)}",
        "subtract your own mean first, and add the target's last",
    )
    require(
        close(found, expected),
        f"the target's deviations are {goal_spread.round(3)}; yours {found.std(axis=0).round(3)}",
        "(values - mean) · deviation_target / deviation + mean_target",
    )


def _calmer(row: np.ndarray, radius: int, *, choose: Any = min, skip: int = 0) -> np.ndarray:
    result = []
    for k in range(radius, len(row) - radius):
        sides = row[k - radius : k + 1 - skip], row[k + skip : k + radius + 1]
        result.append(choose(sides, key=np.var).mean())
    return np.array(result)


@exercise(
    "write `my_calmer_side(row, radius)`",
    right="Noise averaged away, and the edge as sharp as before.",
)
def calmer_side(answer: Any) -> None:
    """Check a Kuwahara filter on one row of numbers: the mean of the calmer of two windows."""
    generator = np.random.default_rng(6)
    row, radius = np.repeat([1.0, 5.0, 2.0], 6) + generator.normal(0, 0.2, 18), 2
    expected = _calmer(row, radius)
    found = array_of(answer(row, radius), "your result")
    require(
        found.shape == expected.shape,
        f"for {len(row)} numbers and radius {radius} your result has shape {found.shape}; only "
        f"the {len(expected)} positions with both windows inside the row count",
        "let k run over range(radius, len(row) - radius)",
    )
    windows = np.lib.stride_tricks.sliding_window_view(row, 2 * radius + 1)
    for wrong, message, hint in (
        (windows.mean(axis=1), "you took the mean of everything around", "choose one side"),
        (
            _calmer(row, radius, choose=max),
            "you chose the side that varies more",
            "the calmer side is the one with the smaller variance",
        ),
        (
            _calmer(row, radius, skip=1),
            "your windows leave out the position itself",
            "both include it: row[k - radius : k + 1] and row[k : k + radius + 1]",
        ),
        (row[radius:-radius], "your result is the row itself", "return the mean of a window"),
    ):
        require(not close(found, wrong), message, hint)
    require(
        close(found, expected),
        f"the first number should be {expected[0]:.4g}; yours is {found[0]:.4g}",
        "two windows of radius + 1 numbers each; the mean of the one whose variance is smaller",
    )
    require(
        close(answer(row, 3), _calmer(row, 3)),
        f"right for radius {radius}, wrong for radius 3",
        "use `radius` for the length of the windows",
    )
