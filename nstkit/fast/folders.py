"""Folders of pictures in and out."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import numpy as np

from nstkit.errors import ImageError, NstkitError
from nstkit.images import save_image

SUFFIXES = (".jpg", ".jpeg", ".png", ".webp", ".bmp", ".gif", ".tif", ".tiff")
"""How the names of files end that are taken for pictures."""


def pictures_in(folder: str | os.PathLike[str]) -> list[Path]:
    """Return the picture files of a folder, by name.

    Raises
    ------
    ImageError
        If there are none, or it is no folder.
    """
    place = Path(folder)
    if not place.is_dir():
        raise ImageError(f"there is no folder {place} (looked from {Path.cwd()}): check the name")
    found = sorted(path for path in place.iterdir() if path.suffix.lower() in SUFFIXES)
    if not found:
        raise ImageError(
            f"there is no picture in {place}: put files such as photo{SUFFIXES[0]} there "
            f"({', '.join(SUFFIXES)})"
        )
    return found


def paint_folder(
    folder: str | os.PathLike[str],
    output: str | os.PathLike[str],
    paint: Callable[[Path], np.ndarray],
    *,
    progress: bool = True,
) -> tuple[list[Path], dict[Path, Exception]]:
    """Paint every picture of a folder into another folder, under its own name.

    Parameters
    ----------
    folder, output : path-like
        Where the pictures are, and where to write the painted ones, as PNG where a name does not
        end in ``.jpg``; the folder is made. It cannot be the same one.
    paint : callable
        From a file to the painted picture, shape (1, height, width, 3).
    progress : bool
        Whether to show a bar.

    Returns
    -------
    written : list of pathlib.Path
        The painted pictures.
    failed : dict of pathlib.Path to Exception
        The files that could not be painted, and why; they do not keep the others from it.

    Raises
    ------
    ImageError
        If there is nothing to paint.
    """
    from tqdm.auto import tqdm

    target = Path(output)
    if target.exists() and target.resolve() == Path(folder).resolve():
        raise ImageError(f"{target} holds the pictures themselves: give another folder to write to")
    written: list[Path] = []
    failed: dict[Path, Exception] = {}
    for path in tqdm(pictures_in(folder), disable=not progress, unit="picture"):
        suffix = path.suffix if path.suffix.lower() in (".jpg", ".jpeg", ".png") else ".png"
        try:
            written.append(save_image(paint(path), target / (path.stem + suffix)))
        except NstkitError as error:
            failed[path] = error
    return written, failed
