"""The scoreboard: entries in, ranks and a page out, whatever is handed in."""

from __future__ import annotations

import csv
import json
import re
from html import escape

import numpy as np
import pytest
from tiny import tiny_backbone

from nstkit import samples
from nstkit.errors import SettingsError
from nstkit.images import save_image
from nstkit.plots import write_board
from nstkit.quality import Rules, score
from nstkit.runs.settings import Settings

PAIRS = (("chelsea", "night_sky"), ("coffee", "ink_wash"))
RULES = Rules("Paint <both>.", 48, PAIRS)


@pytest.fixture
def entries(tmp_path):
    """Return a folder with the photographs, the paintings, and something in between."""
    for content, style in PAIRS:
        photo, painting = RULES.load(content, style)
        mixed = ((photo + painting) / 2).astype(np.float32)
        for name, image in {"photo": photo, "painting": painting, "Mixed": mixed}.items():
            save_image(image, tmp_path / "in" / name / f"{content}-in-{style}.png")
    (tmp_path / "in" / "notes.txt").write_text("no entry")
    return tmp_path / "in"


def standings(folder, **options):
    options = {"rules": RULES, "judge": tiny_backbone(), "own": False, **options}
    return {each.name: each for each in score(folder, **options)}


def test_both_pictures_themselves_score_nothing_and_a_mixture_something(entries):
    found = standings(entries)
    assert set(found) == {"photo", "painting", "Mixed"}
    assert not any(each.fault for each in found.values())
    assert found["photo"].values["score"] == pytest.approx(0, abs=0.02)
    assert found["painting"].values["score"] == pytest.approx(0, abs=0.02)
    assert found["Mixed"].values["score"] > 0.02
    assert found["photo"].values["ssim"] == pytest.approx(1, abs=1e-3)


def test_the_page_holds_everything_and_ranks(entries, tmp_path):
    page, table = write_board(tmp_path / "out", standings(entries).values(), RULES)
    text = page.read_text()
    assert text.count("data:image/jpeg;base64,") == 6
    assert not re.search(r"(src|href)=\"(?!data:)", text)
    assert "Paint &lt;both&gt;." in text
    assert "tiny judged" in text
    assert "$" not in re.sub(r"base64,[^\"]*", "", text)
    with table.open(newline="") as file:
        rows = list(csv.DictReader(file))
    assert rows[0]["entry"] == "Mixed"
    assert [float(row["score"]) for row in rows] == sorted(
        (float(row["score"]) for row in rows), reverse=True
    )


def test_a_fault_is_told_and_costs_nobody_else_anything(entries, tmp_path):
    (entries / "photo" / "coffee-in-ink_wash.png").write_bytes(b"no picture")
    save_image(
        np.zeros((1, 48, 64, 3), np.float32), entries / "painting" / "chelsea-in-night_sky.png"
    )
    (entries / "empty").mkdir()
    (entries / "broken.json").write_text("{}")
    found = standings(entries)
    assert "coffee-in-ink_wash.png" in found["photo"].fault
    assert "64×48 pixels: 48×48" in found["painting"].fault
    assert "there is no picture chelsea-in-night_sky" in found["empty"].fault
    assert "settings" in found["broken"].fault
    assert not found["Mixed"].fault
    page, _ = write_board(tmp_path / "out", found.values(), RULES)
    assert all(escape(each.fault) in page.read_text() for each in found.values())


def test_a_settings_file_is_painted_and_scored(entries):
    settings = Settings(
        steps=1, style_layers={"block1_conv1": 1}, content_layers={"block1_conv1": 1}
    )
    (entries / "by settings.json").write_text(settings.to_json())
    found = standings(entries)["by settings"]
    assert not found.fault
    assert set(found.thumbnails) == {"chelsea in night_sky", "coffee in ink_wash"}


def test_two_entries_of_one_name_and_no_entries_are_refused(entries, tmp_path):
    (entries / "mixed.json").write_text(Settings().to_json())
    with pytest.raises(SettingsError, match="two entries have the name 'mixed'"):
        standings(entries)
    (tmp_path / "none").mkdir()
    with pytest.raises(SettingsError, match="holds no entry"):
        standings(tmp_path / "none")
    with pytest.raises(SettingsError, match="is no folder"):
        standings(tmp_path / "missing")


def test_the_rules_that_ship_and_broken_ones(tmp_path):
    rules = Rules.read()
    assert len(set(rules.pairs)) == len(rules.pairs) > 2
    assert all(name in samples.names() for pair in rules.pairs for name in pair)
    assert f"{rules.size} × {rules.size}" in rules.text
    good = {
        "kind": "nstkit scoreboard 1",
        "rules": "",
        "size": 64,
        "pairs": [["chelsea", "ink_wash"]],
    }
    for change in ({"kind": "2"}, {"size": 1}, {"pairs": [["chelsea"]]}):
        (tmp_path / "rules.json").write_text(json.dumps(good | change))
        with pytest.raises(SettingsError, match="no rules of a scoreboard"):
            Rules.read(tmp_path / "rules.json")


@pytest.mark.slow
def test_the_kits_own_methods_are_entries_to_beat():
    rules = Rules("", 48, PAIRS[:1])
    found = {each.name: each for each in score(None, rules=rules)}
    assert set(found) == set(rules.own_entries())
    assert not any(each.fault for each in found.values())
    assert "untrained judged" in found["nstkit: optimised"].judge
