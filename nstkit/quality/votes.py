"""Votes as values, and as CSV that classes can pool."""

from __future__ import annotations

import csv
import io
import os
from collections.abc import Iterable
from dataclasses import astuple, dataclass, fields
from pathlib import Path

from nstkit.errors import SettingsError, choose
from nstkit.machine import replace_file, table_text

VERSION = "1"


@dataclass(frozen=True)
class Vote:
    """One answer to one question.

    Attributes
    ----------
    voter : str
        Who.
    group : str
        What both pictures are results of, such as "chelsea in night_sky".
    left, right : str
        Names of the two results, as they were shown.
    chosen : {"left", "right"}
        The one preferred.

    Raises
    ------
    SettingsError
        If something is empty, both results are one, or neither side is chosen.
    """

    voter: str
    group: str
    left: str
    right: str
    chosen: str

    def __post_init__(self) -> None:
        if not all((self.voter, self.left, self.right)) or self.left == self.right:
            raise SettingsError(f"{self} must name its voter and two different results")
        choose(self.chosen, ("left", "right"), "side")

    @property
    def winner(self) -> str:
        """The result that was preferred."""
        return self.left if self.chosen == "left" else self.right

    @property
    def loser(self) -> str:
        """The other result."""
        return self.right if self.chosen == "left" else self.left


COLUMNS = ("version", *(field.name for field in fields(Vote)))


def write_votes(path: str | os.PathLike[str], votes: Iterable[Vote]) -> Path:
    """Write votes as CSV, whole or not at all.

    Parameters
    ----------
    path : path-like
        The file; one that is there is replaced when the new one is complete.
    votes : iterable of Vote
        The votes. Every line says which version of the format it has.

    Returns
    -------
    pathlib.Path
        The path that was written.
    """
    return replace_file(path, format_votes(votes).encode())


def format_votes(votes: Iterable[Vote]) -> str:
    """Return what `write_votes` writes."""
    return table_text(COLUMNS, ((VERSION, *astuple(vote)) for vote in votes))


def read_votes(path: str | os.PathLike[str]) -> list[Vote]:
    """Read votes that `write_votes` wrote, or several such files put one after the other.

    Parameters
    ----------
    path : path-like
        The file.

    Returns
    -------
    list of Vote
        The votes in the file's order.

    Raises
    ------
    SettingsError
        If there is no such file, it is no such CSV, or a line is broken or of another version;
        the message names file and line. The file is only read.
    """
    try:
        data = Path(path).read_bytes()
    except OSError as error:
        raise SettingsError(f"cannot read votes from {path}: {error}") from error
    return parse_votes(data, os.fspath(path))


def parse_votes(data: bytes, path: str) -> list[Vote]:
    """Return the votes in the bytes of a file; `path` names it in a message."""
    try:
        text = io.StringIO(data.decode("utf-8-sig"), newline="")
        lines = [tuple(line) for line in csv.reader(text, strict=True)]
    except (UnicodeDecodeError, csv.Error) as error:
        raise SettingsError(f"cannot read votes from {path}: {error}") from error
    if not lines or lines[0] != COLUMNS:
        raise SettingsError(f"{path} holds no votes: its first line should be {','.join(COLUMNS)}")
    votes = []
    for number, line in enumerate(lines, start=1):
        try:
            if line and line != COLUMNS:
                votes.append(_vote(line))
        except SettingsError as error:
            raise SettingsError(f"{path}, line {number}: {error}; mend or remove it") from error
    return votes


def pool(paths: Iterable[str | os.PathLike[str]]) -> list[Vote]:
    """Read the votes of several files, such as those of a class.

    Parameters
    ----------
    paths : iterable of path-like
        The files, one for each voter or for several.

    Returns
    -------
    list of Vote
        All of them.

    Raises
    ------
    SettingsError
        If a file cannot be read, or the same voter is in two of them: then somebody's file was
        given twice, or two people have one name.
    """
    votes: list[Vote] = []
    for path in paths:
        found = read_votes(path)
        twice = {vote.voter for vote in found} & {vote.voter for vote in votes}
        if twice:
            names = ", ".join(sorted(twice))
            raise SettingsError(f"{names} voted in {path} and in a file before: leave one out")
        votes += found
    return votes


def _vote(line: tuple[str, ...]) -> Vote:
    if len(line) != len(COLUMNS):
        raise SettingsError(f"{len(line)} of {len(COLUMNS)} columns")
    if line[0] != VERSION:
        raise SettingsError(f"version {line[0]!r}, where this nstkit reads version {VERSION}")
    return Vote(*line[1:])
