"""Guided losses: what a mask does to Gram matrices, gradients, and the compiled function."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from tiny import features_in_numpy, picture, tiny_backbone

from nstkit.errors import ImageError, SettingsError
from nstkit.losses import CONTENT, CONVENTIONS, MOMENTS, STYLE, Use, gram_matrix
from nstkit.transfer import Problem
from nstkit.transfer.regions import at_layer, roots

LAYERS = ["block1_conv1", "block2_conv1", "block3_conv1"]
IMAGE = picture(3, 48, 64)
LEFT = np.zeros((48, 64), np.float32)
LEFT[:, :32] = 1
SOFT = np.linspace(0, 1, 64, dtype=np.float32) * np.ones((48, 1), np.float32)


def problem(*masks: Any, mix: str = "gram", weights: Any = None, **options: Any) -> Problem:
    """Return a problem with a style for each mask, and no content."""
    weights = weights or [1.0] * len(masks)
    uses = [
        Use(STYLE, picture(10 + n), LAYERS, weight, f"style {n}" if n else "", mask)
        for n, (mask, weight) in enumerate(zip(masks, weights, strict=True))
    ]
    return Problem.of(uses, size=(48, 64), backbone=tiny_backbone(), mix=mix, **options)


def guided_gram(mask: np.ndarray, layer: str) -> np.ndarray:
    """Return the guided Gram matrix of IMAGE as a problem has it."""
    use = Use(STYLE, picture(1), [layer], mask=mask)
    root = roots(use)[layer]
    return gram_matrix(tiny_backbone().features(IMAGE, [layer])[layer] * root).numpy()


def test_a_guided_gram_matrix_is_that_of_the_definition() -> None:
    features = features_in_numpy(tiny_backbone(), IMAGE, LAYERS)
    for layer in LAYERS:
        flat, m = features[layer].reshape(-1, features[layer].shape[-1]), at_layer(SOFT, layer)
        expected = np.einsum("k,ki,kj->ij", m.ravel(), flat, flat)
        np.testing.assert_allclose(guided_gram(SOFT, layer), expected, rtol=1e-4)


@pytest.mark.parametrize("layer", LAYERS)
def test_a_mask_of_ones_gives_the_plain_gram_matrix(layer: str) -> None:
    plain = gram_matrix(tiny_backbone().features(IMAGE, [layer])[layer])
    np.testing.assert_allclose(guided_gram(np.ones_like(LEFT), layer), plain, rtol=1e-6)


@pytest.mark.parametrize("mask", [LEFT, SOFT, np.roll(LEFT, 3, axis=1)])
@pytest.mark.parametrize("layer", LAYERS)
def test_the_parts_of_masks_that_add_up_to_one_add_up_to_the_whole(mask, layer) -> None:
    whole = guided_gram(np.ones_like(LEFT), layer)
    parts = guided_gram(mask, layer) + guided_gram(1 - mask, layer)
    np.testing.assert_allclose(parts, whole, rtol=1e-5)


def test_masks_are_brought_to_a_layer_by_means_over_what_pooling_sees() -> None:
    mask = np.zeros((5, 6))
    mask[:2, :2], mask[0, 2] = 1, 1
    np.testing.assert_allclose(at_layer(mask, "block2_conv2"), [[1.0, 0.25, 0.0], [0.0, 0.0, 0.0]])
    np.testing.assert_allclose(at_layer(mask, "block3_conv1"), [[1.25 / 4]])


@pytest.mark.parametrize("convention", ["relative", "gatys", "johnson", "tensorflow"])
def test_a_mask_of_ones_changes_neither_loss_nor_gradient(convention: str) -> None:
    masked = problem(np.ones_like(LEFT), convention=convention).evaluate(IMAGE)
    plain = problem(None, convention=convention).evaluate(IMAGE)
    assert masked.total == pytest.approx(plain.total, rel=1e-5)
    largest = np.abs(plain.gradient).max()
    np.testing.assert_allclose(masked.gradient, plain.gradient, atol=1e-5 * largest)


@pytest.mark.parametrize("convention", ["relative", "gatys"])
def test_a_region_is_painted_as_strongly_as_a_whole_picture(convention: str) -> None:
    """A picture that is the same left and right: half of it has half the loss, same gradient."""
    half = picture(3, 48, 32)
    both = np.concatenate([half, half], axis=2)
    whole = problem(None, convention=convention).evaluate(both)
    left = problem(LEFT, convention=convention).evaluate(both)
    assert left.total == pytest.approx(whole.total / 2, rel=0.15)  # the seam's features differ
    inside = np.s_[:, :, 4:20]
    ratio = np.linalg.norm(left.gradient[inside]) / np.linalg.norm(whole.gradient[inside])
    assert ratio == pytest.approx(1, abs=0.25)


def receptive_margin(layer: str) -> int:
    """Return how far, in pixels, a position of a layer sees beyond the pixels it stands for."""
    far, pixel = 0, 1
    for block in (1, 2, 3, 4, 5):
        for conv in range(1, (3 if block < 3 else 5)):
            far += pixel
            if f"block{block}_conv{conv}" == layer:
                return far
        pixel *= 2
    raise KeyError(layer)


def test_the_gradient_ends_where_the_deepest_layer_s_sight_ends() -> None:
    mask = np.zeros((48, 64), np.float32)
    mask[:, :16] = 1
    gradient = np.abs(problem(mask).evaluate(IMAGE).gradient).max(axis=(0, 1, 3))
    # block3_conv1 sees (24 - 4) / 2 = 10 pixels beyond its own four: 24 is in notebook 02.
    assert receptive_margin("block3_conv1") == 10
    assert (gradient[:16] > 0).all()
    assert gradient[16:26].any()
    assert not gradient[26:].any()


@pytest.mark.parametrize("mix", ["gram", "sum"])
def test_several_styles_are_a_loss_against_their_mixed_gram_matrix(mix: str) -> None:
    both = problem(None, None, mix=mix, weights=[0.3, 0.7])
    single = problem(None)
    layer = "block1_conv1"
    energies = [both.layers[name][layer].energy for name in ("style", "style 1")]
    ratio = np.array([0.3, 0.7]) / np.array(energies)
    ratio /= ratio.sum()
    mixed = sum(
        r * both.targets[name][layer] for r, name in zip(ratio, ("style", "style 1"), strict=True)
    )
    assert (mix == "sum") == (abs(ratio[0] - 0.3) > 1e-3)
    single._targets[0] = mixed
    only = {layer: 1.0}
    wanted = single.evaluate(IMAGE, single.weights.replace(style_layers=only)).gradient
    found = both.evaluate(
        IMAGE, both.weights.replace(**{"style_layers": only, "style 1_layers": only})
    ).gradient
    cosine = np.sum(wanted * found) / np.linalg.norm(wanted) / np.linalg.norm(found)
    assert cosine == pytest.approx(1, abs=1e-5)


def test_content_counts_more_where_a_mask_is() -> None:
    photo, layers = picture(1, 48, 64), ["block1_conv1"]
    uses = [
        Use(CONTENT, photo, layers),
        Use(CONTENT, photo, layers, 9, "content kept", LEFT),
    ]
    everywhere, there = Problem.of(uses, backbone=tiny_backbone()).uses
    plain = Problem.of([everywhere], backbone=tiny_backbone()).evaluate(IMAGE).gradient
    kept = Problem.of([everywhere, there], backbone=tiny_backbone()).evaluate(IMAGE).gradient
    np.testing.assert_allclose(kept[:, :, :30], 10 * plain[:, :, :30], rtol=1e-3, atol=1e-9)
    np.testing.assert_allclose(kept[:, :, 34:], plain[:, :, 34:], rtol=1e-3, atol=1e-9)


def test_weights_styles_and_masks_change_without_a_new_trace() -> None:
    backbone = tiny_backbone()

    def make(mask: np.ndarray, seed: int) -> Problem:
        uses = [
            Use(STYLE, picture(seed), LAYERS, mask=mask),
            Use(STYLE, picture(seed + 1), LAYERS, name="style 2", mask=1 - mask),
        ]
        return Problem.of(uses, size=(48, 64), backbone=backbone)

    first = make(LEFT, 1)
    first.evaluate(IMAGE)
    first.evaluate(IMAGE, first.weights.replace(**{"style 2": 5.0, "style": 0.0}))
    second = make(SOFT, 5)
    second.evaluate(IMAGE)
    assert first.traces == second.traces == 1


@pytest.mark.parametrize(
    ("mask", "error", "said"),
    [
        (np.ones((48, 63), np.float32), ImageError, r"shape \(48, 63\).*\(48, 64\)"),
        (np.ones((48, 64), np.uint8), ImageError, "divide 8-bit values by 255"),
        (np.full((48, 64), 2.0), ImageError, r"not float in \[0, 1\]"),
        (np.full((48, 64), np.nan), ImageError, r"not float in \[0, 1\]"),
        (np.zeros((48, 64)), SettingsError, "covers 0 positions of block1_conv1"),
        (np.pad([[0.5]], ((0, 47), (0, 63))), SettingsError, "1×1 pixels; paint it larger"),
    ],
)
def test_a_bad_mask_is_told(mask, error, said) -> None:
    with pytest.raises(error, match=said):
        problem(mask)


def test_a_layer_that_does_not_resolve_a_mask_is_left_out() -> None:
    small = problem(np.pad(np.ones((2, 2)), ((0, 46), (0, 62))))
    found = small.evaluate(IMAGE).style_layers
    assert found["block2_conv1"] > 0 == found["block3_conv1"]


def test_only_content_and_style_take_a_mask() -> None:
    use = Use(MOMENTS, picture(1, 48, 64), LAYERS, mask=LEFT)
    with pytest.raises(SettingsError, match="moments takes no mask"):
        Problem.of([use], backbone=tiny_backbone())


def test_an_unknown_mix_is_told() -> None:
    with pytest.raises(SettingsError, match="accepted: gram, sum"):
        problem(None, mix="both")


def test_no_published_convention_needs_to_be_told_how_to_mix() -> None:
    for name in CONVENTIONS:
        if name != "relative":
            apart, together = (problem(None, None, mix=m, convention=name) for m in ("sum", "gram"))
            np.testing.assert_array_equal(apart.constants(), together.constants())
