"""Keep results and put two of them side by side, measured with one ruler."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, fields
from html import escape
from typing import Any

import ipywidgets as widgets
import numpy as np

from nstkit.losses import CONVENTIONS
from nstkit.session import Score, Session, Settings, compare
from nstkit.session.marks import NAMES
from nstkit.session.settings import Picture, title
from nstkit.widgets.charts import short
from nstkit.widgets.controls import head
from nstkit.widgets.panel import column, row
from nstkit.widgets.pictures import FINE, jpeg

MOST = 8
"""Results kept; the oldest go first."""

WORDS = {**NAMES, "init": "start from", "style_layers": "style layers"}


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
        self.keep = widgets.Button(description="Keep this result", icon="thumb-tack")
        self.keep.layout.width = "180px"
        self.first, self.second = (
            widgets.Dropdown(
                description=name,
                options=[],
                style={"description_width": "20px"},
                layout={"width": "300px"},
            )
            for name in ("A", "B")
        )
        self.convention = widgets.Dropdown(
            description="measured as in",
            options=list(CONVENTIONS),
            value="gatys",
            style={"description_width": "100px"},
            layout={"width": "230px"},
        )
        self.pictures = [widgets.Image(layout={"width": "100%"}) for _ in range(2)]
        for shown in self.pictures:
            shown.add_class("nstkit-kept")
        self.table = widgets.HTML(_note("Keep two results, then compare them here."))
        self.shown = row(
            *(column(picture, width="280px") for picture in self.pictures),
            column(self.table, flex="1 1 320px"),
        )
        self.keep.on_click(lambda _: self._keep())
        for control in (self.first, self.second, self.convention):
            control.observe(lambda _: self._compare(), "value")
        self._busy = False
        self.box = column(
            head("Two results with one ruler"),
            row(self.keep, self.convention, align_items="center"),
            row(self.first, self.second),
            self.shown,
        )

    def _keep(self) -> None:
        step, settings = self._session.step, self._session.settings
        if step is None:
            return
        number = len(self.results) and int(self.results[-1].name.split(".")[0])
        name = (
            f"{number + 1}. {title(settings.content)} in {title(settings.style)}, "
            f"β/α {short(settings.style_weight / settings.content_weight)}, step {step.step}"
            if settings.content_weight
            else f"{number + 1}. style alone, step {step.step}"
        )
        self.results = [*self.results, Result(name, settings, step.step, step.image)][-MOST:]
        self._busy = True
        options = [(result.name, result) for result in self.results]
        before = self.second.value if self.second.value in self.results else self.results[0]
        self.first.options = self.second.options = options
        self.first.value, self.second.value = before, self.results[-1]
        self._busy = False
        self._compare()

    def _compare(self) -> None:
        pair = [self.first.value, self.second.value]
        if self._busy or not all(pair):
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
        self.table.value = _note(table(pair, scores, self.convention.value))


def table(pair: list[Result], scores: list[Score], convention: str) -> str:
    """Return the scores, and the settings in which two results differ, as an HTML table."""
    rows = [
        "<tr><th></th><th>A</th><th>B</th></tr>",
        *(
            _line(name, [short(getattr(score, name)) for score in scores])
            for name in ("total", "content", "style")
        ),
        _line("steps", [str(result.step) for result in pair]),
    ]
    differing = 0
    for entry in fields(Settings):
        a, b = (getattr(result.settings, entry.name) for result in pair)
        if a != b and entry.name != "steps":
            differing += 1
            rows.append(_line(WORDS.get(entry.name, entry.name), [_text(a), _text(b)], True))
    notes = f"Losses as in <b>{escape(convention)}</b>: its constants, weights and layers."
    if scores[1].own_pictures:
        notes += " <b>The two have different pictures: each is measured against its own.</b>"
    if not differing:
        notes += " All settings agree."
    return f"<table>{''.join(rows)}</table><p>{notes}</p>"


def _line(name: str, values: list[str], differs: bool = False) -> str:
    style = ' class="differs"' if differs else ""
    cells = "".join(f"<td>{escape(text)}</td>" for text in [name, *values])
    return f"<tr{style}>{cells}</tr>"


def _text(value: Any) -> str:
    if isinstance(value, dict):
        return ", ".join(f"{k[5]}_{k[-1]}: {v:g}" for k, v in value.items() if v) or "none"
    if isinstance(value, float):
        return short(value)
    return title(value) if isinstance(value, (str, Picture)) else str(value)


def _note(text: str) -> str:
    return f'<div class="nstkit-note">{text}</div>'
