"""Writing files so that a failure never costs the file that was there before."""

from __future__ import annotations

import contextlib
import csv
import io
import os
import shutil
import tempfile
import uuid
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any


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
    beside = target.with_name(f".{target.name}.{uuid.uuid4().hex[:8]}")
    earlier = ". Any earlier file there is unchanged; free some space or choose another folder"
    with _named(target, earlier):
        try:
            with open(beside, "xb") as file:
                file.write(data)
                file.flush()
                os.fsync(file.fileno())
            if target.exists():
                shutil.copymode(target, beside)
            os.replace(beside, target)
        finally:  # also when the user interrupts
            with contextlib.suppress(OSError):
                beside.unlink()
    return target


def table_text(columns: Sequence[str], rows: Iterable[Iterable[Any]]) -> str:
    r"""Return a table as the text of a CSV file, numbers with all their digits.

    Parameters
    ----------
    columns : sequence of str
        The first line.
    rows : iterable of iterable
        The others.

    Returns
    -------
    str
        The text; lines end with a line feed on every system.

    Examples
    --------
    >>> table_text(["name", "value"], [["a, b", 0.1]])
    'name,value\n"a, b",0.1\n'
    """
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerows([columns, *rows])
    return text.getvalue()


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
    with _named(target, "; choose another folder"), tempfile.TemporaryFile(dir=target.parent):
        pass


@contextlib.contextmanager
def _named(target: Path, advice: str) -> Iterator[None]:
    """Make a file's folder; name the file, the reason and what to do in what goes wrong."""
    if target.is_dir():
        raise IsADirectoryError(f"{target} is a folder: give the path of a file inside it")
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        yield
    except OSError as error:
        reason = error.strerror or str(error)
        raise type(error)(error.errno, f"cannot write {target}: {reason}{advice}") from error
