"""The pictures that ship with the course, by name; they need no network."""

from __future__ import annotations

import functools
import json
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from nstkit.errors import ImageError, choose
from nstkit.images import load_image

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
