"""A sweep's pictures on one sheet, and its map of effectiveness × coherence."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from pathlib import Path

from matplotlib.figure import Figure

from nstkit.errors import SettingsError
from nstkit.images import load_image
from nstkit.plots.panels import panels
from nstkit.plots.pictures import show_images

BEFORE_MEASURES = "effectiveness"


def show_sweep(
    rows: Sequence[Mapping[str, str]], folder: str | os.PathLike[str], *, columns: int = 4
) -> dict[str, Figure]:
    """Show what a sweep painted.

    Parameters
    ----------
    rows : sequence of mapping
        What `nstkit.sweep.sweep` returned.
    folder : path-like
        Where it put the pictures.
    columns : int
        Pictures in a row.

    Returns
    -------
    dict of str to matplotlib.figure.Figure
        "contact_sheet", every picture under its number and the settings that vary, and "map",
        the numbers on effectiveness × coherence. Failed cells are left out.

    Raises
    ------
    SettingsError
        If no cell was painted.
    """
    painted = {number: row for number, row in enumerate(rows, start=1) if not row["fault"]}
    if not painted:
        raise SettingsError("no cell was painted: the column fault of sweep.csv says why")
    tried = list(rows[0])[1 : list(rows[0]).index(BEFORE_MEASURES)]
    varied = [name for name in tried if len({row[name] for row in rows}) > 1]
    pictures = [load_image(Path(folder) / f"{row['key']}.png") for row in painted.values()]
    titles = [
        "\n".join([str(number), *(f"{name} {row[name]}" for name in varied)])
        for number, row in painted.items()
    ]
    sheet = show_images(pictures, titles=titles, columns=min(columns, len(pictures)))
    ax = panels(width=6, height=4.5, title="Numbers as on the sheet")[1][0]
    for number, row in painted.items():
        place = float(row["effectiveness"]), float(row["coherence"])
        ax.plot(*place, "o", color="#0072B2", alpha=0.5)
        ax.annotate(str(number), place, xytext=(5, 3), textcoords="offset points", fontsize=9)
    judges = "; ".join(dict.fromkeys(row["judge"] for row in painted.values()))
    ax.set(xlabel=f"effectiveness of style\n({judges})", ylabel="coherence of content")
    ax.margins(0.15)
    ax.grid(alpha=0.3)
    return {"contact_sheet": sheet, "map": ax.get_figure()}
