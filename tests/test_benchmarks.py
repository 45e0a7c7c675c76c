"""The benchmarks run, and what they count is what can be counted by hand."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import numpy as np
import pytest

FOLDER = Path(__file__).parent.parent / "benchmarks"


@pytest.fixture
def benchmarks(monkeypatch):
    """The benchmarks' folder as a place to import from."""
    monkeypatch.syspath_prepend(str(FOLDER))
    return FOLDER


def test_work_of_the_full_network_is_counted_layer_by_layer(benchmarks):
    import measure

    from nstkit.backbones import untrained_backbone
    from nstkit.transfer import Problem

    grey = np.full((1, 64, 64, 3), 0.5, np.float32)
    problem = Problem(grey, grey, backbone=untrained_backbone("vgg19"), convention="tensorflow")
    sides = [64, 64, 32, 32, 16, 16, 16, 16, 8, 8, 8, 8, 4, 4]
    widths = [3, 64, 64, 128, 128, 256, 256, 256, 256, 512, 512, 512, 512, 512, 512]
    forward = sum(
        2 * 9 * side**2 * i * o for side, i, o in zip(sides, widths[:-1], widths[1:], strict=True)
    )
    assert measure.evaluation_flop(problem) == 2 * forward


def test_rival_that_computes_something_else_is_refused(benchmarks):
    import measure

    gradient = np.ones(4)
    measure.check_same("same", 1.0, 1.0, gradient, gradient)
    with pytest.raises(RuntimeError, match="other computes 2"):
        measure.check_same("other", 1.0, 2.0, gradient, gradient)
    with pytest.raises(RuntimeError, match="gradients differ"):
        measure.check_same("other", 1.0, 1.0, gradient, -gradient)


@pytest.mark.slow
def test_quick_run_writes_table_and_numbers(benchmarks, monkeypatch, tmp_path):
    import run

    monkeypatch.setattr(sys, "argv", ["run.py", "--quick", "--out", str(tmp_path), "cost", "loss"])
    run.main()
    results = json.loads((tmp_path / "results.json").read_text())
    assert {row["with"] for row in results["cost"]} >= {"nstkit", "TensorFlow graph"}
    assert all(row["seconds"] > 0 for row in results["cost"])
    assert results["loss"][0]["times faster"] > 0
    assert "| network |" in (tmp_path / "results.md").read_text()
    assert (tmp_path / "results.png").stat().st_size > 1000


def test_contours_are_compared_with_what_people_drew(benchmarks, tmp_path):
    pytest.importorskip("skimage")
    import contours
    from scipy.io import savemat

    from nstkit.images import save_image

    picture = np.zeros((1, 96, 120, 3), np.float32)
    picture[:, :, 60:] = 1
    people = np.empty((1, 2), object)
    for person, column in enumerate((60, 61)):
        lines = np.zeros((96, 120), np.uint8)
        lines[:, column] = 1
        people[0, person] = {"Boundaries": lines}
    for folder in ("images", "groundTruth"):
        (tmp_path / "data" / folder / "test").mkdir(parents=True)
    save_image(picture, tmp_path / "data" / "images" / "test" / "7.jpg")
    savemat(tmp_path / "data" / "groundTruth" / "test" / "7.mat", {"groundTruth": people})
    found = contours.compare(tmp_path)
    assert found["contours"][0] > 0.95
    assert len(found["gradient"]) == 1
    strength = np.array([[3.0, 1.0], [2.0, 2.0]])
    drawn = np.array([[True, False], [True, False]])
    assert contours.chance(strength, drawn) == pytest.approx(3.5 / 4)  # one tie


def test_measures_of_content_are_compared_with_what_people_named(benchmarks, tmp_path):
    pytest.importorskip("skimage")
    import shapes

    from nstkit.images import save_image

    random = np.random.default_rng(0)
    drawing = np.ones((1, 64, 64, 3), np.float32)
    drawing[:, 16:48, [16, 47]] = drawing[:, [16, 47], 16:48] = 0
    save_image(drawing, tmp_path / shapes.DRAWINGS / "cat" / "cat7.png")
    rows = ["subj,session,trial,rt,object_response,category,condition,imagename"]
    for number in range(1, 7):
        share = number / 6  # of the drawing; the rest is noise
        painted = share * drawing + (1 - share) * random.random((1, 64, 64, 3))
        name = f"cat7-dog{number}.png"
        save_image(painted.astype(np.float32), tmp_path / shapes.PICTURES / "cat" / name)
        said = "cat" if number > 3 else "dog"
        rows.append(f"subject-01,1,{number},0.5,{said},cat,0,000{number}_cue_s01_0_cat_10_{name}")
    rows.append("subject-01,1,7,0.5,cat,cat,0,0007_cue_s01_0_cat_10_cat7-cat1.png")  # no conflict
    answers = tmp_path / shapes.PEOPLE.replace("*_subject-*", "x_subject-01_session_1")
    answers.parent.mkdir(parents=True)
    answers.write_text("\n".join(rows) + "\n")
    people = shapes.named_by_shape(tmp_path)
    assert people == {f"cat7-dog{number}": float(number > 3) for number in range(1, 7)}
    found = shapes.measured(tmp_path, sorted(people))
    assert [len(values) for values in found.values()] == [6, 6, 6]
    order, chance = shapes.compare(found["contours, line drawing"], people)
    assert order > 0.8
    assert chance == 1


@pytest.mark.slow
def test_the_benchmark_of_quality_writes_table_and_numbers(benchmarks, monkeypatch, tmp_path):
    pytest.importorskip("skimage")
    import quality
    from tiny import tiny_backbone

    for name in ("find_judge", "load_backbone"):
        monkeypatch.setattr(quality, name, lambda name: tiny_backbone())
    monkeypatch.setattr(quality, "DAMAGE", {"blur": quality.blur})
    monkeypatch.setattr(sys, "argv", ["quality.py", "--quick", "--out", str(tmp_path)])
    quality.main()
    rows = json.loads((tmp_path / "quality.json").read_text())["ladders"]
    assert {row["measure"] for row in rows} == set(quality.NAMES)
    assert all(-1 <= row["order"] <= 1 for row in rows)
    assert "Judge: random weights" in (tmp_path / "quality.md").read_text()
