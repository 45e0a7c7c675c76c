"""What votes say: the model of Bradley and Terry, with intervals."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple

import numpy as np
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components
from scipy.special import expit
from scipy.stats import norm

from nstkit.errors import SettingsError, check_number, choose
from nstkit.quality.votes import Vote

PRIOR = 3.0
"""Deviation of the normal prior of strengths, in log-odds: wide, but it keeps the strength of a
result that won every time finite."""


class Ranking(NamedTuple):
    """Results from the most to the least preferred.

    Attributes
    ----------
    names : tuple of str
        The results, best first.
    strengths : tuple of float
        Their strengths; a difference is the log-odds of being preferred, and the mean is 0.
    low, high : tuple of float
        Ends of the interval of each strength.
    left : float
        Log-odds by which the left side is preferred as such; 0 for voters without a favourite.
    """

    names: tuple[str, ...]
    strengths: tuple[float, ...]
    low: tuple[float, ...]
    high: tuple[float, ...]
    left: float


def rank(
    votes: Iterable[Vote],
    *,
    confidence: float = 0.95,
    resamples: int = 300,
    resample: str = "votes",
    seed: int = 0,
) -> Ranking:
    """Fit the model of Bradley and Terry, with bootstrap intervals.

    P(left preferred) = 1 / (1 + exp(−(s_left − s_right + b))), with the strengths s (mean 0) and
    the bias b towards the left side at the largest of likelihood × prior, which is normal with a
    deviation of 3. Bradley and Terry, "Rank Analysis of Incomplete Block Designs: I", Biometrika
    39(3/4), 1952; the bias as Davidson and Beaver (1977) have an order's.

    Parameters
    ----------
    votes : iterable of Vote
        Whose, and of which groups, plays no part: pass those of one group to rank within it.
    confidence : float
        Of the intervals, between 0 and 1.
    resamples : int
        Bootstrap resamples (Efron 1979): a strength's interval is normal, with their deviation.
    resample : {"votes", "voters"}
        What is drawn with replacement: votes where only these voters count; voters, with all
        votes of each, where they stand for others and there are ten or more.
    seed : int
        Of the resampling.

    Returns
    -------
    Ranking
        Best first.

    Raises
    ------
    SettingsError
        If there are no votes, or results that no chain of comparisons connects.
    """
    given = list(votes)
    confidence = check_number(confidence, "confidence", maximum=0.999)
    names, asked, lefts, design = _counts(given, choose(resample, ("votes", "voters"), "resample"))
    units, random = len(asked), np.random.default_rng(seed)
    times = random.multinomial(units, np.full(units, 1 / units), size=resamples)
    best, *drawn = _fit(np.vstack([np.ones(units), times]), asked, lefts, design)
    reach = norm.ppf((1 + confidence) / 2) * np.std(drawn, axis=0)
    order = np.argsort(-best[:-1], kind="stable")
    best, bias, reach = best[:-1], float(best[-1]), reach[:-1]
    found, low, high = (tuple(c[order].tolist()) for c in (best, best - reach, best + reach))
    return Ranking(tuple(names[i] for i in order), found, low, high, left=bias)


def _counts(
    votes: Sequence[Vote], resample: str
) -> tuple[list[str], np.ndarray, np.ndarray, np.ndarray]:
    """Count votes by what is resampled and by the sides shown.

    Returns
    -------
    names : list of str
        The results.
    asked, lefts : numpy.ndarray
        Votes, and votes for the left, shape (votes or voters, different sides shown).
    design : numpy.ndarray
        What gives each sides' log-odds out of strengths and bias, shape (sides, results + 1).
    """
    names = sorted({name for vote in votes for name in (vote.left, vote.right)})
    if not names:
        raise SettingsError("there are no votes: read them with read_votes or pool")
    sides = np.array([(names.index(vote.left), names.index(vote.right)) for vote in votes])
    links = coo_array((np.ones(len(votes)), sides.T), shape=(len(names), len(names)))
    pieces, piece = connected_components(links, directed=False)
    if pieces > 1:
        apart = ", ".join(np.array(names)[piece != piece[0]])
        raise SettingsError(f"no comparison connects {apart} with {names[0]}: rank them apart")
    cells, which = np.unique(sides, axis=0, return_inverse=True)
    voters = np.unique([vote.voter for vote in votes], return_inverse=True)[1]
    unit = np.arange(len(votes)) if resample == "votes" else voters
    asked, lefts = np.zeros((2, unit.max() + 1, len(cells)))
    np.add.at(asked, (unit, which.ravel()), 1)
    np.add.at(lefts, (unit, which.ravel()), [vote.chosen == "left" for vote in votes])
    each = np.eye(len(names))
    bias = np.ones((len(cells), 1))
    return names, asked, lefts, np.hstack([each[cells[:, 0]] - each[cells[:, 1]], bias])


def _fit(times: np.ndarray, asked: np.ndarray, lefts: np.ndarray, design: np.ndarray) -> np.ndarray:
    """Fit strengths, mean 0, and bias, for each row of how often every unit counts.

    Newton's steps for all rows at once, each no longer than 1 in any direction.
    """
    asked, lefts = times @ asked, times @ lefts
    x = np.zeros((len(times), design.shape[1]))
    for _ in range(40):
        chance = expit(x @ design.T)
        slope = (lefts - asked * chance) @ design - x / PRIOR**2
        spread = (asked * chance * (1 - chance))[:, None, :] * design.T
        curvature = spread @ design + np.eye(design.shape[1]) / PRIOR**2
        x += np.clip(np.linalg.solve(curvature, slope[..., None])[..., 0], -1, 1)
    x[:, :-1] -= x[:, :-1].mean(1, keepdims=True)
    return x
