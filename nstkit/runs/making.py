"""Settings made into a problem and a run; TensorFlow is loaded then, and not before."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import numpy as np

from nstkit import losses
from nstkit.images import resize
from nstkit.losses import Use, get_convention
from nstkit.runs.picture import Picture
from nstkit.runs.start import INITS
from nstkit.runs.styles import KEPT, STYLES, regions
from nstkit.samples import open_image

if TYPE_CHECKING:
    from nstkit.backbones import Backbone
    from nstkit.runs.run import Run
    from nstkit.runs.settings import Settings
    from nstkit.transfer import Problem


def open_picture(settings: Settings, given: str | Picture) -> np.ndarray:
    """Open a picture at the size asked for; a small one is enlarged for a print."""
    image = _opened(given, settings.size, settings.crop)
    height, width = image.shape[1:3]
    scale = settings.size / max(height, width)
    as_it_is = isinstance(given, Picture) and given.as_it_is
    if settings.quality == "print" and scale > 1 and not as_it_is:
        image = resize(image, round(scale * height), round(scale * width))
    return image


def open_painting(settings: Settings, given: str | Picture, photo: np.ndarray) -> np.ndarray:
    """Open a painting at its scale, with the photograph's colours where they are matched."""
    image = open_picture(settings, given)
    if settings.style_scale != 1:
        sides = [max(16, round(side * settings.style_scale)) for side in image.shape[1:3]]
        finer = _opened(given, min(8192, max(sides)), settings.crop)
        image = resize(finer, *sides)
    if not settings.preserve_colour:
        return image
    from nstkit.classic.colour import match_covariance, match_luminance

    match = match_covariance if settings.preserve_colour == "matching" else match_luminance
    return match(image, photo)


def make_problem(settings: Settings, backbone: Backbone | None = None) -> Problem:
    """Open the pictures and make the problem.

    Parameters
    ----------
    settings : Settings
        The settings.
    backbone : Backbone, optional
        The network, where it is loaded already.

    Returns
    -------
    Problem
        The problem.
    """
    # First the pictures: a broken file is told before TensorFlow takes its seconds to load.
    photo, styles, weights = settings.picture("content"), settings.all_styles, settings.weights
    height, width = photo.shape[1:3]
    paintings = [open_painting(settings, style.picture, photo) for style in styles]
    masks = regions(styles, height, width, settings.crop)
    from nstkit.transfer import Problem

    rules = get_convention(settings.convention)
    uses = [Use(losses.CONTENT, photo, weights.content_layers, weights.content)]
    for name, painting, mask in zip(STYLES, paintings, masks, strict=False):
        of = weights.layers[name], weights.parts[name], name
        uses.append(Use(losses.STYLE, painting, *of, mask))
    uses.append(Use(losses.variation(rules.tv_kind), weight=weights.tv))
    for name, weight in settings.terms.items():
        uses.append(Use(losses.TERMS[name], paintings[0], settings.style_layers, weight))
    if settings.keep is not None:
        mask = settings.keep.at(height, width, crop=settings.crop)
        of = weights.content_layers, weights.parts[KEPT], KEPT
        uses.append(Use(losses.CONTENT, photo, *of, mask))
    backbone = backbone or settings.load_backbone()
    return Problem.of(uses, backbone=backbone, convention=rules, mix=settings.mix)


def make_run(
    settings: Settings,
    problem: Problem,
    drive: Callable[[Run], Any] | None = None,
    **instead: Any,
) -> tuple[Run, bool]:
    """Make the run over a problem, smaller sizes painted first where that is wanted.

    Parameters
    ----------
    settings : Settings
        The settings.
    problem : Problem
        What `make_problem` made.
    drive : callable, optional
        What takes the runs over smaller sizes to their ends; see `coarse_start`.
    **instead
        What to give to `Run` in place of what the settings say. With `init`, a picture to go
        on from, no smaller sizes are painted.

    Returns
    -------
    run : Run
        The run.
    ready : bool
        Whether it is to be driven; not so where a smaller size was left unfinished.
    """
    from nstkit.runs.at_once import one_pass
    from nstkit.runs.coarse_to_fine import coarse_start
    from nstkit.runs.run import Run

    how: dict[str, Any] = {"optimizer": settings.optimizer, "weights": settings.weights}
    how["seed"] = settings.seed
    if settings.learning_rate is not None:
        how["learning_rate"] = settings.learning_rate
    ready, start = True, instead.get("init")
    if start is None:
        start = settings.init if settings.init in INITS else settings.picture("init")
        if settings.init == "fast":
            start = one_pass(settings, problem.content_image)
        if settings.coarse_to_fine:
            start, ready = coarse_start(problem, init=start, drive=drive, **how)
    how |= {"steps": settings.steps, "epochs": settings.epochs}
    return Run(problem, **{**how, **instead, "init": start}), ready


def _opened(given: str | Picture, size: int, crop: bool) -> np.ndarray:
    """Open a picture at most `size` pixels long, or as a square of that size."""
    if isinstance(given, Picture):
        return given.at(size, crop)
    return open_image(given, size=size, crop=crop)
