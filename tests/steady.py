"""Pictures on which two implementations must agree, found with the twin in float64.

A loss has kinks: a unit goes on or off where its input is 0, and max pooling changes its mind
where two units are equally strong. As near to a kink as rounding reaches, two implementations may
stand on different sides of it, and their gradients then differ by what that unit adds, however
precise both are. The pictures here stay clear of every kink by several times that.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

import numpy as np
import torch

ROUNDING = 2e-6
"""How far float32 takes a unit from its value in float64, relative to its layer's size."""


def noise(seed: int, height: int = 16, width: int = 32) -> np.ndarray:
    """Return noise, far from every photograph: (1, height, width, 3), float32, in [0, 1]."""
    return np.random.default_rng(seed).random((1, height, width, 3), np.float32)


def first_steady(
    vgg: torch.nn.Sequential,
    path: Callable[[np.ndarray], Iterable[np.ndarray]] = lambda start: [start],
    clear: float = 10 * ROUNDING,
) -> np.ndarray:
    """Return the first noise from which a path of pictures stays clear of all kinks.

    Parameters
    ----------
    vgg : torch.nn.Sequential
        The network, in float64.
    path : callable
        From a start picture to all that must stay clear; by default the start picture alone.
    clear : float
        Least distance of a unit from its kink, relative to the root mean square of its layer.

    Returns
    -------
    numpy.ndarray
        Shape (1, 16, 32, 3), float32, in [0, 1].
    """
    starts = (noise(seed) for seed in range(2000))
    return next(
        start for start in starts if all(clearance(vgg, image) > clear for image in path(start))
    )


def clearance(vgg: torch.nn.Sequential, image: np.ndarray) -> float:
    """Return the distance from its kink of the unit that is nearest to one."""
    x, found = torch.tensor(image, dtype=torch.float64).permute(0, 3, 1, 2), []
    for module in vgg.children():
        if isinstance(module, torch.nn.ReLU):
            found.append(_relative(x.abs().min(), x))
        if isinstance(module, torch.nn.MaxPool2d):
            cells = torch.nn.functional.unfold(x.transpose(0, 1), 2, stride=2)
            first, second = cells.topk(2, 1).values.unbind(1)
            found.append(_relative((first - second)[first > 0].min(), x))
        x = module(x)
    return min(found)


def _relative(distance: torch.Tensor, x: torch.Tensor) -> float:
    return float(distance / x.square().mean().sqrt())
