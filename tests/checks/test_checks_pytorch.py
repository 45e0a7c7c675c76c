"""The checks of notebook 12: right answers pass, common wrong ones get their own hint."""

from __future__ import annotations

import runpy
from pathlib import Path

import numpy as np
import pytest

from nstkit import checks
from nstkit.backbones import LAYERS

torch = pytest.importorskip(
    "torch", reason="PyTorch is not installed: python3 course.py pytorch adds it"
)


ANSWERS = runpy.run_path(str(Path(__file__).parent / "wrong_answers" / "notebook_12.py"))
gram, adam, rebound = (ANSWERS[name] for name in ("gram", "painted", "losing_the_picture"))


def other_tensor(loss_of, start, steps, rate):
    image = start.clone().requires_grad_(True)
    optimizer = torch.optim.Adam([start.clone().requires_grad_(True)], lr=rate)
    for _ in range(steps):
        loss_of(image).backward()
        optimizer.step()
    return image.detach()


def closure_for(loss_of, image, optimizer, *, clear=True, backward=True, clamp=False, gives=True):
    def closure():
        if clamp:
            with torch.no_grad():
                image.clamp_(0, 1)
        if clear:
            optimizer.zero_grad()
        loss = loss_of(image)
        if backward:
            loss.backward()
        return loss if gives else None

    return closure


def closure_of_an_old_loss(loss_of, image, optimizer):
    loss = loss_of(image)

    def closure():
        optimizer.zero_grad()
        loss.backward(retain_graph=True)
        return loss

    return closure


def name(layer):
    return f"features.{2 * LAYERS.index(layer) + int(layer[5]) - 1}"


def test_right_answers_pass():
    assert checks.torch_gram_matrix(gram)
    assert checks.torch_gram_matrix(lambda f: torch.einsum("bihw,bjhw->ij", f, f))
    assert checks.torch_adam(adam)
    assert checks.torch_closure(closure_for)
    assert checks.torchvision_names(name)


def test_a_closure_may_return_a_number():
    def maker(loss_of, image, optimizer):
        closure = closure_for(loss_of, image, optimizer)
        return lambda: closure().item()

    assert checks.torch_closure(maker)


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        (lambda f: f[0].flatten(1).T @ f[0].flatten(1), "kept the positions"),
        (lambda f: f.reshape(-1, f.shape[1]).T @ f.reshape(-1, f.shape[1]), "flatten(1)"),
        (lambda f: gram(f) / 12, "number of positions"),
        (lambda f: gram(f) / 60, "PyTorch's own tutorial"),
        (lambda f: gram(f) / 5, "number of channels"),
        (lambda f: f.flatten(2) @ f.flatten(2).transpose(1, 2), "out of its batch"),
        (lambda f: f[0] @ f[0].transpose(1, 2), "one axis"),
        (lambda f: f[0].transpose(1, 2) @ f[0], "one axis"),
        (lambda f: f.reshape(-1, 4).T @ f.reshape(-1, 4), "axis 1 is"),
        (lambda f: f[0].flatten(1).sum(1), "(channels, positions)"),
        (lambda f: gram(f.detach()), "no detach"),
        (lambda f: np.eye(5), "stay in PyTorch"),
        (lambda f: gram(f) * 3, "F_i times F_j"),
    ],
)
def test_wrong_gram_matrices_get_their_hint(answer, words):
    assert_hint(checks.torch_gram_matrix(answer), words)


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        (lambda *a: adam(*a, copy=False), "clone()"),
        (lambda *a: adam(*a, detach=False), "detach()"),
        (lambda *a: adam(*a, clear=False), "zero_grad"),
        (lambda *a: adam(*a, clamp=""), "leave [0, 1]"),
        (lambda *a: adam(*a, clamp="end"), "at the end only"),
        (rebound, "new tensor"),
        (other_tensor, "very tensor"),
        (lambda loss, start, n, rate: adam(loss, start, n - 1, rate), "one less"),
        (lambda loss, start, n, rate: adam(loss, start, n + 1, rate), "one more"),
        (lambda loss, start, n, rate: adam(loss, start, n, 1e-3), "0.001"),
        (lambda loss, start, n, rate: adam(loss, start, n, rate / 3), "backward, step, clamp"),
        (lambda loss, start, n, rate: [1.0, 2.0], "not the loss"),
    ],
)
def test_wrong_loops_of_adam_get_their_hint(answer, words):
    assert_hint(checks.torch_adam(answer), words)


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        (lambda *a: closure_for(*a)(), "without calling it"),
        (lambda *a: closure_for(*a, gives=False), "return loss"),
        (lambda *a: closure_for(*a, clamp=True), "no clamping"),
        (lambda *a: closure_for(*a, backward=False), "loss.backward()"),
        (lambda *a: closure_for(*a, clear=False), "zero_grad"),
        (closure_of_an_old_loss, "inside the closure, not before"),
        (lambda loss, x, o: closure_for(lambda y: 2 * loss(y), x, o), "the loss of image"),
    ],
)
def test_wrong_closures_get_their_hint(answer, words):
    assert_hint(checks.torch_closure(answer), words)


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        (lambda layer: f"features.{LAYERS.index(layer)}", "ReLU"),
        (lambda layer: f"features.{2 * LAYERS.index(layer)}", "pooling"),
        (lambda layer: f"features.{int(name(layer)[9:]) + 1}", "from 0"),
        (lambda layer: f"features.{2 * LAYERS.index(layer) + int(layer[5])}", "from 0"),
        (lambda layer: name(layer)[9:], "the name is"),
        (lambda layer: int(name(layer)[9:]), "the name is"),
        (lambda layer: name("block1_conv1"), "two modules for each"),
    ],
)
def test_wrong_names_get_their_hint(answer, words):
    assert_hint(checks.torchvision_names(answer), words)


def test_unwritten_answers_are_to_do():
    for check in ("torch_gram_matrix", "torch_adam", "torch_closure", "torchvision_names"):
        assert getattr(checks, check)(lambda *args: ...).status == "to do"


def assert_hint(result, words):
    assert result.status == "not yet"
    assert words in result.hint, result
