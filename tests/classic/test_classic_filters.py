import numpy as np
import pytest

from nstkit import classic
from nstkit.errors import ImageError, SettingsError

ONE_STEP = 1 / 255
"""OpenCV's CIELAB conversion is exact to about one of 256 values, and no better."""

FLAT = np.full((1, 32, 40, 3), (0.6, 0.4, 0.3), np.float32)


@pytest.fixture(scope="module")
def noisy_step():
    """A dark and a light half, with noise of standard deviation 0.03."""
    step = np.where(np.arange(48) < 24, 0.3, 0.7)
    noise = np.random.default_rng(0).normal(0, 0.03, (1, 40, 48, 3))
    return (step[None, None, :, None] + noise).astype(np.float32)


@pytest.mark.parametrize("smooth", [classic.smooth_edge_preserving, classic.kuwahara])
def test_a_flat_picture_stays_as_it_is(smooth):
    np.testing.assert_allclose(smooth(FLAT), FLAT, atol=ONE_STEP)


@pytest.mark.parametrize("smooth", [classic.smooth_edge_preserving, classic.kuwahara])
def test_noise_goes_and_the_edge_stays(smooth, noisy_step):
    result = smooth(noisy_step)
    assert result.shape == noisy_step.shape
    assert result.dtype == np.float32
    assert result[:, :, 6:18].std() < 0.5 * noisy_step[:, :, 6:18].std()
    jump = result[:, :, 25].mean() - result[:, :, 22].mean()
    assert jump > 0.35


def test_a_plain_average_of_the_same_size_would_lose_the_edge(noisy_step):
    blurred = classic.kuwahara(noisy_step, sharpness=0.0)
    assert blurred[:, :, 25].mean() - blurred[:, :, 22].mean() < 0.3


def test_no_rounds_of_smoothing_change_nothing(noisy_step):
    np.testing.assert_allclose(
        classic.smooth_edge_preserving(noisy_step, iterations=0), noisy_step, atol=ONE_STEP
    )


def test_kuwahara_gives_colours_between_those_around(noisy_step):
    result = classic.kuwahara(noisy_step, radius=3)
    assert result.min() >= noisy_step.min() - 1e-4
    assert result.max() <= noisy_step.max() + 1e-4


def test_a_hard_quantisation_leaves_only_the_levels():
    ramp = np.linspace(0, 1, 256, dtype=np.float32)[None, None, :, None]
    ramp = np.broadcast_to(ramp, (1, 16, 256, 3))
    result = classic.quantise_luminance(ramp, levels=5, softness=0.0)
    tones = np.unique(np.round(result[..., 0], 2))
    assert len(tones) <= 5 + 4  # five tones, and at most a pixel exactly on each border
    counts = [(np.abs(result[..., 0] - tone) < 0.006).mean() for tone in tones]
    assert sum(sorted(counts)[-5:]) > 0.97


def test_more_levels_stay_closer_to_the_picture():
    ramp = np.broadcast_to(
        np.linspace(0, 1, 64, dtype=np.float32)[None, None, :, None], (1, 16, 64, 3)
    )
    far = [np.abs(classic.quantise_luminance(ramp, levels=n) - ramp).mean() for n in (3, 8, 32)]
    assert far[0] > far[1] > far[2]


def test_lines_are_found_where_it_is_darker_than_around():
    image = np.full((1, 40, 40, 3), 0.9, np.float32)
    image[:, :, 20] = 0.2
    lines = classic.find_lines(image)
    assert lines.shape == (40, 40)
    assert lines[:, 20].max() < 0.1
    assert lines[:, :14].min() == lines[:, 27:].min() == 1.0


def test_a_flat_picture_has_no_lines_below_threshold_one():
    np.testing.assert_array_equal(classic.find_lines(FLAT), 1.0)


def test_a_higher_threshold_draws_more_ink(noisy_step):
    ink = [1 - classic.find_lines(noisy_step, threshold=t).mean() for t in (0.9, 0.97, 1.0)]
    assert ink[0] <= ink[1] < ink[2]


def test_abstraction_has_fewer_tones_and_darker_lines(noisy_step):
    result = classic.abstract_picture(noisy_step, levels=4)
    assert result.shape == noisy_step.shape
    assert 0 <= result.min() <= result.max() <= 1
    assert result[:, :, 5:15].std() < 0.65 * noisy_step[:, :, 5:15].std()
    # On the dark side of the step the difference of Gaussians draws a line.
    assert result[:, :, 22:24].mean() < result[:, :, 5:15].mean() - 0.05


@pytest.mark.parametrize(
    ("function", "options", "message"),
    [
        (classic.kuwahara, {"radius": 0}, "radius is 0"),
        (classic.kuwahara, {"sharpness": -1}, "sharpness is -1"),
        (classic.quantise_luminance, {"levels": 1}, "levels is 1.*at least 2"),
        (classic.find_lines, {"threshold": 1.2}, r"threshold is 1\.2.*at most 1"),
        (classic.abstract_picture, {"iterations": 1.5}, r"iterations is 1\.5.*whole"),
        (classic.smooth_edge_preserving, {"sigma_space": "wide"}, "sigma_space is 'wide'"),
    ],
)
def test_settings_that_make_no_sense_are_refused(function, options, message):
    with pytest.raises(SettingsError, match=message):
        function(FLAT, **options)


def test_a_picture_with_nan_is_refused():
    with pytest.raises(ImageError, match="NaN"):
        classic.kuwahara(np.full((1, 20, 20, 3), np.nan, np.float32))
