"""Say in a few characters what changed between two settings."""

from __future__ import annotations

from nstkit.session.settings import Settings, title

NAMES = {
    "content": "content picture",
    "style": "style picture",
    "size": "size",
    "crop": "square",
    "backbone": "network",
    "optimizer": "optimiser",
    "learning_rate": "learning rate",
    "content_weight": "α",
    "style_weight": "β",
    "tv_weight": "TV",
    "content_layer": "content layer",
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
        if old != new:
            found.append((name, _text(old), _text(new)))
    layers = [
        *before.style_layers,
        *(k for k in after.style_layers if k not in before.style_layers),
    ]
    for layer in layers:
        old, new = before.style_layers.get(layer, 0.0), after.style_layers.get(layer, 0.0)
        if old != new:
            found.append(
                (f"style {layer}", _text(old) if old else "off", _text(new) if new else "off")
            )
    return found


def _text(value: object) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float):
        return f"{value:.4g}" if 1e-3 <= abs(value) < 1e5 or not value else f"{value:.1e}"
    return str(value) if isinstance(value, int) else title(value)  # type: ignore[arg-type]
