"""A sweep's pictures on one sheet, and its map of effectiveness × coherence."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import SimpleNamespace

from matplotlib.figure import Figure

from nstkit.errors import SettingsError
from nstkit.images import load_image
from nstkit.plots.pictures import show_images
from nstkit.plots.quality import show_quality

BEFORE_MEASURES = "effectiveness"


def show_sweep(
    rows: Sequence[Mapping[str, str]], folder: str | os.PathLike[str], *, columns: int = 6
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
        "contact_sheet", every picture under its number and settings, and "map", the numbers on
        effectiveness × coherence. Failed cells are left out.

    Raises
    ------
    SettingsError
        If no cell was painted.
    """
    painted = {number: row for number, row in enumerate(rows, start=1) if not row["fault"]}
    if not painted:
        raise SettingsError("no cell was painted: the column fault of sweep.csv says why")
    names = list(rows[0])[1 : list(rows[0]).index(BEFORE_MEASURES)]
    pictures = [load_image(Path(folder) / f"{row['key']}.png") for row in painted.values()]
    titles = [
        "\n".join([f"{number}", *(f"{name} {row[name]}" for name in names)])
        for number, row in painted.items()
    ]
    sheet = show_images(pictures, titles=titles, columns=min(columns, len(pictures)))
    found = {
        str(number): SimpleNamespace(
            effectiveness=float(row["effectiveness"]),
            coherence=float(row["coherence"]),
            judge=row["judge"],
        )
        for number, row in painted.items()
    }
    return {"contact_sheet": sheet, "map": show_quality(found, title="Numbers as on the sheet")}
