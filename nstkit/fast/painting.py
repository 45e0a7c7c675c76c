"""One call from pictures and styles to paintings, in one pass each."""

from __future__ import annotations

import functools
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from nstkit.errors import ImageError, SettingsError, check_number
from nstkit.fast.numbers import StyleNumbers, mix
from nstkit.fast.painter import Painter, open_picture

FILE = Path(__file__).parents[1] / "weights" / "fast.npz"
"""The weights that ship."""


@functools.cache
def load_painter() -> Painter:
    """Return the painter that ships, read once.

    Returns
    -------
    Painter
        It.

    Raises
    ------
    WeightsError
        If its file is missing or damaged.
    """
    return Painter.read(FILE)


def paint(
    content: Any,
    style: Any,
    *,
    weights: Iterable[float] | None = None,
    strength: float = 1.0,
    preserve_colour: bool = False,
    size: int | None = None,
    crop: bool = False,
    painter: Painter | None = None,
) -> Any:
    """Paint pictures in one pass of a network, without optimisation.

    Parameters
    ----------
    content : picture, or list of pictures
        Each a sample's name, anything that `nstkit.load_image` opens, or an array of shape
        (1, height, width, 3), float, in [0, 1].
    style : style, list of styles, or dict from style to weight
        Each a sample's name (known by heart), a painting as `content` takes it (its numbers are
        predicted), `StyleNumbers`, or a file of them. Several are mixed.
    weights : iterable of float, optional
        How much of each style in a list; only their proportions count.
    strength : float
        From 0, the photograph as the network redraws it, to 1, the style in full.
    preserve_colour : bool
        Whether to keep the photograph's colours.
    size : int, optional
        Longest side in pixels; by default the picture's own.
    crop : bool
        Whether to cut out squares of that size.
    painter : Painter, optional
        The network; by default the one that ships.

    Returns
    -------
    numpy.ndarray or list of numpy.ndarray
        The painted picture, shape (1, height, width, 3), float32, in [0, 1]; a list for a list.

    Raises
    ------
    ImageError, SettingsError, WeightsError
        If something given is not accepted.
    """
    amount = check_number(strength, "strength", maximum=1.0)
    network = painter or load_painter()
    numbers = style_numbers(network, style, weights)
    several = isinstance(content, (list, tuple))
    if several and not content:
        raise ImageError("no picture given: give at least one")
    painted = []
    for each in content if several else [content]:
        picture = open_picture(each, size, crop=crop)
        mixture = numbers
        if amount < 1:  # the rest is the photograph's own style, which leaves it as it is
            mixture = mix([numbers, network.numbers(picture)], [amount, 1 - amount])
        image = network.paint(picture, mixture)
        if preserve_colour:
            from nstkit.classic.colour import keep_colours

            image = keep_colours(picture, image)
        painted.append(image)
    return painted if several else painted[0]


def style_numbers(painter: Painter, style: Any, weights: Iterable[float] | None) -> StyleNumbers:
    """Return the numbers of a style, or of a mixture, as `paint` takes them."""
    if isinstance(style, Mapping):
        if weights is not None:
            raise SettingsError("styles with weights, and weights: give the weights once")
        style, weights = list(style), list(style.values())
    styles = style if isinstance(style, (list, tuple)) else [style]
    shares = None if weights is None else list(weights)
    return mix([painter.numbers(each) for each in styles], shares)
