"""The network that paints, against its definition in NumPy."""

from __future__ import annotations

import keras
import numpy as np
import pytest
from tiny import picture

from nstkit.fast import Shape, build_network, build_predictor
from nstkit.fast.network import ConditionalInstanceNormalisation, ReflectionPadding

SHAPE = Shape(outer=4, middle=5, inner=6, blocks=2, rim=5)


def numbers_of(shape, seed=0):
    return np.float32(1 + 0.5 * np.random.default_rng(seed).standard_normal((1, shape.count)))


def in_numpy(model, shape, image, numbers):
    """Compute the network in float64 from its definition, one shifted product at a time."""
    place = 0

    def convolve(x, name, stride=1, normalise=True):
        nonlocal place
        weights = [w.astype(np.float64) for w in model.get_layer(name).get_weights()]
        kernel, margin = weights[0], weights[0].shape[0] // 2
        padded = np.pad(x, ((margin, margin), (margin, margin), (0, 0)), mode="reflect")
        height, width = x.shape[:2]
        sums = sum(
            padded[i : i + height, j : j + width] @ kernel[i, j]
            for i in range(len(kernel))
            for j in range(len(kernel))
        )[::stride, ::stride]
        if not normalise:
            return sums + weights[1]
        channels = sums.shape[-1]
        scale, shift = numbers[0, place : place + 2 * channels].reshape(2, channels)
        place += 2 * channels
        centred = sums - sums.mean((0, 1))
        return scale * centred / np.sqrt(sums.var((0, 1)) + 1e-3) + shift

    def relu(x):
        return np.maximum(x, 0)

    x = relu(convolve(image[0].astype(np.float64) * 2 - 1, "down1"))
    x = relu(convolve(x, "down2", 2))
    x = relu(convolve(x, "down3", 2))
    for number in range(1, shape.blocks + 1):
        inside = relu(convolve(x, f"block{number}_conv1"))
        x = x + convolve(inside, f"block{number}_conv2")
    for name in ("up1", "up2"):
        x = relu(convolve(x.repeat(2, 0).repeat(2, 1), name))
    assert place == shape.count
    return 1 / (1 + np.exp(-convolve(x, "paint", normalise=False)))


def test_the_network_computes_its_definition():
    keras.utils.set_random_seed(1)
    model, image, numbers = build_network(SHAPE), picture(1, 24, 32), numbers_of(SHAPE)
    found = np.asarray(model({"image": image, "numbers": numbers}))
    assert found.shape == image.shape
    np.testing.assert_allclose(found[0], in_numpy(model, SHAPE, image, numbers), atol=2e-5)


def test_the_shipped_shape_is_as_small_as_promised():
    model, shape = build_network(), Shape()
    assert 300_000 <= model.count_params() <= 500_000
    assert shape.count == 2 * sum(shape.normalised.values())
    assert 2 * shape.count < 4096  # bytes of a file of numbers


def test_every_picture_of_a_batch_has_a_style_of_its_own():
    model = build_network(SHAPE)
    images = np.concatenate([picture(1), picture(2)])
    numbers = np.concatenate([numbers_of(SHAPE, 1), numbers_of(SHAPE, 2)])
    both = np.asarray(model({"image": images, "numbers": numbers}))
    alone = np.asarray(model({"image": images[1:], "numbers": numbers[1:]}))
    np.testing.assert_allclose(both[1:], alone, atol=1e-5)


def test_normalisation_gives_scale_and_shift():
    x = np.random.default_rng(0).normal(3, 5, (2, 8, 9, 3)).astype(np.float32)
    scale, shift = (
        np.array([[1, 2, 3], [4, 5, 6]], np.float32),
        np.array([[0, 1, 2], [3, 4, 5]], np.float32),
    )
    y = np.asarray(ConditionalInstanceNormalisation()(x, scale, shift))
    np.testing.assert_allclose(y.mean((1, 2)), shift, atol=1e-4)
    np.testing.assert_allclose(y.std((1, 2)), scale, rtol=1e-3)


def test_a_constant_channel_stays_finite():
    x = np.full((1, 8, 8, 1), 7.0, np.float32)
    one = np.ones((1, 1), np.float32)
    assert np.isfinite(np.asarray(ConditionalInstanceNormalisation()(x, one, one))).all()


@pytest.mark.parametrize("margin", [1, 2, 4])
def test_padding_mirrors(margin):
    x = picture(3, 16, 20)
    wanted = np.pad(x, ((0, 0), (margin, margin), (margin, margin), (0, 0)), mode="reflect")
    np.testing.assert_array_equal(np.asarray(ReflectionPadding(margin)(x)), wanted)


def test_the_predictor_starts_near_scale_one_and_shift_zero():
    numbers = np.asarray(build_predictor(10, SHAPE, 7)(np.zeros((1, 10), np.float32)))[0]
    wanted = [v for c in SHAPE.normalised.values() for v in [1] * c + [0] * c]
    np.testing.assert_allclose(numbers, wanted)


@pytest.mark.parametrize("kind", ["float32", "bfloat16"])
def test_a_large_mean_does_not_drown_the_deviation(kind):
    x = np.random.default_rng(0).normal(50, 1, (1, 32, 32, 2)).astype(np.float32)
    one = np.ones((1, 2), np.float32)
    given = keras.ops.cast(x, kind)
    wanted = np.asarray(keras.ops.cast(given, "float32"))  # as rounded as what is given
    y = ConditionalInstanceNormalisation()(given, one, 0 * one)
    found = np.asarray(keras.ops.cast(y, "float32"))
    wanted = (wanted - wanted.mean((1, 2))) / wanted.std((1, 2))
    np.testing.assert_allclose(found, wanted, atol=0.15 if kind == "bfloat16" else 3e-3)
