"""A style's numbers: mixed, kept in a file, and refused where they are damaged."""

from __future__ import annotations

import numpy as np
import pytest

from nstkit.errors import SettingsError, WeightsError
from nstkit.fast import StyleNumbers, mix


def style(name="a", value=1.0, network="n", count=1600):
    return StyleNumbers(name, np.full(count, value, np.float32), network)


def test_a_file_holds_them_in_a_few_kb(tmp_path):
    path = style("waves", 0.25).save(tmp_path / "waves")
    assert path.name == "waves.npz"
    assert path.stat().st_size < 6000
    found = StyleNumbers.load(path)
    assert (found.name, found.network) == ("waves", "n")
    np.testing.assert_array_equal(found.values, np.full(1600, 0.25, np.float32))


@pytest.mark.parametrize("keep", [0, 10, 500, -1])
def test_a_damaged_file_is_named(tmp_path, keep):
    path = style().save(tmp_path / "a.npz")
    path.write_bytes(path.read_bytes()[:keep])
    with pytest.raises(WeightsError, match=r"a\.npz holds no style's numbers, or is damaged"):
        StyleNumbers.load(path)


def test_another_kind_of_file_is_named(tmp_path):
    np.savez(tmp_path / "b.npz", x=np.ones(3))
    with pytest.raises(WeightsError, match="holds no style's numbers"):
        StyleNumbers.load(tmp_path / "b.npz")
    with pytest.raises(WeightsError, match="there is no file"):
        StyleNumbers.load(tmp_path / "c.npz")


def test_nan_in_a_file_is_named(tmp_path):
    with pytest.raises(WeightsError, match="NaN"):
        StyleNumbers.load(style(value=np.nan).save(tmp_path / "a.npz"))


def test_a_mixture_is_the_weighted_mean():
    mixed = mix([style("a", 0.0), style("b", 4.0)], [1, 3])
    np.testing.assert_array_equal(mixed.values, np.full(1600, 3.0, np.float32))
    assert mixed.name == "a:1 + b:3"
    assert mixed.values.dtype == np.float32


def test_only_proportions_count_and_none_means_alike():
    a, b = style("a", 1.0), style("b", 2.0)
    np.testing.assert_allclose(mix([a, b], [2, 6]).values, mix([a, b], [0.1, 0.3]).values)
    np.testing.assert_allclose(mix([a, b]).values, 1.5)


@pytest.mark.parametrize(
    ("styles", "weights", "sentence"),
    [
        ([], None, "no style given"),
        ([style(), style()], [0, 0], "sum to 0"),
        ([style(), style()], [1], "1 weights for 2 styles"),
        ([style("wave"), style()], [-1, 2], "the weight of style wave is -1"),
        ([style(), style()], [np.nan, 2], "finite number"),
    ],
)
def test_weights_that_make_no_sense_are_named(styles, weights, sentence):
    with pytest.raises(SettingsError, match=sentence):
        mix(styles, weights)


def test_numbers_of_two_networks_do_not_mix():
    with pytest.raises(WeightsError, match="different networks"):
        mix([style(), style(network="m")])
