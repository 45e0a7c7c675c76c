"""A blind comparison, question by question; the voting widget is a view of it."""

from __future__ import annotations

import itertools
import os
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import NamedTuple

import numpy as np

from nstkit.errors import SettingsError, check_number
from nstkit.quality.votes import Vote, read_votes, write_votes


class Question(NamedTuple):
    """Which of two results is preferred: names that a voter does not see.

    Attributes
    ----------
    group : str
        What both are results of.
    left, right : str
        Their names.
    """

    group: str
    left: str
    right: str


class Ballot:
    """Asks one voter about every two results of each group, in an order drawn from a seed.

    Parameters
    ----------
    groups : mapping of str to iterable of str
        For each group, such as "chelsea in night_sky", the names of its results, at least two.
    voter : str
        Who votes.
    seed : int
        Draws order and sides; with the voter's name, so that no two see the same order.
    repeats : float
        Share of the questions asked a second time with the sides exchanged, 0 to 1: they measure
        how consistent the voter is.
    path : path-like, optional
        CSV file written after every vote. One that is there already is continued: what this voter
        answered is not asked again, and the votes of others in it are kept.

    Attributes
    ----------
    questions : tuple of Question
        All questions in their order.
    all_votes : list of Vote
        The voter's votes, and those of others that came with the file or were taken in.

    Raises
    ------
    SettingsError
        If there is nothing to compare, or the file is broken or holds another ballot's votes.
    """

    def __init__(
        self,
        groups: Mapping[str, Iterable[str]],
        voter: str,
        *,
        seed: int = 0,
        repeats: float = 0.2,
        path: str | os.PathLike[str] | None = None,
    ):
        if not voter.strip():
            raise SettingsError("a ballot needs the voter's name: give voter='…'")
        self.voter = voter.strip()
        share = check_number(repeats, "repeats", maximum=1.0)
        self.questions = _questions(groups, (seed, *self.voter.encode()), share)
        self._path = Path(path) if path is not None else None
        self.all_votes: list[Vote] = []
        if self._path is not None and self._path.exists():
            self.all_votes = self._checked(read_votes(self._path))

    @property
    def votes(self) -> list[Vote]:
        """The voter's own votes so far."""
        return [vote for vote in self.all_votes if vote.voter == self.voter]

    @property
    def question(self) -> Question | None:
        """The question to answer now, None when all are answered."""
        done = len(self.votes)
        return self.questions[done] if done < len(self.questions) else None

    def vote(self, chosen: str) -> None:
        """Answer the question, "left" or "right", and save."""
        if self.question is None:
            raise SettingsError("all questions are answered: undo takes the last answer back")
        self._keep([*self.all_votes, Vote(self.voter, *self.question, chosen)])

    def undo(self) -> None:
        """Take the last answer back, if there is one, and save."""
        last = self.votes[-1:]
        self._keep([vote for vote in self.all_votes if not any(vote is each for each in last)])

    def take(self, votes: Iterable[Vote]) -> None:
        """Take votes of others in, or this voter's own of before, and save.

        Raises
        ------
        SettingsError
            If there are votes of this voter and they are no answers to these questions.
        """
        new = self._checked(list(votes))
        voters = {vote.voter for vote in new}
        self._keep([*(vote for vote in self.all_votes if vote.voter not in voters), *new])

    def _checked(self, votes: list[Vote]) -> list[Vote]:
        """Return votes after checking that this voter's are answers to these questions."""
        own = (vote for vote in votes if vote.voter == self.voter)
        asked = tuple(Question(vote.group, vote.left, vote.right) for vote in own)
        if asked != self.questions[: len(asked)]:
            text = "on other questions, or with another seed: give another file"
            raise SettingsError(f"there are votes of {self.voter} already {text}")
        return votes

    def _keep(self, votes: list[Vote]) -> None:
        if self._path is not None:  # first: a full disk leaves both as they were
            write_votes(self._path, votes)
        self.all_votes = votes


def _questions(
    groups: Mapping[str, Iterable[str]], seed: tuple[int, ...], repeats: float
) -> tuple[Question, ...]:
    """Draw all pairs in random order, then some again the other way round."""
    random, asked = np.random.default_rng(seed), []
    for group, names in groups.items():
        results = list(names)
        if len(results) < 2 or len(set(results)) < len(results):
            raise SettingsError(f"{group!r} has the results {results}: give two or more by name")
        pairs = itertools.combinations(results, 2)
        asked += [Question(group, *random.permutation(pair).tolist()) for pair in pairs]
    if not asked:
        raise SettingsError("there is nothing to compare: give at least one group of results")
    random.shuffle(asked)
    again = random.permutation(len(asked))[: round(repeats * len(asked))]
    return (*asked, *(Question(asked[i].group, asked[i].right, asked[i].left) for i in again))
