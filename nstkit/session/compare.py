"""Compare finished pictures under one reference convention."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from nstkit.backbones import Backbone
from nstkit.images import resize
from nstkit.losses import Convention, get_convention
from nstkit.runs import Settings


@dataclass(frozen=True)
class Score:
    """What a picture scores under the reference convention.

    Attributes
    ----------
    content, style, total : float
        The weighted losses, with the reference's weights, layers and constants.
    own_pictures : bool
        True where the picture has other content or style pictures than the first of the
        comparison: its score then tells how well it solves its own problem.
    """

    content: float
    style: float
    total: float
    own_pictures: bool


def compare(
    results: Sequence[tuple[Settings, Any]],
    convention: str | Convention,
    backbone: Backbone,
) -> list[Score]:
    """Score pictures with one ruler: the same convention, layers, weights, size and network.

    Parameters
    ----------
    results : sequence of (Settings, array_like)
        For each result the settings it was made with and its picture, shape
        (1, height, width, 3), float, in [0, 1].
    convention : str or Convention
        The reference; its own layers and weights are used.
    backbone : Backbone
        The network to look with.

    Returns
    -------
    list of Score
        One for each result. All are measured at the size of the first.
    """
    rules = get_convention(convention)
    first = results[0][0]
    same: dict[str, Any] = {"size": first.size, "crop": first.crop, "backbone": None, "terms": {}}
    same |= {"styles": (), "style_mask": None, "keep": None}  # by the first painting, everywhere
    scores = []
    for settings, image in results:
        problem = settings.replace(convention=rules, **same).make_problem(backbone)
        fits = np.shape(image) == problem.shape
        found = problem.score(image if fits else resize(image, *problem.shape[1:3]), rules)
        own = (settings.content, settings.style) != (first.content, first.style)
        scores.append(Score(found.content, found.style, found.total, own))
    return scores
