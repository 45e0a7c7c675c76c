"""Which is better? Two results side by side, their names hidden; a view of a `Ballot`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial
from html import escape
from typing import Any

import ipywidgets as widgets

from nstkit.errors import NstkitError, choose
from nstkit.quality import Ballot, consistency, rank
from nstkit.quality.votes import format_votes, parse_votes
from nstkit.widgets.panel import (
    Moves,
    Panel,
    button,
    column,
    html,
    picture,
    row,
    upload_button,
    words,
)
from nstkit.widgets.pictures import FINE, beside, jpeg
from nstkit.widgets.saving import link

KEYS = {"f": "left", "j": "right", "u": "undo"}
"""What a letter typed into the field stands for."""


def voting(
    results: Mapping[str, Mapping[str, Any]],
    ballot: Ballot,
    *,
    inputs: Mapping[str, Sequence[Any]] | None = None,
) -> Panel:
    """Ask which of two results is better, blind, and rank them when all is answered.

    Parameters
    ----------
    results : mapping
        For each group, such as "chelsea in night_sky", its results: from a name, which is not
        shown before the end, to a picture, shape (1, height, width, 3), float, in [0, 1].
    ballot : Ballot
        Asks the questions and keeps the votes: ``Ballot(results, "Ada", path="votes.csv")``.
    inputs : mapping, optional
        For groups the pictures they were made from, shown above.

    Returns
    -------
    Panel
        A box of widgets.

    Raises
    ------
    SettingsError
        If the ballot asks for results that are not there, or `inputs` names no group.
    """
    for question in ballot.questions:
        for name in (question.left, question.right):
            choose(name, results[choose(question.group, results, "group")], "result")
    for group in inputs or {}:
        choose(group, results, "group")
    return _Voting(results, inputs or {}, ballot).panel


class _Voting:
    def __init__(self, results: Mapping[str, Any], inputs: Mapping[str, Any], ballot: Ballot):
        self._results, self._inputs, self._ballot = results, inputs, ballot
        self._asked = words("caption")
        self._given = picture("auto")
        self._given.layout.align_self = "flex-start"
        self._shown = {side: picture("100%", "frame") for side in ("left", "right")}
        pairs = [
            column(
                shown,
                button(f"The {side} one", f"arrow-{side}", partial(self._act, side)),
                width="300px",
            )
            for side, shown in self._shown.items()
        ]
        self._choices = row(*pairs)
        layout = {"width": "60px"}
        self._keys = widgets.Text(placeholder="f j u", layout=layout, continuous_update=True)
        hint = "or click into the field and press <b>f</b> left, <b>j</b> right, <b>u</b> undo"
        self._moves = Moves()
        self._moves.tell(self._typed, self._keys)
        self._links = words("note")
        load = upload_button("Load votes", ".csv", self._load, self._say, "160px")
        self._said = words("note")
        self.panel = Panel(
            self._asked,
            self._given,
            self._choices,
            row(
                button("Undo", "undo", lambda: self._act("undo")),
                self._keys,
                words("hint", hint),
                align_items="center",
            ),
            row(load, self._links, align_items="center"),
            self._said,
            still=self._still,
        )
        self._draw()

    def _typed(self, text: str) -> None:
        with self._moves.untold():
            self._keys.value = ""
        for letter in text.lower():
            if letter in KEYS:
                self._act(KEYS[letter])

    def _act(self, what: str) -> None:
        try:
            if what == "undo":
                self._ballot.undo()
            elif self._ballot.question is not None:
                self._ballot.vote(what)
        except (NstkitError, OSError) as error:
            self._say(error)
        else:
            self._said.value = ""
            self._draw()

    def _load(self, name: str, data: bytes) -> None:
        self._ballot.take(parse_votes(data, name))
        self._said.value = html("note", f"{escape(name)} is taken in.")
        self._draw()

    def _say(self, error: Exception) -> None:
        self._said.value = f'<div class="nstkit-alert" role="alert">{escape(str(error))}</div>'

    def _draw(self) -> None:
        ballot, question = self._ballot, self._ballot.question
        done, most = len(ballot.votes), len(ballot.questions)
        self._choices.layout.display = self._given.layout.display = "none"
        csv = format_votes(ballot.all_votes).encode()
        self._links.value = html("note", link(csv, "votes.csv", "text/csv", f"{done} votes (CSV)"))
        if question is None:
            self._asked.value = html("caption", self._outcome())
            return
        group = escape(question.group)
        asked = f"<b>{done + 1} of {most}</b> · {group}: which one is better?"
        self._asked.value = html("caption", asked)
        for side, shown in self._shown.items():
            shown.value = jpeg(self._results[question.group][getattr(question, side)], FINE)
        self._choices.layout.display = None
        if question.group in self._inputs:
            self._given.value = beside(self._inputs[question.group], 110)
            self._given.layout.display = None

    def _outcome(self) -> str:
        """Return the ranks of each group and how far the voter repeated answers."""
        votes = self._ballot.all_votes
        parts = ["<b>All questions are answered.</b>"]
        for group in self._results:
            found = rank(vote for vote in votes if vote.group == group)
            each = zip(found.names, found.strengths, found.low, found.high, strict=True)
            ranked = [
                f"{escape(n)} {s:+.1f} ({low:+.1f} to {high:+.1f})" for n, s, low, high in each
            ]
            parts.append(f"{escape(group)}: {', '.join(ranked)}")
        own = consistency(votes)[self._ballot.voter]
        if own.pairs:
            parts.append(f"Asked again, {own.share:.0%} of {own.pairs} answers were the same.")
        return "<br>".join(parts)

    def _still(self) -> bytes:
        question = self._ballot.question or self._ballot.questions[-1]
        results = self._results[question.group]
        return beside([results[question.left], results[question.right]])
