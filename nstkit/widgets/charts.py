"""Curves and bars as SVG text: drawn in a millisecond, crisp on a projector, dark or light.

A chart is a string for an HTML widget. Text and axes take the page's own colour, so the same
chart reads in JupyterLab's light and dark themes.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from html import escape

from nstkit.losses import term_of
from nstkit.session.wording import short_name
from nstkit.widgets.axes import Axes, Line, label, stroke


def loss_lines(x: Sequence[float], sums: Sequence[Mapping[str, float]]) -> list[Line]:
    """Return a curve of each loss that counts, in its term's colour and dashes.

    Parameters
    ----------
    x : sequence of float
        Where the losses were measured.
    sums : sequence of dict of str to float
        The losses there by name: "total", "content", "style" …

    Returns
    -------
    list of Line
        The curves; a loss that is 0 throughout, or is not there, has none.
    """
    lines = []
    for name in dict.fromkeys(name for entry in sums for name in entry):
        y = [entry.get(name, 0.0) for entry in sums]
        term = term_of(name)
        if term is None:
            lines.append(Line(name, x, y))
        elif any(y):
            lines.append(Line(short_name(name), x, y, term.colour, " ".join(map(str, term.dash))))
    return lines


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
    axes = Axes(lines, log, width, height)
    body = [axes.grid(x_label)]
    body += [axes.mark(x, text) for x, text in list(marks)[-40:]]
    body += [axes.curve(line) for line in lines]
    body.append(axes.names(lines))
    if cursor is not None:
        body.append(axes.cursor(cursor, lines))
    return _svg(body, width, height, "curves of " + ", ".join(line.name for line in lines))


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
    longest = max((len(name) for name, _, _, _ in rows), default=0)
    left, right, top, pitch = max(88, 12 + 7 * longest), width - 86, 26, 25
    body = []
    for x, head, kind in ((left, heads[0], "full"), (left + 120, heads[1], "pale")):
        body += [f'<rect x="{x}" y="6" width="11" height="9" class="{kind}"/>']
        body += [label(x + 16, 15, head)]
    for index, (name, first, second, colour) in enumerate(rows):
        y = top + index * pitch
        body.append(label(left - 8, y + 15, name, "end"))
        body.append(stroke(left, y, left, y + 22, "axis"))
        body.append(label(width - 46, y + 15, _percent(first), "end"))
        body.append(label(width - 4, y + 15, _percent(second), "end", "soft"))
        for share, lower, kind in ((first, 1, "full"), (second, 12, "pale")):
            if share is not None:
                body.append(
                    f'<rect x="{left}" y="{y + lower}" width="{(right - left) * share:.1f}" '
                    f'height="9" rx="1.5" style="fill:{colour}" class="{kind}"/>'
                )
    named = "; ".join(f"{name} {_percent(first)}" for name, first, _, _ in rows)
    return _svg(body, width, top + pitch * len(rows) + 4, f"{heads[0]}: {named}")


def _percent(share: float | None) -> str:
    if share is None:
        return "–"
    return "<1 %" if 0 < share < 0.0095 else f"{100 * share:.0f} %"


def _svg(body: Iterable[str], width: int, height: int, said: str) -> str:
    return (
        f'<svg class="nstkit-chart" viewBox="0 0 {width} {height}" role="img" '
        f'aria-label="{escape(said)}" xmlns="http://www.w3.org/2000/svg">{"".join(body)}</svg>'
    )
