"""The command line, in this process with a tiny network; once for real."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from tiny import picture, tiny_backbone

import nstkit.backbones
from nstkit.__main__ import main
from nstkit.backbones import Backbone
from nstkit.errors import WeightsError
from nstkit.images import load_image, save_image
from nstkit.losses import CONVENTIONS
from nstkit.runs import Run
from nstkit.transfer import Evaluation, Problem

START = ["--init", "noise", "--beta", "1"]
LAYERS = ["--content-layers", "block1_conv2", "--style-layers", "block1_conv1", "block2_conv1"]


@pytest.fixture(autouse=True)
def loads(monkeypatch: pytest.MonkeyPatch) -> list[dict[str, Any]]:
    """Put the tiny network in the place of the real ones; return how it was asked for."""
    asked: list[dict[str, Any]] = []

    def load(name: str | None = None, **options: Any) -> Backbone:
        asked.append({"name": name, **options})
        return tiny_backbone(pooling=options["pooling"])

    monkeypatch.setattr(nstkit.backbones, "load_backbone", load)
    return asked


@pytest.fixture
def paint(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    """Return a function that runs the command line on two small pictures in a folder of its own."""
    monkeypatch.chdir(tmp_path)
    save_image(picture(1), tmp_path / "content.png")
    save_image(picture(2), tmp_path / "style.png")

    def run(*options: Any, out: str = "out.png", code: int = 0) -> np.ndarray | None:
        words = ["content.png", "style.png", "-o", out, "--size", "32", "--steps", "3", "--quiet"]
        assert main([*words, *LAYERS, *map(str, options)]) == code
        return load_image(tmp_path / out) if (tmp_path / out).exists() else None

    return run


@pytest.fixture
def plain(paint: Any) -> np.ndarray:
    """Return the picture without further options than a start at which each of them counts."""
    return paint(*START, out="plain.png")


def test_the_picture_is_written_and_what_was_measured_is_said(
    paint: Any, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    image = paint()
    assert image.shape == (1, 32, 32, 3)
    assert not np.array_equal(image, load_image(tmp_path / "content.png"))
    said = capsys.readouterr()
    assert f"{tmp_path / 'out.png'}: 32×32 pixels, tiny" in said.out
    assert "step 3 of 3 in" in said.out
    assert "convention 'relative'" in said.out
    assert said.err == ""


def test_the_same_command_gives_the_same_file(paint: Any, tmp_path: Path) -> None:
    paint("--init", "noise", out="a.png")
    paint("--init", "noise", out="b.png")
    assert (tmp_path / "a.png").read_bytes() == (tmp_path / "b.png").read_bytes()


@pytest.mark.parametrize(
    "options",
    [
        ["--steps", "4"],
        ["--epochs", "2"],
        ["--optimizer", "adam"],
        ["--alpha", "0"],
        ["--content-weight", "1e5"],
        ["--beta", "0.001"],
        ["--style-weight", "0"],
        ["--tv", "50"],
        ["--convention", "gatys"],
        ["--content-layers", "block2_conv2"],
        ["--style-layers", "block3_conv1"],
        ["--pooling", "max"],
        ["--init", "style"],
        ["--init", "content"],
        ["--init", "style.png"],
        ["--seed", "4"],
        ["--preserve-colour"],
        ["--terms", "moments=20"],
        ["--content-layers", "block1_conv2=500"],
        ["--style-layers", "block1_conv1=0.1", "block2_conv1"],
    ],
    ids=" ".join,
)
def test_every_option_changes_the_picture(
    paint: Any, plain: np.ndarray, options: list[str]
) -> None:
    assert np.abs(paint(*START, *options) - plain).max() > 2 / 255


def test_the_learning_rate_changes_adam(paint: Any) -> None:
    slow = paint("--optimizer", "adam", out="slow.png")
    quick = paint("--optimizer", "adam", "--learning-rate", "0.3", out="quick.png")
    assert np.abs(slow - quick).max() > 2 / 255


def test_size_and_the_network_s_options_reach_it(paint: Any, loads: list[dict[str, Any]]) -> None:
    assert paint("--size", "20").shape == (1, 20, 20, 3)
    paint("--backbone", "vgg19", "--weights", "w.h5", "--download", "--pooling", "max")
    assert loads == [
        {"name": None, "weights": None, "pooling": "average", "download": False},
        {"name": "vgg19", "weights": Path("w.h5"), "pooling": "max", "download": True},
    ]


def test_preserving_colour_keeps_the_photograph_s_hues(paint: Any) -> None:
    kept = paint("--preserve-colour", "--beta", "1e4")
    content = load_image("content.png")

    def hues(image: np.ndarray) -> np.ndarray:
        return image - image @ np.array([0.299, 0.587, 0.114])[:, None]

    changed = paint("--beta", "1e4", out="changed.png")
    away = np.abs(hues(changed) - hues(content)).mean()
    assert np.abs(hues(kept) - hues(content)).mean() < 0.5 * away


def test_samples_are_found_by_name_and_listed(
    paint: Any, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    words = ["coffee", "night_sky", "-o", "s.jpg", "--size", "48", "--steps", "1", "--quiet"]
    assert main([*words, *LAYERS]) == 0
    assert (tmp_path / "s.jpg").read_bytes()[:2] == b"\xff\xd8"
    capsys.readouterr()
    assert main(["--list"]) == 0
    listed = capsys.readouterr().out
    for name in ("chelsea", "night_sky", "starry_night", "CC0"):
        assert name in listed


def test_the_bar_shows_loss_and_time_left(paint: Any, capsys: pytest.CaptureFixture[str]) -> None:
    words = ["content.png", "style.png", "--size", "32", "--steps", "2", "--optimizer", "adam"]
    assert main([*words, *LAYERS]) == 0
    shown = capsys.readouterr().err
    assert "2/2" in shown
    assert "loss " in shown


def test_version(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main(["--version"])
    assert ended.value.code == 0
    assert capsys.readouterr().out == f"nstkit {nstkit.__version__}\n"


# What is not accepted: told on stderr, with exit code 1, before anything is computed.


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (["--alpha", "-1"], r"content_weight \(α\) is -1\.0"),
        (["--beta", "nan"], r"style_weight \(β\) is nan"),
        (["--tv", "inf"], "tv_weight is inf"),
        (["--alpha", "0", "--beta", "0"], "both 0: nothing would be transferred"),
        (["--size", "15"], "--size is 15: give a whole number of at least 16 and at most 8192"),
        (["--size", "99999"], "--size is 99999"),
        (["--steps", "0"], "--steps is 0: give a whole number of at least 1"),
        (["--epochs", "-2"], "--epochs is -2"),
        (["-o", "out.gif"], "unknown picture format '.?gif'.* accepted: png, jpg, jpeg"),
        (["-o", "out"], "unknown picture format"),
        (["-o", "content.png/out.png"], "cannot write content.png/out.png"),
        (["--checkpoint", "style.png/run.npz"], "cannot write style.png/run.npz"),
        (["--resume", "x.npz", "--seed", "3"], "--seed and --resume"),
        (["--resume", "x.npz", "--learning-rate", "3"], "--learning-rate and --resume"),
    ],
)
def test_bad_settings_are_told_before_the_network_is_loaded(
    paint: Any,
    loads: list[Any],
    capsys: pytest.CaptureFixture[str],
    options: list[str],
    message: str,
) -> None:
    assert paint(*options, code=1) is None
    said = capsys.readouterr()
    assert said.out == ""
    assert said.err.startswith("nstkit: ")
    assert re.search(message, said.err)
    assert "Traceback" not in said.err
    assert loads == []


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (["--content-layers", "block9"], "unknown content layer 'block9'"),
        (["--learning-rate", "0.1"], "setting of the optimizer 'lbfgs' 'learning_rate'"),
        (["--optimizer", "adam", "--learning-rate", "0"], r"learning_rate is 0\.0"),
        (["--init", "nothing.png"], "there is no file nothing.png"),
        (["--init", "noise", "--seed", "-1"], "seed is -1"),
        (["--resume", "none.npz"], "there is no checkpoint none.npz"),
        (["--resume", "style.png"], "style.png is not a checkpoint of nstkit"),
    ],
)
def test_other_faults_are_told_too(
    paint: Any, capsys: pytest.CaptureFixture[str], options: list[str], message: str
) -> None:
    assert paint(*options, code=1) is None
    said = capsys.readouterr()
    assert said.out == ""
    assert re.search(message, said.err)


@pytest.mark.parametrize(
    ("content", "style", "message"),
    [
        ("nothing.png", "style.png", "there is no file nothing.png"),
        ("content.png", "text.png", "text.png cannot be read as a picture"),
        ("chelse", "style.png", "unknown picture 'chelse': did you mean 'chelsea'"),
        (".", "style.png", "is a folder"),
    ],
)
def test_bad_pictures_are_told(
    paint: Any, capsys: pytest.CaptureFixture[str], content: str, style: str, message: str
) -> None:
    Path("text.png").write_text("no picture")
    assert main([content, style]) == 1
    assert message in capsys.readouterr().err


def test_missing_pictures_are_told(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["content.png"]) == 1
    assert "give a content and a style picture, or --list" in capsys.readouterr().err


def test_missing_weights_are_told(
    paint: Any, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def load(*_: Any, **__: Any) -> Backbone:
        raise WeightsError("the weights are on the moon")

    monkeypatch.setattr(nstkit.backbones, "load_backbone", load)
    paint("--backbone", "vgg19", code=1)
    assert capsys.readouterr().err == "nstkit: the weights are on the moon\n"


# Interrupted, stored, resumed, diverged.


def failing(monkeypatch: pytest.MonkeyPatch, at: int, act: Any) -> None:
    """Let the evaluation with number `at` go another way."""
    inner, count = Problem.evaluate, 0

    def evaluate(self: Problem, image: Any, weights: Any = None) -> Evaluation:
        nonlocal count
        count += 1
        return act() if count == at else inner(self, image, weights)

    monkeypatch.setattr(Problem, "evaluate", evaluate)


def interrupt() -> Evaluation:
    raise KeyboardInterrupt


def not_a_number() -> Evaluation:
    return Evaluation({"content": {"block1_conv2": np.nan}}, np.full((1, 32, 32, 3), np.nan))


def test_control_c_saves_the_picture_and_a_resumed_run_ends_as_an_unbroken_one(
    paint: Any, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    paint("--steps", "8", out="unbroken.png")
    capsys.readouterr()
    with pytest.MonkeyPatch.context() as patch:
        failing(patch, 5, interrupt)
        image = paint("--steps", "8", "--checkpoint", "run.npz")
    assert image is not None
    said = capsys.readouterr().out
    assert "of 8 in" in said
    assert "go on with --resume run.npz" in said
    paint("--resume", "run.npz", out="resumed.png")
    assert (tmp_path / "resumed.png").read_bytes() != (tmp_path / "unbroken.png").read_bytes()
    paint("--steps", "8", "--resume", "run.npz", out="resumed.png")
    assert (tmp_path / "resumed.png").read_bytes() == (tmp_path / "unbroken.png").read_bytes()


def test_smaller_sizes_are_painted_first_and_control_c_keeps_what_they_became(
    paint: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    for name, seed in (("content", 1), ("style", 2)):
        save_image(picture(seed, 256, 256), tmp_path / f"{name}.png")
    options = ("--size", "256", "--init", "noise", "--steps", "2")
    plain = paint(*options)
    before = capsys.readouterr().out
    fine = paint(*options, "--coarse-to-fine")
    said = before + capsys.readouterr().out
    losses = [float(number) for number in re.findall(r"loss (\S+)", said)]
    assert losses[1] < losses[0]
    assert not np.array_equal(plain, fine)
    failing(monkeypatch, at=6, act=interrupt)
    assert paint(*options, "--coarse-to-fine", out="kept.png") is not None
    assert "step 0 of 2" in capsys.readouterr().out


def test_control_c_before_the_first_picture_says_so(
    paint: Any, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    failing(monkeypatch, 1, interrupt)
    assert paint(code=130) is None
    assert "interrupted before there was a picture" in capsys.readouterr().err


def test_a_resumed_run_takes_new_weights(paint: Any) -> None:
    paint("--checkpoint", "run.npz", "--beta", "5")
    same = paint("--steps", "6", "--resume", "run.npz", out="same.png")
    other = paint("--steps", "6", "--resume", "run.npz", "--tv", "30", out="other.png")
    assert not np.array_equal(same, other)


def test_a_checkpoint_of_other_pictures_is_refused(
    paint: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    paint("--checkpoint", "run.npz")
    paint("--size", "24", "--resume", "run.npz", code=1)
    assert "run.npz belongs to another problem" in capsys.readouterr().err


def test_the_run_is_stored_along_the_way(
    paint: Any, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    stored: list[int] = []
    monkeypatch.setattr("nstkit.runs.stylization.KEEP_EVERY", 0.0)
    monkeypatch.setattr(Run, "save", lambda self, path: stored.append(self.last.step))
    paint("--checkpoint", "run.npz")
    assert stored == [1, 2, 3, 3]

    def full(self: Run, path: Path) -> None:
        raise OSError(28, "no space left for run.npz")

    monkeypatch.setattr(Run, "save", full)
    assert paint("--checkpoint", "run.npz", code=1) is not None  # the picture is there
    assert "no space left for run.npz" in capsys.readouterr().err


def test_nan_saves_the_last_good_picture_and_says_what_to_change(
    paint: Any, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    failing(monkeypatch, 3, not_a_number)
    image = paint("--optimizer", "adam", code=1)
    assert np.isfinite(image).all()
    said = capsys.readouterr()
    assert "the loss became nan at step 2: lower the weights" in said.err
    assert "step 1 of 3" in said.out


def test_nan_at_a_smaller_size_saves_what_there_was_too(
    paint: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    for name, seed in (("content", 1), ("style", 2)):
        save_image(picture(seed, 256, 256), tmp_path / f"{name}.png")
    failing(monkeypatch, 6, not_a_number)
    options = ("--size", "256", "--init", "noise", "--optimizer", "adam", "--coarse-to-fine")
    image = paint(*options, code=1)
    assert image.shape == (1, 256, 256, 3)
    assert np.isfinite(image).all()
    said = capsys.readouterr()
    assert "the loss became nan at step 5: lower the weights" in said.err
    assert "step 0 of 3" in said.out


@pytest.mark.slow
def test_the_command_for_real(tmp_path: Path) -> None:
    """With the network that ships, in a process of its own."""
    command = [sys.executable, "-m", "nstkit", "chelsea", "night_sky", "-o", "out.png"]
    options = ["--size", "64", "--steps", "3", "--backbone", "vgg19-slim"]
    done = subprocess.run(
        [*command, *options], capture_output=True, text=True, cwd=tmp_path, timeout=300
    )
    assert done.returncode == 0, done.stderr
    assert "step 3 of 3" in done.stdout
    assert "vgg19-slim" in done.stdout
    assert load_image(tmp_path / "out.png").shape == (1, 43, 64, 3)
    assert "Traceback" not in done.stderr


def test_conventions_offered_are_those_that_exist(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main(["--help"])
    text = capsys.readouterr().out
    assert all(name in text for name in CONVENTIONS)


def test_a_wrong_name_is_told_without_loading_tensorflow() -> None:
    code = (
        "import sys\nfrom nstkit.__main__ import main\n"
        "assert main(['chelse', 'night_sky']) == 1\n"
        "assert 'tensorflow' not in sys.modules\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert "did you mean 'chelsea'" in done.stderr
