"""Two implementations, one set of numbers: nstkit and its twin in PyTorch.

Where 1e-5 is asked for, the pictures leave room to spare for another processor's rounding. A
content loss is a sum of squared differences: near its target it is a small difference of large
features and keeps few of float32's digits. So losses are compared at noise, against the features of
black and white areas, which differ from it by a sixth of their size and more (a photograph's, in
the deepest layers, by a thirtieth). And the noise is clear of all kinks; see `steady`. Found with
AVX-512, AVX2 and SSE4.1 instructions: 4e-6 at most, mostly 1e-6.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import pytest
from tiny import features_in_numpy, gram_in_numpy, picture, tiny_backbone

from nstkit import load_backbone, losses, samples
from nstkit.backbones import LAYERS, Backbone, untrained_backbone
from nstkit.losses import CONVENTIONS
from nstkit.machine.tensorflow import tf
from nstkit.optimizers import Lbfgs
from nstkit.runs import Run
from nstkit.transfer import Problem

torch = pytest.importorskip(
    "torch", reason="PyTorch is not installed: python3 course.py pytorch adds it"
)
import steady  # noqa: E402, needs PyTorch
import torch_twin  # noqa: E402

NETWORKS: dict[str, Callable[..., Backbone]] = {
    "tiny": tiny_backbone,
    "slim": lambda pooling: load_backbone("vgg19-slim", pooling=pooling),
    "vgg19": lambda pooling: untrained_backbone("vgg19", pooling=pooling),
}
POOLINGS = ("max", "average")
IN_FLOAT32, IN_FLOAT64 = 1e-5, 1e-9


@pytest.fixture(autouse=True, scope="module")
def one_thread():
    """Pictures this small take longer on several threads, which also sum in another order."""
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(before)


@functools.lru_cache(maxsize=1)
def networks(name: str, pooling: str) -> tuple[Backbone, Any, np.ndarray]:
    """Return a network here, the same in PyTorch, and a picture to compare them on."""
    backbone = NETWORKS[name](pooling=pooling)
    vgg = torch_twin.vgg_of(backbone).double()
    image = steady.first_steady(vgg)
    return backbone, vgg.float(), image


# One network after the other, so that each is drawn and searched for its picture once.
BOTH = pytest.mark.parametrize(
    ("name", "pooling"), [(name, pooling) for name in NETWORKS for pooling in POOLINGS]
)


def a_problem(backbone: Backbone, **options: Any) -> Problem:
    """Return a problem whose content picture is black and white: noise has other features."""
    content_image = np.round(picture(1, 16, 32))
    return Problem(content_image, picture(2, 40, 24), backbone=backbone, **options)


def off(found, expected) -> float:
    """Return the norm of the difference, relative to the norm of what is expected."""
    a, b = np.asarray(found, np.float64), np.asarray(expected, np.float64)
    assert a.shape == b.shape
    return float(np.linalg.norm(a - b) / np.linalg.norm(b))


def channels_last(features):
    return features.permute(0, 2, 3, 1)


def channels_first(image, dtype=None):
    return torch.tensor(np.asarray(image), dtype=dtype).permute(0, 3, 1, 2)


@BOTH
def test_features_of_all_sixteen_layers_and_their_gram_matrices_agree(name, pooling):
    backbone, vgg, image = networks(name, pooling)
    found = torch_twin.features_of(vgg, channels_first(image), LAYERS)
    expected = backbone.features(image, LAYERS)
    assert tuple(found) == LAYERS
    for layer in LAYERS:
        assert off(channels_last(found[layer]), expected[layer]) < IN_FLOAT32, layer
        gram = torch_twin.gram_matrix(found[layer])
        assert off(gram, losses.gram_matrix(expected[layer])) < IN_FLOAT32, layer


@pytest.mark.parametrize("convention", CONVENTIONS)
@BOTH
def test_every_loss_the_total_and_the_gradient_agree(name, pooling, convention):
    backbone, vgg, image = networks(name, pooling)
    problem = a_problem(backbone, convention=convention)
    twin = torch_twin.Twin(problem, vgg=vgg)
    kit, (total, gradient) = problem.evaluate(image), twin.evaluate(image)
    parts = twin.parts(twin.picture(image))
    for term, by_layer in kit.parts.items():
        for layer, value in by_layer.items():
            if value:
                found = float(parts[term][layer])
                assert found == pytest.approx(value, rel=IN_FLOAT32), (term, layer)
    assert total == pytest.approx(kit.total, rel=IN_FLOAT32)
    assert off(gradient, kit.gradient) < IN_FLOAT32


@pytest.mark.parametrize("convention", CONVENTIONS)
@pytest.mark.parametrize("pooling", POOLINGS)
def test_losses_and_gradient_in_float32_are_those_in_float64_rounded(pooling, convention):
    backbone, _, image = networks("slim", pooling)
    problem = a_problem(backbone, convention=convention)
    twin = torch_twin.Twin(problem, torch.float64)
    kit, (total, gradient) = problem.evaluate(image), twin.evaluate(image)
    assert kit.total == pytest.approx(total, rel=IN_FLOAT32)
    assert off(kit.gradient, gradient) < IN_FLOAT32


@pytest.mark.parametrize("pooling", POOLINGS)
def test_features_agree_in_float64_with_the_definition(pooling):
    backbone, image = tiny_backbone(pooling=pooling), picture(3)
    found = torch_twin.features_of(
        torch_twin.vgg_of(backbone).double(), channels_first(image, torch.float64), LAYERS
    )
    for layer, expected in features_in_numpy(backbone, image, LAYERS).items():
        assert off(channels_last(found[layer])[0], expected) < IN_FLOAT64, layer
        assert off(torch_twin.gram_matrix(found[layer]), gram_in_numpy(expected)) < IN_FLOAT64


@pytest.mark.parametrize("convention", CONVENTIONS)
def test_the_total_in_float64_is_that_of_the_definition(convention):
    """In NumPy: features, Gram matrices, squared distances, the convention's constants."""
    problem = a_problem(tiny_backbone(), convention=convention)
    image, rules = steady.noise(0).astype(np.float64), problem.convention
    found = torch_twin.Twin(problem, torch.float64).parts(channels_first(image))
    content_layers, style_layers = problem.content_layers, problem.style_layers
    here, photo, painting = (
        features_in_numpy(problem.backbone, x, {*content_layers, *style_layers})
        for x in (image, problem.content_image, problem.style_image)
    )
    for layer in content_layers:
        expected = np.sum((here[layer] - photo[layer]) ** 2)
        scale = problem.weights.content * rules.content(problem.layers["content"][layer])
        assert float(found["content"][layer]) == pytest.approx(scale * expected, rel=IN_FLOAT64)
    for layer in style_layers:
        # As if the painting had as many positions as the picture.
        ratio = here[layer][..., 0].size / painting[layer][..., 0].size
        target = gram_in_numpy(painting[layer]) * ratio
        expected = np.sum((gram_in_numpy(here[layer]) - target) ** 2)
        scale = problem.weights.style * rules.style(problem.layers["style"][layer])
        assert float(found["style"][layer]) == pytest.approx(scale * expected, rel=IN_FLOAT64)


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
        assert float(found.detach()) == pytest.approx(float(value), rel=IN_FLOAT64), term
        assert off(channels_last(y.grad), tape.gradient(value, x)) < IN_FLOAT64, term


def adam_in_pytorch(twin: Any, start: np.ndarray, epsilon: float = 1e-8) -> Iterator[np.ndarray]:
    """Yield the start picture and those after each of ten steps of PyTorch's Adam.

    PyTorch compares ε with the corrected root of the mean square, nstkit and Keras with the
    uncorrected one, so PyTorch's ε is the other one corrected too.
    """
    image = twin.picture(start).requires_grad_(True)
    adam = torch.optim.Adam([image], lr=0.02)
    for step in range(11):
        yield channels_last(image.detach()).numpy().copy()
        adam.zero_grad()
        twin(image).backward()
        adam.param_groups[0]["eps"] = epsilon / np.sqrt(1 - 0.999 ** (step + 1))
        adam.step()
        with torch.no_grad():
            image.clamp_(0, 1)


@pytest.mark.parametrize("network", ["tiny", "slim"])
def test_ten_steps_of_adam_end_at_one_picture(network):
    """By the norm of the difference under the usual ε, and at every pixel under a larger one.

    A step of Adam is about g/(|g| + ε): a pixel whose gradient is 0 up to rounding steps either
    way, by the whole learning rate, where ε is as good as 0. No two implementations can agree on
    such a pixel; there are few, and the norm hardly sees them. Under an ε of the gradient's own
    size a step depends on the gradient smoothly, and all pixels agree.
    """
    problem = a_problem(NETWORKS[network](pooling="max"))
    exact, rounded = torch_twin.Twin(problem, torch.float64), torch_twin.Twin(problem)
    size = float(np.abs(problem.evaluate(steady.noise(0)).gradient).mean())
    for epsilon, norm in ((1e-8, off), (0.1 * size, lambda a, b: np.abs(a - b).max())):
        path = functools.partial(adam_in_pytorch, exact, epsilon=epsilon)
        start = steady.first_steady(exact.vgg, path, clear=2 * steady.ROUNDING)
        *_, found = adam_in_pytorch(rounded, start, epsilon)
        run = Run(
            problem, optimizer="adam", learning_rate=0.02, init=start, epsilon=epsilon, steps=10
        )
        for _ in run:
            pass
        assert norm(found, run.image) < 1e-4
        assert np.abs(found - start).max() > 0.05


def lbfgs_in_pytorch(problem: Problem) -> float:
    """Return the least loss in 100 evaluations of PyTorch's L-BFGS, from the content picture."""
    twin, totals = torch_twin.Twin(problem), []
    image = twin.picture(problem.content_image).requires_grad_(True)
    optimizer = torch.optim.LBFGS(
        [image], max_iter=100, max_eval=100, line_search_fn="strong_wolfe"
    )

    def closure():
        optimizer.zero_grad()
        loss = twin(image)
        loss.backward()
        totals.append(float(loss.detach()))
        return loss

    optimizer.step(closure)
    assert min(totals) < 0.8 * totals[0]
    return min(totals[:100])


def lbfgs_in_nstkit(problem: Problem) -> float:
    """Return the same of nstkit's, with what PyTorch's has: a long memory and no more."""
    totals, optimizer = [], Lbfgs(memory=100, spectrum=0, bounds=None)

    def evaluate(image):
        found = problem.evaluate(image)
        totals.append(found.total)
        return found

    x = problem.content_image
    current = evaluate(x)
    while len(totals) < 100:
        x, current = optimizer.step(x, current, evaluate)
    return min(totals[:100])


@pytest.mark.parametrize("network", ["tiny", "slim"])
def test_both_l_bfgs_reach_one_loss_after_100_evaluations(network):
    """In the geometric mean of four pairs of pictures.

    Steps are long and the loss has kinks, so rounding sends two runs different ways: for one pair
    PyTorch's own two line searches end up to 2 % apart, and so do these two.
    """
    backbone = NETWORKS[network](pooling="average")
    ratios = []
    for seed in range(4):
        problem = Problem(picture(1 + seed, 16, 32), picture(9 + seed), backbone=backbone)
        problem.weights = problem.weights.replace(style=1.0)
        ratios.append(lbfgs_in_nstkit(problem) / lbfgs_in_pytorch(problem))
    assert np.exp(np.mean(np.log(ratios))) == pytest.approx(1, abs=0.02)
    assert ratios == pytest.approx([1] * 4, abs=0.05)


def test_under_the_tutorials_loss_ours_needs_no_more_evaluations():
    """Than PyTorch's as its tutorial runs it, to the loss that this one has after 160."""
    photo, painting = (samples.load(name, size=48, crop=True) for name in ("chelsea", "night_sky"))
    problem = Problem(
        photo, painting, backbone=load_backbone("vgg19-slim"), convention="tensorflow"
    )
    picture, totals = torch.tensor(problem.content_image).requires_grad_(True), []
    optimizer = torch.optim.LBFGS([picture])

    def closure():
        with torch.no_grad():
            picture.clamp_(0, 1)
        found = problem.evaluate(picture.detach().numpy())
        picture.grad = torch.tensor(found.gradient)
        totals.append(found.total)
        return found.total

    while len(totals) < 160:
        optimizer.step(closure)
    goal = min(totals[:160])
    run = Run(problem, steps=160)
    assert next(step for step in run if step.total <= goal).evaluations <= 160
