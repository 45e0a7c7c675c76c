"""Measures of features and of pixels: worked by hand, and by what must make them worse."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.ndimage import gaussian_filter
from tiny import picture

from nstkit.errors import ImageError
from nstkit.quality import (
    colour_distance,
    contour_agreement,
    effectiveness_statistic,
    gaussian_divergence,
    grain,
    gram_distance,
    local_patterns,
    moment_distance,
    relative_distance,
    structural_similarity,
)

RANDOM = np.random.default_rng(0)
FEATURES = RANDOM.random((12, 14, 5), np.float32)
OTHERS = RANDOM.random((9, 10, 5), np.float32) ** 2
PHOTO = picture(1, 96, 96)


def noisy(image, deviation):
    drawn = np.random.default_rng(1).normal(0, deviation, image.shape)
    return np.clip(image + drawn, 0, 1).astype(np.float32)


def test_gram_distance_by_hand():
    one, other = np.array([[[2.0, 0.0]]]), np.array([[[0.0, 1.0], [0.0, 1.0]]])
    assert gram_distance(one, one) == 0
    assert gram_distance(one, other) == pytest.approx(np.sqrt(17) / 5)  # diag(4, 0), diag(0, 1)


def test_moment_distance_by_hand():
    flat, twice = np.full((2, 2, 1), 3.0), np.full((2, 2, 1), 6.0)
    assert moment_distance(flat, twice) == pytest.approx(1 / 3, abs=1e-5)


@pytest.mark.parametrize("distance", [gram_distance, moment_distance, gaussian_divergence])
def test_statistics_are_blind_to_places_and_see_another_picture(distance):
    shuffled = RANDOM.permutation(FEATURES.reshape(-1, 5)).reshape(FEATURES.shape)
    assert distance(shuffled, FEATURES) == pytest.approx(0, abs=1e-5)
    assert distance(OTHERS, FEATURES) > 0.05


def test_divergence_is_the_textbook_integral():
    """With diagonal covariances it is a sum over channels, here estimated from the definition."""
    a, b = RANDOM.normal(1, 1, (60, 60, 2)), RANDOM.normal(0, 2, (60, 60, 2))
    mean, aim = a.mean((0, 1)), b.mean((0, 1))
    spread, wide = np.cov(a.reshape(-1, 2).T, bias=True), np.cov(b.reshape(-1, 2).T, bias=True)
    points = RANDOM.multivariate_normal(mean, spread, 200_000)

    def density(middle, cov):
        away = points - middle
        form = np.einsum("ni,ij,nj->n", away, np.linalg.inv(cov), away)
        return -0.5 * (form + np.linalg.slogdet(cov)[1])

    wanted = np.mean(density(mean, spread) - density(aim, wide))
    assert gaussian_divergence(a, b) == pytest.approx(wanted, rel=0.02)
    assert effectiveness_statistic(a, b) == pytest.approx(-np.log1p(gaussian_divergence(a, b)))


def test_divergence_of_flat_features_is_finite():
    flat = np.zeros((6, 6, 3))
    assert gaussian_divergence(flat, flat) == 0
    assert np.isfinite(gaussian_divergence(FEATURES[..., :3], flat))


def test_patterns_find_their_own_and_notice_one_patch_everywhere():
    assert local_patterns(FEATURES, FEATURES) == (pytest.approx(1, abs=1e-5), 1)
    repeated = np.tile(FEATURES[:3, :3], (4, 4, 1))
    likeness, diversity = local_patterns(repeated[:10, :10], FEATURES)
    assert diversity < 0.3
    assert likeness < 1
    mine, own = local_patterns(FEATURES[:8, :8], FEATURES)
    assert mine == pytest.approx(1, abs=1e-5)
    assert own == 1


def test_patterns_in_numpy():
    """Against loops over all pairs of patches."""
    a, b = FEATURES[:4, :5], OTHERS[:5, :4]

    def patches(array):
        rows, columns = array.shape[0] - 2, array.shape[1] - 2
        cut = [array[i : i + 3, j : j + 3].ravel() for i in range(rows) for j in range(columns)]
        return [vector / np.linalg.norm(vector) for vector in cut]

    best = [max((float(p @ q), k) for k, q in enumerate(patches(b))) for p in patches(a)]
    likeness, diversity = local_patterns(a, b)
    assert likeness == pytest.approx(np.mean([value for value, _ in best]), rel=1e-5)
    assert diversity == len({k for _, k in best}) / 6


def test_distance_refuses_other_shapes_and_patterns_a_layer_too_small():
    with pytest.raises(ImageError, match="same layer"):
        relative_distance(FEATURES, OTHERS)
    with pytest.raises(ImageError, match="3×3"):
        local_patterns(FEATURES[:2], FEATURES)


@pytest.mark.parametrize("measure", [structural_similarity, contour_agreement])
def test_coherence_is_best_for_itself_and_falls_with_damage(measure):
    assert measure(PHOTO, PHOTO) == pytest.approx(1)
    blurred = [gaussian_filter(PHOTO, (0, s, s, 0)) for s in (1, 3, 8)]
    values = [1.0, *(measure(image, PHOTO) for image in blurred)]
    assert values == sorted(values, reverse=True)
    values = [1.0, *(measure(noisy(PHOTO, d), PHOTO) for d in (0.05, 0.2, 0.6))]
    assert values == sorted(values, reverse=True)
    assert measure(picture(2, 96, 96), PHOTO) < 0.4
    with pytest.raises(ImageError, match="96×48 pixels"):
        measure(PHOTO[:, :48], PHOTO)


def test_contours_ignore_which_side_is_dark_and_know_their_direction():
    bars = np.zeros((1, 64, 64, 3), np.float32)
    bars[:, :, 16:32] = bars[:, :, 48:] = 1
    assert contour_agreement(1 - bars, bars) == pytest.approx(1)
    assert contour_agreement(bars.swapaxes(1, 2), bars) < -0.1
    assert contour_agreement(np.full_like(bars, 0.5), bars) == pytest.approx(0, abs=1e-6)


def test_colour_is_blind_to_places_and_counts_the_way():
    black, white = np.zeros((1, 16, 16, 3), np.float32), np.ones((1, 20, 16, 3), np.float32)
    steps = [1, *[1 / np.sqrt(2)] * 4, *[1 / np.sqrt(3)] * 4]  # what is left of L* = 100
    assert colour_distance(black, white) == pytest.approx(100 * sum(steps) / 13, rel=1e-3)
    assert colour_distance(PHOTO[:, ::-1], PHOTO) == 0
    assert colour_distance(PHOTO * np.array([1, 0.5, 0.5], np.float32), PHOTO) > 5


def test_grain_of_noise_waves_and_one_colour():
    noise = RANDOM.normal(0.5, 0.1, (1, 240, 250, 1)).astype(np.float32).clip(0, 1)
    quiet, busy = grain(noise.repeat(3, axis=3))
    assert quiet < 0.085 < busy  # 0.72 of the square of frequencies is above 0.3
    assert (quiet, busy) == pytest.approx((0.082, 0.088), abs=0.003)
    for frequency, wanted in ((0.25, 0.0), (0.375, 0.1 / np.sqrt(2))):  # of a wave of height 0.1
        wave = 0.5 + 0.1 * np.cos(2 * np.pi * frequency * (np.arange(96) + 0.5))
        striped = np.broadcast_to(wave[:, None, None], (1, 96, 96, 3)).astype(np.float32)
        assert grain(striped) == pytest.approx((wanted, wanted), abs=0.004)
    assert grain(np.full((1, 32, 32, 3), 0.3, np.float32)) == pytest.approx((0, 0), abs=1e-6)
    assert grain(PHOTO) < grain(noisy(PHOTO, 0.02)) < grain(noisy(PHOTO, 0.1))
    with pytest.raises(ImageError, match="12"):
        grain(PHOTO[:, :11])


def test_grain_in_quiet_places_is_not_hidden_by_busy_ones():
    half = np.full((1, 96, 96, 3), 0.5, np.float32)
    half[:, :, 48:] = noisy(half[:, :, 48:], 0.2)
    quiet, busy = grain(half)
    assert quiet < 0.01 < 0.1 < busy
