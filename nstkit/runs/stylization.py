"""One call from two pictures to a painting."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import partial
from typing import Any

from nstkit.backbones import Backbone
from nstkit.images import check_image
from nstkit.losses import Convention
from nstkit.runs.coarse_to_fine import coarse_start
from nstkit.runs.run import Run, Step
from nstkit.samples import open_image
from nstkit.transfer import Problem


def stylize(
    content: Any,
    style: Any,
    *,
    size: int = 256,
    steps: int = 60,
    optimizer: str = "lbfgs",
    content_weight: float | None = None,
    style_weight: float | None = None,
    tv_weight: float | None = None,
    content_layers: Iterable[str] | None = None,
    style_layers: Iterable[str] | None = None,
    convention: str | Convention = "relative",
    backbone: Backbone | None = None,
    init: Any = "content",
    seed: int = 0,
    coarse_to_fine: bool = False,
    progress: bool = True,
) -> Step:
    """Paint one picture in the style of another.

    Parameters
    ----------
    content, style : str, path-like, bytes, file object, upload or array_like
        A sample's name, anything that `load_image` opens, or a picture of shape
        (1, height, width, 3), float, in [0, 1].
    size : int
        Longest side in pixels to which both are brought; arrays keep theirs.
    steps : int
        Steps of the optimiser.
    optimizer : {"lbfgs", "adam"}
        How.
    content_weight, style_weight, tv_weight : float, optional
        α, β and the weight of total variation; by default the convention's.
    content_layers, style_layers : iterable of str, optional
        Layers to compare; by default the convention's.
    convention : str or Convention
        Constants of the losses.
    backbone : Backbone, optional
        The network; by default whichever `load_backbone` chooses.
    init : {"content", "style", "noise"} or array_like
        The picture to start from.
    seed : int
        Seed of the noise.
    coarse_to_fine : bool
        Whether to paint smaller sizes first; see `nstkit.runs.coarse_to_fine`.
    progress : bool
        Whether to show a bar.

    Returns
    -------
    Step
        The last step, with the picture in `image`. An interrupt (the stop button) ends the run
        early and keeps its picture.

    Raises
    ------
    ImageError, SettingsError, WeightsError
        If something given is not accepted.
    DivergedError
        If the loss becomes NaN or infinite.
    """
    problem = Problem(
        _picture(content, size),
        _picture(style, size),
        backbone=backbone,
        content_layers=content_layers,
        style_layers=style_layers,
        convention=convention,
    )
    given = {"content": content_weight, "style": style_weight, "tv": tv_weight}
    weights = problem.weights.replace(**{k: v for k, v in given.items() if v is not None})
    how: dict[str, Any] = {"optimizer": optimizer, "seed": seed, "weights": weights}
    ready = True
    if coarse_to_fine:
        bar = partial(drive, progress=progress)
        init, ready = coarse_start(problem, init=init, drive=bar, **how)
    run = Run(problem, steps=steps, init=init, **how)
    return drive(run, progress=progress) if ready else run.last


def drive(run: Run, on_step: Callable[[Step], Any] | None = None, *, progress: bool = True) -> Step:
    """Run to the end with a progress bar; an interrupt (Ctrl-C, the stop button) ends it early.

    Parameters
    ----------
    run : Run
        The run.
    on_step : callable, optional
        Called with every step.
    progress : bool
        Whether to show a bar with the loss and the time left.

    Returns
    -------
    Step
        The last good step.
    """
    from tqdm.auto import tqdm

    with tqdm(total=run.steps, initial=run.last.step, disable=not progress, unit="step") as bar:
        try:
            for step in run:
                bar.set_postfix_str(f"loss {step.total:.4g}", refresh=False)
                bar.update()
                if on_step is not None:
                    on_step(step)
        except KeyboardInterrupt:
            bar.set_description_str("stopped, picture kept")
    return run.last


def _picture(source: Any, size: int) -> Any:
    return check_image(source) if hasattr(source, "ndim") else open_image(source, size=size)
