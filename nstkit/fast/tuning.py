"""A style's numbers tuned to its painting: gradient descent on them alone, the network fixed."""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np

from nstkit.errors import SettingsError, check_number
from nstkit.fast.numbers import StyleNumbers
from nstkit.fast.painter import STYLE_SIZE, Painter, open_picture
from nstkit.fast.painting import load_painter
from nstkit.machine.tensorflow import tf
from nstkit.optimizers import Adam
from nstkit.transfer import Problem

CONTENTS = ("chelsea", "coffee", "hopper", "rocket")
"""Samples that a style is tuned on, unless others are given."""

SIZE = 160
"""Their longest side in pixels."""

STEPS, RATE = 25, 0.1
"""Steps, and Adam's learning rate: how far a number goes in one of them."""


@dataclass(frozen=True)
class _Evaluation:
    """What an optimiser asks for: the loss of some numbers, and its gradient."""

    total: float
    gradient: np.ndarray


def tune(
    style: Any,
    *,
    contents: Iterable[Any] = CONTENTS,
    steps: int = STEPS,
    learning_rate: float = RATE,
    progress: bool = True,
    painter: Painter | None = None,
) -> StyleNumbers:
    """Tune a style's numbers to a painting that the predictor does not do justice to.

    Starts from the predictor's answer, paints one of the photographs at each step, and follows
    the gradient of the kit's own loss (convention "relative", its weights) back through the
    network to the numbers. An interrupt (the stop button) ends it early and keeps what there is.

    Parameters
    ----------
    style : str, path-like or array_like
        The painting, as `nstkit.paint` takes it.
    contents : iterable of pictures
        Photographs to paint meanwhile, as `nstkit.paint` takes them.
    steps : int
        Number of steps, some 0.1 to 0.2 s each on a laptop.
    learning_rate : float
        How far a number goes in one step.
    progress : bool
        Whether to show a bar.
    painter : Painter, optional
        The network; by default the one that ships.

    Returns
    -------
    StyleNumbers
        The tuned numbers; `StyleNumbers.save` keeps them in a file of a few kB.

    Raises
    ------
    ImageError, SettingsError
        If something given is not accepted.
    """
    from tqdm.auto import tqdm

    count = int(check_number(steps, "steps", minimum=1, whole=True))
    adam = Adam(learning_rate=learning_rate, bounds=None)
    network = painter or load_painter()
    if isinstance(style, StyleNumbers):
        raise SettingsError(f"{style.name!r} is given as numbers: tuning needs the painting itself")
    start = network.numbers(style)
    painting = open_picture(style, STYLE_SIZE)
    pictures = [open_picture(each, SIZE) for each in contents]
    if not pictures:
        raise SettingsError("no photograph to tune on: give at least one, or leave contents out")
    problems = [Problem(picture, painting, backbone=network.backbone) for picture in pictures]
    values, means = start.values, np.zeros_like(start.values)
    turns = _Turns(network, itertools.cycle(problems))
    with tqdm(total=count, disable=not progress, unit="step", desc=f"tuning {start.name}") as bar:
        try:
            current = turns(values)
            for step in range(1, count + 1):
                new, following = adam.step(values, current, turns)
                if not math.isfinite(following.total):
                    raise SettingsError(
                        f"tuning ran away at step {step}: give a smaller learning_rate than "
                        f"{learning_rate:g}"
                    )
                values, current = new, following
                # The mean over the last steps: a gradient of one photograph is a rough one.
                share = 1 / min(step, max(1, count // 5))
                means += share * (values - means)
                bar.set_postfix_str(f"loss {current.total:.4g}", refresh=False)
                bar.update()
        except KeyboardInterrupt:
            bar.set_description_str("stopped, numbers kept")
    return StyleNumbers(f"{start.name}, tuned", means if means.any() else values, network.mark)


class _Turns:
    """The loss of numbers on one photograph after the other.

    Parameters
    ----------
    painter : Painter
        The network.
    problems : iterator of Problem
        The photographs with the painting, each in its turn.
    """

    def __init__(self, painter: Painter, problems: Iterator[Problem]):
        self.painter, self.problems = painter, problems

    def __call__(self, values: np.ndarray) -> _Evaluation:
        """Return loss and gradient, shape (count,), of numbers of that shape."""
        problem, numbers = next(self.problems), tf.constant(values[None])
        with tf.GradientTape() as tape:
            tape.watch(numbers)
            painted = self.painter.apply(problem.content_image, numbers)
        found = problem.evaluate(painted.numpy())
        gradient = tape.gradient(painted, numbers, output_gradients=tf.constant(found.gradient))
        return _Evaluation(found.total, gradient.numpy()[0])
