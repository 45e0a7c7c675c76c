"""Keep results and put two of them side by side, measured with one ruler."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, fields
from html import escape
from typing import Any

import numpy as np

from nstkit.losses import CONVENTIONS
from nstkit.runs import title
from nstkit.session import Score, Session, Settings, compare
from nstkit.session.wording import NAMES, in_words, short
from nstkit.widgets.panel import Moves, button, column, dropdown, html, picture, row, words
from nstkit.widgets.pictures import FINE, jpeg

MOST = 8
"""Results kept; the oldest go first."""

LOSSES = ("total", "content", "style")
WORDS = {**NAMES, "init": "start from", "style_layers": "style layers", "terms": "further terms"}


@dataclass(frozen=True, eq=False)
class Result:
    """A picture that was kept, with what made it."""

    name: str
    settings: Settings
    step: int
    image: np.ndarray


class Comparing:
    """Buttons and lists to keep results and compare two of them.

    Parameters
    ----------
    session : Session
        Where results come from.
    failed : callable
        Called with the error of a comparison that is not possible.
    """

    def __init__(self, session: Session, failed: Callable[[Exception], Any]):
        self._session, self._failed = session, failed
        self.results: list[Result] = []
        self._number = 0
        self.keep = button("Keep this result", "thumb-tack", self._keep, width="180px")
        self.lists = [dropdown(name, [], wide=20, width="300px") for name in ("A", "B")]
        self.convention = dropdown("measured as in", list(CONVENTIONS), wide=100, width="230px")
        self.convention.value = "gatys"
        self.pictures = [picture("100%", "kept") for _ in self.lists]
        self.table = words("note", "Keep two results, then compare them here.")
        self._moves = Moves()
        self._moves.tell(lambda _: self._compare(), *self.lists, self.convention)
        self.box = column(
            words("head", "Two results with one ruler"),
            row(self.keep, self.convention, align_items="center"),
            row(*self.lists),
            row(
                *(column(shown, width="280px") for shown in self.pictures),
                column(self.table, flex="1 1 320px"),
            ),
        )

    def _keep(self) -> None:
        step, image = self._session.step, self._session.shown
        settings = self._session.settings
        if step is None or image is None:
            return
        how = "style alone"
        if settings.content_weight:
            ratio = short(settings.style_weight / settings.content_weight)
            how = f"{title(settings.content)} in {title(settings.style)}, β/α {ratio}"
        self._number += 1
        when = f"step {step.step}" if self._session.instant is None else "one pass"
        result = Result(f"{self._number}. {how}, {when}", settings, step.step, image)
        self.results = [*self.results, result][-MOST:]
        before = self.lists[1].value
        kept = before if before in self.results else self.results[0]
        with self._moves.untold():
            for shown, result in zip(self.lists, (kept, self.results[-1]), strict=True):
                shown.options = [(result.name, result) for result in self.results]
                shown.value = result
        self._compare()

    def _compare(self) -> None:
        pair = [shown.value for shown in self.lists]
        if not all(pair):
            return
        for shown, result in zip(self.pictures, pair, strict=True):
            shown.value = jpeg(result.image, FINE)
        try:
            scores = compare(
                [(result.settings, result.image) for result in pair],
                self.convention.value,
                self._session.engine.backbone,
            )
        except Exception as error:
            self._failed(error)
            return
        self.table.value = html("note", table(pair, scores, self.convention.value))


def table(pair: list[Result], scores: list[Score], convention: str) -> str:
    """Return the scores, and the settings in which two results differ, as an HTML table."""
    rows = [_line(name, [short(getattr(score, name)) for score in scores]) for name in LOSSES]
    rows.append(_line("steps", [str(result.step) for result in pair]))
    values = {
        entry.name: [getattr(result.settings, entry.name) for result in pair]
        for entry in fields(Settings)
        if entry.name != "steps"
    }
    differing = {name: both for name, both in values.items() if both[0] != both[1]}
    for name, both in differing.items():
        rows.append(_line(WORDS.get(name, name), [in_words(value) for value in both], "differs"))
    notes = f"Losses as in <b>{escape(convention)}</b>: its constants, weights and layers."
    if scores[1].own_pictures:
        notes += " <b>The two have different pictures: each is measured against its own.</b>"
    if not differing:
        notes += " All settings agree."
    head = "<tr><th></th><th>A</th><th>B</th></tr>"
    return f"<table>{head}{''.join(rows)}</table><p>{notes}</p>"


def _line(name: str, values: list[str], kind: str = "") -> str:
    cells = "".join(f"<td>{escape(text)}</td>" for text in [name, *values])
    return f'<tr class="{kind}">{cells}</tr>'
