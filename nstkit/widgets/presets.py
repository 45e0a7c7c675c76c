"""Presets and named looks of the studio: settings that go well together."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from nstkit.images import Mask
from nstkit.losses import FIRST_OF_EACH_BLOCK
from nstkit.runs import Style
from nstkit.session import Session, Settings

HINTS = {
    "block1_conv1": "colours, grain",
    "block2_conv1": "dabs, hatching",
    "block3_conv1": "strokes",
    "block4_conv1": "swirls",
    "block5_conv1": "large shapes",
    "moments": "mean, spread",
    "histogram": "all values",
}
"""What each style layer adds, and what each further term compares, in a word or two."""


def layers(*weights: float) -> dict[str, float]:
    """Return weights for the five style layers."""
    return dict(zip(FIRST_OF_EACH_BLOCK, weights, strict=True))


def look(
    style: float, style_layers: dict[str, float] | None = None, tv: float = 0.0
) -> dict[str, Any]:
    """Return the settings of a look."""
    return {
        "content_weight": 1.0,
        "style_weight": float(style),
        "tv_weight": float(tv),
        "style_layers": style_layers or layers(1, 1, 1, 1, 1),
        "terms": {},
    }


LOOKS: dict[str, dict[str, Any]] = {
    "balanced": look(1000),
    "a hint of paint": look(10),
    "all style": look(100_000),
    "colours and grain": look(1000, layers(1, 1, 0, 0, 0)),
    "large motifs": look(1000, layers(0, 0, 0.3, 1, 1)),
    "smooth": look(1000, tv=50),
}
"""Looks by name: weights that give a picture its character."""


def preview(session: Session) -> Settings:
    """Return settings for a picture in about five seconds on this machine."""
    return _within(session, 5, size=160, least=15)


def minute(session: Session) -> Settings:
    """Return settings for a larger picture in about a minute on this machine."""
    return _within(session, 60, size=320, least=40)


def paper(session: Session) -> Settings:
    """Return the recipe of the term paper: 400×400, Adam, 10 epochs of 100 steps."""
    return session.settings.replace(
        size=400,
        crop=True,
        optimizer="adam",
        learning_rate=0.02,
        steps=1000,
        init="content",
        pooling="max",
        content_layers="block5_conv2",
        style_layers=layers(1, 1, 1, 1, 1),
    )


def _other(session: Session, **of: Any) -> Settings:
    """Return settings with a second painting."""
    name = "stained_glass" if session.settings.style != "stained_glass" else "night_sky"
    return session.settings.replace(styles=[Style(name, **of)], style_share=1.0, style_mask=None)


def two_regions(session: Session) -> Settings:
    """Return settings for one painting above and another one below, softly."""
    height, width = session.engine.problem.shape[1:3]
    below = np.clip(np.linspace(-3, 4, height), 0, 1)[:, None] * np.ones(width)
    return _other(session, mask=Mask(below, "below"))


FURTHER_PRESETS: dict[str, Callable[[Session], Settings]] = {
    "Two styles": _other,
    "Two regions": two_regions,
    "Large strokes": lambda session: session.settings.replace(style_scale=2.0),
    "Own colours": lambda session: session.settings.replace(preserve_colour=True),
}
"""Those that are shown with the controls for several styles."""

PRESETS: dict[str, Callable[[Session], Settings]] = {
    "5-second preview": preview,
    "One minute": minute,
    "Paper recipe": paper,
}
"""Presets by name."""


def _within(session: Session, seconds: float, *, size: int, least: int) -> Settings:
    wanted = session.settings.replace(size=size, crop=False, optimizer="lbfgs", init="content")
    wanted = wanted.replace(pooling=Settings.pooling)
    steps = round(seconds / session.estimate(wanted).step_seconds)
    return wanted.replace(steps=min(500, max(least, steps)))
