"""Checks for notebook 01: style transfer before neural networks."""

from __future__ import annotations

from typing import Any

import numpy as np
from scipy.ndimage import minimum_filter1d

from nstkit.checks.asking import exercise
from nstkit.checks.comparing import array_of, expect
from nstkit.classic.texture import match_histogram

__all__ = ["calmer_side", "histogram_match", "moments_match", "seam_errors"]


@exercise(
    "write `my_histogram_match(values, target)`",
    right="The target's values, in the order of yours: exactly its histogram.",
)
def histogram_match(answer: Any) -> None:
    """Check histogram matching of two 1-D arrays of equal length."""
    values, target = np.array([7.0, 2.0, 9.0, 4.0, 5.0]), np.array([30.0, 50.0, 10.0, 20.0, 60.0])
    ordered = np.sort(target)
    scaled = (values - values.mean()) / values.std() * target.std() + target.mean()
    found = array_of(answer(values, target), "your result", shape=values.shape)
    wrong_numbers = {
        "your result is `values` itself: its smallest number has to become the smallest of "
        "`target`, and so on": np.sort(values),
        "your result has the target's mean and deviation, but not its histogram: use the target's "
        "own numbers, only in a new order": np.sort(scaled),
    }
    hint = "the target's numbers are all that may be in it, each of them once"
    expect(np.sort(found), ordered, hint, wrong_numbers, case="in your result, sorted,")
    wrong_places = {
        "your result is `target`, sorted: the numbers are right, their places are not; the "
        "smallest belongs where `values` is smallest: np.argsort(values) says where": ordered,
        "your result is `target` as it came: the numbers are right, their places are not; sort it, "
        "then put the sorted numbers where the order of `values` wants them": target,
        "the right numbers in the wrong places, sorted[argsort] reads the order backwards: argsort "
        "says *where* the k-th smallest is, so assign there: result[order] = sorted": ordered[
            np.argsort(values)
        ],
        "your result falls where `values` rises: the smallest number belongs to the smallest": (
            match_histogram(-values, target)
        ),
    }
    hint = "the result is in the order of `values`: its largest gets the largest of `target`"
    case = f"for values {values} and target {target}"
    expect(found, match_histogram(values, target), hint, wrong_places, case=case)
    generator = np.random.default_rng(0)
    values, target = generator.integers(0, 20, 50), generator.gamma(2, size=50)
    ordered = np.sort(target)
    found = array_of(answer(values, target), "your result", shape=values.shape)
    mistakes = {
        "your result has whole numbers only, as `values` has: make room for any, "
        "np.empty(len(values))": np.trunc(ordered),
        "equal numbers of `values` got one and the same number of `target`, which must have each "
        "of them once": np.sort(ordered[np.searchsorted(np.sort(values), values)]),
    }
    hint = "right for five, wrong for fifty: take the length from `values`, do not write a number"
    case = "for fifty whole numbers, some of them equal: in your result, sorted,"
    expect(np.sort(found), ordered, hint, mistakes, case=case)
    hint = "a larger number of `values` never gets a smaller one of `target`"
    case = "for fifty whole numbers: in your result, put in the order of `values`,"
    expect(found[np.lexsort((found, values))], ordered, hint, case=case)


def _errors(cost: np.ndarray, mode: str = "nearest") -> np.ndarray:
    """Return the price of the cheapest cut to every entry; "wrap" joins the two sides."""
    table = cost.copy()
    for row in range(1, len(table)):
        table[row] += minimum_filter1d(table[row - 1], 3, mode=mode)
    return table


@exercise(
    "write `my_seam_errors(cost)`",
    right="Every entry is the price of the cheapest cut that ends there.",
)
def seam_errors(answer: Any) -> None:
    """Check the table E of the minimum-error seam, from the table of costs, (height, width)."""
    cost = np.random.default_rng(3).integers(1, 10, (5, 4)).astype(np.float64)
    table = array_of(answer(cost), "your table E", shape=cost.shape)
    hint = "nothing lies above it: start with a copy of `cost` and begin the loop at row 1"
    expect(table[0], cost[0], hint, case="in the first row of E, which is that of `cost`,")
    once = cost.copy()
    once[1:] += minimum_filter1d(cost, 3, mode="nearest")[:-1]
    mistakes = {
        "your table is `cost` itself, nothing has been added: add to every entry the smallest of "
        "the three above it, row by row from row 1": cost,
        "your table adds straight down, the price of straight cuts: the cut may come from the left "
        "or right neighbour above, too; take the smallest of three": np.cumsum(cost, axis=0),
        "your cut leaves the overlap on one side and comes back on the other: np.roll wraps "
        "around; pad with infinity instead, or treat the edges by themselves": _errors(
            cost, "wrap"
        ),
        "from the third row on you add an entry of `cost`, not of E: the sum must go all the way "
        "up, so read from the row of E that you have just filled": once,
        "a border of zeros is cheaper than any neighbour: at the edges pad with infinity": _errors(
            cost, "constant"
        ),
        "you add the largest of the three above: the cheapest cut adds the smallest": -_errors(
            -cost
        ),
    }
    hint = (
        "E[i, j] = cost[i, j] + the smallest of E[i-1, j-1], E[i-1, j], E[i-1, j+1]; at the edges, "
        "of the two that there are"
    )
    expect(table, _errors(cost), hint, mistakes, case="in your table E")
    whole = np.random.default_rng(4).integers(1, 10, (7, 9))
    hint = (
        "take height and width from cost.shape, and let E hold any number, infinity too: begin "
        "with cost.astype(float)"
    )
    case = "for a table of another size, of whole numbers,"
    expect(answer(whole), _errors(whole), hint, case=case)


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
    overall = (mean - values.mean()) / values.std() * target.std() + target.mean()
    found = array_of(answer(values, target), "your result", shape=values.shape)
    wrong_means = {
        "you took one mean and one deviation over all three channels: axis=0 gives one of each for "
        "every channel": overall,
        "the mean is still your own: add the target's mean at the end": mean,
        "the mean is 0: add the target's mean at the end": np.zeros(3),
    }
    hint = "the means are off: subtract your own first, and add the target's last"
    expect(found.mean(axis=0), goal_mean, hint, wrong_means, case="for the means of the channels")
    wrong_deviations = {
        "you multiplied by the target's deviation without dividing by your own: the factor is the "
        "ratio of the two deviations": spread * goal_spread,
        "the ratio of the deviations is upside down: a target that varies more must make yours "
        "vary more": spread**2 / goal_spread,
        "you scaled by the ratio of the variances; a deviation is the square root of a variance: "
        "use .std()": goal_spread**2 / spread,
        "the means are right, the deviations are still your own: multiply by deviation_target / "
        "deviation before you add the mean": spread,
    }
    hint = "the deviations are off: (values - mean) · deviation_target / deviation + mean_target"
    case = "the means are right; for the deviations"
    expect(found.std(axis=0), goal_spread, hint, wrong_deviations, case=case)
    hint = "(values - mean) · deviation_target / deviation + mean_target, pixel by pixel"
    expect(found, (values - mean) * goal_spread / spread + goal_mean, hint)


def _calmer(
    row: np.ndarray, radius: int, *, prefer: Any = np.less_equal, skip: int = 0
) -> np.ndarray:
    """Return the mean of one window at each position, left or right, preferred by variance."""
    windows = np.lib.stride_tricks.sliding_window_view(row, radius + 1 - skip)
    left, right = windows[: len(row) - 2 * radius], windows[radius + skip :]
    choice = prefer(left.var(axis=1), right.var(axis=1))
    return np.where(choice, left.mean(axis=1), right.mean(axis=1))


@exercise(
    "write `my_calmer_side(row, radius)`",
    right="Noise averaged away, and the edge as sharp as before.",
)
def calmer_side(answer: Any) -> None:
    """Check a Kuwahara filter on one row of numbers: the mean of the calmer of two windows."""
    generator = np.random.default_rng(6)
    row = np.repeat([1.0, 5.0, 2.0], 6) + generator.normal(0, 0.2, 18)
    around = np.convolve(row, np.full(5, 1 / 5), mode="valid")
    mistakes = {
        "you took the mean of everything around: choose one side": around,
        "you chose the side that varies more: the calmer side is the one with the smaller "
        "variance": _calmer(row, 2, prefer=np.greater),
        "your windows leave out the position itself: both include it, row[k - radius : k + 1] and "
        "row[k : k + radius + 1]": _calmer(row, 2, skip=1),
        "your result is the row itself: return the mean of a window": row[2:-2],
        "only the positions with both windows inside the row count: let k run over range(radius, "
        "len(row) - radius)": row,
    }
    hint = (
        "work the first number out by hand: two windows of radius + 1 numbers each, the mean of "
        "the one whose variance is smaller, for every k in range(radius, len(row) - radius)"
    )
    expect(answer(row, 2), _calmer(row, 2), hint, mistakes, case="for 18 numbers and radius 2")
    hint = "right for radius 2, wrong for radius 3: use `radius` for the length of the windows"
    expect(answer(row, 3), _calmer(row, 3), hint, case="for radius 3")
