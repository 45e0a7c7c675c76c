"""Fetching a file from the network: quick to fail, checked, and never left half-made."""

from __future__ import annotations

import hashlib
import io
import os
import sys
from pathlib import Path

from nstkit import __version__
from nstkit.errors import NstkitError
from nstkit.machine.files import replace_file

TIMEOUT = 5.0
"""Seconds without an answer after which a download is given up."""

USER_AGENT = f"nstkit/{__version__} (a course in neural style transfer; Python pooch)"


class DownloadError(NstkitError, OSError):
    """A file that could not be fetched."""


def fetch_file(
    address: str,
    path: str | os.PathLike[str],
    *,
    md5: str | None = None,
    timeout: float = TIMEOUT,
) -> Path:
    """Download a file, unless it is there already.

    The server has `timeout` seconds to answer, so a machine without a network learns so at
    once. The file appears at `path` whole or not at all.

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
    import pooch

    content, answers, outer = io.BytesIO(), [], sys.exception()
    download = pooch.HTTPDownloader(
        progressbar=True,
        chunk_size=2**16,
        timeout=timeout,
        headers={"User-Agent": USER_AGENT},
        hooks={"response": lambda answer, **_: answers.append(answer)},
    )
    try:
        download(address, content, None)
        found = hashlib.md5(content.getbuffer(), usedforsecurity=False).hexdigest()
        if md5 not in (None, found):
            raise ValueError(f"its MD5 is {found}, not {md5}")
    except (OSError, ValueError) as error:
        began = any(answer.ok for answer in answers)
        failed = f"the download of {address} failed" if began else f"cannot download {address}"
        raise DownloadError(f"{failed}: {_first_cause(error, outer)}") from error
    finally:
        for answer in answers:
            answer.close()  # after a refusal it would hold the connection
    return replace_file(target, content.getvalue())


def _first_cause(error: BaseException, outer: BaseException | None) -> BaseException:
    """Return what an error inside `outer` came from: the system's words, not the libraries'."""
    while error.__context__ not in (None, outer):
        error = error.__context__
    return error
