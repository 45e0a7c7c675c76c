"""Opening a picture by a name, shipped or famous, or from anywhere else."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np

from nstkit.errors import choose
from nstkit.images import load_image
from nstkit.samples.famous import FAMOUS, fetch
from nstkit.samples.shipped import get, names


def open_image(path_or_name: Any, *, size: int | None = None, crop: bool = False) -> np.ndarray:
    """Open a picture given as a sample's name, a famous painting's name, or anything else.

    A name that exists wins over a file of that name in the current folder; write `./coffee`
    for the file.

    Parameters
    ----------
    path_or_name : str, path-like, or any source that `load_image` takes
        The picture.
    size, crop : int and bool
        As for `load_image`.

    Returns
    -------
    ndarray, shape (1, height, width, 3), float32 in [0, 1]
        The picture.

    Raises
    ------
    SettingsError
        If it is a bare word that is neither a name nor a file.
    ImageError
        If the file cannot be read or a famous painting cannot be downloaded.
    """
    source = path_or_name
    if isinstance(source, str):
        if source in FAMOUS:
            source = fetch(source)
        elif source in names():
            source = get(source).path
        elif Path(source).name == source and not Path(source).suffix and not Path(source).exists():
            choose(source, [*names(), *FAMOUS], "picture")
    return load_image(source, size=size, crop=crop)
