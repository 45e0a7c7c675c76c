"""The metric of pictures: what it does to waves, and that an optimiser may trust it."""

import numpy as np
import pytest

from nstkit.errors import SettingsError
from nstkit.optimizers import FLOOR, Lbfgs, weigh


def wave(frequency: float, rows: int = 60, columns: int = 80) -> np.ndarray:
    """Return a picture of one wave across, of so many cycles a pixel."""
    line = np.cos(2 * np.pi * frequency * (np.arange(columns) + 0.5))
    return np.broadcast_to(line[None, None, :, None], (1, rows, columns, 3)).copy()


def gain(frequency: float, exponent: float) -> float:
    before = wave(frequency)
    after = weigh(before, exponent)
    np.testing.assert_allclose(after, before * after.max() / before.max(), atol=1e-6)
    return float(after.max() / before.max())


@pytest.mark.parametrize("exponent", [0.5, 1.25, 2.0])
def test_each_wave_is_scaled_by_a_power_of_its_frequency(exponent):
    slow, fast = 0.025, 0.25
    expected = ((slow + FLOOR) / (fast + FLOOR)) ** -exponent
    assert gain(slow, exponent) / gain(fast, exponent) == pytest.approx(expected, rel=1e-5)


@pytest.mark.parametrize("size", [(16, 16), (37, 101), (1, 64)])
def test_it_is_symmetric_and_positive_definite(size):
    rng = np.random.default_rng(0)
    a, b = rng.normal(size=(2, 1, *size, 3))
    assert np.vdot(a, weigh(b, 1.25)) == pytest.approx(np.vdot(weigh(a, 1.25), b))
    assert np.vdot(a, weigh(a, 1.25)) > 0


def test_opposite_edges_have_nothing_to_do_with_each_other():
    x = np.zeros((1, 64, 64, 1))
    x[:, :, 0] = 1
    after = weigh(x, 1.25)
    assert abs(after[0, 32, -1, 0]) < 0.05 * after[0, 32, 1, 0]


def test_type_and_shape_stay_and_what_is_no_picture_comes_back():
    x = np.ones((1, 37, 53, 3), np.float32)
    after = weigh(x, 1.25)
    assert after.dtype == np.float32
    assert after.shape == x.shape
    assert weigh(x, 0) is x
    line = np.ones(5)
    assert weigh(line, 1.25) is line


def test_the_exponent_is_checked():
    with pytest.raises(SettingsError, match="spectrum"):
        Lbfgs(spectrum=-1)
