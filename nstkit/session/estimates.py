"""How long a run takes and how much memory, before it starts."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from nstkit.architecture import LAYERS, WIDTHS, block_of

TYPICAL_SPEED = 40e9
"""Multiplications and additions a second, for a first guess on a laptop; then it is measured."""


@dataclass(frozen=True)
class Estimate:
    """What a run will take.

    Attributes
    ----------
    step_seconds : float
        Seconds for one step.
    seconds : float
        Seconds for all of them.
    megabytes : float
        Memory for the network's features and their gradients, on top of TensorFlow itself.
    measured : bool
        Whether the speed was measured on this machine; else it is a guess.
    """

    step_seconds: float
    seconds: float
    megabytes: float
    measured: bool


def estimate(
    backbone: str,
    layers: Iterable[str],
    height: int,
    width: int,
    steps: int,
    *,
    speed: float | None = None,
) -> Estimate:
    """Estimate time and memory of a run.

    Parameters
    ----------
    backbone : str
        "vgg19" or "vgg19-slim".
    layers : iterable of str
        The layers compared; the network runs down to the deepest.
    height, width : int
        Size of the picture in pixels.
    steps : int
        Number of steps.
    speed : float, optional
        Operations a second, as `operations` counts them, that this machine has shown.

    Returns
    -------
    Estimate
        Time and memory.
    """
    seconds = operations(backbone, layers, height, width) / (speed or TYPICAL_SPEED)
    megabytes = MEMORY_FACTOR * 4e-6 * activations(backbone, layers, height, width)
    return Estimate(seconds, seconds * steps, megabytes, speed is not None)


MEMORY_FACTOR = 3.0
"""Copies of all features that one evaluation holds at its peak (measured)."""


def operations(backbone: str, layers: Iterable[str], height: int, width: int) -> float:
    """Return the multiplications and additions of one evaluation, forward and backward."""
    total, previous = 0.0, 3
    for layer in _down_to(layers):
        channels = WIDTHS[backbone][block_of(layer) - 1]
        total += 2 * 9 * previous * channels * _positions(layer, height, width)
        previous = channels
    return 2 * total


def activations(backbone: str, layers: Iterable[str], height: int, width: int) -> float:
    """Return the number of feature values down to the deepest layer."""
    return sum(
        WIDTHS[backbone][block_of(layer) - 1] * _positions(layer, height, width)
        for layer in _down_to(layers)
    )


def _positions(layer: str, height: int, width: int) -> int:
    halvings = 2 ** (block_of(layer) - 1)
    return (height // halvings) * (width // halvings)


def _down_to(layers: Iterable[str]) -> tuple[str, ...]:
    return LAYERS[: max(LAYERS.index(layer) for layer in layers) + 1]
