"""The command line: ``python -m nstkit CONTENT STYLE -o OUT``."""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from nstkit import __version__
from nstkit.backbones import ARCHITECTURES, LAYERS
from nstkit.errors import DivergedError, NstkitError, SettingsError, check_number
from nstkit.losses import CONVENTIONS, Weights, get_convention
from nstkit.machine import check_writable

DEFAULT_STEPS = {"lbfgs": 60, "adam": 200}

KEEP_EVERY = 30.0
"""Seconds between two checkpoints."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line.

    Parameters
    ----------
    arguments : sequence of str, optional
        The words after the command's name; by default those of the process.

    Returns
    -------
    int
        0 when a picture was written, 1 for a clear error, 130 when it was interrupted before
        there was one.
    """
    settings = _parser().parse_args(arguments)
    try:
        return _paint(settings)
    except (NstkitError, OSError) as error:
        print(f"nstkit: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("nstkit: interrupted before there was a picture", file=sys.stderr)
        return 130


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m nstkit",
        description="Paint one picture in the style of another.",
        epilog="CONTENT and STYLE are files, or names of samples: see --list.",
    )
    add = parser.add_argument
    add("content", nargs="?", help="the picture to paint")
    add("style", nargs="?", help="the picture to take the style from")
    add("-o", "--output", type=Path, default=Path("out.png"), help="default: %(default)s")
    add("--list", action="store_true", help="list the samples and end")
    add("--size", type=int, default=400, help="longest side in pixels (default %(default)s)")
    add("--steps", type=int, help="default: 60 for lbfgs, 200 for adam")
    add("--epochs", type=int, help="epochs of STEPS each (default 1)")
    add("--optimizer", choices=list(DEFAULT_STEPS), help="default: lbfgs")
    add("--learning-rate", type=float, help="for adam; default 0.02")
    add("--convention", choices=list(CONVENTIONS), default="relative", help="default: %(default)s")
    add("--alpha", "--content-weight", type=float, help="α; default: the convention's")
    add("--beta", "--style-weight", type=float, help="β; default: the convention's")
    add("--tv", type=float, help="weight of total variation; default: the convention's")
    layers = f"some of {LAYERS[0]} … {LAYERS[-1]}; default: the convention's"
    add("--content-layers", nargs="+", metavar="LAYER", help=layers)
    add("--style-layers", nargs="+", metavar="LAYER", help=layers)
    add("--backbone", choices=list(ARCHITECTURES), help="default: vgg19 if its weights are here")
    add("--weights", type=Path, help="file with VGG-19's weights")
    add("--download", action="store_true", help="allow the 80 MB download of VGG-19's weights")
    add("--pooling", choices=["max", "average"], default="max", help="default: %(default)s")
    add("--init", help="content, style, noise, or a picture (default content)")
    add("--seed", type=int, help="of the noise (default 0)")
    coarse = "paint smaller sizes first; worth it from noise"
    add("--coarse-to-fine", action="store_true", default=None, help=coarse)
    add("--preserve-colour", action="store_true", help="keep the photograph's colours")
    add("--checkpoint", type=Path, help="file to store the run in, for --resume")
    add("--resume", type=Path, help="checkpoint to go on from")
    add("--quiet", action="store_true", help="no progress bar")
    add("--version", action="version", version=f"nstkit {__version__}")
    return parser


def _paint(settings: argparse.Namespace) -> int:
    if settings.list:
        return _list_samples()
    if settings.content is None or settings.style is None:
        raise SettingsError("give a content and a style picture, or --list to see the samples")
    _check(settings)
    failed: list[DivergedError] = []

    def paint(run: Any, on_step: Callable[[Any], None] | None = None) -> None:
        """Drive a run; one that fails is left at its last good picture."""
        from nstkit.runs import drive

        try:
            drive(run, on_step, progress=not settings.quiet)
        except DivergedError as error:
            print(f"nstkit: {error}", file=sys.stderr)
            failed.append(error)

    run, ready = _make_run(settings, paint)
    if ready:
        paint(run, _keeper(run, settings.checkpoint))
    _store(run, settings)
    return 1 if failed else 0


def _check(settings: argparse.Namespace) -> None:
    """Raise, before any computation, for what would fail after it."""
    from nstkit.images import check_format

    check_format(settings.output.suffix)
    check_writable(settings.output)
    if settings.checkpoint is not None:
        check_writable(settings.checkpoint)
    check_number(settings.size, "--size", minimum=16, maximum=8192, whole=True)
    for option in ("steps", "epochs"):
        if getattr(settings, option) is not None:
            check_number(getattr(settings, option), f"--{option}", minimum=1, whole=True)
    _weights(settings, get_convention(settings.convention).weights)
    if settings.resume is None:
        return
    for option in ("optimizer", "learning_rate", "init", "seed", "coarse_to_fine"):
        if getattr(settings, option) is not None:
            raise SettingsError(
                f"--{option.replace('_', '-')} and --resume: a checkpoint goes on with the "
                "optimizer and the picture it holds; leave one of the two out"
            )


def _make_run(settings: argparse.Namespace, paint: Callable[[Any], None]) -> tuple[Any, bool]:
    """Open the pictures, load the network and make the run that the settings describe.

    Parameters
    ----------
    settings : argparse.Namespace
        The options.
    paint : callable
        Drives the runs over the smaller sizes, where there are any.

    Returns
    -------
    run : Run
        The run.
    ready : bool
        Whether it is to be driven; not so where the smaller sizes before it did not end well.
    """
    from nstkit.samples import open_image

    # First the pictures: a wrong name is told before TensorFlow takes its seconds to load.
    content = open_image(settings.content, size=settings.size)
    style = open_image(settings.style, size=settings.size)
    from nstkit.backbones import load_backbone
    from nstkit.runs import INITS, Run
    from nstkit.transfer import Problem

    init = settings.init or INITS[0]
    init = init if init in INITS else open_image(init, size=settings.size)
    problem = Problem(
        content,
        style,
        backbone=load_backbone(
            settings.backbone,
            weights=settings.weights,
            pooling=settings.pooling,
            download=settings.download,
        ),
        content_layers=settings.content_layers,
        style_layers=settings.style_layers,
        convention=settings.convention,
    )
    epochs = settings.epochs or 1
    if settings.resume is not None:
        run = Run.resume(settings.resume, problem, steps=settings.steps and settings.steps * epochs)
        run.weights = _weights(settings, run.weights)
        return run, True
    optimizer = settings.optimizer or "lbfgs"
    how: dict[str, Any] = {
        "optimizer": optimizer,
        "seed": settings.seed or 0,
        "weights": _weights(settings, problem.weights),
    }
    if settings.learning_rate is not None:
        how["learning_rate"] = settings.learning_rate
    ready = True
    if settings.coarse_to_fine:
        from nstkit.runs import coarse_start

        init, ready = coarse_start(problem, init=init, drive=paint, **how)
    steps = settings.steps or DEFAULT_STEPS[optimizer]
    return Run(problem, steps=steps, epochs=epochs, init=init, **how), ready


def _weights(settings: argparse.Namespace, weights: Weights) -> Weights:
    given = {"content": settings.alpha, "style": settings.beta, "tv": settings.tv}
    return weights.replace(**{key: value for key, value in given.items() if value is not None})


def _keeper(run: Any, path: Path | None) -> Callable[[Any], None]:
    """Return what stores the run every half minute, so that a power cut costs no more."""
    due = time.monotonic() + KEEP_EVERY

    def keep(step: Any) -> None:
        nonlocal due
        if path is not None and time.monotonic() >= due:
            try:
                run.save(path)
            except OSError as error:  # no reason to lose the picture
                print(f"nstkit: {error}", file=sys.stderr)
            due = time.monotonic() + KEEP_EVERY

    return keep


def _store(run: Any, settings: argparse.Namespace) -> None:
    """Write the picture, and the checkpoint where one is wanted, and say what was measured."""
    from nstkit.images import save_image

    image = run.image
    if settings.preserve_colour:
        from nstkit.classic.colour import keep_colours

        image = keep_colours(run.problem.content_image, image)
    path = save_image(image, settings.output)
    if settings.checkpoint is not None:
        run.save(settings.checkpoint)
    step = run.last
    height, width = image.shape[1:3]
    print(f"{path.resolve()}: {width}×{height} pixels, {run.problem.backbone.name}")
    print(
        f"step {step.step} of {step.steps} in {step.seconds:.1f} s ({step.evaluations} "
        f"evaluations); loss {step.total:.4g} = content {step.content:.4g} + style "
        f"{step.style:.4g} + total variation {step.tv:.4g}, convention {settings.convention!r}"
    )
    if not run.finished and settings.checkpoint is not None:
        print(f"go on with --resume {settings.checkpoint}")


def _list_samples() -> int:
    from nstkit import samples

    for name in samples.names():
        sample = samples.get(name)
        print(f"{sample.kind:8} {name:16} {sample.title}, {sample.author} ({sample.licence})")
    for painting in samples.FAMOUS.values():
        print(f"{'download':8} {painting.name:16} {painting.title}, {painting.author}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
