"""Checks of the exercises in notebook 10: instance normalisation, mixtures, statistics, a price."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np

from nstkit.checks.asking import ask_again, exercise
from nstkit.checks.comparing import array_of, expect

__all__ = ["instance_norm", "mixed_numbers", "pays_after", "style_statistics"]


@exercise(
    "write a function that takes features, scale and shift and returns the normalised features",
    right="Every channel now has its style's mean and deviation, whatever it had before.",
)
def instance_norm(function: Callable[[Any, Any, Any], Any]) -> None:
    """Check conditional instance normalisation, γ (x − μ) / σ + β.

    Parameters
    ----------
    function : callable
        The learner's function; features have shape (height, width, channels), scale and shift
        (channels,).
    """
    x = np.array([[[100.0, 10.0], [300.0, 50.0]], [[500.0, 90.0], [700.0, 10.0]]])
    scale, shift = np.array([2.0, 0.5]), np.array([-1.0, 3.0])
    mean, deviation = x.mean((0, 1)), x.std((0, 1))
    plain = (x - mean) / deviation
    across = (x - x.mean(-1, keepdims=True)) / x.std(-1, keepdims=True)
    mistakes = {
        "scale and shift do not count: multiply by the one, then add the other": plain,
        "divide by the deviation, the root of the variance": scale * (x - mean) / deviation**2
        + shift,
        "one mean over everything: each channel has its own, so average over axes 0 and 1": scale
        * (x - x.mean())
        / x.std()
        + shift,
        "the means are over the channels: they belong over the positions, axes 0 and 1": scale
        * across
        + shift,
        "the shift comes last: scale first, then add": scale * (plain + shift),
        "you divide by one position less (ddof=1): take the plain mean of the squares": scale
        * (x - mean)
        / x.std((0, 1), ddof=1)
        + shift,
        "subtract the mean before you divide": scale * x / deviation + shift,
    }
    hint = "(x − mean) / deviation over axes 0 and 1, times scale, plus shift"
    found = array_of(function(x, scale, shift), "your features", shape=x.shape)
    expect(found, scale * plain + shift, hint, mistakes, case="of 2 × 2 positions, 2 channels")
    random = np.random.default_rng(10)

    def normalised(x: Any, scale: Any, shift: Any) -> Any:
        return scale * (x - x.mean((0, 1))) / x.std((0, 1)) + shift

    ask_again(
        function, normalised, (100 * random.random((3, 5, 4)), random.random(4), random.random(4))
    )


@exercise(
    "write a function that takes the numbers of several styles and their weights and mixes them",
    right="Only the proportions of the weights count: 2 and 6 mix like 1 and 3.",
)
def mixed_numbers(function: Callable[[Any, Any], Any]) -> None:
    """Check the weighted mean of styles' numbers.

    Parameters
    ----------
    function : callable
        The learner's function; numbers have shape (styles, count), weights (styles,).
    """
    numbers = np.array([[1.0, 0.0, 4.0], [3.0, 8.0, 0.0]])
    weights = np.array([2.0, 6.0])
    shares = weights / weights.sum()
    powers = np.exp(weights) / np.exp(weights).sum()
    mistakes = {
        "the weights must be divided by their sum: 2 and 6 are shares of 8": weights @ numbers,
        "the weights do not count: this is the plain mean": numbers.mean(0),
        "divide by the sum of the weights, not by the number of styles": weights @ numbers / 2,
        "the weights are the wrong way round": shares[::-1] @ numbers,
        "no exponentials: a share is a weight divided by their sum": powers @ numbers,
    }
    hint = "(2 · first + 6 · second) / 8 for every number"
    found = array_of(function(numbers, weights), "your mixture", shape=(3,))
    expect(found, shares @ numbers, hint, mistakes, case="of two styles with weights 2 and 6")
    others = np.arange(12.0).reshape(3, 4) ** 2, np.array([1.0, 0.5, 3.0])
    ask_again(function, lambda n, w: w @ n / w.sum(), others)


@exercise(
    "write a function that takes the features of one layer and returns two numbers per channel",
    right="That is all that the predictor is told of a painting: what there is, but not where.",
)
def style_statistics(function: Callable[[Any], Any]) -> None:
    """Check what the predictor is told: log(1 + mean) of all channels, then log(1 + deviation).

    Parameters
    ----------
    function : callable
        The learner's function; features have shape (height, width, channels).
    """
    features = np.array([[[0.0, 3.0], [4.0, 3.0]], [[8.0, 9.0], [0.0, 1.0]]])
    mean, deviation = features.mean((0, 1)), features.std((0, 1))
    right = np.log1p(np.concatenate([mean, deviation]))
    mistakes = {
        "the logarithm is missing: np.log1p": np.concatenate([mean, deviation]),
        "take the deviation, not the variance": np.log1p(np.concatenate([mean, deviation**2])),
        "first the means of all channels, then the deviations": np.log1p(
            np.stack([mean, deviation], 1).ravel()
        ),
        "the means come first": np.log1p(np.concatenate([deviation, mean])),
        "the logarithm comes last, of the mean: log(1 + mean)": np.concatenate(
            [np.log1p(features).mean((0, 1)), np.log1p(features).std((0, 1))]
        ),
    }
    hint = "np.log1p of the means over axes 0 and 1, followed by those of the deviations"
    found = array_of(function(features), "your statistics", shape=(4,))
    expect(found, right, hint, mistakes, case="of 2 × 2 positions, 2 channels")
    others = np.random.default_rng(11).random((3, 5, 4))
    ask_again(function, lambda f: np.log1p([*f.mean((0, 1)), *f.std((0, 1))]), (others,))


@exercise(
    "write a function that takes three times and returns a whole number of pictures",
    right="Whoever paints fewer pictures in that style is quicker with the optimiser.",
)
def pays_after(function: Callable[[float, float, float], Any]) -> None:
    """Check after how many pictures training a network has paid for itself.

    Parameters
    ----------
    function : callable
        The learner's function; it takes the seconds of training, of one optimised picture, and of
        one pass.
    """
    for times in ((4500.0, 10.0, 0.5), (100.0, 4.0, 1.0), (90.0, 10.0, 1.0)):
        training, optimised, one_pass = times
        saved = training / (optimised - one_pass)
        mistakes = {
            "the network needs its time for every picture too: subtract it": math.ceil(
                training / optimised
            ),
            "a part of a picture is none: round up (math.ceil)": saved,
            "at this number it has not quite paid yet: round up (math.ceil)": math.floor(saved),
            "each picture saves the difference of the two times, not their sum": math.ceil(
                training / (optimised + one_pass)
            ),
        }
        hint = "training / (what each picture saves), rounded up"
        found = array_of(function(*times), "your number", shape=())
        case = f"of {training:g} s of training, {optimised:g} s and {one_pass:g} s"
        expect(found, math.ceil(saved), hint, mistakes, case=case)
