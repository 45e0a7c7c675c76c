"""The command line's --fast and the optimiser's init="fast", with a tiny network."""

from __future__ import annotations

import numpy as np
import pytest
from tiny import picture, tiny_backbone
from tiny_painter import tiny_painter

import nstkit.fast
from nstkit import Problem, Run
from nstkit.__main__ import main
from nstkit.fast import mix, painting
from nstkit.images import load_image, save_image


@pytest.fixture(autouse=True)
def painter(monkeypatch, tmp_path):
    tiny = tiny_painter()
    monkeypatch.setattr(painting, "load_painter", lambda: tiny)
    monkeypatch.setattr(nstkit.fast, "load_painter", lambda: tiny, raising=False)
    monkeypatch.chdir(tmp_path)
    save_image(picture(1), "a.png")
    save_image(picture(2), "style.png")
    return tiny


def test_one_picture(painter, capsys):
    assert main(["a.png", "night_sky", "--fast", "-o", "out.png"]) == 0
    wanted = painter.paint(load_image("a.png"), painter.numbers("night_sky"))
    np.testing.assert_allclose(load_image("out.png"), wanted, atol=0.003)
    assert "32×32 pixels, in one pass" in capsys.readouterr().out


def test_several_styles_with_weights(painter):
    words = ["a.png", "--style", "night_sky:2", "--style", "style.png", "--fast", "-o", "out.png"]
    assert main(words) == 0
    numbers = mix([painter.numbers("night_sky"), painter.numbers("style.png")], [2, 1])
    wanted = painter.paint(load_image("a.png"), numbers)
    np.testing.assert_allclose(load_image("out.png"), wanted, atol=0.003)


def test_a_folder_with_one_broken_picture(capsys, tmp_path):
    for name in ("b.png", "c.png"):
        save_image(picture(3), tmp_path / "in" / name)
    (tmp_path / "in" / "bad.png").write_bytes(b"bad")
    assert main(["in", "night_sky", "--fast", "-o", "out", "--quiet"]) == 1
    assert sorted(path.name for path in (tmp_path / "out").iterdir()) == ["b.png", "c.png"]
    out, err = capsys.readouterr()
    assert "bad.png is not painted" in err
    assert "2 pictures, 1 not painted" in out


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (["in", "night_sky", "--fast"], "is a folder: give a folder to write to"),
        (["a.png", "--fast"], "give a content picture or a folder"),
        (["empty", "night_sky", "--fast", "-o", "out"], "there is no picture in empty"),
        (["a.png", "night_sky", "--fast", "--strength", "2"], "strength is 2.0"),
        (["a.png", "--style", "night_sky:0", "--fast"], "sum to 0"),
        (["a.png", "--style", "night_sky:1:mask.png", "--fast"], "without regions"),
        (["a.png", "night_sky", "--fast", "-o", "out.xyz"], "xyz"),
        (["a.png", "night_sky", "--fast", "--preserve-colour", "matching"], "by luminance only"),
    ],
)
def test_bad_input_is_named(words, sentence, capsys, tmp_path):
    for name in ("in", "empty"):
        (tmp_path / name).mkdir()
    assert main(words) == 1
    assert sentence in capsys.readouterr().err


def test_a_run_can_start_from_one_pass(painter):
    problem = Problem(picture(1), picture(2), backbone=tiny_backbone())
    run = Run(problem, steps=1, init="fast")
    wanted = painter.paint(picture(1), painter.numbers(picture(2)))
    np.testing.assert_array_equal(run.last.image, wanted)
