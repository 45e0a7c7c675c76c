"""Gates: an evaluation may be given up at any of them, and otherwise they change nothing."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import tensorflow as tf
from tiny import picture, tiny_backbone, tiny_problem

from nstkit.backbones import ENDED, Backbone, GivenUp, gate


class Patience:
    """Says that a result is no longer wanted when it is asked for the n-th time."""

    def __init__(self, last: float = np.inf):
        self.count, self.last = 0, last

    def __call__(self) -> bool:
        self.count += 1
        return self.count >= self.last


def test_a_gate_lets_values_and_gradients_through() -> None:
    asked = Patience()

    @tf.function
    def compiled(x: tf.Tensor) -> tuple[tf.Tensor, tf.Tensor]:
        with tf.GradientTape() as tape:
            tape.watch(x)
            y = gate(x, asked)
            loss = tf.reduce_sum(y**3)
        return y, tape.gradient(loss, x)

    y, gradient = compiled(tf.constant(picture(3)))
    np.testing.assert_array_equal(y, picture(3))
    np.testing.assert_allclose(gradient, 3 * picture(3) ** 2, rtol=1e-6)
    assert asked.count == 2


def test_a_compiled_function_ends_at_its_gate() -> None:
    reached: list[int] = []

    def reach(_: np.ndarray) -> np.bool_:
        reached.append(1)
        return np.True_

    @tf.function
    def compiled(x: tf.Tensor) -> tf.Tensor:
        y = gate(x, Patience(2))
        tf.numpy_function(reach, [y[0, 0, 0, 0]], tf.bool)
        return 2 * y

    np.testing.assert_array_equal(compiled(tf.constant(picture(3))), 2 * picture(3))
    with pytest.raises(ENDED):
        compiled(tf.constant(picture(3)))
    assert len(reached) == 1


def test_gates_change_no_bit_of_an_evaluation() -> None:
    asked = Patience()
    plain = tiny_problem().evaluate(picture(3))
    gated = tiny_problem(backbone=tiny_backbone().gated(asked)).evaluate(picture(3))
    np.testing.assert_array_equal(plain.gradient, gated.gradient)
    assert plain.content_layers == gated.content_layers
    assert plain.style_layers == gated.style_layers
    assert asked.count == 8  # between five blocks, there and back


@pytest.mark.parametrize("last", range(1, 9))
def test_an_evaluation_is_given_up_at_whichever_gate_and_the_next_one_is_whole(last: int) -> None:
    asked = Patience(last)
    problem = tiny_problem(backbone=tiny_backbone().gated(asked))
    with pytest.raises(GivenUp):
        problem.evaluate(picture(3))
    assert asked.count == last
    asked.last = np.inf
    again = problem.evaluate(picture(3))
    np.testing.assert_array_equal(again.gradient, tiny_problem().evaluate(picture(3)).gradient)
    assert problem.traces == 1


def test_giving_up_says_nothing(capfd: pytest.CaptureFixture[str]) -> None:
    """Not on the standard error either, where TensorFlow reports what it takes for a failure."""
    problem = tiny_problem(backbone=tiny_backbone().gated(Patience(3)))
    capfd.readouterr()
    with pytest.raises(GivenUp):
        problem.evaluate(picture(3))
    assert capfd.readouterr() == ("", "")


def test_a_network_of_ones_own_has_gates_too() -> None:
    """One that changes what goes in and knows nothing of gates, as in notebook 05."""

    class Dimmed(Backbone):
        def features(self, image: Any, layers: Any) -> dict[str, tf.Tensor]:
            return super().features(0.5 * image, layers)

    plain = tiny_backbone()
    dimmed = Dimmed("dimmed", {layer: plain.parameters(layer) for layer in plain.layers})
    asked = Patience()
    problem = tiny_problem(backbone=dimmed.gated(asked))
    same = tiny_problem(backbone=dimmed)
    assert problem.evaluate(picture(3)).total == same.evaluate(picture(3)).total
    assert asked.count == 8
    assert isinstance(problem.backbone, Dimmed)
