"""The axes of a line chart: from data to pixels, as SVG text."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

import numpy as np

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
        A CSS colour.
    dash : str
        SVG's ``stroke-dasharray``, "" for a solid line.
    """

    name: str
    x: Sequence[float]
    y: Sequence[float]
    colour: str
    dash: str = ""


def raised(power: int) -> str:
    """Write a whole number in raised digits."""
    return str(power).translate(str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹"))


@dataclass(frozen=True)
class Frame:
    """The axes of a line chart: from data to pixels."""

    left: float
    right: float
    low: float
    high: float
    log: bool
    whole: bool
    box: tuple[float, float, float, float]

    @classmethod
    def around(cls, lines: Sequence[Line], log: bool, width: int, height: int) -> Frame:
        """Fit the axes to the curves."""
        x = np.concatenate([np.asarray(line.x, float) for line in lines] or [np.zeros(1)])
        y = np.concatenate([np.asarray(line.y, float) for line in lines] or [np.ones(1)])
        y = y[np.isfinite(y) & ((y > 0) | (not log))]
        low, high = (float(y.min()), float(y.max())) if y.size else (1.0, 10.0)
        if log:
            low, high = math.log10(low), math.log10(high)
        if low == high:
            low, high = (low - 0.5, high + 0.5) if log else (low - 1, high + 1)
        room = max(0.04 * (high - low), 0.05 if log else 1e-9)
        right = float(x.max()) if x.max() > x.min() else float(x.min()) + 1
        box = (46.0, 14.0, width - 62.0, height - 34.0)
        whole = bool((x == np.round(x)).all())
        return cls(float(x.min()), right, low - room, high + room, log, whole, box)

    def at(self, x: float, y: float) -> tuple[float, float]:
        """Return where a point of the data lies, in pixels."""
        x0, y0, x1, y1 = self.box
        height = (math.log10(y) if self.log else y) - self.low
        across = x0 + (x - self.left) / (self.right - self.left) * (x1 - x0)
        return across, y1 - height / (self.high - self.low) * (y1 - y0)

    def axes(self, x_label: str) -> str:
        """Draw grid lines, tick labels, and the horizontal axis."""
        x0, _, x1, y1 = self.box
        parts = []
        for value in self._y_ticks():
            y = self.at(self.left, value)[1]
            parts.append(
                f'<line x1="{x0}" x2="{x1}" y1="{y:.1f}" y2="{y:.1f}" class="grid"/>'
                f'<text x="{x0 - 6}" y="{y + 4:.1f}" text-anchor="end">{self._tick(value)}</text>'
            )
        for value in self._x_ticks():
            x = x0 + (value - self.left) / (self.right - self.left) * (x1 - x0)
            parts.append(
                f'<text x="{x:.1f}" y="{y1 + 15:.0f}" text-anchor="middle">{value:g}</text>'
            )
        parts.append(f'<line x1="{x0}" x2="{x1}" y1="{y1}" y2="{y1}" class="axis"/>')
        middle = (x0 + x1) / 2
        parts.append(
            f'<text x="{middle:.0f}" y="{y1 + 30:.0f}" text-anchor="middle" class="soft">'
            f"{escape(x_label)}</text>"
        )
        return "".join(parts)

    def curve(self, line: Line) -> str:
        """Draw a curve, with gaps where it has no value."""
        stride = max(1, -(-len(line.x) // MOST_POINTS))
        chosen = [*range(0, len(line.x) - 1, stride), len(line.x) - 1]
        path, pen = [], "M"
        for index in chosen:
            if not np.isfinite(line.y[index]) or (self.log and line.y[index] <= 0):
                pen = "M"
                continue
            path.append("{}{:.1f} {:.1f}".format(pen, *self.at(line.x[index], line.y[index])))
            pen = "L"
        if len(path) == 1:
            x, y = self.at(line.x[chosen[-1]], line.y[chosen[-1]])
            return f'<circle cx="{x:.1f}" cy="{y:.1f}" r="3" fill="{line.colour}"/>'
        return (
            f'<path d="{"".join(path)}" fill="none" stroke="{line.colour}" stroke-width="2" '
            f'stroke-linejoin="round" stroke-dasharray="{line.dash}"/>'
        )

    def names(self, lines: Sequence[Line]) -> list[str]:
        """Write each curve's name where it ends, moved apart where they would overlap."""
        ends = []
        for line in lines:
            drawn = [y for y in line.y if np.isfinite(y) and (y > 0 or not self.log)]
            if drawn:
                ends.append((self.at(line.x[-1], drawn[-1])[1], line))
        ends.sort(key=lambda end: end[0])
        texts, previous = [], -99.0
        for y, line in ends:
            previous = max(y, previous + 13)
            texts.append(
                f'<text x="{self.box[2] + 6}" y="{previous + 4:.1f}" class="name" '
                f'style="fill:{line.colour}">{escape(line.name)}</text>'
            )
        return texts

    def mark(self, x: float, text: str) -> str:
        """Draw a thin upright line; its text shows when the mouse rests on it."""
        if not self.left <= x <= self.right:
            return ""
        _, y0, _, y1 = self.box
        across = self.at(x, 10**self.low if self.log else self.low)[0]
        return (
            f'<g class="mark"><title>{escape(text)}</title>'
            f'<line x1="{across:.1f}" x2="{across:.1f}" y1="{y0 - 4}" y2="{y1}"/>'
            f'<path d="M{across - 5:.1f} {y0 - 10}h10l-5 7z"/></g>'
        )

    def cursor(self, x: float, lines: Sequence[Line]) -> str:
        """Draw an upright line, and a dot where it meets each curve."""
        _, y0, _, y1 = self.box
        x = min(max(x, self.left), self.right)
        across = self.at(x, 10**self.low if self.log else self.low)[0]
        parts = [f'<line x1="{across:.1f}" x2="{across:.1f}" y1="{y0}" y2="{y1}" class="cursor"/>']
        for line in lines:
            value = float(np.interp(x, line.x, line.y))
            if np.isfinite(value) and (value > 0 or not self.log):
                y = self.at(x, value)[1]
                parts.append(f'<circle cx="{across:.1f}" cy="{y:.1f}" r="4" fill="{line.colour}"/>')
        return "".join(parts)

    def _y_ticks(self) -> list[float]:
        if not self.log:
            return _round_ticks(self.low, self.high, 5)
        first, last = math.ceil(self.low), math.floor(self.high)
        stride = max(1, -(-(last - first + 1) // 6))
        ticks = [10.0**power for power in range(first, last + 1, stride)]
        if len(ticks) < 3:
            powers = range(math.floor(self.low), math.ceil(self.high) + 1)
            fine = [digit * 10.0**power for power in powers for digit in (1, 2, 5)]
            ticks = [value for value in fine if self.low <= math.log10(value) <= self.high]
        return ticks

    def _x_ticks(self) -> list[float]:
        return _round_ticks(self.left, self.right, 6, finest=1.0 if self.whole else 0.0)

    def _tick(self, value: float) -> str:
        if 0.01 <= abs(value) < 10_000 or value == 0:
            return f"{value:g}"
        power = math.floor(math.log10(abs(value)) + 1e-9)
        digit = round(value / 10.0**power)
        return f"10{raised(power)}" if digit == 1 else f"{digit}·10{raised(power)}"


def _round_ticks(low: float, high: float, most: int, finest: float = 0.0) -> list[float]:
    """Return at most about `most` round numbers from low to high, no closer than `finest`."""
    rough = max((high - low) / most, finest)
    power = 10.0 ** math.floor(math.log10(rough))
    stride = next(power * digit for digit in (1, 2, 5, 10) if power * digit >= rough * 0.999)
    first = math.ceil(low / stride - 1e-9)
    last = math.floor(high / stride + 1e-9)
    return [round(index * stride, 10) for index in range(first, last + 1)]
