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


@pytest.mark.slow
def test_the_benchmark_of_quality_writes_table_and_numbers(benchmarks, monkeypatch, tmp_path):
    pytest.importorskip("skimage")
    import quality

    monkeypatch.setattr(sys, "argv", ["quality.py", "--quick", "--out", str(tmp_path)])
    monkeypatch.setattr(quality, "PAIRS", quality.PAIRS[:2])
    quality.main()
    rows = json.loads((tmp_path / "quality.json").read_text())["ladders"]
    assert {row["measure"] for row in rows} == set(quality.NAMES)
    assert all(-1 <= row["order"] <= 1 for row in rows)
    assert "Judge: random weights" in (tmp_path / "quality.md").read_text()
