"""What one pass makes of the settings: styles mixed, regions, strength, colours, a start."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from tiny import picture, tiny_backbone
from tiny_painter import tiny_painter

from nstkit.classic.colour import match_covariance
from nstkit.errors import ImageError
from nstkit.fast import Painter, StyleNumbers, mix
from nstkit.images import Mask
from nstkit.runs import Picture, Settings, Style, one_pass, remembering

PHOTO = picture(1)
SMALL = Settings(content=Picture("one", PHOTO, True), style="night_sky", size=32)
LEFT = np.repeat([[1.0] * 16 + [0.0] * 16], 32, axis=0)


@pytest.fixture(autouse=True)
def painter(monkeypatch: pytest.MonkeyPatch) -> Painter:
    made = tiny_painter()
    monkeypatch.setattr("nstkit.runs.at_once.load_painter", lambda: made)
    return made


def test_one_painting_is_painted_with_its_numbers(painter: Painter) -> None:
    wanted = painter.paint(PHOTO, painter.numbers("night_sky"))
    np.testing.assert_array_equal(one_pass(SMALL, PHOTO), wanted)


def test_paintings_are_mixed_by_their_weights(painter: Painter) -> None:
    numbers = [painter.numbers(name) for name in ("night_sky", "ink_wash")]
    mixed = SMALL.replace(styles=[Style("ink_wash", 3.0)])
    wanted = painter.paint(PHOTO, mix(numbers, [1, 3]))
    np.testing.assert_allclose(one_pass(mixed, PHOTO), wanted, atol=1e-5)


def test_each_region_is_painted_in_its_own_style(painter: Painter) -> None:
    two = SMALL.replace(styles=[Style("ink_wash", mask=Mask(LEFT, "left"))])
    found = one_pass(two, PHOTO)
    left, right = (painter.paint(PHOTO, painter.numbers(n)) for n in ("ink_wash", "night_sky"))
    np.testing.assert_allclose(found[:, :, :16], left[:, :, :16], atol=1e-6)
    np.testing.assert_allclose(found[:, :, 16:], right[:, :, 16:], atol=1e-6)


def test_a_region_without_a_style_keeps_the_photograph() -> None:
    only = SMALL.replace(style_mask=Mask(LEFT, "left"))
    np.testing.assert_allclose(one_pass(only, PHOTO)[:, :, 16:], PHOTO[:, :, 16:], atol=1e-6)


@pytest.mark.parametrize("changes", [{"style_weight": 0.1}, {"style_weight": 0.0}])
def test_hardly_any_style_is_the_photograph(changes: dict[str, float]) -> None:
    np.testing.assert_array_equal(one_pass(SMALL.replace(**changes), PHOTO), PHOTO)


def test_the_style_fades_with_its_weight_and_not_beyond_the_convention_s(painter: Painter) -> None:
    numbers = [painter.numbers(given) for given in ("night_sky", PHOTO)]
    third = painter.paint(PHOTO, mix(numbers, [1, 2]))
    found = one_pass(SMALL.replace(style_weight=10.0), PHOTO)
    np.testing.assert_allclose(found, third, atol=1e-4)
    strong = one_pass(SMALL.replace(style_weight=1e5), PHOTO)
    np.testing.assert_array_equal(strong, one_pass(SMALL, PHOTO))
    alone = one_pass(SMALL.replace(content_weight=0.0), PHOTO)
    np.testing.assert_array_equal(alone, strong)


def test_a_painting_of_one_s_own_is_predicted_and_remembered(
    painter: Painter, monkeypatch: pytest.MonkeyPatch
) -> None:
    own = SMALL.replace(style=Picture("own", picture(2)))
    asked: list[Any] = []
    whole = painter.numbers

    def ask(style: Any) -> StyleNumbers:
        asked.append(style)
        return whole(style)

    monkeypatch.setattr(painter, "numbers", ask)
    memory = remembering()
    first, again = (one_pass(own, PHOTO, memory) for _ in range(2))
    np.testing.assert_array_equal(first, again)
    np.testing.assert_array_equal(first, painter.paint(PHOTO, whole(picture(2))))
    assert len(asked) == 1


def test_matched_colours_are_those_of_the_painting_that_is_told(painter: Painter) -> None:
    own = SMALL.replace(style=Picture("own", picture(2), True), preserve_colour="matching")
    wanted = painter.paint(PHOTO, painter.numbers(match_covariance(picture(2), PHOTO)))
    np.testing.assert_allclose(one_pass(own, PHOTO), wanted, atol=1e-5)


def test_it_is_the_start_picture_of_a_run_that_asks_for_it() -> None:
    mixed = SMALL.replace(styles=["ink_wash"], init="fast")
    problem = mixed.make_problem(tiny_backbone())
    run, _ = mixed.make_run(problem)
    np.testing.assert_array_equal(run.image, one_pass(mixed, PHOTO))


def test_a_photograph_that_is_too_small_is_told() -> None:
    with pytest.raises(ImageError, match="16"):
        one_pass(SMALL, picture(1, 12, 40))
