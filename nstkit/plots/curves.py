"""Plots of losses: curves over a run, and bars by layer."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from nstkit.errors import SettingsError, choose
from nstkit.losses import TERMS, term_of
from nstkit.plots.panels import panels

COLOURS = {"total": "#000000", **{name: term.colour for name, term in TERMS.items()}}
"""The colour of each loss, for colour-blind eyes to tell apart; `nstkit.losses.TERMS` has them."""

OTHER = "#56B4E9"
"""The colour of what is no loss: sky blue."""

AXES = {"step": "step", "evaluations": "evaluations of value and gradient", "seconds": "seconds"}


def show_losses(
    steps: Iterable[Any], *, ax: Axes | None = None, title: str = "", x: str = "step"
) -> Figure:
    """Show how the total loss and each part of it fall, on a logarithmic scale.

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
    sums = [{"total": step.total, **step.sums()} for step in records]
    for name in sums[0]:
        values = np.array([entry.get(name, 0.0) for entry in sums])
        values[values <= 0] = np.nan
        if np.isfinite(values).any():
            term, marker = term_of(name), "o" if len(records) == 1 else ""
            colour = term.colour if term else COLOURS["total"]
            (line,) = ax.plot(along, values, color=colour, marker=marker, label=name)
            if term:
                line.set(dashes=term.dash, label=term.title if name == term.name else name)
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
        Name and number; names of parts of a loss, such as "style block1_conv1", get its colour.
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
    colours = [getattr(term_of(str(name)), "colour", OTHER) for name in parts]
    bars = ax.barh(list(map(str, parts)), list(parts.values()), color=colours)
    ax.bar_label(bars, fmt="%.3g", padding=3, fontsize=8)
    ax.invert_yaxis()
    ax.margins(x=0.15)
    ax.set(title=title, xlabel=unit)
    ax.spines[["top", "right"]].set_visible(False)
    return ax.get_figure()  # type: ignore[return-value]
