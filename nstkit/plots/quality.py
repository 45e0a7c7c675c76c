"""Plots of how good results are: effectiveness × coherence, and what people prefer."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.transforms import Bbox

from nstkit.errors import SettingsError
from nstkit.plots.panels import panels

SIDES: tuple[tuple[Literal["left", "right"], tuple[int, int]], ...] = (
    *(("left", (6, 4)), ("left", (6, -8)), ("right", (-6, 4)), ("right", (-6, -8))),
    *(("left", (6, 15)), ("left", (6, -19))),
)
"""Where a name may stand beside its mark, in points, the best first."""


def show_quality(
    evaluations: Mapping[str, Any], *, ax: Axes | None = None, title: str = ""
) -> Figure:
    """Show effectiveness of style × coherence of content, with the two pictures for reference.

    Parameters
    ----------
    evaluations : mapping of str to Evaluation
        For each name what `nstkit.quality.evaluate` found, of one pair of pictures. Results to
        compare with (a random network's, 300 optimised steps) go in like any other.
    ax : matplotlib.axes.Axes, optional
        Where to draw.
    title : str
        Title.

    Returns
    -------
    matplotlib.figure.Figure
        The figure: the photograph itself at (0, 1), the painting itself at (1, 0).

    Raises
    ------
    SettingsError
        If there is nothing to show.
    """
    if not evaluations:
        raise SettingsError("there is no evaluation to show: give a dict from name to evaluation")
    ax = panels(width=5, height=4)[1][0] if ax is None else ax
    ax.plot([0, 1], [1, 0], "s", color="black", linestyle=":")
    marks = {"the photograph": (0.0, 1.0), "the painting": (1.0, 0.0)}
    for name, found in evaluations.items():
        marks[name] = found.effectiveness, found.coherence
        ax.plot(*marks[name], "o", color="#0072B2")
    judges = "; ".join(dict.fromkeys(found.judge for found in evaluations.values()))
    ax.set(xlabel=f"effectiveness of style\n({judges})", ylabel="coherence of content", title=title)
    ax.margins(x=0.3, y=0.1)
    ax.grid(alpha=0.3)
    _label(ax, marks)
    return ax.get_figure()  # type: ignore[return-value]


def _label(ax: Axes, marks: Mapping[str, tuple[float, float]]) -> None:
    """Write names beside places, each where it covers no other name if there is such a side."""
    written: list[Bbox] = []
    for name, place in marks.items():
        text = ax.annotate(name, place, (0, 0), textcoords="offset points", fontsize=8, va="center")
        for align, offset in SIDES:
            text.set_horizontalalignment(align)
            text.xyann = offset
            if not text.get_window_extent().count_overlaps(written):
                break
        written.append(text.get_window_extent())


def show_ranking(ranking: Any, *, ax: Axes | None = None, title: str = "") -> Figure:
    """Show how much each result is preferred, with its interval.

    Parameters
    ----------
    ranking : Ranking
        What `nstkit.quality.rank` found.
    ax : matplotlib.axes.Axes, optional
        Where to draw.
    title : str
        Title.

    Returns
    -------
    matplotlib.figure.Figure
        The figure, the most preferred on top.
    """
    names = list(ranking.names)
    ax = panels(width=5, height=1 + 0.3 * len(names))[1][0] if ax is None else ax
    ax.hlines(names, ranking.low, ranking.high, color="#56B4E9", linewidth=4)
    ax.plot(ranking.strengths, names, "o", color="#0072B2")
    ax.invert_yaxis()
    ax.set(xlabel="strength (log-odds of being preferred)", title=title)
    ax.grid(alpha=0.3, axis="x")
    return ax.get_figure()  # type: ignore[return-value]
