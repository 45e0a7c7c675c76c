"""Two implementations, one set of numbers: nstkit and its twin in PyTorch.

A unit whose input is 0 up to rounding may be on in one and off in the other, and a gradient then
jumps. The pictures and seeds here have no such unit.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from tiny import features_in_numpy, gram_in_numpy, picture, tiny_backbone

from nstkit import load_backbone, losses
from nstkit.backbones import LAYERS, Backbone, untrained_backbone
from nstkit.losses import CONVENTIONS
from nstkit.machine.tensorflow import tf
from nstkit.optimizers import Lbfgs
from nstkit.runs import Run
from nstkit.transfer import Problem

torch = pytest.importorskip(
    "torch", reason="PyTorch is not installed: python3 course.py pytorch adds it"
)
import torch_twin  # noqa: E402, needs PyTorch

POOLINGS = {"max": torch.nn.MaxPool2d, "average": torch.nn.AvgPool2d}
NETWORKS: dict[str, Callable[..., Backbone]] = {
    "tiny": tiny_backbone,
    "slim": lambda pooling: load_backbone("vgg19-slim", pooling=pooling),
    "vgg19": lambda pooling: untrained_backbone("vgg19", pooling=pooling),
}


@pytest.fixture(scope="module", params=[(n, p) for n in NETWORKS for p in POOLINGS], ids="-".join)
def backbone(request) -> Backbone:
    """Each network with each pooling."""
    name, pooling = request.param
    return NETWORKS[name](pooling=pooling)


def off(found, expected) -> float:
    """Return the norm of the difference, relative to the norm of what is expected."""
    a, b = np.asarray(found, np.float64), np.asarray(expected, np.float64)
    assert a.shape == b.shape
    return float(np.linalg.norm(a - b) / np.linalg.norm(b))


def channels_last(features):
    return features.permute(0, 2, 3, 1)


def channels_first(image, dtype=None):
    return torch.tensor(np.asarray(image), dtype=dtype).permute(0, 3, 1, 2)


def test_features_of_all_sixteen_layers_and_their_gram_matrices_agree(backbone):
    image = picture(3)
    vgg = torch_twin.build_vgg(torch_twin.state_of(backbone), POOLINGS[backbone.pooling])
    found = torch_twin.features_of(vgg, channels_first(image), LAYERS)
    expected = backbone.features(image, LAYERS)
    assert tuple(found) == LAYERS
    for layer in LAYERS:
        assert off(channels_last(found[layer]), expected[layer]) < 1e-5, layer
        gram = torch_twin.gram_matrix(found[layer])
        assert off(gram, losses.gram_matrix(expected[layer])) < 1e-5, layer


@pytest.mark.parametrize("convention", CONVENTIONS)
def test_every_loss_the_total_and_the_gradient_agree(backbone, convention):
    problem = Problem(picture(1), picture(2, 40, 24), backbone=backbone, convention=convention)
    twin = torch_twin.Twin(problem)
    image = 1 - picture(1)
    kit, (total, gradient) = problem.evaluate(image), twin.evaluate(image)
    parts = twin.parts(twin.picture(image))
    for term, by_layer in kit.parts.items():
        for layer, value in by_layer.items():
            if value:
                assert float(parts[term][layer]) == pytest.approx(value, rel=1e-5), (term, layer)
    assert total == pytest.approx(kit.total, rel=1e-5)
    assert off(gradient, kit.gradient) < 1e-5


@pytest.mark.parametrize("pooling", POOLINGS)
def test_features_agree_in_float64_with_the_definition(pooling):
    backbone, image = tiny_backbone(pooling=pooling), picture(3)
    vgg = torch_twin.build_vgg(torch_twin.state_of(backbone), POOLINGS[pooling]).double()
    found = torch_twin.features_of(vgg, channels_first(image, torch.float64), LAYERS)
    for layer, expected in features_in_numpy(backbone, image, LAYERS).items():
        assert off(channels_last(found[layer])[0], expected) < 1e-9, layer
        gram = torch_twin.gram_matrix(found[layer])
        assert off(gram, gram_in_numpy(expected)) < 1e-9, layer


@pytest.mark.parametrize("convention", CONVENTIONS)
def test_losses_and_their_gradients_agree_in_float64(convention):
    """What of nstkit takes float64: Gram matrices, losses and total variation on any arrays."""
    random, rules = np.random.default_rng(0), CONVENTIONS[convention]
    features, target, image = (random.random((1, 6, 5, c)) for c in (4, 4, 3))
    scale = rules.tv_scale
    ours: dict[str, tuple[np.ndarray, Callable[[Any], Any]]] = {
        "content": (features, lambda x: 2 * losses.content_loss(x, target)),
        "style": (
            features,
            lambda x: 2 * losses.style_loss(losses.gram_matrix(x), losses.gram_matrix(target)),
        ),
        "tv": (image, lambda x: scale * losses.total_variation_loss(x, kind=rules.tv_kind)),
    }
    theirs: dict[str, Callable[[Any], Any]] = {
        "content": torch_twin.ContentLoss(channels_first(target), 1.0),
        "style": torch_twin.StyleLoss(channels_first(target), 1.0),
        "tv": torch_twin.TotalVariation(rules.tv_kind, scale),
    }
    for term, (array, loss) in ours.items():
        x = tf.constant(array)
        with tf.GradientTape() as tape:
            tape.watch(x)
            value = loss(x)
        y = channels_first(array).requires_grad_(True)
        found = theirs[term](y)
        found.backward()
        assert float(found.detach()) == pytest.approx(float(value), rel=1e-9), term
        assert off(channels_last(y.grad), tape.gradient(value, x)) < 1e-9, term


def test_total_and_gradient_in_float32_are_those_in_float64_rounded():
    problem = Problem(picture(1), picture(2), backbone=load_backbone("vgg19-slim"))
    image = 1 - picture(1)
    kit = problem.evaluate(image)
    total, gradient = torch_twin.Twin(problem, torch.float64).evaluate(image)
    assert kit.total == pytest.approx(total, rel=1e-5)
    assert off(kit.gradient, gradient) < 1e-5


@pytest.mark.parametrize("network", ["tiny", "slim"])
def test_ten_steps_of_adam_end_at_one_picture(network):
    """Nearly: a pixel whose gradient is 0 up to rounding may step either way."""
    problem = Problem(picture(1), picture(2), backbone=NETWORKS[network](pooling="max"))
    twin = torch_twin.Twin(problem)
    image = twin.picture(problem.content_image).requires_grad_(True)
    adam = torch.optim.Adam([image], lr=0.02)
    for _ in range(10):
        adam.zero_grad()
        twin(image).backward()
        adam.step()
        with torch.no_grad():
            image.clamp_(0, 1)
    run = Run(problem, optimizer="adam", learning_rate=0.02, steps=10)
    for _ in run:
        pass
    found = channels_last(image.detach()).numpy()
    assert off(found, run.image) < 1e-4
    if network == "tiny":
        assert np.abs(found - run.image).max() < 1e-4


@pytest.mark.parametrize("style_weight", [1.0, 10.0, 30.0])
def test_both_l_bfgs_reach_one_loss_after_100_evaluations(style_weight):
    problem = Problem(picture(1), picture(2), backbone=tiny_backbone())
    problem.weights = problem.weights.replace(style=style_weight)
    twin, totals = torch_twin.Twin(problem), []
    image = twin.picture(problem.content_image).requires_grad_(True)
    theirs = torch.optim.LBFGS([image], max_iter=100, max_eval=100, line_search_fn="strong_wolfe")

    def closure():
        theirs.zero_grad()
        loss = twin(image)
        loss.backward()
        totals.append(float(loss.detach()))
        return loss

    theirs.step(closure)
    found = []

    def evaluate(x):
        found.append(problem.evaluate(x))
        return found[-1]

    ours, x = Lbfgs(bounds=None), problem.content_image
    current = evaluate(x)
    while len(found) < 100:
        x, current = ours.step(x, current, evaluate)
    assert len(totals) >= 100
    assert min(totals) < 0.2 * totals[0]
    assert current.total == pytest.approx(min(totals), rel=0.02)
