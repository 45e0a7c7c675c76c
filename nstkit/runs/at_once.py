"""What a network makes of the settings in one pass: a picture at once, and a start picture."""

from __future__ import annotations

import functools
import math
from collections.abc import Callable

import numpy as np

from nstkit.fast import StyleNumbers, load_painter, mix
from nstkit.losses import get_convention
from nstkit.runs.making import open_painting
from nstkit.runs.picture import Picture, title
from nstkit.runs.settings import Settings
from nstkit.runs.styles import regions, shares

POWERS = 3
"""Powers of ten that β/α lies below the convention's where nothing is left of the style."""


def style_numbers(given: str | Picture) -> StyleNumbers:
    """Return the numbers of a painting as settings name it."""
    return load_painter().numbers(given.image if isinstance(given, Picture) else given)


def remembering() -> Callable[[str | Picture], StyleNumbers]:
    """Return `style_numbers` with a memory for the last few pictures."""
    return functools.lru_cache(maxsize=8)(style_numbers)


def strength(settings: Settings, share: float) -> float:
    """Return how much of a style one pass gives, from 0 to 1: all at the convention's β/α.

    Examples
    --------
    >>> strength(Settings(), 1.0), round(strength(Settings(style_weight=10.0), 1.0), 3)
    (1.0, 0.333)
    """
    rules = get_convention(settings.convention)
    style, content = share * settings.style_weight, settings.content_weight
    if not style or not content:
        return float(style > 0)
    ratio = style / content * rules.content_weight / rules.style_weight
    return min(1.0, max(0.0, 1 + math.log10(ratio) / POWERS))


def one_pass(
    settings: Settings,
    photo: np.ndarray,
    numbers: Callable[[str | Picture], StyleNumbers] = style_numbers,
) -> np.ndarray:
    """Paint what the settings ask for in one pass: paintings mixed, regions, less for a small β.

    Parameters
    ----------
    settings : Settings
        The settings.
    photo : numpy.ndarray
        The photograph, shape (1, height, width, 3), float32, in [0, 1].
    numbers : callable
        From a painting to its style's numbers.

    Returns
    -------
    numpy.ndarray
        Of the photograph's shape, float32, in [0, 1].

    Raises
    ------
    ImageError, SettingsError, WeightsError
        If a painting cannot be opened, or the photograph is too small or too large.
    """
    styles, painter = settings.all_styles, load_painter()
    height, width = photo.shape[1:3]
    masks, amounts = regions(styles, height, width, settings.crop), shares(styles)
    groups: dict[int, list[int]] = {}
    for index, mask in enumerate(masks):  # those that share a region are mixed in it
        groups.setdefault(id(mask), []).append(index)
    painted = photo
    for group in groups.values():
        given = [styles[index].picture for index in group]
        if settings.preserve_colour == "matching":
            given = [Picture(title(each), open_painting(settings, each, photo)) for each in given]
        share = sum(amounts[index] for index in group)
        amount = strength(settings, share)
        if not amount:
            continue
        parts = [amount * amounts[index] / share for index in group]
        if amount < 1:  # the rest is the photograph's own style
            given, parts = [*given, settings.content], [*parts, 1 - amount]
        image = painter.paint(photo, mix([numbers(each) for each in given], parts))
        mask = masks[group[0]]
        painted = image if mask is None else painted + mask[..., None] * (image - photo)
    return np.clip(painted, 0, 1)
