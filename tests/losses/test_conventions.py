"""Every convention against its authors' definition, written out in float64 NumPy.

The definitions below were written from the publications, each in its own words, and share
nothing with `nstkit.losses.conventions`.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from tiny import features_in_numpy, gram_in_numpy, picture, tiny_backbone, tiny_problem

from nstkit.errors import SettingsError
from nstkit.losses import CONVENTIONS, Layer, Weights, get_convention, translate_weights
from nstkit.transfer import Problem

FIRSTS = [f"block{block}_conv1" for block in range(1, 6)]
PIXELS = 32 * 32
Loss = Callable[[np.ndarray, np.ndarray, int], float]


def mean_square(a: np.ndarray, b: np.ndarray) -> float:
    total = 0.0
    for x, y in zip(a.ravel(), b.ravel(), strict=True):
        total += (x - y) ** 2
    return total / a.size


def positions(features: np.ndarray) -> int:
    return features.shape[0] * features.shape[1]


def style_seed(f: np.ndarray, a: np.ndarray, count: int) -> float:
    """½ Σ (G − A)², summed over the layers."""
    difference = gram_in_numpy(f) - gram_in_numpy(a)
    return 0.5 * math.fsum(difference.ravel() ** 2)


def style_gatys(f: np.ndarray, a: np.ndarray, count: int) -> float:
    """Σ w_l E_l with E_l = Σ (G − A)² / (4 N² M²) and w_l one over the number of layers."""
    n, m = f.shape[-1], positions(f)
    difference = gram_in_numpy(f) - gram_in_numpy(a)
    return math.fsum(difference.ravel() ** 2) / (4 * n**2 * m**2) / count


def style_tensorflow(f: np.ndarray, a: np.ndarray, count: int) -> float:
    """Mean square of Gram matrices divided by the number of locations; mean over the layers."""
    return mean_square(gram_in_numpy(f) / positions(f), gram_in_numpy(a) / positions(a)) / count


def style_keras(f: np.ndarray, a: np.ndarray, count: int) -> float:
    """Σ (G − A)² / (4 · 3² · size²), where 3 and size are the picture's; mean over the layers."""
    difference = gram_in_numpy(f) - gram_in_numpy(a)
    return math.fsum(difference.ravel() ** 2) / (4.0 * 3**2 * PIXELS**2) / count


def style_of_mean_features(f: np.ndarray, a: np.ndarray, count: int) -> float:
    """Mean square of Gram matrices divided by the number of features; sum over the layers."""
    return mean_square(gram_in_numpy(f) / f.size, gram_in_numpy(a) / a.size)


def style_coursera(f: np.ndarray, a: np.ndarray, count: int) -> float:
    """Σ (G − A)² / (4 n_C² (n_H n_W)²), with a coefficient of 0.2 for each layer."""
    n, m = f.shape[-1], positions(f)
    return 0.2 * math.fsum((gram_in_numpy(f) - gram_in_numpy(a)).ravel() ** 2) / (4 * (n * m) ** 2)


def style_relative(f: np.ndarray, a: np.ndarray, count: int) -> float:
    target = gram_in_numpy(a)
    return (
        math.fsum((gram_in_numpy(f) - target).ravel() ** 2) / math.fsum(target.ravel() ** 2) / count
    )


def half_sum(f: np.ndarray, p: np.ndarray, count: int) -> float:
    return 0.5 * math.fsum((f - p).ravel() ** 2)


def plain_sum(f: np.ndarray, p: np.ndarray, count: int) -> float:
    return math.fsum((f - p).ravel() ** 2)


def mean(f: np.ndarray, p: np.ndarray, count: int) -> float:
    return mean_square(f, p)


def mean_over_layers(f: np.ndarray, p: np.ndarray, count: int) -> float:
    return mean_square(f, p) / count


def quarter_of_mean(f: np.ndarray, p: np.ndarray, count: int) -> float:
    return mean_square(f, p) / 4


def content_relative(f: np.ndarray, p: np.ndarray, count: int) -> float:
    return math.fsum((f - p).ravel() ** 2) / math.fsum(p.ravel() ** 2) / count


def no_tv(image: np.ndarray) -> float:
    return 0.0


def tv_sum(image: np.ndarray) -> float:
    return float(np.abs(np.diff(image, axis=0)).sum() + np.abs(np.diff(image, axis=1)).sum())


def tv_mean(image: np.ndarray) -> float:
    return float(np.abs(np.diff(image, axis=0)).mean() + np.abs(np.diff(image, axis=1)).mean())


def tv_half_mean(image: np.ndarray) -> float:
    return tv_mean(image) / 2


def tv_keras(image: np.ndarray) -> float:
    x = image * 255
    down, right = x[:-1, :-1] - x[1:, :-1], x[:-1, :-1] - x[:-1, 1:]
    return float(((down**2 + right**2) ** 1.25).sum())


def tv_neural_style(image: np.ndarray) -> float:
    x = image * 255
    down, right = x[:-1, :-1] - x[1:, :-1], x[:-1, :-1] - x[:-1, 1:]
    return float((down**2 + right**2).sum()) / 2


# name: style per layer, content per layer, total variation, α, β, its weight, style layers,
# content layer
DEFINITIONS: dict[str, tuple] = {
    "relative": (style_relative, content_relative, tv_mean, 1, 1000, 0, FIRSTS, "block4_conv2"),
    "seed": (style_seed, half_sum, tv_sum, 1, 1e-9, 0, FIRSTS, "block5_conv2"),
    "gatys": (style_gatys, half_sum, tv_sum, 1, 1e3, 0, FIRSTS, "block4_conv2"),
    "tensorflow": (
        style_tensorflow,
        mean_over_layers,
        tv_sum,
        1e4,
        1e-2,
        30,
        FIRSTS,
        "block5_conv2",
    ),
    "keras-io": (style_keras, plain_sum, tv_keras, 2.5e-8, 1e-6, 1e-6, FIRSTS, "block5_conv2"),
    "pytorch": (
        style_of_mean_features,
        mean,
        tv_sum,
        1,
        1e6,
        0,
        ["block1_conv1", "block1_conv2", "block2_conv1", "block2_conv2", "block3_conv1"],
        "block2_conv2",
    ),
    "d2l": (style_of_mean_features, mean, tv_half_mean, 1, 1e4, 10, FIRSTS, "block4_conv4"),
    "coursera": (style_coursera, quarter_of_mean, tv_sum, 10, 40, 0, FIRSTS, "block5_conv4"),
    "johnson": (
        style_of_mean_features,
        mean,
        tv_neural_style,
        5,
        100,
        1e-3,
        FIRSTS,
        "block4_conv2",
    ),
}


def test_every_convention_has_a_definition_here() -> None:
    assert set(DEFINITIONS) == set(CONVENTIONS)


@pytest.mark.parametrize("name", DEFINITIONS)
def test_layers_and_weights_are_the_authors(name: str) -> None:
    *_, alpha, beta, tv, style_layers, content_layer = DEFINITIONS[name]
    convention = get_convention(name)
    assert convention.style_layers == tuple(style_layers)
    assert convention.content_layers == (content_layer,)
    weights = convention.weights
    assert (weights.content, weights.style, weights.tv) == (alpha, beta, tv)
    assert weights.content_layers == {content_layer: 1}
    assert weights.style_layers == dict.fromkeys(style_layers, 1)


@pytest.mark.parametrize("name", DEFINITIONS)
def test_losses_equal_the_definition_in_float64(name: str) -> None:
    """The whole chain: network, Gram matrices, constants, weights; also total variation."""
    style, content, tv, alpha, beta, _, style_layers, content_layer = DEFINITIONS[name]
    backbone, generated = tiny_backbone(), picture(7)
    problem = Problem(picture(1), picture(2), backbone=backbone, convention=name)
    weights = problem.weights.replace(tv=3.0)
    found = problem.evaluate(generated, weights)

    wanted = {*style_layers, content_layer}
    generated_features = features_in_numpy(backbone, generated, wanted)
    content_features = features_in_numpy(backbone, picture(1), wanted)
    style_features = features_in_numpy(backbone, picture(2), wanted)
    total = 0.0
    for layer in style_layers:
        part = style(generated_features[layer], style_features[layer], len(style_layers))
        assert found.style_layers[layer] == pytest.approx(beta * part, rel=1e-3), layer
        total += beta * part
    part = content(generated_features[content_layer], content_features[content_layer], 1)
    assert found.content_layers[content_layer] == pytest.approx(alpha * part, rel=1e-4)
    variation = 3.0 * tv(generated[0].astype(np.float64))
    assert found.tv == pytest.approx(variation, rel=1e-4)
    assert found.total == pytest.approx(total + alpha * part + variation, rel=1e-3)


def test_constants_on_a_layer_worked_by_hand() -> None:
    layer = Layer(channels=2, positions=3, pixels=10, count=5, energy=7.0)
    expected = {
        "relative": (1 / 35, 1 / 35),
        "seed": (1 / 2, 1 / 2),
        "gatys": (1 / (5 * 4 * 4 * 9), 1 / 2),
        "tensorflow": (1 / (5 * 4 * 9), 1 / (5 * 2 * 3)),
        "keras-io": (1 / (5 * 36 * 100), 1),
        "pytorch": (1 / (16 * 9), 1 / 6),
        "d2l": (1 / (16 * 9), 1 / 6),
        "coursera": (0.2 / (4 * 4 * 9), 1 / 24),
        "johnson": (1 / (16 * 9), 1 / 6),
    }
    assert {
        name: (rules.style(layer), rules.content(layer)) for name, rules in CONVENTIONS.items()
    } == {name: pytest.approx(pair, rel=1e-12) for name, pair in expected.items()}


def test_conventions_differ_by_more_than_ten_orders_of_magnitude() -> None:
    layer = Layer(channels=64, positions=256**2, pixels=256**2, count=5, energy=1.0)
    constants = [rules.style(layer) for name, rules in CONVENTIONS.items() if name != "relative"]
    assert max(constants) / min(constants) > 1e10


@pytest.fixture(scope="module")
def problem() -> Problem:
    """Return a problem with several layers of each kind; scoring it needs no compiling."""
    return tiny_problem(content_layers=["block3_conv1", "block4_conv2"], style_layers=FIRSTS[:3])


@pytest.mark.parametrize(("source", "target"), list(itertools.permutations(CONVENTIONS, 2)))
def test_translated_weights_keep_the_total(problem: Problem, source: str, target: str) -> None:
    weights = Weights(
        content=0.7,
        style=2.5,
        content_layers={"block3_conv1": 1.0, "block4_conv2": 0.3},
        style_layers={"block1_conv1": 0.0, "block2_conv1": 2.0, "block3_conv1": 0.5},
    )
    translated = translate_weights(
        weights,
        source,
        target,
        content_layers=problem.layers["content"],
        style_layers=problem.layers["style"],
    )
    for seed in (11, 12):
        before = problem.score(picture(seed), source, weights)
        after = problem.score(picture(seed), target, translated)
        assert after.total == pytest.approx(before.total, rel=1e-5)
        assert after.content == pytest.approx(before.content, rel=1e-5)
        assert after.style_layers == pytest.approx(before.style_layers, rel=1e-5)


def test_translating_there_and_back_gives_the_weights_back() -> None:
    problem = tiny_problem()
    known: dict[str, Any] = {
        "content_layers": problem.layers["content"],
        "style_layers": problem.layers["style"],
    }
    there = translate_weights(problem.weights, "relative", "gatys", **known)
    back = translate_weights(there, "gatys", "relative", **known)
    assert (back.content, back.style) == pytest.approx((1, 1000))
    assert back.style_layers == pytest.approx(problem.weights.style_layers)


def test_total_variation_is_translated_where_both_measure_it_alike() -> None:
    problem = tiny_problem(convention="relative")
    known: dict[str, Any] = {
        "content_layers": problem.layers["content"],
        "style_layers": problem.layers["style"],
    }
    weights = problem.weights.replace(tv=4.0)
    translated = translate_weights(weights, "relative", "d2l", **known)
    assert translated.tv == 8.0  # d2l takes half the mean
    with pytest.raises(SettingsError, match="tv_ratio"):
        translate_weights(weights, "relative", "tensorflow", **known)
    image = picture(5)
    ratio = problem.tv_ratio(image, "tensorflow")
    translated = translate_weights(weights, "relative", "tensorflow", tv_ratio=ratio, **known)
    expected = problem.score(image, "relative", weights).tv
    assert problem.score(image, "tensorflow", translated).tv == pytest.approx(expected, rel=1e-5)


def test_translating_names_a_layer_that_is_not_described() -> None:
    with pytest.raises(SettingsError, match="unknown content layer 'block4_conv2'"):
        translate_weights(Weights(), "seed", "gatys", content_layers={}, style_layers={})


def test_an_unknown_convention_is_told_with_the_nearest_name() -> None:
    with pytest.raises(SettingsError, match=r"did you mean 'tensorflow'.*accepted: relative, seed"):
        get_convention("tensorflw")


@pytest.mark.parametrize("bad", [-1.0, math.nan, math.inf, "much", None])
@pytest.mark.parametrize("field", ["content", "style", "tv"])
def test_weights_refuse_what_is_not_a_finite_number_from_zero(field: str, bad: object) -> None:
    with pytest.raises(SettingsError, match="give a finite number of at least 0"):
        Weights(**{field: bad})  # type: ignore[arg-type]


def test_weights_name_the_layer_whose_weight_is_bad() -> None:
    with pytest.raises(SettingsError, match="the weight of layer block2_conv1 is -1"):
        Weights(style_layers={"block1_conv1": 1.0, "block2_conv1": -1.0})


def test_weights_refuse_nothing_at_all_but_accept_one_of_the_two() -> None:
    with pytest.raises(SettingsError, match="both 0: nothing would be transferred"):
        Weights(content=0, style=0, tv=1)
    assert Weights(content=0).style == 1000
    assert Weights(style=0).content == 1
    with pytest.raises(SettingsError, match="both 0"):
        Weights(content=0).replace(style=0)
