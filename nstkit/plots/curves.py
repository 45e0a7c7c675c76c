"""Plots of losses: curves over a run, and bars by layer."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from nstkit.errors import SettingsError, choose
from nstkit.plots.panels import panels

COLOURS = {"total": "#000000", "content": "#0072B2", "style": "#D55E00", "tv": "#009E73"}
"""The colour of each loss, from the palette of Okabe and Ito that colour-blind eyes can tell."""

LINES = {"total": "-", "content": "--", "style": "-.", "tv": ":"}
LABELS = {"total": "total", "content": "content", "style": "style", "tv": "total variation"}
AXES = {"step": "step", "evaluations": "evaluations of value and gradient", "seconds": "seconds"}


def show_losses(
    steps: Iterable[Any], *, ax: Axes | None = None, title: str = "", x: str = "step"
) -> Figure:
    """Show how total, content and style loss fall, on a logarithmic scale.

    Parameters
    ----------
    steps : iterable of Step
        The steps of a run.
    ax : matplotlib.axes.Axes, optional
        Where to draw.
    title : str
        Title.
    x : {"step", "evaluations", "seconds"}
        What to draw them over.

    Returns
    -------
    matplotlib.figure.Figure
        The figure. A loss that is 0 throughout is left out.

    Raises
    ------
    SettingsError
        If there are no steps, or `x` is something else.
    """
    choose(x, AXES, "axis (x)")
    records = list(steps)
    if not records:
        raise SettingsError("there are no steps to show: collect them with list(run)")
    ax = panels(width=5, height=3.2)[1][0] if ax is None else ax
    along = [getattr(step, x) for step in records]
    for name, colour in COLOURS.items():
        values = np.array([getattr(step, name) for step in records], float)
        values[values <= 0] = np.nan
        if np.isfinite(values).any():
            marker = "o" if len(records) == 1 else None
            (line,) = ax.plot(along, values, color=colour, linestyle=LINES[name], marker=marker)
            line.set_label(LABELS[name])
    ax.set(yscale="log", xlabel=AXES[x], ylabel="loss", title=title)
    ax.grid(alpha=0.3)
    ax.legend(frameon=False)
    return ax.get_figure()  # type: ignore[return-value]


def show_layer_parts(
    parts: Mapping[str, float], *, ax: Axes | None = None, title: str = "", unit: str = ""
) -> Figure:
    """Show named numbers as bars, such as what each layer adds to the loss.

    Parameters
    ----------
    parts : mapping of str to float
        Name and number; names that begin with "content" or "style" get that loss's colour.
    ax : matplotlib.axes.Axes, optional
        Where to draw.
    title : str
        Title.
    unit : str
        What the numbers are, written along the axis.

    Returns
    -------
    matplotlib.figure.Figure
        The figure, first name on top, the number at the end of each bar.

    Raises
    ------
    SettingsError
        If there is nothing to show.
    """
    if not parts:
        raise SettingsError("there are no parts to show: give a dict from name to number")
    if ax is None:
        ax = panels(width=5, height=0.8 + 0.28 * len(parts))[1][0]
    kinds = [str(name).split(" ")[0] for name in parts]
    colours = [COLOURS.get("tv" if kind == "total" else kind, "#56B4E9") for kind in kinds]
    bars = ax.barh(list(map(str, parts)), list(parts.values()), color=colours)
    ax.bar_label(bars, fmt="%.3g", padding=3, fontsize=8)
    ax.invert_yaxis()
    ax.margins(x=0.15)
    ax.set(title=title, xlabel=unit)
    ax.spines[["top", "right"]].set_visible(False)
    return ax.get_figure()  # type: ignore[return-value]
