"""Say in a few characters what changed between two settings."""

from __future__ import annotations

from collections.abc import Mapping

from nstkit.losses import TERMS
from nstkit.runs import Settings, title

NAMES = {
    "content": "content picture",
    "style": "style picture",
    "size": "size",
    "crop": "square",
    "preserve_colour": "photograph's colours",
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


def changes_in_words(before: Settings, after: Settings) -> list[tuple[str, str, str]]:
    """Return (what, value before, value after) for everything that changed.

    Examples
    --------
    >>> changes_in_words(Settings(), Settings(style_weight=1000.0))
    [('β', '100', '1000')]
    """
    found = []
    for field, name in NAMES.items():
        old, new = getattr(before, field), getattr(after, field)
        if old != new and None not in (old, new):  # a rate that only one optimiser has
            found.append((name, _text(old), _text(new)))
    layers = {f"style {layer}": layer for layer in (*before.style_layers, *after.style_layers)}
    for name, layer in layers.items():
        found += _switched(name, before.style_layers.get(layer), after.style_layers.get(layer))
    for name in TERMS:
        found += _switched(TERMS[name].title, before.terms.get(name), after.terms.get(name))
    return found


def _switched(name: str, old: float | None, new: float | None) -> list[tuple[str, str, str]]:
    """Return a change of a weight that is off at 0, nothing where it stayed."""
    old, new = old or 0.0, new or 0.0
    before, after = (_text(weight) if weight else "off" for weight in (old, new))
    return [(name, before, after)] if old != new else []


def _text(value: object) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, Mapping):
        return ", ".join(
            name if weight == 1 else f"{name} {_text(weight)}" for name, weight in value.items()
        )
    if isinstance(value, float):
        return f"{value:.4g}" if 1e-3 <= abs(value) < 1e5 or not value else f"{value:.1e}"
    return title(value)  # type: ignore[arg-type]
