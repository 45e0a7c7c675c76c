"""What the studio shows while it paints: picture, progress, curves and bars.

Drawing happens on the session's thread, at most ten times a second and never more than the
line to the browser carries, so nothing queues up; the picture at rest is always drawn.
"""

from __future__ import annotations

import time
from html import escape
from typing import Any

import ipywidgets as widgets

from nstkit.backbones import duration
from nstkit.losses import STYLE, term_of
from nstkit.runs import title
from nstkit.session import Session
from nstkit.session.wording import short_name
from nstkit.widgets.charts import bar_chart, line_chart, loss_lines
from nstkit.widgets.panel import chart, html, picture, words
from nstkit.widgets.pictures import FINE, jpeg

PICTURES = ("content", "style")
"""What the studio's painting is made from."""

PAUSE = 0.1
"""Least time between two pictures, in seconds."""

QUICK = 86
"""Quality of the pictures that are replaced a tenth of a second later."""

SOONER = 0.05
"""How much sooner the first picture painted with new weights is drawn."""

LINE = 450_000
"""Bytes a second sent to the browser at most; Jupyter cuts off a kernel above a million."""

WIDTH = 380
"""Width of the charts in pixels, where they are shown at their own size."""

WORDS = {
    "ready": "Ready",
    "preparing": "Preparing …",
    "running": "Painting",
    "paused": "Paused",
    "stopped": "Stopped; the picture is kept",
    "finished": "Finished",
    "failed": "Stopped by an error; the last good picture is kept",
}


class View:
    """The widgets that show a session, and the drawing of them."""

    def __init__(self) -> None:
        self.sources = {which: picture("100%", "frame", "source") for which in PICTURES}
        self.result = picture("100%", "frame", "result")
        self.heading = words("head", "Result")
        self.status = widgets.HTML(layout={"width": "auto"})
        self.message = widgets.HTML(layout={"width": "auto", "display": "none"})
        self.curves, self.bars = chart(), chart()
        self._problem: Any = None
        self._weights: Any = None
        self._marks: Any = None
        self._notice: BaseException | None = None
        self._drawn: Any = None
        self._next = self._charts_next = 0.0

    def draw(self, session: Session) -> None:
        """Draw what is new, or leave it for the next time when the last is too recent."""
        now, state = time.monotonic(), session.state
        if state == "running" and now < self._next - (SOONER if self._moved(session) else 0):
            return
        sent, step, resting = 0, session.step, state not in ("running", "preparing")
        image = session.shown
        if image is not None:
            if self._drawn is None or self._drawn[0] is not image or self._drawn[1] != resting:
                self._drawn = image, resting
                self.result.value = jpeg(image, FINE if resting else QUICK)
                sent += len(self.result.value)
            self.heading.value = html("head", heading(session))
        if step is not None:
            sent += self._draw_sources(session)
        # After the picture, which the eye is on, and the charts last: they take the longest.
        self.status.value = status_line(session)
        marks = session.history.marks
        if resting or now >= self._charts_next or marks is not self._marks:
            sent += self._draw_charts(session)
            self._charts_next, self._marks = time.monotonic() + 2 * PAUSE, marks
        self._show_error(session.error or self._notice)
        self._next = now + max(PAUSE, sent / LINE)

    def _moved(self, session: Session) -> bool:
        """Return whether the picture was painted with other weights than the one drawn last."""
        weights, before = session.engine.run.weights, self._weights
        self._weights = weights
        return before is not None and weights != before

    def say(self, error: BaseException | None) -> None:
        """Show an error, or nothing; one that is told here stays until it is taken back."""
        self._notice = error
        self._show_error(error)

    def _show_error(self, error: BaseException | None) -> None:
        text = "" if error is None else str(error) or type(error).__name__
        self.message.value = f'<div class="nstkit-alert" role="alert">{escape(text)}</div>'
        self.message.layout.display = "block" if text else "none"

    def _draw_sources(self, session: Session) -> int:
        problem = session.engine.problem
        if problem is self._problem:
            return 0
        self._problem = problem
        pictures = problem.content_image, problem.style_image
        for shown, image in zip(self.sources.values(), pictures, strict=True):
            shown.value = jpeg(image)
        return sum(len(shown.value) for shown in self.sources.values())

    def _draw_charts(self, session: Session) -> int:
        history = session.history
        if history.points:
            lines = loss_lines(*zip(*history.points, strict=True))
            marks = [(mark.step, f"step {mark.step}: {mark.text}") for mark in history.marks]
            self.curves.value = line_chart(lines, marks=marks, width=WIDTH, height=220)
            self.bars.value = bar_chart(share_rows(session), width=WIDTH)
        return len(self.curves.value) + len(self.bars.value)


def heading(session: Session) -> str:
    """Return what to call the picture shown."""
    if session.instant is None:
        return "Result"
    start = session.settings.init
    how = "goes on from it" if start == "fast" else f"begins from {escape(title(start))}"
    return f'Instant picture <span class="value">in one pass; Start {how}</span>'


def status_line(session: Session) -> str:
    """Return the progress bar, the state and the numbers under it."""
    done = 0 if session.step is None else session.step.step
    until = max(session.until, done, 1)
    # The weight that the picture shown was painted with, for measuring how soon a slider shows.
    beta = session.settings.style_weight
    if session.step is not None:
        parts = session.engine.run.weights.parts.items()
        beta = sum(weight for name, weight in parts if name.startswith(STYLE.name))
    numbers = f"step <b>{done}</b> of {until:,}"
    if session.state == "running" and session.steps_per_second:
        numbers += (
            f" &nbsp;·&nbsp; {session.steps_per_second:.1f} steps/s &nbsp;·&nbsp; "
            f"{duration(session.seconds_left)} left"
        )
    before = "" if session.state == "running" else plan(session)
    return (
        f'<div class="nstkit-status" data-step="{done}" data-beta="{beta:g}">'
        f'<progress max="{until}" value="{done}" aria-label="progress"></progress>'
        f'<span role="status"><b>{WORDS[session.state]}</b>'
        f'<span class="soft">{before}</span></span>'
        f"<span>{numbers}</span></div>"
    )


def plan(session: Session) -> str:
    """Return what a run will take, in time and memory."""
    found = session.estimate()
    how = "as measured here" if found.measured else "a guess until the first step"
    return (
        f" &nbsp;·&nbsp; {session.settings.steps:,} steps take about <b>{duration(found.seconds)}"
        f"</b> and <b>{found.megabytes:.0f} MB</b>, {how}"
    )


def share_rows(session: Session) -> list[tuple[str, float, float | None, str]]:
    """Return each part's share of the loss and of the gradient, for the bars."""
    step, problem = session.step, session.engine.problem
    assert step is not None
    gradient = session.gradient_shares() or {}
    rows = []
    for part, share in zip(problem.parts, step.shares(), strict=True):
        colour = getattr(term_of(part), "colour", "currentColor")
        rows.append((short_name(part), share, gradient.get(part), colour))
    return rows
