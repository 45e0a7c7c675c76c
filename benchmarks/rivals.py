"""The rivals: the same loss and network as plain TensorFlow, PyTorch, and the tutorial's recipe.

Written from the published recipes; every rival is held to nstkit's loss before it is timed.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

import numpy as np
import tensorflow as tf

from nstkit.backbones import first_layers, preprocess
from nstkit.losses import PICTURE
from nstkit.transfer import Problem

Evaluate = Callable[[np.ndarray], tuple[float, np.ndarray]]


def factors_of(problem: Problem) -> dict[str, dict[str, float]]:
    """Return the constant of every layer's loss, weights applied, by term and layer."""
    rules, weights = problem.convention, problem.weights
    return {
        term: {
            name: weights.of(term, name) * rules.scale(term, layer)
            for name, layer in layers.items()
        }
        for term, layers in problem.layers.items()
    }


def tensorflow_loss(problem: Problem) -> Callable[[tf.Tensor], tf.Tensor]:
    """Return the problem's total loss in plain TensorFlow operations."""
    constants = factors_of(problem)
    deepest = [
        n for n in problem.backbone.layers if n in {*constants["content"], *constants["style"]}
    ]
    pool = tf.nn.max_pool2d if problem.backbone.pooling == "max" else tf.nn.avg_pool2d
    arrays = {
        name: [tf.constant(array) for array in problem.backbone.parameters(name)]
        for name in problem.backbone.layers[: problem.backbone.layers.index(deepest[-1]) + 1]
    }

    def loss(image: tf.Tensor) -> tf.Tensor:
        x, total = preprocess(image), tf.constant(0.0)
        for name, (kernel, bias) in arrays.items():
            if name in first_layers(problem.backbone.layers)[1:]:
                x = pool(x, 2, 2, "VALID")
            x = tf.nn.relu(tf.nn.bias_add(tf.nn.conv2d(x, kernel, 1, "SAME"), bias))
            if name in constants["content"]:
                distance = tf.reduce_sum((x - problem.content_targets[name]) ** 2)
                total += constants["content"][name] * distance
            if name in constants["style"]:
                gram = tf.einsum("bhwc,bhwd->cd", x, x)
                distance = tf.reduce_sum((gram - problem.style_targets[name]) ** 2)
                total += constants["style"][name] * distance
        if constants["tv"][PICTURE]:
            total += constants["tv"][PICTURE] * tf.reduce_sum(tf.image.total_variation(image))
        return total

    return loss


def tensorflow_evaluate(problem: Problem, mode: str) -> Evaluate:
    """Return value-and-gradient in plain TensorFlow: "eager", "graph" or "xla"."""
    loss = tensorflow_loss(problem)

    def value_and_gradient(image: tf.Tensor) -> tuple[tf.Tensor, tf.Tensor]:
        with tf.GradientTape() as tape:
            tape.watch(image)
            total = loss(image)
        return total, tape.gradient(total, image)

    compiled: Any = value_and_gradient
    if mode != "eager":
        compiled = tf.function(value_and_gradient, jit_compile=mode == "xla")

    def evaluate(image: np.ndarray) -> tuple[float, np.ndarray]:
        total, gradient = compiled(tf.constant(image))
        return float(total), gradient.numpy()

    return evaluate


def torch_evaluate(problem: Problem, *, channels_last: bool) -> Evaluate:
    """Return value-and-gradient in eager PyTorch on the CPU: the twin's."""
    import torch
    from torch_twin import Twin

    layout = torch.channels_last if channels_last else torch.contiguous_format
    return Twin(problem, layout=layout).evaluate


def tutorial_recipe(
    problem: Problem, steps: int, scale: float = 1.0
) -> tuple[float, float, np.ndarray]:
    """Run the TensorFlow tutorial's recipe: Adam(0.02, 0.99, ε 0.1), clip, compiled step.

    Parameters
    ----------
    problem : Problem
        Any; the tutorial's own is made with ``convention="tensorflow"``.
    steps : int
        The tutorial takes 10 × 100.
    scale : float
        Multiplies the loss that Adam sees. Adam does not mind, but for its ε: a loss of order 1
        needs a scale for ε to be as small beside its gradient as under the tutorial's own.

    Returns
    -------
    seconds, total, image
        Time of all steps without compilation, the loss after them, and the picture.
    """
    import keras

    loss = tensorflow_loss(problem)
    image = tf.Variable(problem.content_image)
    adam = keras.optimizers.Adam(learning_rate=0.02, beta_1=0.99, epsilon=1e-1)
    adam.build([image])

    @tf.function
    def train_step() -> None:
        with tf.GradientTape() as tape:
            total = scale * loss(image)
        adam.apply_gradients([(tape.gradient(total, image), image)])
        image.assign(tf.clip_by_value(image, 0.0, 1.0))

    train_step()  # compiles; counted as the first step
    start = time.perf_counter()
    for _ in range(steps - 1):
        train_step()
    seconds = (time.perf_counter() - start) * steps / max(1, steps - 1)
    return seconds, float(loss(image)), image.numpy()


def torch_recipe(problem: Problem, goal: float, limit: int) -> tuple[float, int]:
    """Run PyTorch's L-BFGS, as its tutorial does, until the loss is at most `goal`.

    Parameters
    ----------
    problem : Problem
        Any problem.
    goal : float
        Loss to reach.
    limit : int
        Evaluations after which to give up.

    Returns
    -------
    seconds, evaluations
        Until `goal` was first met; infinity where it was not.
    """
    import torch

    evaluate = torch_evaluate(problem, channels_last=True)
    picture = torch.tensor(problem.content_image).requires_grad_(True)
    optimizer = torch.optim.LBFGS([picture])
    seen = {"count": 0, "seconds": float("inf")}
    start = time.perf_counter()

    def closure() -> float:
        with torch.no_grad():
            picture.clamp_(0, 1)
        total, gradient = evaluate(picture.detach().numpy())
        picture.grad = torch.tensor(np.ascontiguousarray(gradient))
        seen["count"] += 1
        if total <= goal and seen["seconds"] == float("inf"):
            seen["seconds"] = time.perf_counter() - start
        return total

    while seen["count"] < limit and seen["seconds"] == float("inf"):
        optimizer.step(closure)
    return float(seen["seconds"]), int(seen["count"])
