import itertools

import numpy as np
import pytest

from nstkit import classic
from nstkit.errors import ImageError, SettingsError


@pytest.fixture(scope="module")
def pebbles():
    """A blotchy texture without repetition."""
    generator = np.random.default_rng(1)
    coarse = generator.uniform(size=(12, 15, 1)) * generator.uniform(0.7, 1, size=(12, 15, 3))
    fine = np.kron(coarse, np.ones((5, 5, 1))) + generator.normal(0, 0.03, (60, 75, 3))
    return np.clip(fine, 0, 1)[None].astype(np.float32)


def all_seams(height, width):
    for seam in itertools.product(range(width), repeat=height):
        if all(abs(a - b) <= 1 for a, b in itertools.pairwise(seam)):
            yield np.array(seam)


@pytest.mark.parametrize("seed", range(8))
def test_the_seam_is_the_cheapest_of_all(seed):
    cost = np.random.default_rng(seed).uniform(size=(6, 4))
    seam = classic.minimum_error_seam(cost)
    rows = np.arange(6)
    assert np.abs(np.diff(seam)).max() <= 1
    assert cost[rows, seam].sum() == pytest.approx(
        min(cost[rows, s].sum() for s in all_seams(6, 4))
    )


def test_a_seam_one_pixel_wide_or_high():
    assert classic.minimum_error_seam(np.ones((5, 1))).tolist() == [0] * 5
    assert classic.minimum_error_seam(np.array([[3.0, 1.0, 2.0]])).tolist() == [1]


def test_a_seam_needs_a_plane():
    with pytest.raises(SettingsError, match=r"cost has shape \(2, 3, 3\)"):
        classic.minimum_error_seam(np.zeros((2, 3, 3)))


def test_every_pixel_comes_from_the_source(pebbles):
    quilt = classic.quilt_texture(pebbles, height=90, width=101, patch=20)
    assert quilt.image.shape == (1, 90, 101, 3)
    rows, columns = quilt.origin[..., 0], quilt.origin[..., 1]
    np.testing.assert_array_equal(quilt.image[0], pebbles[0, rows, columns])


def test_inside_a_patch_neighbours_in_the_quilt_are_neighbours_in_the_source(pebbles):
    origin = classic.quilt_texture(pebbles, patch=20).origin
    moves = np.diff(origin, axis=1)
    together = (moves == (0, 1)).all(axis=-1)
    assert together.mean() > 0.9


def test_a_quilt_is_no_copy_of_its_source(pebbles):
    origin = classic.quilt_texture(pebbles, patch=20).origin
    shifts = (origin - np.moveaxis(np.mgrid[:60, :75], 0, -1)).reshape(-1, 2)
    counts = np.unique(shifts, axis=0, return_counts=True)[1]
    assert counts.max() < 0.4 * counts.sum()


def test_no_seam_costs_more_than_a_straight_cut(pebbles):
    quilt = classic.quilt_texture(pebbles, height=100, width=100, patch=18)
    assert len(quilt.seam_costs) == len(quilt.straight_costs) > 20
    assert (quilt.seam_costs <= quilt.straight_costs + 1e-9).all()
    assert quilt.seam_costs.sum() < 0.9 * quilt.straight_costs.sum()


def test_a_regular_pattern_is_continued_without_a_fault():
    y, x = np.mgrid[:64, :64]
    checks = ((y // 4 + x // 4) % 2).astype(np.float32)[None, :, :, None].repeat(3, axis=-1)
    quilt = classic.quilt_texture(checks, height=80, width=80, patch=30)
    assert quilt.seam_costs.max() == 0
    image = quilt.image[0, :, :, 0]
    np.testing.assert_array_equal(image[8:], image[:-8])
    np.testing.assert_array_equal(image[:, 8:], image[:, :-8])


def test_a_patch_as_large_as_the_picture_copies_it(pebbles):
    quilt = classic.quilt_texture(pebbles[:, :60, :60], height=40, width=40, patch=60)
    np.testing.assert_array_equal(quilt.image, pebbles[:, :40, :40])
    assert quilt.seam_costs.size == 0


def test_the_seed_decides(pebbles):
    first, again, other = (
        classic.quilt_texture(pebbles, patch=16, seed=seed).image for seed in (0, 0, 1)
    )
    np.testing.assert_array_equal(first, again)
    assert np.abs(first - other).mean() > 0.01


def test_transfer_follows_the_light_of_the_content(pebbles):
    content = np.linspace(0.1, 0.9, 64, dtype=np.float32)[None, None, :, None]
    content = np.broadcast_to(content, (1, 48, 64, 3))
    quilt = classic.transfer_texture(content, pebbles, patch=12, passes=2)
    assert quilt.image.shape == content.shape
    np.testing.assert_array_equal(
        quilt.image[0], pebbles[0, quilt.origin[..., 0], quilt.origin[..., 1]]
    )
    profile = quilt.image.mean(axis=(0, 1, 3))
    assert np.corrcoef(profile, np.arange(64))[0, 1] > 0.9


def test_fidelity_trades_seams_for_likeness(pebbles):
    content = np.linspace(0.1, 0.9, 48, dtype=np.float32)[None, :, None, None]
    content = np.broadcast_to(content, (1, 48, 48, 3))
    loose, tight = (
        classic.transfer_texture(content, pebbles, patch=12, passes=1, fidelity=f)
        for f in (0.0, 1.0)
    )
    rows = np.arange(48)

    def follows(quilt):
        return np.corrcoef(quilt.image.mean(axis=(0, 2, 3)), rows)[0, 1]

    assert follows(tight) > 0.8 > 0.5 > abs(follows(loose))
    assert tight.seam_costs.mean() > loose.seam_costs.mean()


def test_settings_that_make_no_sense_are_refused(pebbles):
    with pytest.raises(SettingsError, match=r"patch is 61.*at least 6 and at most 60"):
        classic.quilt_texture(pebbles, patch=61)
    with pytest.raises(SettingsError, match="fidelity is 2"):
        classic.transfer_texture(pebbles, pebbles, fidelity=2)
    with pytest.raises(SettingsError, match="height is 3"):
        classic.quilt_texture(pebbles, height=3)
    with pytest.raises(ImageError, match="content has shape"):
        classic.transfer_texture(np.zeros((5, 5)), pebbles)
