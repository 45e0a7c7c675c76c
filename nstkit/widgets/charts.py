"""Curves and bars as SVG text: drawn in a millisecond, crisp on a projector, dark or light.

A chart is a string for an HTML widget. Text and axes take the page's own colour, so the same
chart reads in JupyterLab's light and dark themes.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from html import escape

from nstkit.widgets.axes import Frame, Line, raised

COLOURS = {"content": "#1583c7", "style": "#d55e00", "tv": "#009e73", "total": "currentColor"}
"""The colour of each loss: blue, vermilion and green that colour-blind eyes can tell apart."""


def loss_lines(
    x: Sequence[float],
    total: Sequence[float],
    content: Sequence[float],
    style: Sequence[float],
) -> list[Line]:
    """Return the three curves of a run, in the colours and dashes used throughout."""
    return [
        Line("total", x, total, COLOURS["total"]),
        Line("content", x, content, COLOURS["content"], "7 3"),
        Line("style", x, style, COLOURS["style"], "2 3"),
    ]


def line_chart(
    lines: Iterable[Line],
    *,
    marks: Iterable[tuple[float, str]] = (),
    cursor: float | None = None,
    x_label: str = "step",
    log: bool = True,
    width: int = 460,
    height: int = 230,
) -> str:
    """Draw curves over one axis.

    Parameters
    ----------
    lines : iterable of Line
        The curves.
    marks : iterable of (float, str)
        Moments to mark: where, and what happened there.
    cursor : float, optional
        Where to draw an upright line and a dot on each curve.
    x_label : str
        Label of the horizontal axis.
    log : bool
        Whether the vertical axis is logarithmic.
    width, height : int
        Proportions, in pixels at full size; the chart fills the width it is given.

    Returns
    -------
    str
        An SVG element.
    """
    lines = [line for line in lines if len(line.x)]
    frame = Frame.around(lines, log, width, height)
    body = [frame.axes(x_label)]
    body += [frame.mark(x, text) for x, text in list(marks)[-40:]]
    body += [frame.curve(line) for line in lines]
    body += frame.names(lines)
    if cursor is not None:
        body.append(frame.cursor(cursor, lines))
    return _svg("".join(body), width, height, "curves of " + ", ".join(li.name for li in lines))


def bar_chart(
    rows: Iterable[tuple[str, float, float | None, str]],
    *,
    heads: tuple[str, str] = ("share of loss", "share of gradient"),
    width: int = 460,
) -> str:
    """Draw two bars for each row, from 0 to 100 %.

    Parameters
    ----------
    rows : iterable of (str, float, float or None, str)
        Label, first share, second share (None where it is not known yet), CSS colour.
    heads : (str, str)
        What the two shares are.
    width : int
        Proportion, in pixels at full size.

    Returns
    -------
    str
        An SVG element.
    """
    rows = list(rows)
    left, right, top, pitch = 88, 86, 26, 25
    room = width - left - right
    body = [
        f'<rect x="{left}" y="6" width="11" height="9" class="full"/>'
        f'<text x="{left + 16}" y="15">{escape(heads[0])}</text>'
        f'<rect x="{left + 120}" y="6" width="11" height="9" class="pale"/>'
        f'<text x="{left + 136}" y="15">{escape(heads[1])}</text>'
    ]
    for index, (label, first, second, colour) in enumerate(rows):
        y = top + index * pitch
        pale = "" if second is None else _bar(left, y + 12, room * second, colour, "pale")
        said = "–" if second is None else _percent(second)
        body.append(
            f'<text x="{left - 8}" y="{y + 15}" text-anchor="end">{escape(label)}</text>'
            f'<line x1="{left}" x2="{left}" y1="{y}" y2="{y + 22}" class="axis"/>'
            + _bar(left, y + 1, room * first, colour, "full")
            + pale
            + f'<text x="{width - 46}" y="{y + 15}" text-anchor="end">'
            f"{_percent(first)}</text>"
            f'<text x="{width - 4}" y="{y + 15}" text-anchor="end" class="soft">{said}</text>'
        )
    named = "; ".join(f"{label} {_percent(first)}" for label, first, _, _ in rows)
    return _svg("".join(body), width, top + pitch * len(rows) + 4, f"{heads[0]}: {named}")


def short(value: float) -> str:
    """Write a number in few characters, powers of ten with raised digits.

    Examples
    --------
    >>> short(0.0), short(12.345), short(123456.0)
    ('0', '12.3', '1.2·10⁵')
    """
    if value == 0 or not math.isfinite(value):
        return "0" if value == 0 else "–"
    if 0.01 <= abs(value) < 10_000:
        return f"{value:.3g}"
    power = math.floor(math.log10(abs(value)))
    return f"{value / 10**power:.1f}·10{raised(power)}"


def _percent(share: float) -> str:
    percent = 100 * share
    return f"{percent:.0f} %" if percent >= 0.95 or percent == 0 else "<1 %"


def _bar(x: float, y: float, length: float, colour: str, kind: str) -> str:
    return (
        f'<rect x="{x}" y="{y}" width="{max(0.0, length):.1f}" height="9" rx="1.5" '
        f'style="fill:{colour}" class="{kind}"/>'
    )


def _svg(body: str, width: int, height: float, label: str) -> str:
    return (
        f'<svg class="nstkit-chart" viewBox="0 0 {width} {height:.0f}" role="img" '
        f'aria-label="{escape(label)}" xmlns="http://www.w3.org/2000/svg">{body}</svg>'
    )
