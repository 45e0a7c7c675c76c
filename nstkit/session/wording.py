"""Say in a few characters how large a number is, and what changed between two settings."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

from nstkit.losses import TERMS, VARIATION, term_of
from nstkit.runs import MOST, Settings, title

NAMES = {
    "content": "content picture",
    "style": "style picture",
    "size": "size",
    "crop": "square",
    "preserve_colour": "photograph's colours",
    "style_share": "style 1",
    "style_mask": "region of style 1",
    "mix": "mixed by",
    "style_scale": "stroke size",
    "keep": "region kept",
    "keep_weight": "α there",
    "backbone": "network",
    "pooling": "pooling",
    "convention": "convention",
    "optimizer": "optimiser",
    "learning_rate": "learning rate",
    "content_weight": "α",
    "style_weight": "β",
    "tv_weight": "TV",
    "content_layers": "content layer",
}
"""What to call the settings that show in a picture from the next step on."""


def short(value: float, digits: int = 3) -> str:
    """Write a number in few characters, powers of ten with raised digits.

    Examples
    --------
    >>> short(0.0), short(12.345), short(1234.5), short(-123456.0), short(1e-5)
    ('0', '12.3', '1230', '-1.2·10⁵', '10⁻⁵')
    """
    if not math.isfinite(value):
        return "–"
    if value == 0 or 0.01 <= abs(value) < 100_000:
        return f"{float(f'{value:.{digits}g}'):.6g}"
    factor, power = f"{value:.{digits - 2}e}".split("e")
    raised = str(int(power)).translate(str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹"))
    return f"10{raised}" if float(factor) == 1 else f"{float(factor):g}·10{raised}"


def short_name(part: str) -> str:
    """Name a part of the loss, or a layer, in few characters.

    Examples
    --------
    >>> short_name("content block4_conv2"), short_name("total variation")
    ('content 4_2', 'TV')
    """
    if term_of(part) is VARIATION:
        return VARIATION.symbol
    return part.replace("block", "").replace("_conv", "_")


def changes_in_words(before: Settings, after: Settings) -> list[tuple[str, str, str]]:
    """Return (what, value before, value after) for everything that changed.

    Examples
    --------
    >>> changes_in_words(Settings(), Settings(style_weight=316.0))
    [('β', '1000', '316')]
    """
    found = []
    for field, name in NAMES.items():
        old, new = getattr(before, field), getattr(after, field)
        if old != new and None not in (old, new):  # a rate that only one optimiser has
            found.append((name, in_words(old), in_words(new)))
    layers = {f"style {layer}": layer for layer in (*before.style_layers, *after.style_layers)}
    for name, layer in layers.items():
        found += _switched(name, before.style_layers.get(layer), after.style_layers.get(layer))
    for number in range(max(len(before.styles), len(after.styles))):
        old, new = ((*of.styles, *[None] * MOST)[number] for of in (before, after))
        for what in ("picture", "weight", "mask", "layers"):
            was, now = (in_words(getattr(style, what, None)) for style in (old, new))
            if was != now:
                found.append((f"style {number + 2} {what}", was, now))
    for name in TERMS:
        found += _switched(TERMS[name].title, before.terms.get(name), after.terms.get(name))
    return found


def in_words(value: Any) -> str:
    """Say in few characters what a setting's value is.

    Examples
    --------
    >>> in_words(316.2278), in_words(True), in_words({"block1_conv1": 2.0, "block2_conv1": 1.0})
    ('316.2', 'yes', '1_1: 2, 2_1')
    """
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float):
        return short(value, 4)
    if isinstance(value, Mapping):
        on = {short_name(name): weight for name, weight in value.items() if weight}
        said = [name if weight == 1 else f"{name}: {short(weight)}" for name, weight in on.items()]
        return ", ".join(said) or "none"
    return "none" if value is None else getattr(value, "name", None) or title(value)


def _switched(name: str, old: float | None, new: float | None) -> list[tuple[str, str, str]]:
    """Return a change of a weight that is off at 0, nothing where it stayed."""
    old, new = old or 0.0, new or 0.0
    before, after = (in_words(weight) if weight else "off" for weight in (old, new))
    return [(name, before, after)] if old != new else []
