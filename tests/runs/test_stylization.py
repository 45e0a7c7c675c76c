from __future__ import annotations

import inspect
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from tiny import picture, tiny_backbone, tiny_problem

import nstkit
from nstkit.errors import ImageError, SettingsError
from nstkit.images import encode
from nstkit.runs import Run, Step, drive, stylize

LAYERS: dict[str, Any] = {"content_layers": ["block1_conv2"], "style_layers": ["block2_conv1"]}
QUICK: dict[str, Any] = {"steps": 3, "progress": False, **LAYERS}


def test_two_pictures_become_a_painting() -> None:
    step = stylize(picture(1), picture(2), backbone=tiny_backbone(), **QUICK)
    assert isinstance(step, Step)
    assert step.step == step.steps == 3
    assert step.image.shape == (1, 32, 32, 3)
    again = stylize(picture(1), picture(2), backbone=tiny_backbone(), **QUICK)
    np.testing.assert_array_equal(step.image, again.image)


def test_names_paths_bytes_and_arrays_are_pictures(tmp_path: Path) -> None:
    path = tmp_path / "style.png"
    path.write_bytes(encode(picture(2)))
    for content, style in (("coffee", path), (encode(picture(1)), str(path)), (picture(1), path)):
        step = stylize(content, style, size=24, backbone=tiny_backbone(), **QUICK)
        height, width = step.image.shape[1:3]
        assert max(height, width) == (32 if isinstance(content, np.ndarray) else 24)


@pytest.mark.parametrize(
    "change",
    [
        {"steps": 5},
        {"optimizer": "adam"},
        {"content_weight": 1e6},
        {"style_weight": 0.0},
        {"tv_weight": 10.0},
        {"content_layers": ["block3_conv1"]},
        {"style_layers": ["block1_conv1"]},
        {"convention": "gatys"},
        {"backbone": tiny_backbone(seed=5)},
        {"init": "noise"},
        {"init": picture(6)},
        {"epochs": 2},
        {"terms": {"moments": 10.0}},
        {"optimizer": "adam", "learning_rate": 0.3},
        {"preserve_colour": True},
        {"content_layers": {"block1_conv2": 50.0}},
    ],
    ids=str,
)
def test_every_option_changes_the_picture(change: dict[str, Any]) -> None:
    options = {"backbone": tiny_backbone(), **QUICK}
    plain = stylize(picture(1), picture(2), **options).image
    assert not np.array_equal(stylize(picture(1), picture(2), **(options | change)).image, plain)


def test_the_seed_changes_noise() -> None:
    options = {"backbone": tiny_backbone(), "init": "noise", **QUICK}
    one, other = (stylize(picture(1), picture(2), seed=seed, **options) for seed in (1, 2))
    assert not np.array_equal(one.image, other.image)


def test_the_network_may_be_named_with_its_options(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[Any] = []

    def load(name: str | None, **options: Any) -> Any:
        asked.append((name, options))
        return tiny_backbone(pooling=options["pooling"])

    monkeypatch.setattr(nstkit.backbones, "load_backbone", load)
    largest = stylize(picture(1), picture(2), backbone="vgg16", pooling="max", **QUICK).image
    plain = stylize(picture(1), picture(2), weights_file="w.h5", download=True, **QUICK).image
    assert not np.array_equal(largest, plain)
    assert asked == [
        ("vgg16", {"weights": None, "pooling": "max", "download": False}),
        (None, {"weights": "w.h5", "pooling": "average", "download": True}),
    ]


def test_a_run_goes_on_from_its_checkpoint_with_other_weights_if_wanted(tmp_path: Path) -> None:
    path, pictures = tmp_path / "run.npz", (picture(1), picture(2))
    options: dict[str, Any] = {"backbone": tiny_backbone(), "progress": False, **LAYERS}
    straight = stylize(*pictures, steps=6, style_weight=30.0, **options)
    half = stylize(*pictures, steps=3, style_weight=30.0, checkpoint=path, **options)
    assert (half.step, path.exists()) == (3, True)
    resumed = stylize(*pictures, steps=6, resume=path, **options)
    np.testing.assert_array_equal(resumed.image, straight.image)
    other = stylize(*pictures, steps=6, resume=path, content_weight=50.0, **options)
    assert not np.array_equal(other.image, straight.image)
    with pytest.raises(SettingsError, match="seed and resume: a checkpoint goes on"):
        stylize(*pictures, resume=path, seed=3, **options)


def test_a_checkpoint_that_cannot_be_written_costs_no_picture(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = tmp_path / "a folder"
    folder.mkdir()
    step = stylize(picture(1), picture(2), backbone=tiny_backbone(), checkpoint=folder, **QUICK)
    assert step.step == 3
    assert "is a folder" in capsys.readouterr().err


def test_bad_input_is_refused() -> None:
    tiny = tiny_backbone()
    with pytest.raises(ImageError, match="NaN"):
        stylize(np.full((32, 32, 3), np.nan), picture(2), backbone=tiny, **QUICK)
    with pytest.raises(SettingsError, match="did you mean 'chelsea'"):
        stylize("chelsee", picture(2), backbone=tiny, **QUICK)
    with pytest.raises(SettingsError, match=r"style_weight \(β\) is -1"):
        stylize(picture(1), picture(2), backbone=tiny, style_weight=-1, **QUICK)
    with pytest.raises(SettingsError, match="unknown setting 'stile_weight'"):
        stylize(picture(1), picture(2), backbone=tiny, stile_weight=1, **QUICK)
    with pytest.raises(SettingsError, match="pooling and a Backbone"):
        stylize(picture(1), picture(2), backbone=tiny, pooling="average", **QUICK)
    with pytest.raises(SettingsError, match="setting of the optimizer 'lbfgs' 'learning_rate'"):
        stylize(picture(1), picture(2), backbone=tiny, learning_rate=0.1, **QUICK)
    with pytest.raises(SettingsError, match="size is 3"):
        stylize("coffee", picture(2), backbone=tiny, size=3, **QUICK)


def test_drive_calls_back_with_every_step(capsys: pytest.CaptureFixture[str]) -> None:
    seen: list[Step] = []
    last = drive(Run(tiny_problem(**LAYERS), steps=4), seen.append)
    assert [step.step for step in seen] == [1, 2, 3, 4]
    assert last is seen[-1]
    assert "4/4" in capsys.readouterr().err


def test_an_interrupt_keeps_the_picture(capsys: pytest.CaptureFixture[str]) -> None:
    def stop_at_two(step: Step) -> None:
        if step.step == 2:
            raise KeyboardInterrupt

    run = Run(tiny_problem(**LAYERS), steps=9)
    assert drive(run, stop_at_two).step == 2
    assert "stopped, picture kept" in capsys.readouterr().err
    assert drive(run, progress=False).step == 9


def test_an_error_in_a_callback_is_not_swallowed() -> None:
    def fail(step: Step) -> None:
        raise RuntimeError("told")

    with pytest.raises(RuntimeError, match="told"):
        drive(Run(tiny_problem(**LAYERS), steps=2), fail, progress=False)


def test_no_bar_where_none_is_wanted(capsys: pytest.CaptureFixture[str]) -> None:
    stylize(picture(1), picture(2), backbone=tiny_backbone(), **QUICK)
    said = capsys.readouterr()
    assert said.out == said.err == ""


# The package itself.


def test_public_names_resolve_and_unknown_ones_are_told() -> None:
    for name in dir(nstkit):
        assert getattr(nstkit, name) is not None
    assert nstkit.stylize is stylize
    with pytest.raises(AttributeError, match="nstkit attribute stylise"):
        nstkit.stylise  # type: ignore[attr-defined]  # noqa: B018


def test_help_and_editors_show_every_setting_of_stylize() -> None:
    shown = inspect.signature(stylize).parameters
    assert list(shown)[:2] == ["content", "style"]
    assert {"size", "steps", "learning_rate", "style_weight", "progress"} <= set(shown)
    assert (shown["quality"].default, shown["pooling"].default) == ("draft", "average")
    assert "settings" not in shown
