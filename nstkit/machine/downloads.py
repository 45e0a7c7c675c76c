"""Fetching a file from the network: quick to fail, checked, and never left half-made."""

from __future__ import annotations

import contextlib
import os
import socket
import tempfile
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path

from nstkit import __version__
from nstkit.errors import NstkitError

TIMEOUT = 5.0
"""Seconds without an answer after which a download is given up."""

USER_AGENT = f"nstkit/{__version__} (a course in neural style transfer; Python urllib)"


class DownloadError(NstkitError, OSError):
    """A file that could not be fetched."""


def fetch_file(
    address: str,
    path: str | os.PathLike[str],
    *,
    md5: str | None = None,
    timeout: float = TIMEOUT,
) -> Path:
    """Download a file with Keras's `get_file`, unless it is there already.

    The server is asked first and has `timeout` seconds to answer, so a machine without a
    network learns so at once. The file appears at `path` whole or not at all.

    Parameters
    ----------
    address : str
        Where the file is.
    path : path-like
        Where to keep it.
    md5 : str, optional
        The MD5 that the file must have.
    timeout : float
        Seconds to wait for an answer, and for each piece of the file.

    Returns
    -------
    pathlib.Path
        `path`.

    Raises
    ------
    DownloadError
        If the server cannot be reached, refuses, or sends something else.
    """
    target = Path(path)
    if target.exists():
        return target
    with _impatient(timeout):
        try:
            urllib.request.urlopen(address).close()
        except (OSError, ValueError) as error:
            reason = getattr(error, "reason", None) or error
            if isinstance(error, urllib.error.HTTPError):
                error.close()  # it holds the connection
            raise DownloadError(f"cannot download {address}: {reason}") from error
        from nstkit.machine.tensorflow import without_start_up_messages

        with without_start_up_messages():
            import keras

        target.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=target.parent) as folder:
            try:
                found = keras.utils.get_file(
                    target.name, address, cache_dir=folder, cache_subdir="", file_hash=md5
                )
            except Exception as error:
                raise DownloadError(f"the download of {address} failed: {error}") from error
            os.replace(found, target)
    return target


@contextlib.contextmanager
def _impatient(timeout: float) -> Iterator[None]:
    """Give every connection a time limit and nstkit's name, for the time of the block."""
    before, opener = socket.getdefaulttimeout(), urllib.request._opener  # type: ignore[attr-defined]
    named = urllib.request.build_opener()
    named.addheaders = [("User-Agent", USER_AGENT)]
    socket.setdefaulttimeout(timeout)
    urllib.request.install_opener(named)
    try:
        yield
    finally:
        socket.setdefaulttimeout(before)
        urllib.request.install_opener(opener)
