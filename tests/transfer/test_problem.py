from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest
from tiny import (
    features_in_numpy,
    gram_in_numpy,
    picture,
    tiny_backbone,
    tiny_problem,
)

from nstkit.errors import ImageError, SettingsError
from nstkit.losses import CONVENTIONS, Weights
from nstkit.transfer import Evaluation, Problem

FIRST: dict[str, Any] = {"content_layers": ["block1_conv1"], "style_layers": ["block1_conv1"]}


def total_in_numpy(problem: Problem, image: np.ndarray) -> float:
    """Compute the total under `relative` in float64, total variation included."""
    weights, total = problem.weights, 0.0
    for kind, layers, target_image in (
        ("content", problem.content_layers, problem.content_image),
        ("style", problem.style_layers, problem.style_image),
    ):
        features = features_in_numpy(problem.backbone, image, layers)
        targets = features_in_numpy(problem.backbone, target_image, layers)
        for layer in layers:
            f, p = features[layer], targets[layer]
            if kind == "style":
                f, p = gram_in_numpy(f), gram_in_numpy(p)
            factor = weights.content if kind == "content" else weights.style
            total += factor * ((f - p) ** 2).sum() / (p**2).sum() / len(layers)
    down, right = np.abs(np.diff(image, axis=1)), np.abs(np.diff(image, axis=2))
    return total + weights.tv * (down.mean() + right.mean())


@pytest.mark.parametrize("pooling", ["max", "average"])
def test_gradient_equals_finite_differences_in_float64(pooling: str) -> None:
    problem = tiny_problem(backbone=tiny_backbone(pooling=pooling))
    problem.weights = problem.weights.replace(tv=1.0)
    image = picture(3)
    evaluation = problem.evaluate(image)
    exact = image.astype(np.float64)
    assert evaluation.total == pytest.approx(total_in_numpy(problem, exact), rel=1e-4)
    random = np.random.default_rng(0)
    for _ in range(4):
        direction = random.normal(size=image.shape)
        # Along the gradient too, so that there is something to find.
        direction += 30 * evaluation.gradient / np.abs(evaluation.gradient).max()
        step = 1e-7
        change = total_in_numpy(problem, exact + step * direction)
        change -= total_in_numpy(problem, exact - step * direction)
        slope = float(np.sum(evaluation.gradient * direction))
        assert change / (2 * step) == pytest.approx(slope, rel=2e-3)


def test_parts_add_up_to_the_total() -> None:
    problem = tiny_problem(content_layers=["block2_conv1", "block4_conv2"])
    found = problem.evaluate(picture(3), problem.weights.replace(tv=0.5))
    assert list(found.content_layers) == ["block2_conv1", "block4_conv2"]
    assert list(found.style_layers) == [f"block{block}_conv1" for block in range(1, 6)]
    parts = [*found.content_layers.values(), *found.style_layers.values(), found.tv]
    assert all(part > 0 for part in parts)
    assert found.total == pytest.approx(sum(parts), rel=1e-12)
    assert found.shares() == pytest.approx([part / found.total for part in parts], rel=1e-12)
    assert found.gradient.shape == problem.shape == (1, 32, 32, 3)
    assert found.gradient.dtype == np.float32


def test_changing_weights_never_compiles_again() -> None:
    problem = tiny_problem()
    for weights in (
        None,
        problem.weights.replace(content=0.25),
        problem.weights.replace(style=1e6, tv=3),
        problem.weights.replace(style_layers={"block2_conv1": 0.5}),
        Weights(content=7, style=0),
    ):
        problem.evaluate(picture(3), weights)
        problem.evaluate(picture(4), weights)
    assert problem.traces == 1


def test_weights_scale_their_own_part_only() -> None:
    problem = tiny_problem()
    base = problem.evaluate(picture(3))
    double = problem.evaluate(picture(3), problem.weights.replace(style=2 * problem.weights.style))
    assert double.style == pytest.approx(2 * base.style, rel=1e-6)
    assert double.content == base.content
    layers = dict(problem.weights.style_layers, block1_conv1=3.0, block2_conv1=0.0)
    changed = problem.evaluate(picture(3), problem.weights.replace(style_layers=layers))
    assert changed.style_layers["block1_conv1"] == pytest.approx(
        3 * base.style_layers["block1_conv1"], rel=1e-6
    )
    assert changed.style_layers["block2_conv1"] == 0
    assert changed.style_layers["block3_conv1"] == base.style_layers["block3_conv1"]


def test_each_loss_is_zero_at_its_own_picture() -> None:
    problem = tiny_problem()
    at_content, at_style = problem.evaluate(picture(1)), problem.evaluate(picture(2))
    assert at_content.content == 0 < at_content.style
    assert at_style.style == pytest.approx(0, abs=1e-6 * at_content.style)
    assert at_style.content > 0


def test_style_is_blind_to_shuffled_positions_and_content_is_not() -> None:
    """On the first layer of a network that looks at one pixel at a time."""
    backbone = tiny_backbone()
    kernel, bias = backbone.parameters("block1_conv1")
    kernel[[0, 0, 0, 1, 1, 2, 2, 2], [0, 1, 2, 0, 2, 0, 1, 2]] = 0
    parameters = {"block1_conv1": (kernel, bias)}
    pointwise = type(backbone)("pointwise", parameters)
    image = picture(1)
    pixels = np.random.default_rng(0).permutation(image.reshape(-1, 3))
    problem = Problem(
        image,
        image,
        backbone=pointwise,
        content_layers=["block1_conv1"],
        style_layers=["block1_conv1"],
    )
    found = problem.evaluate(pixels.reshape(image.shape))
    assert found.style < 1e-8
    assert found.content > 1e-3


def test_a_style_picture_of_another_size_is_compared_by_position() -> None:
    """Four copies side by side have four times the Gram matrix and the same style."""
    pointwise = tiny_backbone(layers=1)
    style = np.tile(np.random.default_rng(0).random((1, 1, 1, 3), np.float32), (1, 32, 32, 1))
    large = np.tile(style, (1, 2, 2, 1))
    same = Problem(picture(1), style, backbone=pointwise, **FIRST)
    other = Problem(picture(1), large, backbone=pointwise, **FIRST)
    found, expected = other.evaluate(picture(3)).style, same.evaluate(picture(3)).style
    assert found == pytest.approx(expected, rel=0.05)  # not equal: the borders weigh less
    # An odd size, whose positions are not a quarter of its pixels after two poolings.
    odd = Problem(picture(1), picture(2, 33, 35), backbone=tiny_backbone())
    target = odd.style_targets["block3_conv1"].numpy()
    features = features_in_numpy(odd.backbone, picture(2, 33, 35), ["block3_conv1"])["block3_conv1"]
    assert features.shape[:2] == (8, 8)
    np.testing.assert_allclose(target, gram_in_numpy(features), rtol=1e-4)


def test_the_generated_picture_has_the_content_picture_s_size() -> None:
    problem = Problem(picture(1, 24, 40), picture(2, 50, 20), backbone=tiny_backbone())
    assert problem.shape == (1, 24, 40, 3)
    assert problem.evaluate(picture(3, 24, 40)).gradient.shape == (1, 24, 40, 3)


@pytest.mark.parametrize("name", CONVENTIONS)
def test_a_picture_can_be_scored_under_any_convention(name: str) -> None:
    problem = tiny_problem()
    layers: dict[str, Any] = {
        "content_layers": problem.content_layers,
        "style_layers": problem.style_layers,
    }
    scored = problem.score(picture(3), name)
    own = tiny_problem(convention=name, **layers).evaluate(picture(3))
    assert scored.style_layers == pytest.approx(own.style_layers, rel=1e-5)
    assert scored.content_layers == pytest.approx(own.content_layers, rel=1e-5)
    assert scored.tv == pytest.approx(own.tv, rel=1e-5)
    assert scored.gradient.size == 0


def test_gradient_shares_add_up_and_follow_the_weights() -> None:
    problem = tiny_problem(style_layers=["block1_conv1", "block2_conv1"])
    shares = problem.gradient_shares(picture(3), problem.weights.replace(tv=1))
    assert list(shares) == [
        "content block4_conv2",
        "style block1_conv1",
        "style block2_conv1",
        "total variation",
    ]
    assert sum(shares.values()) == pytest.approx(1)
    only = Weights(content=0, style=1, style_layers={"block2_conv1": 1})
    assert problem.gradient_shares(picture(3), only)["style block2_conv1"] == pytest.approx(1)
    one, total = problem.evaluate(picture(3), only).gradient, 0.0
    both = problem.weights.replace(content=0, style=1)
    for layer in problem.style_layers:
        weights = both.replace(style_layers={layer: 1.0})
        total += float(np.linalg.norm(problem.evaluate(picture(3), weights).gradient))
    share = problem.gradient_shares(picture(3), both)["style block2_conv1"]
    assert share == pytest.approx(float(np.linalg.norm(one)) / total, rel=1e-4)


def test_gradient_shares_survive_losses_whose_raw_gradient_overflows() -> None:
    """A raw style loss of a real network is so steep that its squared norm leaves float32."""
    backbone = tiny_backbone()
    steep = {layer: backbone.parameters(layer) for layer in backbone.layers}
    kernel, bias = steep["block1_conv1"]
    steep["block1_conv1"] = (kernel * 1e4, bias)
    problem = tiny_problem(
        backbone=type(backbone)("steep", steep),
        style_layers=["block1_conv1", "block2_conv1"],
    )
    shares = problem.gradient_shares(picture(3))
    assert all(math.isfinite(share) for share in shares.values())
    assert sum(shares.values()) == pytest.approx(1)


def test_a_target_without_energy_leaves_the_loss_finite() -> None:
    """A layer that is silent for the target has no energy to be relative to."""
    backbone = tiny_backbone(layers=1)
    kernel, _ = backbone.parameters("block1_conv1")
    silent = type(backbone)("silent", {"block1_conv1": (kernel, np.full(4, -1e4))})
    found = Problem(picture(1), picture(2), backbone=silent, **FIRST).evaluate(picture(3))
    assert found.total == 0


def test_unknown_and_missing_layers_are_refused() -> None:
    with pytest.raises(SettingsError, match="unknown content layer 'block4_conv5': did you mean"):
        tiny_problem(content_layers=["block4_conv5"])
    with pytest.raises(SettingsError, match="unknown style layer 'relu1_1'"):
        tiny_problem(style_layers=["relu1_1"])
    with pytest.raises(SettingsError, match="no style layer given: choose at least one of block1"):
        tiny_problem(style_layers=[])
    with pytest.raises(SettingsError, match="no content layer given"):
        tiny_problem(content_layers=[])
    with pytest.raises(SettingsError, match="unknown convention 'gatis': did you mean 'gatys'"):
        tiny_problem(convention="gatis")


def test_weights_for_a_layer_that_the_problem_lacks_are_refused() -> None:
    problem = tiny_problem()
    with pytest.raises(SettingsError, match="'block1_conv2', which this problem was made without"):
        problem.evaluate(picture(3), Weights(style_layers={"block1_conv2": 1.0}))
    with pytest.raises(SettingsError, match="'block1_conv2', which this problem was made without"):
        problem.gradient_shares(picture(3), Weights(style_layers={"block1_conv2": 1.0}))
    zero = Weights(style_layers={"block1_conv1": 1.0, "block1_conv2": 0.0})
    assert problem.evaluate(picture(3), zero).style > 0


def test_shares_of_norms_go_by_what_the_problem_has() -> None:
    """A session shows them while it makes the problem for new layers."""
    problem = tiny_problem(style_layers=["block1_conv1", "block2_conv1"])
    weights = Weights(content=0, style=1, style_layers={"block2_conv1": 1, "block3_conv1": 1})
    shares = problem.shares(dict.fromkeys(problem.parts, 1.0), weights)
    assert shares["style block2_conv1"] == 1
    assert sum(shares.values()) == 1


@pytest.mark.parametrize("side", [1, 15])
@pytest.mark.parametrize("which", ["content_image", "style_image"])
def test_pictures_too_small_for_the_deepest_layer_are_refused(which: str, side: int) -> None:
    images: dict[str, Any] = {"content_image": picture(1), "style_image": picture(2)}
    images[which] = picture(3, side, 64)
    with pytest.raises(ImageError, match=f"{which} is 64×{side} pixels: .* at least 16×16"):
        Problem(**images, backbone=tiny_backbone())


def test_small_pictures_do_for_shallow_layers() -> None:
    layers: dict[str, Any] = {"content_layers": ["block1_conv1"], "style_layers": ["block2_conv1"]}
    problem = Problem(picture(1, 3, 5), picture(2, 2, 2), backbone=tiny_backbone(), **layers)
    assert problem.evaluate(picture(3, 3, 5)).total > 0
    with pytest.raises(ImageError, match=r"content_image is 5×1 pixels: .* at least 2×2"):
        Problem(picture(1, 1, 5), picture(2), backbone=tiny_backbone(layers=1), **FIRST)


@pytest.mark.parametrize(
    ("bad", "message"),
    [
        (np.zeros((32, 32), np.float32), "shape"),
        (np.zeros((2, 32, 32, 3), np.float32), "shape"),
        (np.zeros((1, 32, 32, 4), np.float32), "shape"),
        (np.zeros((1, 32, 32, 3), np.uint8), "dtype uint8"),
        (np.full((1, 32, 32, 3), np.nan, np.float32), "NaN"),
        (np.full((1, 32, 32, 3), 200, np.float32), "divide 8-bit"),
    ],
)
def test_arrays_that_are_not_pictures_are_refused(bad: np.ndarray, message: str) -> None:
    with pytest.raises(ImageError, match=f"content_image .*{message}"):
        Problem(bad, picture(2), backbone=tiny_backbone())
    with pytest.raises(ImageError, match=f"style_image .*{message}"):
        Problem(picture(1), bad, backbone=tiny_backbone())


def test_evaluating_a_picture_of_another_size_is_refused() -> None:
    problem = tiny_problem()
    for ask in (problem.evaluate, problem.gradient_shares, lambda x: problem.score(x, "seed")):
        with pytest.raises(ImageError, match=r"resize it with nstkit\.images\.resize"):
            ask(picture(3, 31, 32))


def test_evaluating_twice_gives_the_same_bits() -> None:
    first, second = (tiny_problem().evaluate(picture(3)) for _ in range(2))
    assert isinstance(first, Evaluation)
    np.testing.assert_array_equal(first.gradient, second.gradient)
    assert first.style_layers == second.style_layers
