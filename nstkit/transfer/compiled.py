"""The value and gradient of a loss as one compiled function, shared between problems."""

from __future__ import annotations

import contextlib
from collections.abc import Sequence
from functools import partial
from typing import Any

from nstkit.backbones import Backbone
from nstkit.losses import Term
from nstkit.machine.tensorflow import forgetting_gradients, tf
from nstkit.transfer.targets import compare

KEPT = 6
"""How many compiled functions a network keeps, some 10 MB each; the oldest goes first."""

Parts = tuple[tuple[Term, str], ...]


class Compiled:
    """One compiled function for one network, list of parts and size of picture.

    Pictures to compare with, masks and weights are arguments of the call, so that a new picture or
    a slider compiles nothing.

    Parameters
    ----------
    backbone : Backbone
        The network.
    parts : tuple of (Term, str)
        Each part of the loss: a term and a layer.

    Attributes
    ----------
    traces : int
        How often TensorFlow compiled it so far.
    """

    def __init__(self, backbone: Backbone, parts: Parts):
        self.traces = 0

        def value_and_gradient(
            image: tf.Tensor, targets: Sequence[Any], masks: Sequence[Any], factors: tf.Tensor
        ) -> tuple[tf.Tensor, tf.Tensor]:
            self.traces += 1  # runs when TensorFlow traces, not when it executes
            with tf.GradientTape() as tape:
                tape.watch(image)
                weighed = tf.stack(compare(backbone, parts, image, targets, masks)) * factors
                total = tf.reduce_sum(weighed)
            return weighed, tape.gradient(total, image)

        # A partial is an object of its own: TensorFlow does not take many of them for one function
        # that is compiled over and over, and warn of it.
        self._function = tf.function(partial(value_and_gradient), autograph=False)

    def __call__(
        self, image: tf.Tensor, targets: Sequence[Any], masks: Sequence[Any], factors: Any
    ) -> Any:
        """Return the weighed parts and the gradient of their sum.

        Parameters
        ----------
        image : tf.Tensor
            Shape (1, height, width, 3), float32.
        targets : sequence of tf.Tensor or None
            The target of each part.
        masks : sequence of tf.Tensor or None
            Where each part counts; see `compare`.
        factors : array_like
            What multiplies each part, float32.

        Returns
        -------
        parts, gradient : tf.Tensor
            Shapes (number of parts,) and (1, height, width, 3).
        """
        with contextlib.nullcontext() if self.traces else forgetting_gradients():
            return self._function(image, targets, masks, factors)


def compiled_for(backbone: Backbone, parts: Parts, shape: tuple[int, ...]) -> Compiled:
    """Return the compiled function for these parts and this size of picture, new or kept."""
    kept, key = backbone.compiled, (parts, shape)
    found = kept.pop(key, None) or Compiled(backbone, parts)
    kept[key] = found
    while len(kept) > KEPT:
        kept.pop(next(iter(kept)))
    return found
