"""Famous paintings that are free to share, downloaded by name and kept in Keras's cache."""

from __future__ import annotations

import json
import os
from dataclasses import dataclass
from pathlib import Path

from PIL import Image

from nstkit.errors import ImageError, choose
from nstkit.machine import TIMEOUT, DownloadError, fetch_file
from nstkit.samples.shipped import data_folder, names

CACHE: Path = Path("~/.keras")
"""Folder under which Keras keeps what it downloads."""


@dataclass(frozen=True)
class Painting:
    """A famous painting that can be downloaded by name.

    Parameters
    ----------
    name : str
        Its short name.
    title, author, year : str
        What it is called, who painted it and when.
    licence, source : str
        Under which terms it is shared, and the page that says so.
    address : str
        The address of the picture file.
    """

    name: str
    title: str
    author: str
    year: str
    licence: str
    source: str
    address: str


FAMOUS = {
    entry["name"]: Painting(**entry)
    for entry in json.loads((data_folder() / "famous.json").read_text(encoding="utf-8"))
}
"""The famous paintings that can be downloaded, by name."""


def fetch(name: str, *, cache: str | os.PathLike[str] = CACHE, timeout: float = TIMEOUT) -> Path:
    """Return the file of a famous painting, downloading it the first time.

    A machine without a network hears so within `timeout` seconds. What arrives is decoded
    before it is accepted, so nothing that is not a whole picture stays in the cache.

    Parameters
    ----------
    name : str
        One of `FAMOUS`: "composition_vii", "starry_night", "great_wave".
    cache : path-like
        The folder that keeps downloads; the file lies in its subfolder `nstkit`.
    timeout : float
        Seconds that the server has to answer before the download is given up.

    Returns
    -------
    pathlib.Path
        The picture's file, complete and readable.

    Raises
    ------
    SettingsError
        If there is no such painting.
    ImageError
        If the server cannot be reached, refuses, or sends something that is not a picture; the
        message says why and which paintings need no network.
    """
    painting = FAMOUS[choose(name, FAMOUS, "famous painting")]
    target = Path(cache).expanduser() / "nstkit" / f"{painting.name}.jpg"
    if _is_picture(target):
        return target
    target.unlink(missing_ok=True)
    try:
        fetch_file(painting.address, target, timeout=timeout)
        if not _is_picture(target):
            target.unlink()
            raise DownloadError(f"what {painting.address} sent is not a whole picture")
    except DownloadError as error:
        raise ImageError(
            f"{painting.title!r} is not on this machine, and {error}. Paintings that need no "
            f"network: {', '.join(names('style'))}"
        ) from error
    return target


def _is_picture(path: Path) -> bool:
    """Say whether a file exists and decodes to its last line."""
    try:
        with Image.open(path) as picture:
            picture.load()
    except (OSError, SyntaxError, ValueError, Image.DecompressionBombError):
        return False
    return True
