"""Painting in one pass: what is accepted, what comes back, and the same on every run."""

from __future__ import annotations

import numpy as np
import pytest
from tiny import picture
from tiny_painter import tiny_arrays, tiny_painter

from nstkit.errors import ImageError, SettingsError, WeightsError
from nstkit.fast import Painter, StyleNumbers, mix, paint
from nstkit.images import save_image


@pytest.fixture(scope="module")
def painter():
    return tiny_painter()


@pytest.mark.parametrize(("height", "width"), [(16, 16), (17, 30), (33, 64), (50, 19)])
def test_any_size_comes_back_as_it_was(painter, height, width):
    found = paint(picture(1, height, width), "night_sky", painter=painter)
    assert found.shape == (1, height, width, 3)
    assert found.dtype == np.float32
    assert found.min() >= 0
    assert found.max() <= 1


def test_the_same_on_every_run_bit_for_bit(painter):
    first = paint(picture(1, 60, 44), picture(2), painter=painter)
    again = paint(picture(1, 60, 44), picture(2), painter=tiny_painter())
    np.testing.assert_array_equal(first, again)


@pytest.mark.parametrize("value", [0.0, 1.0, 0.5])
def test_a_flat_picture_and_a_flat_painting_stay_finite(painter, value):
    flat = np.full((1, 32, 32, 3), value, np.float32)
    assert np.isfinite(paint(flat, flat, painter=painter)).all()


def test_a_sample_is_known_by_heart_and_a_painting_is_predicted(painter):
    assert painter.numbers("night_sky") is painter.table["night_sky"]
    predicted = painter.numbers(picture(2))
    assert predicted.network == painter.mark
    assert not np.array_equal(predicted.values, painter.numbers(picture(5)).values)


def test_the_statistics_are_means_and_deviations(painter):
    from nstkit.fast.painter import channel_statistics

    features = painter.backbone.features(picture(2), ["block1_conv1"])["block1_conv1"].numpy()
    count = features.shape[-1]
    found = channel_statistics(painter.backbone, picture(2))[: 2 * count]
    wanted = np.concatenate([features.mean((0, 1, 2)), features.std((0, 1, 2))])
    np.testing.assert_allclose(found, np.log1p(wanted), rtol=1e-5)


def test_several_styles_are_mixed_with_their_weights(painter):
    one, two = painter.numbers("night_sky"), painter.numbers("ink_wash")
    wanted = paint(picture(1), mix([one, two], [2, 1]), painter=painter)
    listed = paint(picture(1), ["night_sky", "ink_wash"], weights=[2, 1], painter=painter)
    named = paint(picture(1), {"night_sky": 2, "ink_wash": 1}, painter=painter)
    np.testing.assert_array_equal(listed, wanted)
    np.testing.assert_array_equal(named, wanted)


def test_strength_goes_from_the_photograph_to_the_style(painter):
    def strong(amount):
        return paint(picture(1), "night_sky", strength=amount, painter=painter)

    np.testing.assert_array_equal(strong(0.0), paint(picture(1), picture(1), painter=painter))
    np.testing.assert_array_equal(strong(1.0), paint(picture(1), "night_sky", painter=painter))
    assert not np.array_equal(strong(0.5), strong(1.0))


def test_several_pictures_of_several_sizes(painter):
    pictures = [picture(1), picture(2, 20, 48)]
    found = paint(pictures, "night_sky", painter=painter)
    assert [image.shape for image in found] == [image.shape for image in pictures]
    np.testing.assert_array_equal(found[1], paint(pictures[1], "night_sky", painter=painter))


def test_the_photographs_colours_are_kept(painter):
    from nstkit.classic import keep_colours

    plain = paint(picture(1), "night_sky", painter=painter)
    kept = paint(picture(1), "night_sky", preserve_colour=True, painter=painter)
    np.testing.assert_array_equal(kept, keep_colours(picture(1), plain))


def test_files_names_and_sizes_are_taken(painter, tmp_path):
    path = save_image(picture(1, 48, 64), tmp_path / "a.png")
    assert paint(path, "night_sky", size=32, painter=painter).shape == (1, 24, 32, 3)
    assert paint("chelsea", path, size=32, crop=True, painter=painter).shape == (1, 32, 32, 3)


def test_a_file_of_numbers_is_a_style(painter, tmp_path):
    file = painter.numbers("night_sky").save(tmp_path / "mine.npz")
    np.testing.assert_array_equal(
        paint(picture(1), file, painter=painter), paint(picture(1), "night_sky", painter=painter)
    )


def test_numbers_of_another_network_are_refused(painter, tmp_path):
    file = tiny_painter(1).numbers("night_sky").save(tmp_path / "other.npz")
    with pytest.raises(WeightsError, match="'night_sky' belong to another network"):
        paint(picture(1), file, painter=painter)
    short = StyleNumbers("short", np.ones(3, np.float32), painter.mark)
    with pytest.raises(WeightsError, match="another network"):
        paint(picture(1), short, painter=painter)


def test_too_large_for_the_memory_is_refused_with_a_size_that_fits(painter, monkeypatch):
    monkeypatch.setattr("nstkit.fast.painter.free_memory", lambda: 1_000_000)
    with pytest.raises(SettingsError, match=r"96×128 pixels takes .* take a size of \d+ or less"):
        painter.paint(picture(1, 128, 96), painter.numbers("night_sky"))


@pytest.mark.parametrize(
    ("content", "options", "error", "sentence"),
    [
        (picture(1, 8, 32), {}, ImageError, "32×8 pixels"),
        (np.full((1, 32, 32, 3), np.nan, np.float32), {}, ImageError, "NaN"),
        (picture(1), {"strength": 1.5}, SettingsError, "strength is 1.5"),
        (picture(1), {"strength": np.nan}, SettingsError, "strength is nan"),
        (picture(1), {"weights": [0]}, SettingsError, "sum to 0"),
        ([], {}, ImageError, "no picture given"),
        ("chelsae", {}, SettingsError, "did you mean 'chelsea'"),
    ],
)
def test_bad_input_is_named(painter, content, options, error, sentence):
    with pytest.raises(error, match=sentence):
        paint(content, "night_sky", painter=painter, **options)


def test_weights_given_twice_are_refused(painter):
    with pytest.raises(SettingsError, match="give the weights once"):
        paint(picture(1), {"night_sky": 1}, weights=[1], painter=painter)


def test_a_weights_file_goes_out_and_in(painter, tmp_path):
    np.savez(tmp_path / "w.npz", **tiny_arrays())
    found = Painter.read(tmp_path / "w.npz", painter.backbone)
    np.testing.assert_array_equal(
        paint(picture(1), picture(2), painter=found), paint(picture(1), picture(2), painter=painter)
    )
    assert found.mark != painter.mark


def test_a_damaged_or_missing_weights_file_is_named(painter, tmp_path):
    path = tmp_path / "w.npz"
    with pytest.raises(WeightsError, match="there is no weights file"):
        Painter.read(path, painter.backbone)
    np.savez(path, **{k: v for k, v in tiny_arrays().items() if not k.startswith("fast/up1")})
    with pytest.raises(WeightsError, match="is damaged, or holds no network"):
        Painter.read(path, painter.backbone)
    path.write_bytes(path.read_bytes()[:700])
    with pytest.raises(WeightsError, match="is damaged"):
        Painter.read(path, painter.backbone)
