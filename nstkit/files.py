"""Writing files so that a failure never costs the file that was there before."""

from __future__ import annotations

import contextlib
import os
import tempfile
from pathlib import Path


def replace_file(path: str | os.PathLike[str], data: bytes) -> Path:
    """Write `data` beside `path`, then rename it into place.

    Whatever goes wrong (a full disk, a lost connection to a network drive), a file that was
    at `path` before is still there, whole.

    Parameters
    ----------
    path : path-like
        Where the file shall be. Missing parent folders are made.
    data : bytes
        The whole content.

    Returns
    -------
    pathlib.Path
        The path that was written.

    Raises
    ------
    OSError
        If the file cannot be written; the message names the path and the reason.
    """
    target = Path(path)
    if target.is_dir():
        raise IsADirectoryError(f"{target} is a folder: give the path of a file inside it")
    beside: str | None = None
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        handle, beside = tempfile.mkstemp(dir=target.parent, prefix=f".{target.name}.")
        with os.fdopen(handle, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        os.chmod(beside, _permissions(target))
        os.replace(beside, target)
    except OSError as error:
        if beside is not None:
            with contextlib.suppress(OSError):
                os.unlink(beside)
        reason = error.strerror or str(error)
        raise type(error)(
            error.errno,
            f"cannot write {target}: {reason}. Any earlier file there is unchanged; free some "
            "space or choose another folder",
        ) from error
    return target


def check_writable(path: str | os.PathLike[str]) -> None:
    """Raise at once, before any work is done, if `path` cannot be written later.

    Parameters
    ----------
    path : path-like
        File that shall be written.

    Raises
    ------
    OSError
        If it is a folder, or its folder cannot be made or written to.
    """
    target = Path(path)
    if target.is_dir():
        raise IsADirectoryError(f"{target} is a folder: give the path of a file inside it")
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=target.parent):
            pass
    except OSError as error:
        reason = error.strerror or str(error)
        raise type(error)(
            error.errno, f"cannot write {target}: {reason}; choose another folder"
        ) from error


def _permissions(target: Path) -> int:
    """Return the mode the new file shall have: the old file's, or the user's default."""
    if target.exists():
        return target.stat().st_mode & 0o777
    mask = os.umask(0)
    os.umask(mask)
    return 0o666 & ~mask
