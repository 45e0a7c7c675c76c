"""Figures with a grid of axes that only their caller shows."""

from __future__ import annotations

import base64
import io

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.figure import Figure

from nstkit.errors import SettingsError


class PictureFigure(Figure):
    """A figure of photographs or paintings: a notebook stores it as JPEG.

    A PNG of the same figure is several times as large, and a notebook full of them would not
    fit into a reader's mailbox or a page on the web.
    """

    def _ipython_display_(self) -> None:
        from IPython.display import display

        buffer = io.BytesIO()
        options = {"quality": 80, "optimize": True, "progressive": True}
        self.savefig(buffer, format="jpeg", bbox_inches="tight", pil_kwargs=options)
        data = base64.b64encode(buffer.getvalue()).decode("ascii")
        display({"image/jpeg": data, "text/plain": repr(self)}, raw=True)


def panels(
    rows: int = 1,
    columns: int = 1,
    *,
    width: float = 3.4,
    height: float = 2.8,
    title: str = "",
    kind: type[Figure] = Figure,
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
    kind : type
        The class of the figure: `PictureFigure` where it shows photographs or paintings.

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
        FigureClass=kind,
    )
    plt.close(figure)
    if title:
        figure.suptitle(title)
    return figure, axes.ravel()
