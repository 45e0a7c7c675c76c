import numpy as np
import pytest

from nstkit import classic
from nstkit.classic.colour import RGB_TO_YIQ
from nstkit.errors import ImageError, SettingsError


def cloud(seed, centre, spread, shape=(24, 32)):
    """A picture of correlated colours, well inside [0, 1] so that nothing is clipped."""
    generator = np.random.default_rng(seed)
    mixing = generator.normal(size=(3, 3)) * spread
    noise = generator.uniform(-1, 1, size=(1, *shape, 3))
    return np.clip(noise @ mixing + centre, 0.2, 0.8).astype(np.float32)


CONTENT = cloud(1, 0.5, 0.04)
STYLE = cloud(2, (0.6, 0.5, 0.4), 0.03, shape=(40, 20))


def test_lalphabeta_and_back_gives_the_picture():
    back = classic.from_lalphabeta(classic.to_lalphabeta(CONTENT))
    assert np.abs(back - CONTENT).max() < 1e-6


def test_lalphabeta_of_grey_has_almost_no_colour():
    grey = np.linspace(0.1, 1, 16 * 16, dtype=np.float32).reshape(1, 16, 16, 1).repeat(3, axis=-1)
    light, *colours = np.moveaxis(classic.to_lalphabeta(grey), -1, 0)
    assert np.abs(colours).max() < 2e-3
    assert (np.diff(light.ravel()) > 0).all()


def test_lalphabeta_of_one_pixel_by_hand():
    pixel = np.full((1, 16, 16, 3), (0.5, 0.25, 0.75), np.float32)
    lms = [
        0.3811 * 0.5 + 0.5783 * 0.25 + 0.0402 * 0.75,
        0.1967 * 0.5 + 0.7244 * 0.25 + 0.0782 * 0.75,
        0.0241 * 0.5 + 0.1288 * 0.25 + 0.8444 * 0.75,
    ]
    a, b, c = np.log10(lms)
    expected = (a + b + c) / 3**0.5, (a + b - 2 * c) / 6**0.5, (a - b) / 2**0.5
    np.testing.assert_allclose(classic.to_lalphabeta(pixel)[0, 3, 5], expected, rtol=1e-6)


def test_black_stays_finite():
    black = np.zeros((1, 16, 16, 3), np.float32)
    assert np.isfinite(classic.transfer_colour(black, STYLE)).all()
    assert np.isfinite(classic.transfer_colour(STYLE, black)).all()


def test_match_moments_reaches_mean_and_deviation_exactly():
    generator = np.random.default_rng(0)
    values, target = generator.normal(2, 3, (50, 3)), generator.gamma(2, 1, (70, 3))
    matched = classic.match_moments(values, target)
    np.testing.assert_allclose(matched.mean(axis=0), target.mean(axis=0))
    np.testing.assert_allclose(matched.std(axis=0), target.std(axis=0))


def test_match_moments_of_a_constant_channel_is_the_mean():
    matched = classic.match_moments(np.full((9, 1), 4.0), np.arange(5.0)[:, None])
    np.testing.assert_allclose(matched, 2.0)


def test_reinhard_has_the_means_and_deviations_of_the_style():
    result = classic.to_lalphabeta(classic.transfer_colour(CONTENT, STYLE)).reshape(-1, 3)
    target = classic.to_lalphabeta(STYLE).reshape(-1, 3)
    np.testing.assert_allclose(result.mean(axis=0), target.mean(axis=0), atol=1e-5)
    np.testing.assert_allclose(result.std(axis=0), target.std(axis=0), atol=1e-5)


def test_full_covariance_is_that_of_the_style():
    result = classic.match_covariance(CONTENT, STYLE).reshape(-1, 3)
    target = STYLE.reshape(-1, 3)
    np.testing.assert_allclose(result.mean(axis=0), target.mean(axis=0), atol=1e-5)
    np.testing.assert_allclose(np.cov(result.T), np.cov(target.T), atol=1e-6)


def test_only_full_covariance_matches_what_co_occurs():
    def mixed(image):
        return np.cov(classic.to_lalphabeta(image).reshape(-1, 3).T)[0, 1]

    wanted = mixed(STYLE)
    channelwise = abs(mixed(classic.transfer_colour(CONTENT, STYLE)) - wanted)
    full = abs(mixed(classic.match_covariance(CONTENT, STYLE)) - wanted)
    assert full < 0.3 * channelwise


@pytest.mark.parametrize("transfer", [classic.transfer_colour, classic.match_covariance])
def test_a_picture_keeps_its_own_colours(transfer):
    np.testing.assert_allclose(transfer(CONTENT, CONTENT), CONTENT, atol=1e-5)


@pytest.mark.parametrize("transfer", [classic.transfer_colour, classic.match_covariance])
def test_strength_goes_from_the_content_to_the_style(transfer):
    np.testing.assert_allclose(transfer(CONTENT, STYLE, strength=0.0), CONTENT, atol=1e-5)
    goal = STYLE.mean(axis=(0, 1, 2))
    far = [
        np.abs(transfer(CONTENT, STYLE, strength=s).mean(axis=(0, 1, 2)) - goal).max()
        for s in (0.0, 0.5, 1.0)
    ]
    assert far[0] > far[1] > far[2]


@pytest.mark.parametrize("transfer", [classic.transfer_colour, classic.match_covariance])
def test_colour_transfer_ignores_where_pixels_are(transfer):
    order = np.random.default_rng(0).permutation(STYLE.shape[1] * STYLE.shape[2])
    shuffled = STYLE.reshape(-1, 3)[order].reshape(STYLE.shape)
    np.testing.assert_allclose(transfer(CONTENT, shuffled), transfer(CONTENT, STYLE), atol=1e-5)


def test_covariance_of_a_grey_picture_works():
    grey = CONTENT[..., :1].repeat(3, axis=-1)
    result = classic.match_covariance(grey, STYLE)
    np.testing.assert_allclose(result.mean(axis=(0, 1, 2)), STYLE.mean(axis=(0, 1, 2)), atol=1e-3)


def test_keep_colours_takes_light_from_one_and_colour_from_the_other():
    generated = cloud(5, 0.5, 0.03)
    result = classic.keep_colours(CONTENT, generated) @ RGB_TO_YIQ.T
    np.testing.assert_allclose(result[..., 0], (generated @ RGB_TO_YIQ.T)[..., 0], atol=1e-6)
    np.testing.assert_allclose(result[..., 1:], (CONTENT @ RGB_TO_YIQ.T)[..., 1:], atol=1e-6)


def test_keep_colours_of_the_picture_itself_changes_nothing():
    np.testing.assert_allclose(classic.keep_colours(CONTENT, CONTENT), CONTENT, atol=1e-6)


def test_keep_colours_needs_two_pictures_of_one_size():
    with pytest.raises(ImageError, match=r"content is 32×24 pixels and generated is 20×40"):
        classic.keep_colours(CONTENT, STYLE)


def test_match_luminance_changes_light_and_keeps_colour():
    result = classic.match_luminance(STYLE, CONTENT) @ RGB_TO_YIQ.T
    light = (CONTENT @ RGB_TO_YIQ.T)[..., 0]
    assert result[..., 0].mean() == pytest.approx(light.mean(), abs=1e-5)
    assert result[..., 0].std() == pytest.approx(light.std(), abs=1e-5)
    np.testing.assert_allclose(result[..., 1:], (STYLE @ RGB_TO_YIQ.T)[..., 1:], atol=1e-5)


def test_8_bit_pictures_are_refused_with_the_way_out():
    with pytest.raises(ImageError, match="divide 8-bit values by 255"):
        classic.transfer_colour((CONTENT * 255).astype(np.uint8), STYLE)


def test_strength_outside_0_to_1_is_refused():
    with pytest.raises(SettingsError, match=r"strength is 1\.5.*at most 1"):
        classic.transfer_colour(CONTENT, STYLE, strength=1.5)
