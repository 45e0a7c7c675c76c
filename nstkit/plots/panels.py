"""Figures with a grid of axes that only their caller shows."""

from __future__ import annotations

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.figure import Figure

from nstkit.errors import SettingsError


def panels(
    rows: int = 1, columns: int = 1, *, width: float = 3.4, height: float = 2.8, title: str = ""
) -> tuple[Figure, np.ndarray]:
    """Make a figure with a grid of empty axes.

    Parameters
    ----------
    rows, columns : int
        Size of the grid.
    width, height : float
        Size of each panel in inches.
    title : str
        Title above the whole figure.

    Returns
    -------
    figure : matplotlib.figure.Figure
        The figure, already forgotten by pyplot, so that nothing shows it a second time.
    axes : numpy.ndarray
        Its axes, shape (rows × columns,), row by row.
    """
    if rows < 1 or columns < 1:
        raise SettingsError(f"a grid of {rows} × {columns} panels has none: give at least 1 × 1")
    figure, axes = plt.subplots(
        rows,
        columns,
        figsize=(width * columns, height * rows),
        squeeze=False,
        layout="constrained",
    )
    plt.close(figure)
    if title:
        figure.suptitle(title)
    return figure, axes.ravel()
