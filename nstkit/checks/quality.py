"""Checks of the exercises in notebook 09: a divergence, colours moved, votes foretold."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from nstkit.checks.asking import ask_again, exercise
from nstkit.checks.comparing import array_of, expect

__all__ = ["colours_moved", "divergence", "votes_foretold"]


@exercise(
    "write a function of a mean, a variance, and those of the target, that returns the divergence",
    right="It is 0 for equal means and variances, and not the same when the two change places.",
)
def divergence(function: Callable[[float, float, float, float], Any]) -> None:
    """Check a function from two means and variances to the divergence of normal distributions.

    Parameters
    ----------
    function : callable
        The learner's function of mean, variance, mean of the target, variance of the target.
    """
    apart = 2 / 4 - 1 + 1 / 4
    mistakes = {
        "the half in front is missing": apart + np.log(2),
        "the two changed places: the target's variance divides": (2 - 1 + 1 / 2 - np.log(2)) / 2,
        "the logarithm is of target over picture: its sign is wrong": (apart - np.log(2)) / 2,
        "the − 1 is missing": (apart + 1 + np.log(2)) / 2,
        "the variances come in as they are: you took their roots or squares in the logarithm": (
            apart + np.log(2) / 2
        )
        / 2,
        "this is not the natural logarithm: np.log": (apart + np.log10(2)) / 2,
        "the difference of the means is squared, and divided by the target's variance": (
            2 / 4 - 1 + 1 + np.log(2)
        )
        / 2,
    }
    hint = "½ (2/4 − 1 + 1²/4 + log(4/2))"
    found = array_of(function(1.0, 2.0, 0.0, 4.0), "your result", shape=())
    case = "of mean 1 and variance 2 against 0 and 4"
    expect(found, (apart + np.log(2)) / 2, hint, mistakes, case=case)
    same = array_of(function(3.0, 2.0, 3.0, 2.0), "your result", shape=())
    expect(same, 0.0, "equal distributions have no divergence", case="of twice the same")
    ask_again(function, lambda *args: (9 - np.log(2)) / 2, (3.0, 1.0, 1.0, 0.5))


@exercise(
    "write a function of two lists of numbers that returns one number",
    right="Where in a picture a colour is plays no part, only how many pixels have it.",
)
def colours_moved(function: Callable[[Any, Any], Any]) -> None:
    """Check a function from two arrays of numbers to how far one is moved to be the other.

    Parameters
    ----------
    function : callable
        The learner's function; both arrays have shape (pixels,).
    """
    first, second = np.array([0.0, 10, 20, 30]), np.array([40.0, -5, 10, 25])
    mistakes = {
        "you compare pixel with pixel: sort both first": 17.5,
        "this is the distance of the means: sort both, then take absolute differences": 2.5,
        "absolute differences, not squares: nothing has to be squared here": np.sqrt(37.5),
        "the mean, not the mean square: nothing has to be squared here": 37.5,
        "you add up over the pixels: take the mean": 20,
        "sort both in the same direction": 25,
    }
    found = array_of(function(first, second), "your result", shape=())
    hint = "sorted, they are 0, 10, 20, 30 and −5, 10, 25, 40: (5 + 0 + 5 + 10) / 4"
    expect(found, 5.0, hint, mistakes, case="of four pixels")
    back = array_of(function(second, first), "your result", shape=())
    expect(back, 5.0, "the way back is as long: take absolute values", case="the other way round")
    others = np.array([3.0, 1, 2, 9, 5, 4]), np.array([8.0, 7, 3, 2, 2, 0])
    ask_again(function, lambda *args: 1.0, others)


@exercise(
    "write a function of values and votes that returns a share",
    right="½ is what a coin would reach; how much more is needed depends on the number of votes.",
)
def votes_foretold(function: Callable[[Any, Any], Any]) -> None:
    """Check a function from a measure's values and votes to the share of votes it foretells.

    Parameters
    ----------
    function : callable
        The learner's function of a dict from name to value, where more is better, and a list of
        (winner, loser).
    """
    values = {"ada": 3.0, "bea": 2.0, "cem": 2.0, "dag": 1.0}
    votes = [("ada", "bea"), ("dag", "ada"), ("bea", "cem"), ("cem", "dag"), ("ada", "dag")]
    mistakes = {
        "where the values are equal, the vote counts half": 0.6,
        "where the values are equal, the vote counts half, not whole": 0.8,
        "this is the number of votes: divide by how many there are": 3.5,
        "you count the votes against the measure: the winner comes first": 0.3,
        "the share itself, not how far it is beyond chance": 0.4,
    }
    found = array_of(function(values, votes), "your result", shape=())
    hint = "1 for each vote whose winner has the larger value, ½ for equal values; then the mean"
    expect(found, 0.7, hint, mistakes, case="of five votes")
    votes = [("two", "one"), ("one", "two"), ("two", "one"), ("one", "two"), ("two", "one")]
    ask_again(function, lambda *args: 6 / 8, ({"one": 1.0, "two": 2.0}, votes + 3 * votes[:1]))
