"""Which votes to trust, and which measure foretells them."""

from __future__ import annotations

import itertools
import math
from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

import numpy as np
from scipy.stats import spearmanr

from nstkit.errors import SettingsError
from nstkit.quality.evaluation import MEASURES
from nstkit.quality.ranking import rank
from nstkit.quality.votes import Vote


class Agreement(NamedTuple):
    """How far voters, or one voter's answers, agree.

    Attributes
    ----------
    share : float
        Share of pairs of answers to one question that agree; chance is ½. NaN without any.
    beyond_chance : float
        2 · share − 1: 0 for chance, 1 for full agreement, as Kendall's coefficient u.
    pairs : int
        Pairs of answers counted.
    """

    share: float
    beyond_chance: float
    pairs: int


def agreement(votes: Iterable[Vote]) -> Agreement:
    """Measure how far different voters answer the same questions in the same way.

    Kendall and Babington Smith, "On the Method of Paired Comparisons", Biometrika 31(3/4), 1940,
    for any number of voters a question; of a voter's repeated answers, each counts.

    Parameters
    ----------
    votes : iterable of Vote
        The votes of all.

    Returns
    -------
    Agreement
        Over all pairs of answers of two voters to one question.
    """
    return _agreement(votes, own=False)


def consistency(votes: Iterable[Vote]) -> dict[str, Agreement]:
    """Measure how far each voter repeats an answer when a question comes again.

    Parameters
    ----------
    votes : iterable of Vote
        The votes of all.

    Returns
    -------
    dict of str to Agreement
        For each voter.
    """
    given = list(votes)
    voters = dict.fromkeys(vote.voter for vote in given)
    return {name: _agreement((v for v in given if v.voter == name), own=True) for name in voters}


def trust(
    votes: Iterable[Vote], values: Mapping[str, Mapping[str, Mapping[str, float]]]
) -> dict[str, tuple[float, float]]:
    """Compare measures with votes: which number foretells what people prefer.

    Parameters
    ----------
    votes : iterable of Vote
        The votes.
    values : mapping
        For each group and each of its results the measures, as in `Evaluation.values`.

    Returns
    -------
    dict of str to (float, float)
        For each measure the share of votes for the result that it calls better (ties count half;
        chance is ½), and Spearman's ρ of strength and measure, its mean over the groups of three
        and more results (NaN where there is none, or a measure is the same for all). The sign is
        turned where less is better.

    Raises
    ------
    SettingsError
        If there are no votes, or results voted on have no values.
    """
    given = list(votes)
    lacking = {n for v in given for n in (v.left, v.right) if n not in values.get(v.group, {})}
    if lacking or not given:
        names = ", ".join(sorted(lacking)) or "nothing"
        raise SettingsError(f"{names} voted on without values: evaluate all results")
    strengths = {}
    for group in dict.fromkeys(vote.group for vote in given):
        ranking = rank((vote for vote in given if vote.group == group), resamples=1)
        strengths[group] = dict(zip(ranking.names, ranking.strengths, strict=True))
    found = {}
    for measure, what in MEASURES.items():
        worth = {
            (group, name): what.better * each[measure]
            for group, results in values.items()
            for name, each in results.items()
        }
        gaps = np.array([worth[v.group, v.winner] - worth[v.group, v.loser] for v in given])
        orders = [
            spearmanr([worth[group, name] for name in own], list(own.values())).statistic
            for group, own in strengths.items()
            if len(own) > 2 and len({worth[group, name] for name in own}) > 1
        ]
        share = float(np.mean((gaps > 0) + 0.5 * (gaps == 0)))
        found[measure] = share, float(np.mean(orders)) if orders else math.nan
    return found


def _agreement(votes: Iterable[Vote], *, own: bool) -> Agreement:
    """Count pairs of answers to one question: of one voter, or of two."""
    answers: dict[Any, list[Vote]] = defaultdict(list)
    for vote in votes:
        answers[vote.group, frozenset((vote.left, vote.right))].append(vote)
    pairs = [pair for same in answers.values() for pair in itertools.combinations(same, 2)]
    agree = [a.winner == b.winner for a, b in pairs if (a.voter == b.voter) == own]
    share = float(np.mean(agree)) if agree else math.nan
    return Agreement(share, 2 * share - 1, len(agree))
