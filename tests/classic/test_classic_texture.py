import cv2
import numpy as np
import pytest

from nstkit import classic
from nstkit.errors import ImageError, SettingsError


@pytest.fixture(scope="module")
def weave():
    """A coloured, oriented texture: diagonal stripes under noise."""
    y, x = np.mgrid[:64, :80]
    stripes = 0.5 + 0.2 * np.sin((x + y) * 2 * np.pi / 8)
    noise = np.random.default_rng(3).normal(0, 0.05, (64, 80, 3))
    return np.clip(stripes[..., None] * (1.0, 0.8, 0.5) + noise, 0, 1)[None].astype(np.float32)


@pytest.fixture(scope="module")
def clouds():
    """A coloured texture of soft, skewed blobs."""
    noise = np.random.default_rng(5).normal(size=(64, 64, 3))
    soft = cv2.GaussianBlur(noise, (0, 0), 2.0) @ (np.eye(3) + 0.8)
    return np.clip(np.exp(2 * soft) / 5, 0, 1)[None].astype(np.float32)


@pytest.mark.parametrize(("levels", "orientations"), [(1, 1), (3, 4), (4, 3), (2, 6)])
def test_the_pyramid_gives_its_plane_back(levels, orientations):
    plane = np.random.default_rng(0).normal(size=(64, 48))
    pyramid = classic.steerable_pyramid(plane, levels=levels, orientations=orientations)
    assert len(pyramid.planes()) == levels * orientations + 2
    np.testing.assert_allclose(classic.collapse_pyramid(pyramid), plane, atol=1e-12)


def test_the_pyramid_keeps_the_energy():
    plane = np.random.default_rng(0).normal(size=(64, 64))
    planes = classic.steerable_pyramid(plane).planes()
    assert sum((band**2).sum() for band in planes) == pytest.approx((plane**2).sum())


@pytest.mark.parametrize("direction", [0, 1, 2, 3])
def test_a_grating_answers_in_the_band_of_its_direction(direction):
    angle = np.pi * direction / 4
    y, x = np.mgrid[:64, :64]
    wave = np.cos(2 * np.pi / 8 * np.round([np.cos(angle), np.sin(angle)]) @ [x.ravel(), y.ravel()])
    bands = classic.steerable_pyramid(wave.reshape(64, 64), levels=3, orientations=4).bands
    energies = np.sum([[(b**2).sum() for b in level] for level in bands], axis=0)
    assert energies.argmax() == direction


def test_a_plane_that_cannot_be_halved_is_refused():
    with pytest.raises(ImageError, match=r"\(60, 64\).*divisible by 16"):
        classic.steerable_pyramid(np.zeros((60, 64)), levels=4)


def test_match_histogram_rearranges_the_target():
    generator = np.random.default_rng(0)
    values, target = generator.normal(size=(7, 9)), generator.gamma(2, size=63)
    matched = classic.match_histogram(values, target)
    np.testing.assert_array_equal(np.sort(matched.ravel()), np.sort(target))
    np.testing.assert_array_equal(matched.argsort(axis=None), values.argsort(axis=None))


def test_match_histogram_between_sizes_keeps_the_quantiles():
    generator = np.random.default_rng(0)
    matched = classic.match_histogram(generator.normal(size=999), generator.gamma(2, size=5000))
    target = generator.gamma(2, size=200_000)
    at = [0.1, 0.5, 0.9]
    np.testing.assert_allclose(np.quantile(matched, at), np.quantile(target, at), rtol=0.06)


def test_the_texture_has_the_pixel_histogram_of_its_source(weave):
    texture = classic.synthesise_texture(weave, levels=3, iterations=2)
    assert texture.shape == weave.shape
    assert texture.dtype == np.float32
    for channel in range(3):
        np.testing.assert_array_equal(
            np.sort(texture[..., channel], axis=None), np.sort(weave[..., channel], axis=None)
        )


def test_the_texture_is_new_and_depends_on_the_seed_alone(weave):
    first, again, other = (
        classic.synthesise_texture(weave, levels=2, iterations=1, seed=seed) for seed in (4, 4, 5)
    )
    np.testing.assert_array_equal(first, again)
    assert np.abs(first - other).mean() > 0.02
    assert np.abs(first - weave).mean() > 0.02


def test_every_round_brings_the_bands_closer_to_the_source(clouds):
    def distance(image):
        bands, goals = (
            classic.steerable_pyramid(x[0].mean(axis=-1), levels=3).planes()
            for x in (image, clouds)
        )
        pairs = zip(bands, goals, strict=True)
        return sum(np.abs(np.sort(a, None) - np.sort(b, None)).mean() for a, b in pairs)

    rounds = [classic.synthesise_texture(clouds, levels=3, iterations=n) for n in (0, 1, 4)]
    noise, once, often = (distance(image) for image in rounds)
    assert once < 0.5 * noise
    assert often < once


def test_the_size_can_be_chosen(weave):
    texture = classic.synthesise_texture(weave, height=40, width=100, levels=3, iterations=1)
    assert texture.shape == (1, 40, 100, 3)
    np.testing.assert_allclose(texture.mean(axis=(0, 1, 2)), weave.mean(axis=(0, 1, 2)), atol=2e-3)


def test_starting_from_a_picture_keeps_its_arrangement(weave):
    picture = np.full((1, 50, 60, 3), 0.2, np.float32)
    picture[:, :, 30:] = 0.8
    style = weave * np.linspace(0.2, 1, 80, dtype=np.float32)[None, None, :, None]
    options = {"levels": 2, "iterations": 2}
    result = classic.synthesise_texture(style, start=picture, **options)
    assert result.shape == picture.shape
    assert result[:, :, 30:].mean() - result[:, :, :30].mean() > 0.15
    noise = classic.synthesise_texture(style, height=50, width=60, **options)
    assert abs(noise[:, :, 30:].mean() - noise[:, :, :30].mean()) < 0.1


def test_settings_that_make_no_sense_are_refused(weave):
    with pytest.raises(SettingsError, match=r"levels is 9.*at most 4"):
        classic.synthesise_texture(weave, levels=9)
    with pytest.raises(SettingsError, match="orientations is 0"):
        classic.synthesise_texture(weave, orientations=0)
    with pytest.raises(SettingsError, match="start is 80×64 pixels but 80×32"):
        classic.synthesise_texture(weave, start=weave, height=32)
    with pytest.raises(ImageError, match="style has shape"):
        classic.synthesise_texture(weave[..., :1])
