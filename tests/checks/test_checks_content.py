"""Notebook 03's checks: right answers pass, each likely mistake gets its own hint."""

import numpy as np
import pytest

from nstkit import checks, losses


def assert_hint(result, *words):
    assert result.status == "not yet", result
    text = f"{result.message} {result.hint}"
    assert all(word in text for word in words), text


def test_the_paper_and_the_package_pass():
    assert checks.content_loss(lambda F, P: 0.5 * np.sum((F - P) ** 2))
    assert checks.content_loss(losses.content_loss)
    assert checks.content_gradient(lambda F, P: F - P)
    assert checks.total_variation(losses.total_variation_loss)


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        (lambda F, P: np.sum((F - P) ** 2), ["twice", "½"]),
        (lambda F, P: np.mean((F - P) ** 2), ["mean"]),
        (lambda F, P: 0.5 * np.mean((F - P) ** 2), ["mean"]),
        (lambda F, P: np.abs(F - P).sum(), ["absolute"]),
        (lambda F, P: np.abs(F - P).sum() / 2, ["absolute"]),
        (lambda F, P: np.linalg.norm(F - P), ["square root"]),
        (lambda F, P: 0.5 * np.sum(F - P) ** 2, ["square the sum"]),
        (lambda F, P: np.sum(F - P), ["negative"]),
        (lambda F, P: 0.5 * np.sum(F**2), ["loss 0"]),
        (lambda F, P: 0.5 * (F - P) ** 2, ["single number"]),
        (lambda F, P: np.sum((F - P) ** 4), ["you have"]),
    ],
)
def test_a_wrong_content_loss_gets_its_hint(answer, words):
    assert_hint(checks.content_loss(answer), *words)


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        (lambda F, P: P - F, ["wrong sign"]),
        (lambda F, P: 2 * (F - P), ["twice"]),
        (lambda F, P: (F - P) / 2, ["half"]),
        (lambda F, P: (F - P) ** 2, ["squared difference"]),
        (lambda F, P: 0.5 * (F - P) ** 2, ["loss of each feature"]),
        (lambda F, P: (F - P) / F.size, ["sum, not a mean"]),
        (lambda F, P: np.sign(F - P), ["only the sign"]),
        (lambda F, P: np.sum(F - P), ["single number"]),
        (lambda F, P: (F - P).ravel(), ["shape"]),
        (lambda F, P: F, ["your gradient says"]),
    ],
)
def test_a_wrong_gradient_gets_its_hint(answer, words):
    assert_hint(checks.content_gradient(answer), *words)


def variation(take=np.abs, collect=np.sum, axes=(1, 2)):
    return lambda image: sum(collect(take(np.diff(image, axis=axis))) for axis in axes)


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        (lambda image: image.sum(), ["one colour"]),
        (variation(axes=(1,)), ["both axes"]),
        (variation(axes=(2,)), ["both axes"]),
        (variation(axes=(0, 1)), ["both axes"]),
        (lambda x: sum(np.abs(x - np.roll(x, 1, a)).sum() for a in (1, 2)), ["wrap"]),
        (variation(collect=np.mean), ["not a mean"]),
        (lambda image: variation()(image.mean(-1, keepdims=True)), ["three colours"]),
        (variation(take=np.square), ["squares"]),
        (variation(take=lambda d: d), ["cancel"]),
        (lambda image: abs(variation(take=lambda d: d)(image)), ["cancel", "absolute"]),
        (variation(axes=(1, 1, 2)), ["stands", "lies"]),
    ],
)
def test_a_wrong_total_variation_gets_its_hint(answer, words):
    assert_hint(checks.total_variation(answer), *words)


@pytest.mark.parametrize(
    "check", [checks.content_loss, checks.content_gradient, checks.total_variation]
)
def test_unwritten_answers_are_to_do_and_nonsense_never_raises(check):
    assert check(None).status == "to do"
    assert check(lambda *_: ...).status == "to do"
    for nonsense in (0, "x", np.zeros((1, 1)), lambda *_: "x", lambda: 1, lambda *_: np.nan):
        assert check(nonsense).status == "not yet"
