"""Famous paintings that are free to share, downloaded by name and kept in Keras's cache."""

from __future__ import annotations

import contextlib
import os
import socket
import urllib.error
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from PIL import Image

from nstkit.errors import ImageError

CACHE = Path("~/.keras")
"""Folder under which Keras keeps what it downloads."""

TIMEOUT = 4.0
"""Seconds that a server has to answer before we call it unreachable."""

_AGENT = "nstkit/0.1 (a course in neural style transfer; Python urllib)"
_COMMONS = "https://commons.wikimedia.org/wiki/File:"
_THUMBS = "https://upload.wikimedia.org/wikipedia/commons/thumb/"
_TUTORIAL = "https://storage.googleapis.com/download.tensorflow.org/example_images/"
_KANDINSKY = "Vassily_Kandinsky,_1913_-_Composition_7.jpg"
_VAN_GOGH = "Van_Gogh_-_Starry_Night_-_Google_Art_Project.jpg"
_HOKUSAI = "Tsunami_by_hokusai_19th_century.jpg"


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


FAMOUS: dict[str, Painting] = {
    "composition_vii": Painting(
        "composition_vii",
        "Composition VII",
        "Wassily Kandinsky",
        "1913",
        "public domain",
        _COMMONS + _KANDINSKY,
        _TUTORIAL + _KANDINSKY.replace(",", "%2C"),
    ),
    "starry_night": Painting(
        "starry_night",
        "The Starry Night",
        "Vincent van Gogh",
        "1889",
        "public domain",
        _COMMONS + _VAN_GOGH,
        f"{_THUMBS}e/ea/{_VAN_GOGH}/1280px-{_VAN_GOGH}",
    ),
    "great_wave": Painting(
        "great_wave",
        "The Great Wave off Kanagawa",
        "Katsushika Hokusai",
        "about 1831",
        "public domain",
        _COMMONS + _HOKUSAI,
        f"{_THUMBS}a/a5/{_HOKUSAI}/1280px-{_HOKUSAI}",
    ),
}
"""The famous paintings that can be downloaded, by name."""


def download(
    painting: Painting, *, cache: str | os.PathLike[str] = CACHE, timeout: float = TIMEOUT
) -> Path:
    """Return the painting's file, downloading it the first time.

    The server is tried with a short connection first, so that a machine without a network
    hears so within `timeout` seconds. What arrives is decoded before it is accepted: nothing
    that is not a whole picture stays in the cache.

    Parameters
    ----------
    painting : Painting
        What to download.
    cache : path-like
        The folder that keeps downloads; the file lies in its subfolder `nstkit`.
    timeout : float
        Seconds that the server has to answer.

    Returns
    -------
    pathlib.Path
        The picture's file.

    Raises
    ------
    ImageError
        If the server cannot be reached, refuses, or sends something that is not a picture.
    """
    folder = Path(cache).expanduser()
    target = folder / "nstkit" / f"{painting.name}.jpg"
    if _is_picture(target):
        return target
    what = f"cannot download {painting.title!r} from {painting.address}"
    try:
        with _named_client(timeout):
            _probe(painting.address, timeout)
            target.parent.mkdir(parents=True, exist_ok=True)
            target.unlink(missing_ok=True)
            from keras.utils import get_file  # Keras takes seconds to import: only when needed

            get_file(target.name, painting.address, cache_dir=str(folder), cache_subdir="nstkit")
    except Exception as error:  # get_file turns what goes wrong into a bare Exception
        target.unlink(missing_ok=True)
        raise ImageError(f"{what}: {_reason(error)}") from error
    if not _is_picture(target):
        target.unlink(missing_ok=True)
        raise ImageError(f"{what}: what the server sent is not a whole picture")
    return target


def _is_picture(path: Path) -> bool:
    """Say whether a file exists and decodes to its last line."""
    try:
        with Image.open(path) as picture:
            picture.load()
    except (OSError, SyntaxError, ValueError, Image.DecompressionBombError):
        return False
    return True


def _probe(address: str, timeout: float) -> None:
    """Ask for the first bytes, so that a dead network or a missing file shows at once."""
    with urllib.request.urlopen(address, timeout=timeout) as answer:
        answer.read(1)


@contextlib.contextmanager
def _named_client(timeout: float) -> Iterator[None]:
    """Say who is asking (Wikimedia refuses nameless clients) and never wait for ever.

    `get_file` offers neither, but it uses urllib's opener and the socket module's default.
    """
    before_opener, before_timeout = urllib.request._opener, socket.getdefaulttimeout()  # type: ignore[attr-defined]
    opener = urllib.request.build_opener()
    opener.addheaders = [("User-Agent", _AGENT)]
    urllib.request.install_opener(opener)
    socket.setdefaulttimeout(max(timeout, 20.0))
    try:
        yield
    finally:
        urllib.request._opener = before_opener  # type: ignore[attr-defined]
        socket.setdefaulttimeout(before_timeout)


def _reason(error: BaseException) -> str:
    """Put what went wrong in a few words."""
    if isinstance(error, urllib.error.HTTPError):
        return f"the server answered {error.code} ({error.reason})"
    if isinstance(error, urllib.error.URLError):
        return f"no connection ({error.reason}); is this machine online?"
    if isinstance(error, TimeoutError):
        return "the server did not answer in time; is this machine online?"
    return str(error) or type(error).__name__
