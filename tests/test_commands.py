"""The words ``score`` and ``sweep`` of the command line."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import numpy as np
import pytest
from tiny import tiny_backbone

import course
import nstkit.quality.scoreboard as scoreboard
import nstkit.sweep as sweeping
from nstkit.__main__ import main
from nstkit.images import save_image
from nstkit.runs.settings import Settings


@pytest.fixture(autouse=True)
def tiny(monkeypatch: pytest.MonkeyPatch) -> None:
    """Put tiny networks in the place of painters and judges."""
    monkeypatch.setattr(sweeping, "_network", lambda name, **options: tiny_backbone())
    monkeypatch.setattr(sweeping, "_judge", lambda painter: tiny_backbone(seed=1))
    monkeypatch.setattr(scoreboard, "neutral_judge", lambda: tiny_backbone(seed=1))


def table(path):
    with path.open(newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


def test_score_writes_the_page_and_says_every_score(tmp_path, capsys):
    rules = {
        "kind": "nstkit scoreboard 1",
        "rules": "",
        "size": 48,
        "pairs": [["coffee", "ink_wash"]],
    }
    (tmp_path / "rules.json").write_text(json.dumps(rules))
    grey = np.full((1, 48, 48, 3), 0.5, np.float32)
    save_image(grey, tmp_path / "in" / "grey" / "coffee-in-ink_wash.png")
    (tmp_path / "in" / "none").mkdir()
    words = ["score", tmp_path / "in", "-o", tmp_path / "out", "--rules", tmp_path / "rules.json"]
    assert main([*map(str, words), "--without-own"]) == 0
    said = capsys.readouterr().out
    assert "grey: " in said
    assert "none: there is no picture coffee-in-ink_wash" in said
    assert (tmp_path / "out" / "scoreboard.html").exists()
    assert [row["entry"] for row in table(tmp_path / "out" / "scoreboard.csv")] == ["grey", "none"]


def test_sweep_takes_values_a_base_and_writes_sheet_and_map(tmp_path, capsys):
    base = Settings(size=48, steps=1, style_layers={"block1_conv1": 1.0})
    (tmp_path / "base.json").write_text(base.to_json())
    words = ["--base", tmp_path / "base.json", "-o", tmp_path / "out", "--quiet"]
    assert main(["sweep", "style_weight=1,10", "init=noise", *map(str, words)]) == 0
    assert "2 cells, 0 failed" in capsys.readouterr().out
    rows = table(tmp_path / "out" / "sweep.csv")
    assert [(row["style_weight"], row["init"]) for row in rows] == [("1", "noise"), ("10", "noise")]
    assert {path.name for path in (tmp_path / "out").glob("*.png")} >= {
        *("contact_sheet.png", "map.png"),
        *(f"{row['key']}.png" for row in rows),
    }


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["score", "missing"], "is no folder"),
        (["score", "--rules", "missing.json"], "no rules of a scoreboard"),
        (["sweep", "style_weight"], "gives no values"),
        (["sweep", "stile_weight=1"], "did you mean 'style_weight'"),
        (["sweep", "seed=0", "--base", "missing.json"], "missing.json"),
        (["sweep", "steps=0", "--quiet"], "no cell was painted"),
    ],
)
def test_what_cannot_be_done_is_said_in_a_sentence(tmp_path, monkeypatch, capsys, words, message):
    monkeypatch.chdir(tmp_path)
    assert main(words) == 1
    said = capsys.readouterr().err
    assert message in said
    assert said.startswith("nstkit: ")


@pytest.mark.parametrize("word", ["score", "sweep"])
def test_the_set_up_command_passes_the_words_on(word):
    _, command, _ = course.command_for(word, ["seed=0,1"])
    assert command[:4] == ["-m", "nstkit", word, "-o"]
    assert Path(command[4]).parent.name == "out"
    assert command[5:] == ["seed=0,1"]
