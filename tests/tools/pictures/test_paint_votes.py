"""The pictures of notebook 09's vote, and the votes that were cast on them."""

from __future__ import annotations

from pathlib import Path

import pytest

import paint_votes
from nstkit import load_image, samples
from nstkit.quality import Ballot, rank, read_votes

VOTES = samples.data_folder() / "votes"


def stored() -> dict[str, list[str]]:
    """Return the names of the stored results of each pair."""
    folders = {f"{c} in {s}": VOTES / f"{c}-in-{s}" for c, s in paint_votes.PAIRS}
    return {group: sorted(p.stem for p in f.glob("*.jpg")) for group, f in folders.items()}


def test_every_pair_is_stored_in_every_way_and_small() -> None:
    names = sorted(paint_votes.ways())
    assert stored() == {f"{c} in {s}": names for c, s in paint_votes.PAIRS}
    files = [*VOTES.rglob("*.jpg")]
    assert {load_image(path).shape for path in files} == {(1, 128, 128, 3)}
    assert sum(path.stat().st_size for path in files) < 1e6


def test_twenty_questions_were_answered_in_the_order_of_a_ballot() -> None:
    votes = read_votes(VOTES / "makers.csv")
    asked = Ballot(stored(), "maker 1", seed=9, path=VOTES / "makers.csv")
    assert asked.question is None
    pairs = {(vote.group, frozenset((vote.left, vote.right))) for vote in votes}
    assert (len(votes), len(pairs)) == (24, 20)
    assert rank(v for v in votes if v.group == "chelsea in night_sky").names[0] == "gently"


def test_the_pictures_can_be_painted_anew(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(paint_votes, "PAIRS", paint_votes.PAIRS[:1])
    monkeypatch.setattr(
        "sys.argv", ["paint_votes.py", "--size", "64", "--steps", "1", "--out", str(tmp_path)]
    )
    paint_votes.main()
    found = sorted(tmp_path.rglob("*.jpg"))
    assert [path.stem for path in found] == sorted(paint_votes.ways())
    assert {load_image(path).shape for path in found} == {(1, 64, 64, 3)}
