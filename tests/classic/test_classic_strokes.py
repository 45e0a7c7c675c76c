import time
from typing import Any

import numpy as np
import pytest

from nstkit import classic, samples
from nstkit.errors import ImageError, SettingsError


@pytest.fixture(scope="module")
def photo():
    return samples.load("coffee", size=120)


@pytest.fixture(scope="module")
def strokes(photo):
    return list(classic.plan_strokes(photo, brushes=(8, 4, 2)))


def distance(image, photo):
    return float(np.abs(image - photo).mean())


def test_strokes_stay_inside_the_canvas(photo, strokes):
    height, width = photo.shape[1:3]
    points = np.concatenate([stroke.points for stroke in strokes])
    assert points.min() >= 0
    assert points[:, 0].max() <= width - 1
    assert points[:, 1].max() <= height - 1


def test_large_brushes_come_first_and_small_ones_paint_more_strokes(strokes):
    radii = np.array([stroke.radius for stroke in strokes])
    assert (np.diff(radii) <= 0).all()
    assert (radii == 8).sum() < (radii == 4).sum() < (radii == 2).sum()


def test_each_finer_brush_lowers_the_distance_to_the_photograph(photo):
    far = [
        distance(classic.paint(photo, brushes=brushes), photo)
        for brushes in ((16,), (16, 8), (16, 8, 4), (16, 8, 4, 2))
    ]
    assert far == sorted(far, reverse=True)
    assert far[-1] < 0.6 * far[0]


def test_a_lower_threshold_paints_more_and_comes_closer(photo):
    counts, far = [], []
    for threshold in (0.3, 0.1, 0.03):
        counts.append(len(list(classic.plan_strokes(photo, threshold=threshold))))
        far.append(distance(classic.paint(photo, threshold=threshold), photo))
    assert counts == sorted(counts)
    assert far == sorted(far, reverse=True)


def test_a_stroke_has_the_colour_of_the_photograph_where_it_starts(photo):
    for stroke in classic.plan_strokes(photo, brushes=(2,), jitter=0.0):
        x, y = stroke.points[0].astype(int)
        around = photo[0, max(0, y - 4) : y + 5, max(0, x - 4) : x + 5].reshape(-1, 3)
        assert (stroke.colour >= around.min(axis=0) - 0.02).all()
        assert (stroke.colour <= around.max(axis=0) + 0.02).all()


def test_strokes_are_one_radius_per_step_and_no_longer_than_asked(photo):
    for stroke in classic.plan_strokes(photo, brushes=(6,), shortest=2, longest=5):
        assert 1 <= len(stroke.points) <= 5
        steps = np.hypot(*np.diff(stroke.points, axis=0).T)
        np.testing.assert_allclose(steps, 6, rtol=1e-4)


def test_without_curvature_strokes_are_straight(photo):
    def bends(curvature):
        total = 0.0
        for stroke in classic.plan_strokes(photo, brushes=(4,), curvature=curvature):
            steps = np.diff(stroke.points, axis=0)
            total += np.abs(np.diff(steps, axis=0)).sum()
        return total

    assert bends(0.0) < 1e-2
    assert bends(1.0) > 10


def test_strokes_run_along_an_edge():
    image = np.full((1, 64, 64, 3), 0.2, np.float32)
    image[:, :, 32:] = 0.8
    for stroke in classic.plan_strokes(image, brushes=(3,), shortest=4):
        start, end = stroke.points[0], stroke.points[-1]
        if 26 < start[0] < 38 and len(stroke.points) > 1:
            assert abs(end[0] - start[0]) < 0.05 * abs(end[1] - start[1])


def test_the_seed_decides(photo, strokes):
    again = list(classic.plan_strokes(photo, brushes=(8, 4, 2)))
    assert len(again) == len(strokes)
    for a, b in zip(again, strokes, strict=True):
        np.testing.assert_array_equal(a.points, b.points)
        np.testing.assert_array_equal(a.colour, b.colour)
    painted = [classic.paint(photo, brushes=(8, 4), seed=seed) for seed in (0, 0, 1)]
    np.testing.assert_array_equal(painted[0], painted[1])
    assert np.abs(painted[0] - painted[2]).max() > 0.05


def test_frames_go_from_the_empty_canvas_to_the_painting(photo):
    options: dict[str, Any] = {"brushes": (8, 4), "relief": 0.5}
    frames = list(classic.painting_frames(photo, frames=6, **options))
    assert len(frames) == 6
    np.testing.assert_array_equal(frames[0], classic.Canvas(*photo.shape[1:3]).image())
    np.testing.assert_array_equal(frames[-1], classic.paint(photo, **options))
    far = [distance(frame, photo) for frame in frames]
    assert far[-1] < 0.5 * far[0]


def test_relief_changes_light_a_little_and_nothing_else(photo):
    flat, oil = (classic.paint(photo, relief=relief) for relief in (0.0, 0.6))
    assert 0.001 < distance(flat, oil) < 0.06
    assert oil.min() >= 0
    assert oil.max() <= 1


def test_one_dot_of_paint_covers_its_disc_and_no_more():
    canvas = classic.Canvas(40, 50)
    before = canvas.image()
    canvas.draw(classic.Stroke(5, np.array([1.0, 0.0, 0.0]), np.array([[20.0, 15.0]])))
    changed = np.abs(canvas.image() - before).max(axis=-1)[0] > 0.02
    y, x = np.mgrid[:40, :50]
    far = np.hypot(y - 15, x - 20)
    assert changed[far < 4].all()
    assert not changed[far > 7].any()
    np.testing.assert_allclose(canvas.image()[0, 15, 20], (1, 0, 0), atol=1e-6)


def test_a_400_pixel_painting_takes_less_than_15_seconds():
    photo = samples.load("astronaut", size=400)
    began = time.process_time()
    classic.paint(photo, relief=0.5)
    assert time.process_time() - began < 15


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"brushes": ()}, "brushes is empty"),
        ({"brushes": (8, 0)}, "a brush radius is 0"),
        ({"brushes": (2.5,)}, r"a brush radius is 2\.5.*whole"),
        ({"curvature": 2}, "curvature is 2.*at most 1"),
        ({"shortest": 9, "longest": 4}, "longest is 4.*at least 9"),
        ({"threshold": -1}, "threshold is -1"),
    ],
)
def test_settings_that_make_no_sense_are_refused_before_the_first_stroke(photo, options, message):
    with pytest.raises(SettingsError, match=message):
        classic.plan_strokes(photo, **options)


def test_a_picture_that_is_none_is_refused():
    with pytest.raises(ImageError, match="image has shape"):
        classic.paint(np.zeros((30, 30)))
