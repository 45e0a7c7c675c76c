"""Checks of the exercises in notebook 07: shares of the loss, a slider's effect, settings."""

from __future__ import annotations

from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import numpy as np

from nstkit.checks.asking import ask_again, exercise
from nstkit.checks.comparing import array_of, close, expect, numbers_of
from nstkit.checks.report import require

__all__ = ["doubled_beta", "own_colours", "style_shares"]


@exercise(
    "write a function that takes a step and returns each style layer's share of the total loss",
    right="These are the solid bars of the studio.",
)
def style_shares(function: Callable[[Any], Any]) -> None:
    """Check a function from a `Step` to each style layer's share of the total loss.

    Parameters
    ----------
    function : callable
        The learner's function; it takes a step and returns a dict from layer to share.
    """
    layers = {"block1_conv1": 3.0, "block3_conv1": 1.0}
    step = SimpleNamespace(
        step=1, total=10.0, content=5.0, style=4.0, tv=1.0, style_layers=dict(layers)
    )
    mistakes = {
        "you return the losses themselves: divide each by the total, step.total": [3, 1],
        "they add up to 1, so they are shares of the style loss: content and total variation count "
        "too; divide by step.total instead of the sum over style": [0.75, 0.25],
        "your shares are percentages: a share lies between 0 and 1, so leave out the 100": [30, 10],
        "you divide by the content loss: the total is step.total": [0.6, 0.2],
    }
    hint = "losses of 3 and 1 are the shares 0.3 and 0.1: loss of the layer / step.total"

    def shares_of(step: SimpleNamespace) -> np.ndarray:
        layers = step.style_layers
        return numbers_of(function(step), layers, "your result", given="step.style_layers")

    expect(shares_of(step), [0.3, 0.1], hint, mistakes, case="of a total of 10")
    losses = {"block2_conv1": 8.0, "block4_conv1": 4.0, "block5_conv1": 20.0}
    other = SimpleNamespace(
        step=2, total=40.0, content=8.0, style=32.0, tv=0.0, style_layers=losses
    )
    ask_again(shares_of, lambda step: [0.2, 0.1, 0.5], (other,))


@exercise(
    "write the two factors as a tuple, such as (1, 1)",
    kind="value",
    right="The losses are proportional to their weights, so a slider shows in the bars at once; "
    "only then does the picture begin to follow.",
)
def doubled_beta(factors: Any) -> None:
    """Check by which factors β·style and α·content change when β is doubled.

    Parameters
    ----------
    factors : (float, float)
        The learner's factors for the style part and the content part.
    """
    style, content = array_of(factors, "your answer", shape=(2,))
    require(
        not (close(style, 1) and close(content, 2)),
        "you have the two the wrong way round",
        "first the style part, then the content part",
    )
    require(
        close(content, 1),
        f"you say that the content part changes by a factor of {content:g}",
        "β does not occur in α·content, and the picture has not changed yet",
    )
    require(
        not close(style, 4),
        "you say that the style part becomes four times as large",
        "β is a factor, it is not squared; the squares are inside the style loss",
    )
    require(
        close(style, 2),
        f"you say that the style part changes by a factor of {style:g}",
        "the style part is β · (style loss), and the style loss of the same picture is the same",
    )


SMALL = {"size": 96, "epochs": 1, "coarse_to_fine": False, "backbone": "vgg19-slim"}
"""How settings are tried out, in a second or two, with 15 steps or the fewer they ask for."""


@exercise(
    "make settings that let strokes and forms through, and the photograph keep its colours",
    kind="value",
    right="Measured on what these settings paint: strokes have arrived, and its colours are at "
    "most a quarter as far from the photograph's as without any keeping.",
)
def own_colours(settings: Any) -> None:
    """Check by what they paint, small, that settings keep the colours of the photograph.

    The picture must have changed in its brightness (structural similarity to the photograph at
    most 0.9), still show the photograph (at least 0.3), and be at most a quarter as far from it
    in colour as the same two pictures painted plainly, with β = 300.

    Parameters
    ----------
    settings : Settings
        The learner's settings.
    """
    from nstkit import stylize
    from nstkit.classic import colour_distance
    from nstkit.quality import structural_similarity
    from nstkit.session import Settings  # loads TensorFlow: only when there is an answer

    require(
        isinstance(settings, Settings),
        f"your answer is a {type(settings).__name__}, not Settings",
        "write Settings(style_weight=300.0, ...)",
    )
    small = settings.replace(**SMALL, steps=min(settings.all_steps, 15))
    photo, painted = small.picture("content"), stylize(**vars(small), progress=False).image
    likeness = structural_similarity(painted, photo)
    require(
        likeness <= 0.9,
        f"no strokes arrive: what they paint is the photograph, nearly (structural similarity "
        f"{likeness:.2f} of 1)",
        "give β and the style layers more weight, and the painting more than a few steps",
    )
    require(
        likeness >= 0.3,
        f"of the photograph nothing is left to see (structural similarity {likeness:.2f} of 1)",
        "let the content have some weight, and start from the photograph: init='content'",
    )
    plain = Settings(small.content, small.style, crop=small.crop, style_weight=300.0, steps=15)
    without = stylize(**vars(plain.replace(**SMALL)), progress=False).image
    kept, lost = colour_distance(photo, painted), colour_distance(photo, without)
    require(
        kept <= lost / 4,
        f"the colours of what they paint are {kept:.1f} from the photograph's; without any keeping "
        f"it is {lost:.1f}, and a quarter of that is asked for",
        "layers alone do not do it: every layer knows of colours; open the studio's *styles, "
        "regions, colours*",
    )
