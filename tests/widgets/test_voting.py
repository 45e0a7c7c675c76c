"""The voting widget: with a mouse, with keys, blind until the end."""

from __future__ import annotations

from typing import Any

import pytest

pytest.importorskip("ipywidgets")

import ipywidgets as widgets
from tiny import picture

from nstkit.errors import SettingsError
from nstkit.quality import Ballot, Vote, read_votes, write_votes
from nstkit.widgets import voting
from nstkit.widgets.pictures import jpeg

RESULTS = {"cat": {"classic": picture(1), "fast": picture(2), "slow": picture(3)}}


def parts(panel: Any, kind: type) -> list[Any]:
    """Return all widgets of a kind in a panel, from top to bottom."""
    found = [panel] if isinstance(panel, kind) else []
    for child in getattr(panel, "children", ()):
        found += parts(child, kind)
    return found


def said(panel: Any) -> str:
    return " ".join(part.value for part in parts(panel, widgets.HTML)[1:])  # but the style sheet


def press(panel: Any, name: str) -> None:
    next(part for part in parts(panel, widgets.Button) if part.description == name).click()


def upload(panel: Any, name: str, data: bytes) -> None:
    button = parts(panel, widgets.FileUpload)[0]
    new: Any = {name: {"content": data}}
    if widgets.__version__ >= "8":
        new = ({"name": name, "type": "", "size": len(data), "content": data, "last_modified": 0},)
    change = {"name": "value", "old": None, "new": new, "owner": button, "type": "change"}
    button.notify_change(change)


@pytest.fixture
def ballot(tmp_path):
    return Ballot(RESULTS, "ada", repeats=0.34, path=tmp_path / "votes.csv")


def test_a_click_and_a_key_vote_and_save(ballot, tmp_path):
    panel = voting(RESULTS, ballot)
    press(panel, "The left one")
    keys = parts(panel, widgets.Text)[0]
    keys.value = "j"
    assert keys.value == ""
    assert [vote.chosen for vote in ballot.votes] == ["left", "right"]
    keys.value = "u"
    press(panel, "Undo")
    assert ballot.votes == read_votes(tmp_path / "votes.csv") == []
    keys.value = "x"  # stands for nothing
    assert ballot.votes == []


def test_the_pictures_are_those_asked_about_and_no_name_is_shown_before_the_end(ballot):
    panel = voting(RESULTS, ballot, inputs={"cat": [picture(4), picture(5)]})
    while ballot.question is not None:
        shown = [part.value for part in parts(panel, widgets.Image)[1:]]
        sides = ballot.question.left, ballot.question.right
        assert shown == [jpeg(RESULTS["cat"][name], 92) for name in sides]
        words = said(panel).replace(ballot.questions[0].group, "")
        assert not any(name in words.split("base64")[0] for name in RESULTS["cat"])
        press(panel, "The right one")
    words = said(panel)
    assert "All questions are answered" in words
    assert all(name in words for name in RESULTS["cat"])
    assert "100%" in words or "0%" in words  # of one repeated answer
    press(panel, "The left one")  # nothing is asked any more
    assert len(ballot.votes) == len(ballot.questions) == 4
    press(panel, "Undo")
    assert ballot.question is not None


def test_votes_are_taken_in_and_a_broken_file_is_told(ballot, tmp_path):
    panel = voting(RESULTS, ballot)
    path = write_votes(tmp_path / "bob.csv", [Vote("bob", "cat", "fast", "slow", "left")])
    upload(panel, "bob.csv", path.read_bytes())
    assert [vote.voter for vote in ballot.all_votes] == ["bob"]
    upload(panel, "broken.csv", b"what,is,this\n")
    assert "broken.csv holds no votes" in said(panel)
    assert [vote.voter for vote in read_votes(tmp_path / "votes.csv")] == ["bob"]


def test_a_ballot_for_other_results_is_refused(ballot):
    with pytest.raises(SettingsError, match="unknown result"):
        voting({"cat": {"fast": picture(1), "slow": picture(2)}}, ballot)
    with pytest.raises(SettingsError, match="unknown group"):
        voting(RESULTS, ballot, inputs={"dog": [picture(1)]})


def test_a_still_stays_in_the_notebook(ballot):
    panel = voting(RESULTS, ballot)
    assert panel._still().startswith(b"\xff\xd8")
