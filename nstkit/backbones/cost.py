"""How long a run takes and how much memory, before it starts."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from nstkit.backbones.architecture import channels_of, positions
from nstkit.errors import SettingsError
from nstkit.machine import free_memory, give_back_memory

TYPICAL_SPEED = 80e9
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
        A name such as "vgg19".
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
    channels = channels_of(backbone)
    seconds = operations(channels, layers, height, width) / (speed or TYPICAL_SPEED)
    megabytes = memory(channels, layers, height, width) / 1e6
    return Estimate(seconds, seconds * steps, megabytes, speed is not None)


def duration(seconds: float) -> str:
    """Return a time in words.

    Examples
    --------
    >>> duration(4.2), duration(75), duration(4000)
    ('4 s', '1 min 15 s', '1 h 6 min')
    """
    whole = round(seconds)
    if whole < 60:
        return f"{whole} s"
    if whole < 3600:
        return f"{whole // 60} min {whole % 60} s"
    return f"{whole // 3600} h {whole % 3600 // 60} min"


FEATURE_COPIES = 2.2
"""How many times all features an evaluation holds at its peak: their gradients come beside them
(measured by ``benchmarks/run.py memory``)."""

PICTURE_COPIES = 64
"""Pictures that a run holds: L-BFGS remembers thirty steps and what they did to the gradient."""

FORWARD_COPIES = 0.7, 3
"""The same two numbers for a picture that only passes through the network, such as the style."""

SPARE = 0.9
"""Part of the free memory that a run may take."""


def memory(
    channels: Mapping[str, int],
    layers: Iterable[str],
    height: int,
    width: int,
    *,
    painted: bool = True,
) -> float:
    """Return the bytes that a run takes on top of TensorFlow and the network's weights.

    Parameters
    ----------
    channels : mapping of str to int
        The network's number of channels, by layer.
    layers : iterable of str
        The layers compared.
    height, width : int
        Size of the picture in pixels.
    painted : bool
        Whether this is the picture that is painted; else it passes through the network once.

    Returns
    -------
    float
        Bytes.
    """
    copies, pictures = (FEATURE_COPIES, PICTURE_COPIES) if painted else FORWARD_COPIES
    features = activations(channels, layers, height, width)
    return 4 * (copies * features + pictures * 3 * height * width)


def check_memory(
    channels: Mapping[str, int],
    layers: Iterable[str],
    height: int,
    width: int,
    *,
    painted: bool = True,
) -> None:
    """Raise before a run that would not fit into memory.

    Parameters
    ----------
    channels, layers, height, width, painted
        As for `memory`.

    Raises
    ------
    SettingsError
        If there is too little memory; the message offers a size that fits.
    """
    needed = memory(channels, layers, height, width, painted=painted)
    if needed <= SPARE * free_memory():
        return
    give_back_memory()
    free = SPARE * free_memory()
    if needed <= free:
        return
    longest = max(height, width)
    fitting = int(longest * math.sqrt(free / needed)) // 16 * 16
    offers = [
        f"take a size of {fitting} or less" if fitting >= 16 else "free some memory first",
        "close other notebooks' kernels",
    ]
    slim = channels_of("vgg19-slim")
    if any(count > slim[layer] for layer, count in channels.items()):
        offers.append("take the slim network")
    raise SettingsError(
        f"a picture of {width}×{height} pixels takes about {needed / 1e9:.1f} GB of memory with "
        f"this network, and {free / 1e9:.1f} GB can be used: {', or '.join(offers)}"
    )


def operations(
    channels: Mapping[str, int], layers: Iterable[str], height: int, width: int
) -> float:
    """Return the multiplications and additions of one evaluation, forward and backward."""
    total, previous = 0.0, 3
    for layer in _down_to(channels, layers):
        area = math.prod(positions(layer, height, width))
        total += 2 * 9 * previous * channels[layer] * area
        previous = channels[layer]
    return 2 * total


def activations(
    channels: Mapping[str, int], layers: Iterable[str], height: int, width: int
) -> float:
    """Return the number of feature values down to the deepest layer."""
    return sum(
        channels[layer] * math.prod(positions(layer, height, width))
        for layer in _down_to(channels, layers)
    )


def _down_to(channels: Mapping[str, int], layers: Iterable[str]) -> tuple[str, ...]:
    """Return the network's layers down to the deepest of those given."""
    names = tuple(channels)
    return names[: max(names.index(layer) for layer in layers) + 1]
