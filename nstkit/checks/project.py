"""Checks of the exercises in notebook 13: one change at a time, differences of pairs, a coin."""

from __future__ import annotations

from collections.abc import Callable
from math import comb
from typing import Any

import numpy as np

from nstkit.checks.asking import exercise
from nstkit.checks.comparing import array_of, expect
from nstkit.checks.report import require

__all__ = ["changed_settings", "coin_chance", "paired_difference"]


@exercise(
    "write a function that takes two dicts of settings and returns the names that differ",
    right="One name: a fair comparison. Two or more: nobody can say which of them did it.",
)
def changed_settings(function: Callable[[Any, Any], Any]) -> None:
    """Check a function from two dicts of settings to the names in which they differ.

    Parameters
    ----------
    function : callable
        The learner's function.
    """
    first = {"style_weight": 1000, "size": 192, "seed": 0, "pooling": "max"}
    second = {"style_weight": 1000, "size": 256, "seed": 0, "pooling": "average"}
    for one, other, wanted, hint in (
        (first, second, {"size", "pooling"}, "compare the two values of each name with !="),
        (first, first, set(), "two equal dicts differ in nothing: return an empty list"),
        (
            {"steps": 60},
            {"steps": 60, "tv_weight": 1},
            {"tv_weight"},
            "go through the names of both dicts: set(first) | set(second)",
        ),
        (
            {"steps": 60, "keep": "a face"},
            {"steps": 60},
            {"keep"},
            "go through the names of both dicts: set(first) | set(second)",
        ),
        (
            {"steps": 60, "init": None},
            {"steps": 60},
            {"init"},
            "a setting that is left out is not the same as one that is None: ask with `in` first",
        ),
    ):
        found = function(dict(one), dict(other))
        require(
            isinstance(found, (list, tuple, set, frozenset)),
            f"your result is a {type(found).__name__}; a list or a set of names is wanted",
            "collect the names, with a list comprehension for example",
        )
        require(
            set(found) == wanted,
            f"for {one} and {other} you have {_names(found)}; it should be {_names(wanted)}",
            hint,
        )
        require(len(found) == len(wanted), f"a name is there twice: {_names(found)}", "use a set")


@exercise(
    "write a function that takes two lists of numbers and returns a mean and its standard error",
    right="What all pairs have in common is gone, and so is what makes the pairs so different.",
)
def paired_difference(function: Callable[[Any, Any], Any]) -> None:
    """Check a function from two lists of numbers to their mean difference and its standard error.

    Parameters
    ----------
    function : callable
        The learner's function; it returns the mean of first − second, and the standard error.
    """
    cases = (
        ([5.0, 9.0, 4.0, 8.0], [4.0, 7.0, 4.0, 7.0], "of 5, 9, 4, 8 and 4, 7, 4, 7"),
        ([0.5, 0.1, 0.9], [0.7, 0.5, 1.8], "of three pairs"),
    )
    for one, other, case in cases:
        first, second = np.array(one), np.array(other)
        differences = first - second
        mean, count = differences.mean(), len(differences)
        error = differences.std(ddof=1) / np.sqrt(count)
        apart = np.sqrt((first.var(ddof=1) + second.var(ddof=1)) / count)
        mistakes = {
            "the differences are of first minus second": [-mean, error],
            "that is the spread of the differences; divide by the root of their number": [
                mean,
                error * np.sqrt(count),
            ],
            "divide the squares by n − 1, not by n: std(ddof=1)": (
                [mean, differences.std() / np.sqrt(count)],
                [mean, differences.std()],
            ),
            "you take the spread of each list by itself; take that of the differences": [
                mean,
                apart,
            ],
            "divide by the root of the number, not by the number": [
                mean,
                error / np.sqrt(count),
            ],
            "first the mean, then the standard error": [error, mean],
            "that is the squared standard error: the root is missing": [mean, error**2],
            "you add up the differences: take the mean": [mean * count, error],
        }
        found = array_of(function(first, second), "your result", shape=(2,))
        hint = "d = first - second; then d.mean() and d.std(ddof=1) / np.sqrt(len(d))"
        expect(found, [mean, error], hint, mistakes, case=case)


@exercise(
    "write a function that takes a number of wins and of votes and returns a chance",
    right="Six of six is the least that six votes can say against a coin at 1 in 20.",
)
def coin_chance(function: Callable[[int, int], Any]) -> None:
    """Check a function from wins and votes to a fair coin's chance of at least so many wins.

    Parameters
    ----------
    function : callable
        The learner's function.
    """
    for wins, votes in ((5, 6), (9, 10), (3, 4), (0, 5), (6, 6)):
        chances = [comb(votes, each) / 2**votes for each in range(votes + 1)]
        wanted = sum(chances[wins:])
        mistakes = {
            "that is exactly so many wins: more of them count too": chances[wins],
            "that is more wins than so many: so many themselves count too": wanted - chances[wins],
            "that is at most so many wins: at least so many it is": sum(chances[: wins + 1]),
            "both ends count in yours: only many wins are asked for, not few": 2 * wanted,
            "that is the share of the votes: how often would a coin do so well?": wins / votes,
            "that is in percent: a chance lies between 0 and 1": 100 * wanted,
            "you count the ways; divide by all ways, 2 ** votes": wanted * 2**votes,
            "each single order has the chance 1 / 2 ** votes, but there are comb(votes, k) of "
            "them with k wins": (votes - wins + 1) / 2**votes,
        }
        found = array_of(function(wins, votes), "your result", shape=())
        hint = "add up math.comb(votes, k) for k from wins to votes, and divide by 2 ** votes"
        expect(found, wanted, hint, mistakes, case=f"for {wins} wins of {votes} votes")


def _names(names: Any) -> str:
    """Return names as a sentence has them."""
    return ", ".join(sorted(map(str, names))) or "none"
