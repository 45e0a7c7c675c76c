"""The axes of a line chart: from data to pixels, as SVG text."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

import numpy as np
from matplotlib.ticker import LogLocator, MaxNLocator

from nstkit.session.wording import short

MOST_POINTS = 240
"""Points kept of a curve: about one for each two pixels on a screen."""


@dataclass(frozen=True)
class Line:
    """A curve of a chart.

    Attributes
    ----------
    name : str
        Written at the end of the curve.
    x, y : sequence of float
        The points; where y is not positive a logarithmic chart leaves a gap.
    colour : str
        A CSS colour; by default the text's.
    dash : str
        SVG's ``stroke-dasharray``, "" for a solid line.
    """

    name: str
    x: Sequence[float]
    y: Sequence[float]
    colour: str = "currentColor"
    dash: str = ""


def stroke(x1: float, y1: float, x2: float, y2: float, kind: str = "") -> str:
    """Draw a straight line of a kind that the style sheet knows."""
    return f'<line x1="{x1:.1f}" y1="{y1:.1f}" x2="{x2:.1f}" y2="{y2:.1f}" class="{kind}"/>'


def dot(x: float, y: float, radius: int, colour: str) -> str:
    """Draw a dot."""
    return f'<circle cx="{x:.1f}" cy="{y:.1f}" r="{radius}" style="fill:{colour}"/>'


def label(
    x: float, y: float, text: str, anchor: str = "start", kind: str = "", colour: str = ""
) -> str:
    """Write a text that starts, ends or has its middle at a point, as `anchor` says."""
    filled = f' style="fill:{colour}"' if colour else ""
    return (
        f'<text x="{x:.1f}" y="{y:.1f}" class="{kind}"{filled} text-anchor="{anchor}">'
        f"{escape(text)}</text>"
    )


class Axes:
    """The axes of a line chart, fitted to its curves.

    Parameters
    ----------
    lines : sequence of Line
        The curves.
    log : bool
        Whether the vertical axis is logarithmic.
    width, height : int
        Of the whole chart, in pixels.
    """

    def __init__(self, lines: Sequence[Line], log: bool, width: int, height: int):
        longest = max((len(line.name) for line in lines), default=0)
        self.log = log
        self.box = (46.0, 14.0, width - max(70.0, 8.0 + 8.8 * longest), height - 34.0)
        x = np.concatenate([np.asarray(line.x, float) for line in lines] or [np.zeros(1)])
        y = np.concatenate([np.asarray(line.y, float) for line in lines] or [np.ones(1)])
        y = y[np.isfinite(y) & ((y > 0) | (not log))]
        self.whole = bool((x == np.round(x)).all())
        self.left = float(x.min())
        self.right = float(x.max()) if x.max() > x.min() else self.left + 1
        low, high = (float(y.min()), float(y.max())) if y.size else (1.0, 10.0)
        if log:
            low, high = math.log10(low), math.log10(high)
        if low == high:
            low, high = (low - 0.5, high + 0.5) if log else (low - 1, high + 1)
        room = max(0.04 * (high - low), 0.05 if log else 1e-9)
        self.low, self.high = low - room, high + room

    def across(self, x: float) -> float:
        """Return how far to the right a value lies, in pixels."""
        x0, _, x1, _ = self.box
        return x0 + (x - self.left) / (self.right - self.left) * (x1 - x0)

    def down(self, y: float) -> float:
        """Return how far down a value lies, in pixels."""
        _, y0, _, y1 = self.box
        height = (math.log10(y) if self.log else y) - self.low
        return y1 - height / (self.high - self.low) * (y1 - y0)

    def has(self, y: float) -> bool:
        """Return whether a value has a place: zero has no logarithm."""
        return bool(np.isfinite(y) and (y > 0 or not self.log))

    def grid(self, x_label: str) -> str:
        """Draw grid lines, tick labels, and the horizontal axis."""
        x0, _, x1, y1 = self.box
        parts = []
        for value in self._y_ticks():
            y = self.down(value)
            parts += [stroke(x0, y, x1, y, "grid"), label(x0 - 6, y + 4, short(value), "end")]
        for value in _round_ticks(self.left, self.right, 6, self.whole):
            parts.append(label(self.across(value), y1 + 15, f"{value:g}", "middle"))
        parts.append(stroke(x0, y1, x1, y1, "axis"))
        parts.append(label((x0 + x1) / 2, y1 + 30, x_label, "middle", "soft"))
        return "".join(parts)

    def curve(self, line: Line) -> str:
        """Draw a curve, with gaps where it has no value."""
        stride = max(1, -(-len(line.x) // MOST_POINTS))
        path, pen = [], "M"
        for index in [*range(0, len(line.x) - 1, stride), len(line.x) - 1]:
            if self.has(line.y[index]):
                x, y = self.across(line.x[index]), self.down(line.y[index])
                path.append(f"{pen}{x:.1f} {y:.1f}")
                pen = "L"
            else:
                pen = "M"
        if len(path) == 1:
            return dot(x, y, 3, line.colour)
        return (
            f'<path d="{"".join(path)}" style="stroke:{line.colour}" fill="none" '
            f'stroke-width="2" stroke-linejoin="round" stroke-dasharray="{line.dash}"/>'
        )

    def names(self, lines: Sequence[Line]) -> str:
        """Write each curve's name where it ends, moved apart where they would overlap."""
        ends = []
        for line in lines:
            drawn = [y for y in line.y if self.has(y)]
            if drawn:
                ends.append((self.down(drawn[-1]), line))
        texts, previous = [], -99.0
        for y, line in sorted(ends, key=lambda end: end[0]):
            previous = max(y, previous + 13)
            texts.append(
                label(self.box[2] + 6, previous + 4, line.name, kind="name", colour=line.colour)
            )
        return "".join(texts)

    def mark(self, x: float, text: str) -> str:
        """Draw a thin upright line; its text shows when the mouse rests on it."""
        if not self.left <= x <= self.right:
            return ""
        _, y0, _, y1 = self.box
        across = self.across(x)
        return (
            f'<g class="mark"><title>{escape(text)}</title>'
            f"{stroke(across, y0 - 4, across, y1)}"
            f'<path d="M{across - 5:.1f} {y0 - 10}h10l-5 7z"/></g>'
        )

    def cursor(self, x: float, lines: Sequence[Line]) -> str:
        """Draw an upright line, and a dot where it meets each curve."""
        _, y0, _, y1 = self.box
        x = min(max(x, self.left), self.right)
        across = self.across(x)
        values = [(float(np.interp(x, line.x, line.y)), line.colour) for line in lines]
        dots = [dot(across, self.down(y), 4, colour) for y, colour in values if self.has(y)]
        return stroke(across, y0, across, y1, "cursor") + "".join(dots)

    def _y_ticks(self) -> list[float]:
        if not self.log:
            return _round_ticks(self.low, self.high, 5)
        low, high = 10**self.low, 10**self.high
        for digits in ((1.0,), (1.0, 2.0, 5.0)):
            found = LogLocator(subs=digits, numticks=7).tick_values(low, high)
            ticks = [value for value in found if low <= value <= high]
            if len(ticks) > 2:
                break
        return ticks


def _round_ticks(low: float, high: float, most: int, whole: bool = False) -> list[float]:
    """Return at most about `most` round numbers from low to high, whole ones where asked for."""
    found = MaxNLocator(most, steps=[1, 2, 5, 10], integer=whole).tick_values(low, high)
    room = 1e-9 * (high - low)
    return [round(value, 10) for value in found if low - room <= value <= high + room]
