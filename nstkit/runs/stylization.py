"""One call from two pictures to a painting."""

from __future__ import annotations

import dataclasses
import inspect
import os
import sys
import time
from collections.abc import Callable, Iterable, Mapping
from functools import partial
from typing import TYPE_CHECKING, Any

from nstkit.backbones import TYPICAL_SPEED, duration, operations
from nstkit.errors import SettingsError
from nstkit.images import check_image, load_image
from nstkit.runs.settings import Picture, Settings
from nstkit.runs.styles import Style

if TYPE_CHECKING:
    from nstkit.backbones import Backbone
    from nstkit.runs.run import Run
    from nstkit.runs.step import Step
    from nstkit.transfer import Problem

KEEP_EVERY = 30.0
"""Seconds between two checkpoints."""

HELD = ("optimizer", "learning_rate", "init", "seed", "coarse_to_fine")
"""Settings that a checkpoint holds itself."""


def _shows_settings(call: Callable[..., Any]) -> Callable[..., Any]:
    """Have help and editors show the settings that a function takes beside its own parameters."""
    own = inspect.signature(call)
    shown = [each for each in own.parameters.values() if each.kind is not each.VAR_KEYWORD]
    for field in dataclasses.fields(Settings):
        if field.name not in own.parameters:
            default = None if field.default is dataclasses.MISSING else field.default
            kind = inspect.Parameter.KEYWORD_ONLY
            shown.append(inspect.Parameter(field.name, kind, default=default))
    call.__signature__ = own.replace(parameters=shown)  # type: ignore[attr-defined]
    return call


@_shows_settings
def stylize(
    content: Any,
    style: Any,
    *,
    backbone: str | Backbone | None = None,
    progress: bool = True,
    checkpoint: str | os.PathLike[str] | None = None,
    resume: str | os.PathLike[str] | None = None,
    **settings: Any,
) -> Step:
    """Paint one picture in the style of another.

    Parameters
    ----------
    content, style : str, path-like, bytes, file object, upload or array_like
        A sample's name, anything that `load_image` opens, or a picture of shape
        (1, height, width, 3), float, in [0, 1]. An array keeps its size.
    backbone : str or Backbone, optional
        The network, or its name; by default whichever `load_backbone` chooses.
    progress : bool
        Whether to show a bar.
    checkpoint : path-like, optional
        File to store the run in, every half minute and at the end.
    resume : path-like, optional
        A checkpoint to go on from, with its optimiser, picture and weights.
    **settings
        How to paint: ``quality`` ("draft", "good" or "print"), ``size``, ``steps``, ``epochs``,
        ``optimizer``, ``learning_rate``,
        ``content_weight``, ``style_weight``, ``tv_weight``, ``content_layers``, ``style_layers``,
        ``terms``, ``styles``, ``style_scale``, ``keep``, ``convention``, ``init``, ``seed``,
        ``coarse_to_fine``, ``preserve_colour``, ``pooling`` and the other fields of `Settings`,
        which has their meanings and defaults.

    Returns
    -------
    Step
        The last step, with the picture in `image`. An interrupt (the stop button) ends the run
        early and keeps its picture.

    Raises
    ------
    ImageError, SettingsError, WeightsError
        If something given is not accepted.
    CheckpointError
        If `resume` is damaged or belongs to another problem.
    DivergedError
        If the loss becomes NaN or infinite.
    """
    given = {name: value for name, value in settings.items() if value is not None}
    given |= {"content": content, "style": style}
    for name in ("content", "style", "init"):
        if not isinstance(given.get(name, ""), (str, Picture)):
            given[name] = _picture(given[name], given)
    styles = [Style.of(each) for each in given.get("styles", ())]
    given["styles"] = [
        each
        if isinstance(each.picture, (str, Picture))
        else dataclasses.replace(each, picture=_picture(each.picture, given))
        for each in styles
    ]
    given["backbone"] = backbone if isinstance(backbone, str) else None
    network = None if isinstance(backbone, str) else backbone
    bar = partial(drive, progress=progress)
    files = {"checkpoint": checkpoint, "resume": resume}
    run, wanted = paint(given, backbone=network, drive=bar, announce=progress, **files)
    if checkpoint is not None:
        _keep(run, checkpoint)
    return dataclasses.replace(run.last, image=wanted.finish(run.problem.content_image, run.image))


def paint(
    given: Mapping[str, Any],
    *,
    backbone: Backbone | None = None,
    checkpoint: str | os.PathLike[str] | None = None,
    resume: str | os.PathLike[str] | None = None,
    drive: Callable[..., Any],
    announce: bool = False,
) -> tuple[Run, Settings]:
    """Make the run that the settings describe and drive it to its end.

    Parameters
    ----------
    given : mapping
        The settings that were given: fields of `Settings`.
    backbone : Backbone, optional
        The network, where it is loaded already.
    checkpoint, resume : path-like, optional
        File to store the run in every half minute, and a checkpoint to go on from.
    drive : callable
        Takes a run, and perhaps a file to store it in, like `drive`.
    announce : bool
        Whether to say on standard error, before it starts, about how long it will take.

    Returns
    -------
    run : Run
        The run; where a smaller size was left unfinished, still at its start picture.
    settings : Settings
        All settings.
    """
    settings = Settings.of(**given)
    for name in ("weights_file", "download", "pooling"):
        if backbone is not None and name in given:
            raise SettingsError(f"{name} and a Backbone: give {name} to load_backbone")
    if resume is not None:
        check_resume(given)
    problem = settings.make_problem(backbone)
    if announce:
        print(expectation(problem, settings.all_steps), file=sys.stderr)
    if resume is None:
        run, ready = settings.make_run(problem, drive)
    else:
        run, ready = _resume(resume, problem, given, settings), True
    if ready:
        drive(run, checkpoint=checkpoint)
    return run, settings


def paint_settings(settings: Settings, backbone: Backbone | None = None) -> Step:
    """Paint what the settings describe, without a word; an interrupt is not held back.

    Parameters
    ----------
    settings : Settings
        All settings.
    backbone : Backbone, optional
        The network, in place of the one that the settings name.

    Returns
    -------
    Step
        The last step, with the finished picture in `image`.

    Raises
    ------
    ImageError, WeightsError, DivergedError
        As `stylize` does.
    """
    problem = settings.make_problem(backbone)
    run, _ = settings.make_run(problem)
    for _ in run:
        pass
    return dataclasses.replace(run.last, image=settings.finish(problem.content_image, run.image))


def expectation(problem: Problem, steps: int) -> str:
    """Say how large a picture will be and about how long it will take on a laptop."""
    height, width = problem.shape[1:3]
    network = problem.backbone
    channels = {layer: network.channels(layer) for layer in network.layers}
    layers = {layer for use in problem.uses for layer in use.layers} & channels.keys()
    work = steps * operations(channels, layers, height, width) if layers else 0
    return (
        f"{width}×{height} pixels, {steps} steps on {network.name}: about "
        f"{duration(max(1, work / TYPICAL_SPEED))} on a laptop"
    )


def check_resume(given: Iterable[str], *, spell: Callable[[str], str] = str) -> None:
    """Raise a SettingsError if a setting is given that a checkpoint holds itself.

    Parameters
    ----------
    given : iterable of str
        Names of the settings that were given.
    spell : callable
        From a name to how the message shall spell it.
    """
    for name in HELD:
        if name in given:
            raise SettingsError(
                f"{spell(name)} and {spell('resume')}: a checkpoint goes on with the optimizer and "
                "the picture it holds; leave one of the two out"
            )


def drive(
    run: Run,
    on_step: Callable[[Step], Any] | None = None,
    *,
    progress: bool = True,
    checkpoint: str | os.PathLike[str] | None = None,
) -> Step:
    """Run to the end with a progress bar; an interrupt (Ctrl-C, the stop button) ends it early.

    Parameters
    ----------
    run : Run
        The run.
    on_step : callable, optional
        Called with every step.
    progress : bool
        Whether to show a bar with the loss and the time left.
    checkpoint : path-like, optional
        File to store the run in every half minute, so that a power cut costs no more.

    Returns
    -------
    Step
        The last good step.
    """
    from tqdm.auto import tqdm

    due = time.monotonic() + KEEP_EVERY
    with tqdm(total=run.steps, initial=run.last.step, disable=not progress, unit="step") as bar:
        try:
            for step in run:
                bar.set_postfix_str(f"loss {step.total:.4g}", refresh=False)
                bar.update()
                if on_step is not None:
                    on_step(step)
                if checkpoint is not None and time.monotonic() >= due:
                    _keep(run, checkpoint)
                    due = time.monotonic() + KEEP_EVERY
        except KeyboardInterrupt:
            bar.set_description_str("stopped, picture kept")
    return run.last


def _resume(
    path: str | os.PathLike[str], problem: Problem, given: Mapping[str, Any], settings: Settings
) -> Run:
    """Go on from a checkpoint, with the weights and the number of steps that were given."""
    from nstkit.runs.run import Run

    run = Run.resume(path, problem, steps=settings.all_steps if "steps" in given else None)
    fresh = settings.weights.parts  # "style 2" is the style weight's too
    changed = {name: fresh[name] for name in fresh if f"{name.split()[0]}_weight" in given}
    run.weights = run.weights.replace(**changed, **given.get("terms", {}))
    return run


def _keep(run: Run, path: str | os.PathLike[str]) -> None:
    try:
        run.save(path)
    except OSError as error:  # no reason to lose the picture
        print(f"nstkit: {error}", file=sys.stderr)


def _picture(source: Any, given: Mapping[str, Any]) -> str | Picture:
    """Return a picture as settings take it, opened at the size that they ask for."""
    if isinstance(source, os.PathLike):
        return os.fspath(source)
    if hasattr(source, "ndim"):
        return Picture("an array", check_image(source), as_it_is=True)
    names = [name for name in ("quality", "size", "crop") if name in given]
    asked = Settings.of(**{name: given[name] for name in names})
    image = load_image(source, size=asked.size, crop=asked.crop)
    return Picture("your picture", image)
