"""Masks by brightness, by colour, and by a few strokes."""

from __future__ import annotations

import numpy as np
import pytest

from nstkit import samples
from nstkit.classic import (
    draw_stroke,
    feather,
    select_by_brightness,
    select_by_colour,
    select_by_strokes,
)
from nstkit.errors import SettingsError

DISC = np.hypot(*(np.mgrid[:60, :80] - np.array([30, 40])[:, None, None])) < 18
SCENE = np.where(DISC[..., None], [0.9, 0.5, 0.1], [0.1, 0.3, 0.6])[None].astype(np.float32)
SCENE += np.random.default_rng(0).normal(0, 0.02, SCENE.shape)
SCENE = SCENE.clip(0, 1).astype(np.float32)


def overlap(mask, truth) -> float:
    """Return the intersection of two masks over their union."""
    found = mask.values > 0.5
    return float((found & truth).sum() / (found | truth).sum())


def test_brightness_finds_the_bright_disc_and_what_is_darker() -> None:
    assert overlap(select_by_brightness(SCENE, 0.45, 1), DISC) > 0.99
    assert overlap(select_by_brightness(SCENE, 0, 0.45), ~DISC) > 0.99


def test_a_limit_is_soft_by_as_much_as_is_asked_for() -> None:
    ramp = np.linspace(0, 1, 101)[None, None, :, None] * np.ones((1, 16, 1, 3))
    row = select_by_brightness(ramp, 0.5, 1, soft=0.1).values[0]
    np.testing.assert_allclose(row[[39, 40, 45, 50, 100]], [0, 0, 0.5, 1, 1], atol=1e-3)


def test_a_colour_is_found_by_its_value_or_by_a_pixel() -> None:
    assert overlap(select_by_colour(SCENE, (0.9, 0.5, 0.1)), DISC) > 0.99
    assert overlap(select_by_colour(SCENE, (30, 40)), DISC) > 0.99
    with pytest.raises(SettingsError, match=r"\(60, 5\) is outside a picture of 60 rows and 80"):
        select_by_colour(SCENE, (60, 5))


def test_two_strokes_find_the_disc() -> None:
    inside, outside = np.zeros((2, 60, 80), bool)
    inside[28:32, 30:50] = True
    outside[2:5, 5:75] = True
    assert overlap(select_by_strokes(SCENE, inside, outside), DISC) > 0.97
    assert select_by_strokes(SCENE, inside, outside).values[30, 40] == 1
    with pytest.raises(SettingsError, match="no stroke outside on a picture of 80×60"):
        select_by_strokes(SCENE, inside, np.zeros((60, 80)))
    with pytest.raises(SettingsError, match="no stroke inside"):
        select_by_strokes(SCENE, np.zeros((5, 5)), outside)


def test_two_strokes_find_a_rocket() -> None:
    photo = samples.load("rocket", size=160)
    inside, outside = np.zeros((2, *photo.shape[1:3]), bool)
    inside[30:80, 79:81] = True
    outside[:90, 5:40], outside[:90, 120:155] = True, True
    mask = select_by_strokes(photo, inside, outside)
    assert 0.005 < mask.values.mean() < 0.4
    assert mask.values[outside].max() == 0


def test_feathering_spreads_an_edge_and_keeps_the_middle() -> None:
    from nstkit.images import Mask

    soft = feather(Mask(DISC), 3).values
    assert soft[30, 40] > 0.99
    assert soft.mean() == pytest.approx(DISC.mean(), rel=0.02)
    assert ((soft > 0.05) & (soft < 0.95)).sum() > 200


def test_a_stroke_is_as_wide_as_its_brush_and_a_dot_is_round() -> None:
    across = draw_stroke([(0.2, 0.5), (0.8, 0.5)], 60, 80, 0.25)
    assert (across[:, 40] > 0.5).sum() == pytest.approx(20, abs=2)
    assert across[30, 2] == 0
    dot = draw_stroke([(0.5, 0.5)], 60, 80, 0.25)
    assert dot.sum() == pytest.approx(np.pi * 100, rel=0.2)
