"""The style paintings are drawn by program: the same every time, each unlike the others."""

from __future__ import annotations

import functools
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from draw_styles import draw, main
from nstkit import samples
from painters import NAMES

SIZE = 64


@functools.cache
def small(name: str) -> np.ndarray:
    """Draw a painting small, once."""
    return draw(name, SIZE)


def describe(picture: np.ndarray) -> np.ndarray:
    """Return what tells paintings apart: mean colour, its spread, and detail in x and y."""
    values = picture.astype(float) / 255
    detail = [np.abs(np.diff(values, axis=axis)).mean() for axis in (0, 1)]
    return np.array([*values.mean((0, 1)), *values.std((0, 1)), *detail])


def test_painters_are_the_shipped_styles() -> None:
    assert samples.names("style") == list(NAMES)


@pytest.mark.parametrize("name", NAMES)
def test_a_painting_is_a_full_picture_with_detail(name: str) -> None:
    picture = small(name)
    assert picture.shape == (SIZE, SIZE, 3)
    assert picture.dtype == np.uint8
    assert picture.std() > 20
    tiles = picture.reshape(4, SIZE // 4, 4, SIZE // 4, 3).std((1, 3)).mean(-1)
    assert tiles.min() > 2, "some corner of the painting is flat"


@pytest.mark.parametrize("name", NAMES)
def test_the_same_seed_draws_the_same_painting(name: str) -> None:
    assert np.array_equal(draw(name, SIZE), small(name))


def test_another_seed_draws_another_painting() -> None:
    other = draw("woodblock_wave", SIZE, seed=2)
    assert np.abs(other.astype(float) - small("woodblock_wave")).mean() > 2


@pytest.mark.parametrize("first", range(len(NAMES)))
def test_paintings_differ_from_each_other(first: int) -> None:
    mine = describe(small(NAMES[first]))
    for second in range(first):
        away = np.abs(mine - describe(small(NAMES[second]))).max()
        assert away > 0.03, f"{NAMES[first]} looks like {NAMES[second]}"


@pytest.mark.parametrize("name", NAMES)
def test_the_shipped_picture_is_this_painting(name: str) -> None:
    with Image.open(samples.get(name).path) as picture:
        shipped = np.asarray(picture.resize((8, 8), Image.Resampling.BOX), float)
    drawn = Image.fromarray(small(name)).resize((8, 8), Image.Resampling.BOX)
    alike = np.corrcoef(shipped.ravel(), np.asarray(drawn, float).ravel())[0, 1]
    assert alike > 0.8, "draw it again with tools/pictures/draw_styles.py"


def test_command_draws_the_named_paintings(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    main(["woodblock_wave", "--size", "48", "--out", str(tmp_path / "new")])
    with Image.open(tmp_path / "new" / "woodblock_wave.jpg") as picture:
        assert picture.size == (48, 48)
    assert [path.name for path in (tmp_path / "new").iterdir()] == ["woodblock_wave.jpg"]
    assert "[1/1] woodblock_wave" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["watercolour"], "unknown painting 'watercolour': choose from night_sky"),
        (["ink_wash", "--size", "5"], "--size is 5: give 32 to 2048"),
    ],
)
def test_command_refuses_what_it_cannot_draw(
    arguments: list[str], message: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit):
        main([*arguments, "--out", str(tmp_path)])
    assert message in capsys.readouterr().err
    assert list(tmp_path.iterdir()) == []
