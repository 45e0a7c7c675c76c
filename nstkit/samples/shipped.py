"""The pictures that ship with the course, by name, and famous paintings for who is online.

A shipped picture is a `Sample`; it needs no network. A famous painting is a `Painting`; it is
downloaded when it is asked for by name the first time, and kept in Keras's cache.
"""

from __future__ import annotations

import functools
import json
import os
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from nstkit.errors import ImageError, choose
from nstkit.images import load_image
from nstkit.samples.famous import CACHE, FAMOUS, TIMEOUT, download

KINDS = ("content", "style")
"""The two kinds of sample: photographs to paint, and paintings to take the style from."""


@dataclass(frozen=True)
class Sample:
    """A picture that ships with the package.

    Parameters
    ----------
    name : str
        Its short name, as `load` takes it.
    kind : str
        "content" for a photograph, "style" for a painting.
    title, author, licence, source : str
        What it shows, who made it, under which terms it is shared, where it is from.
    file : str
        Its path inside the data folder.
    """

    name: str
    kind: str
    title: str
    author: str
    licence: str
    source: str
    file: str

    @property
    def path(self) -> Path:
        """Where the picture lies on this machine."""
        return data_folder() / self.file


def data_folder() -> Path:
    """Return the folder with the pictures: inside an installed package, or in the repository.

    Returns
    -------
    pathlib.Path
        The folder that holds `samples.json`.

    Raises
    ------
    ImageError
        If neither place has it.
    """
    package = Path(__file__).resolve().parents[1]
    for folder in (package / "data", package.parent / "data"):
        if (folder / "samples.json").is_file():
            return folder
    raise ImageError(
        f"the sample pictures are missing: no samples.json in {package / 'data'} or "
        f"{package.parent / 'data'}. Install nstkit again"
    )


@functools.cache
def _samples() -> dict[str, Sample]:
    """Read the list of samples once."""
    text = (data_folder() / "samples.json").read_text(encoding="utf-8")
    return {entry["name"]: Sample(**entry) for entry in json.loads(text)}


def names(kind: str | None = None) -> list[str]:
    """Return the names of the shipped pictures, in the order they are listed.

    Parameters
    ----------
    kind : {"content", "style"}, optional
        Only the photographs or only the paintings.

    Returns
    -------
    list of str
        The names.

    Raises
    ------
    SettingsError
        If `kind` is neither.

    Examples
    --------
    >>> "coffee" in names("content")
    True
    """
    if kind is not None:
        choose(kind, KINDS, "kind of sample")
    return [sample.name for sample in _samples().values() if kind in (None, sample.kind)]


def get(name: str) -> Sample:
    """Return a shipped picture's title, author, licence, source and path.

    Parameters
    ----------
    name : str
        One of `names()`.

    Returns
    -------
    Sample
        The sample.

    Raises
    ------
    SettingsError
        If there is no such sample; the message has the names and the nearest one.
    """
    return _samples()[choose(name, names(), "sample")]


def load(name: str, *, size: int | None = None, crop: bool = False) -> np.ndarray:
    """Open a shipped picture by name.

    Parameters
    ----------
    name : str
        One of `names()`.
    size : int, optional
        Longest side in pixels, or with `crop` the side of the square.
    crop : bool
        Whether to cut out the centre square.

    Returns
    -------
    ndarray, shape (1, height, width, 3), float32 in [0, 1]
        The picture.

    Raises
    ------
    SettingsError
        If there is no such sample.
    """
    return load_image(get(name).path, size=size, crop=crop)


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


def fetch(name: str, *, cache: str | os.PathLike[str] = CACHE, timeout: float = TIMEOUT) -> Path:
    """Return the file of a famous painting, downloading it the first time.

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
        If it cannot be downloaded; the message says why and which pictures need no network.
    """
    painting = FAMOUS[choose(name, FAMOUS, "famous painting")]
    try:
        return download(painting, cache=cache, timeout=timeout)
    except ImageError as error:
        offline = ", ".join(names("style"))
        raise ImageError(f"{error}. Paintings that need no network: {offline}") from error
