from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import tensorflow as tf
from tiny import gram_in_numpy, picture, tiny_backbone

from nstkit.errors import ImageError, SettingsError
from nstkit.losses import TV_KINDS, content_loss, gram_matrix, style_loss, total_variation_loss

FEATURES = np.random.default_rng(5).normal(size=(1, 6, 5, 4))
TARGET = np.random.default_rng(6).normal(size=(1, 6, 5, 4))


def test_gram_matrix_of_a_hand_worked_example() -> None:
    # Two channels over two positions: F = [[1, 3], [2, 4]], so F Fᵀ = [[10, 14], [14, 20]].
    features = [[[1.0, 2.0]], [[3.0, 4.0]]]
    assert gram_matrix(features).numpy().tolist() == [[10, 14], [14, 20]]


def test_gram_matrix_of_ones_counts_positions() -> None:
    assert (gram_matrix(np.ones((1, 3, 4, 2), np.float32)).numpy() == 12).all()


def test_gram_matrix_equals_a_loop_and_is_symmetric_and_positive_semi_definite() -> None:
    gram = gram_matrix(FEATURES).numpy()
    np.testing.assert_allclose(gram, gram_in_numpy(FEATURES[0]), rtol=1e-12)
    np.testing.assert_array_equal(gram, gram.T)
    assert np.linalg.eigvalsh(gram).min() > -1e-9


def test_gram_matrix_is_blind_to_where_things_are_and_scales_with_the_square() -> None:
    shuffled = np.random.default_rng(0).permutation(FEATURES.reshape(30, 4)).reshape(1, 6, 5, 4)
    np.testing.assert_allclose(gram_matrix(shuffled), gram_matrix(FEATURES), rtol=1e-12)
    np.testing.assert_allclose(gram_matrix(3 * FEATURES), 9 * gram_matrix(FEATURES), rtol=1e-12)


def test_gradient_through_a_gram_matrix_equals_automatic_differentiation() -> None:
    upstream = tf.constant(np.random.default_rng(7).normal(size=(4, 4)))  # not symmetric
    features = tf.constant(FEATURES)
    gradients = []
    for gram in (gram_matrix, lambda x: tf.einsum("bhwc,bhwd->cd", x, x)):
        with tf.GradientTape() as tape:
            tape.watch(features)
            total = tf.reduce_sum(gram(features) * upstream)
        gradients.append(tape.gradient(total, features))
    np.testing.assert_allclose(gradients[0], gradients[1], rtol=1e-12)


@pytest.mark.parametrize("shape", [(4,), (3, 4), (2, 3, 3, 4), (1, 1, 3, 3, 4)])
def test_gram_matrix_refuses_what_are_not_one_picture_s_features(shape: tuple[int, ...]) -> None:
    with pytest.raises(ImageError, match=r"\(1, height, width, channels\)"):
        gram_matrix(np.ones(shape))


def test_content_loss_of_a_hand_worked_example() -> None:
    # ½ (1² + 0² + 2² + 1²) = 3
    features = [[[1.0, 2.0], [3.0, 4.0]]]
    target = [[[0.0, 2.0], [1.0, 5.0]]]
    assert float(content_loss(features, target)) == 3.0


def test_style_loss_of_a_hand_worked_example() -> None:
    # G = [[2, 0], [0, 2]], A = [[1, 1], [1, 4]]: ½ (1² + 1² + 1² + 2²) = 3.5
    gram = gram_matrix([[[1.0, 1.0], [1.0, -1.0]]])
    assert gram.numpy().tolist() == [[2, 0], [0, 2]]
    assert float(style_loss(gram, [[1.0, 1.0], [1.0, 4.0]])) == 3.5


def test_losses_equal_loops_in_float64() -> None:
    loop = sum((a - b) ** 2 for a, b in zip(FEATURES.ravel(), TARGET.ravel(), strict=True)) / 2
    assert float(content_loss(FEATURES, TARGET)) == pytest.approx(loop, rel=1e-12)
    one, other = gram_in_numpy(FEATURES[0]), gram_in_numpy(TARGET[0])
    loop = sum((a - b) ** 2 for a, b in zip(one.ravel(), other.ravel(), strict=True)) / 2
    found = float(style_loss(gram_matrix(FEATURES), gram_matrix(TARGET)))
    assert found == pytest.approx(loop, rel=1e-12)


def test_losses_refuse_different_shapes() -> None:
    with pytest.raises(ImageError, match="pictures of one size"):
        content_loss(np.ones((1, 2, 2, 3)), np.ones((1, 2, 3, 3)))
    with pytest.raises(ImageError, match="the same layer"):
        style_loss(np.ones((2, 2)), np.ones((3, 3)))


def tv_in_loops(image: np.ndarray, kind: str) -> float:
    """Compute total variation from the definition, pixel by pixel."""
    _, height, width, channels = image.shape
    value, across, along, rights, downs = 0.0, 0.0, 0.0, 0, 0
    for i in range(height):
        for j in range(width):
            for c in range(channels):
                here = image[0, i, j, c]
                right = image[0, i, j + 1, c] - here if j + 1 < width else None
                down = image[0, i + 1, j, c] - here if i + 1 < height else None
                if right is not None:
                    across, rights = across + abs(right), rights + 1
                if down is not None:
                    along, downs = along + abs(down), downs + 1
                if right is not None and down is not None:
                    square = right**2 + down**2
                    value += square / 2 if kind == "squared" else square**1.25
    if kind == "absolute":
        return across + along
    return across / rights + along / downs if kind == "mean-absolute" else value


@pytest.mark.parametrize("kind", TV_KINDS)
def test_total_variation_equals_a_loop(kind: str) -> None:
    image = np.random.default_rng(1).random((1, 5, 7, 3))
    found = float(total_variation_loss(image, kind=kind))
    assert found == pytest.approx(tv_in_loops(image, kind), rel=1e-12)


def test_total_variation_of_a_checkerboard_and_of_one_colour() -> None:
    board = np.indices((4, 4)).sum(0)[None, :, :, None] % 2 * 1.0
    assert float(total_variation_loss(board)) == 24  # 12 pairs across, 12 pairs along
    for kind in TV_KINDS:
        assert float(total_variation_loss(np.full((1, 4, 4, 3), 0.3), kind=kind)) == 0


def test_total_variation_equals_tensorflow_s() -> None:
    image = picture(3).astype(np.float64)
    expected = float(tf.image.total_variation(tf.constant(image))[0])
    assert float(total_variation_loss(image)) == pytest.approx(expected, rel=1e-12)


def test_only_pixels_with_both_neighbours_count_in_squares_and_powers() -> None:
    image = np.random.default_rng(4).random((1, 6, 5, 3))
    ends = image.copy()
    ends[0, -1, -1] = 9.0  # the one pixel that is no neighbour of such a pixel
    for kind in ("squared", "power"):
        assert float(total_variation_loss(ends, kind=kind)) == pytest.approx(
            float(total_variation_loss(image, kind=kind)), rel=1e-12
        )
    right, down = np.diff(image, axis=2), np.diff(image, axis=1)
    missing = np.square(right[:, -1]).sum() + np.square(down[:, :, -1]).sum()
    every = np.square(right).sum() + np.square(down).sum()
    found = float(total_variation_loss(image, kind="squared"))
    assert 2 * found == pytest.approx(every - missing, rel=1e-12)


def test_squared_total_variation_has_neural_style_s_gradient() -> None:
    """Its authors give no value, only this gradient: each difference to both of its pixels."""
    image = np.random.default_rng(2).random((1, 5, 6, 3))
    expected = np.zeros_like(image)
    corner = image[:, :-1, :-1]
    right, down = corner - image[:, :-1, 1:], corner - image[:, 1:, :-1]
    expected[:, :-1, :-1] += right + down
    expected[:, :-1, 1:] -= right
    expected[:, 1:, :-1] -= down
    tensor = tf.constant(image)
    with tf.GradientTape() as tape:
        tape.watch(tensor)
        value = total_variation_loss(tensor, kind="squared")
    np.testing.assert_allclose(tape.gradient(value, tensor), expected, rtol=1e-12, atol=1e-15)


def test_total_variation_refuses_an_unknown_kind_and_another_rank() -> None:
    with pytest.raises(SettingsError, match="did you mean 'absolute'"):
        total_variation_loss(np.zeros((1, 4, 4, 3)), kind="absolut")
    with pytest.raises(ImageError, match=r"\(1, height, width, 3\)"):
        total_variation_loss(np.zeros((4, 4, 3)))


@pytest.mark.parametrize(
    "loss",
    [
        lambda x: content_loss(x, TARGET),
        lambda x: style_loss(gram_matrix(x), gram_matrix(TARGET)),
        *(lambda x, kind=kind: total_variation_loss(x, kind=kind) for kind in TV_KINDS),
    ],
    ids=["content", "style", *TV_KINDS],
)
def test_gradients_equal_finite_differences_in_float64(loss) -> None:  # type: ignore[no-untyped-def]
    x = tf.constant(FEATURES)
    with tf.GradientTape() as tape:
        tape.watch(x)
        value = loss(x)
    gradient = tape.gradient(value, x).numpy()
    random = np.random.default_rng(9)
    for _ in range(5):
        direction = random.normal(size=FEATURES.shape)
        step = 1e-6
        slope = (loss(FEATURES + step * direction) - loss(FEATURES - step * direction)) / (2 * step)
        assert float(slope) == pytest.approx(float(np.sum(gradient * direction)), rel=1e-6)


def losses_between(image: np.ndarray, target: np.ndarray) -> tuple[float, float]:
    """Return content and style loss of the tiny network's third block."""
    backbone, layer = tiny_backbone(), "block3_conv1"
    found, wanted = (backbone.features(x, [layer])[layer] for x in (image, target))
    return (
        float(content_loss(found, wanted)),
        float(style_loss(gram_matrix(found), gram_matrix(wanted))),
    )


def test_both_losses_are_zero_for_one_picture() -> None:
    assert losses_between(picture(1), picture(1)) == (0.0, 0.0)


def blurred(image: Any, times: int) -> np.ndarray:
    for _ in range(times):
        padded = np.pad(image, ((0, 0), (1, 1), (1, 1), (0, 0)), mode="edge")
        image = sum(padded[:, i : i + 32, j : j + 32] for i in range(3) for j in range(3)) / 9
    return np.asarray(image, np.float32)


def noisy(image: np.ndarray, amount: float) -> np.ndarray:
    noise = np.random.default_rng(4).normal(size=image.shape)
    return np.clip(image + amount * noise, 0, 1).astype(np.float32)


def shifted(image: np.ndarray, pixels: int) -> np.ndarray:
    return np.roll(image, pixels, axis=2)


@pytest.mark.parametrize(
    ("change", "amounts"),
    [(blurred, (1, 3, 9)), (noisy, (0.03, 0.1, 0.3)), (shifted, (1, 2, 4))],
)
def test_content_loss_grows_as_a_picture_is_changed(change, amounts) -> None:  # type: ignore[no-untyped-def]
    losses = [losses_between(change(picture(1), amount), picture(1))[0] for amount in amounts]
    assert 0 < losses[0] < losses[1] < losses[2]


@pytest.mark.parametrize(("change", "amounts"), [(blurred, (1, 3, 9)), (noisy, (0.03, 0.1, 0.3))])
def test_style_loss_grows_as_a_picture_is_changed(change, amounts) -> None:  # type: ignore[no-untyped-def]
    losses = [losses_between(change(picture(1), amount), picture(1))[1] for amount in amounts]
    assert 0 < losses[0] < losses[1] < losses[2]


def test_a_shift_costs_content_much_more_than_style() -> None:
    """Relative to a different picture, that is: style hardly sees where things are."""
    content, style = losses_between(shifted(picture(1), 4), picture(1))
    other_content, other_style = losses_between(picture(2), picture(1))
    assert style / other_style < 0.2 * content / other_content
    assert style > 0
