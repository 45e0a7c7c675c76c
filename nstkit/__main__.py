"""The command line: ``python -m nstkit CONTENT STYLE -o OUT``."""

from __future__ import annotations

import argparse
import dataclasses
import re
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from nstkit import __version__
from nstkit.backbones import ARCHITECTURES, LAYERS
from nstkit.commands import WORDS
from nstkit.errors import DivergedError, NstkitError, SettingsError, check_number
from nstkit.losses import CONVENTIONS, FURTHER
from nstkit.machine import check_writable
from nstkit.runs.settings import OPTIMIZERS, QUALITIES, RATE, WHOLE, Settings
from nstkit.runs.stylization import check_resume, drive, paint


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
    words = sys.argv[1:] if arguments is None else list(arguments)
    try:
        if words and words[0] in WORDS:
            return WORDS[words[0]](words[1:])
        options = _parser().parse_args(words)
        return _list_samples() if options.list else _paint(options)
    except (NstkitError, OSError) as error:
        print(f"nstkit: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("nstkit: interrupted before there was a picture", file=sys.stderr)
        return 130


def _parser() -> argparse.ArgumentParser:
    """Return the parser; an option that is a setting has the setting's name, and no default."""
    parser = argparse.ArgumentParser(
        prog="python -m nstkit",
        description="Paint one picture in the style of another.",
        epilog="CONTENT and STYLE are files, or names of samples: see --list. Two more commands: "
        "python -m nstkit score --help, python -m nstkit sweep --help.",
    )
    add = parser.add_argument
    add("content", nargs="?", help="the picture to paint")
    add("style", nargs="?", help="the picture to take the style from")
    several = "one more style, with its weight and region (white); may be repeated"
    form: Any = {"metavar": "STYLE[:WEIGHT[:MASK]]", "type": _style, "action": "append"}
    add("--style", dest="styles", **form, help=several)
    ways = "how styles share a place: their mixed Gram matrix (default), or a sum of losses"
    add("--mix", choices=["gram", "sum"], help=ways)
    add("--keep", metavar="FILE", help="a mask of what shall stay as it is, such as a face")
    kept = f"how much larger α is there (default {Settings.keep_weight:g})"
    add("--keep-weight", type=float, help=kept)
    strokes = f"size of the style pictures relative to SIZE (default {Settings.style_scale:g})"
    add("--style-scale", type=float, help=strokes)
    add("-o", "--output", type=Path, default=Path("out.png"), help="default: %(default)s")
    once = "paint in one pass of a network; CONTENT may be a folder, and OUTPUT one too"
    add("--fast", action="store_true", help=once)
    add("--strength", type=float, default=1.0, help="with --fast: 0 the photograph, 1 the style")
    add("--list", action="store_true", help="list the samples and end")
    sizes = ", ".join(f"{name} {entry['size']} pixels" for name, entry in QUALITIES.items())
    chosen = f"how large and how long: {sizes} (default {Settings.quality})"
    add("--quality", choices=list(QUALITIES), help=chosen)
    add("--size", type=int, help="longest side in pixels; default: the quality's")
    add("--crop", action="store_true", default=None, help="cut both pictures to squares")
    add("--steps", type=int, help="default: the quality's")
    add("--epochs", type=int, help=f"epochs of STEPS each (default {Settings.epochs})")
    add("--optimizer", choices=list(OPTIMIZERS), help=f"default: {Settings.optimizer}")
    add("--learning-rate", type=float, help=f"for adam; default {RATE}")
    add("--convention", choices=list(CONVENTIONS), help=f"default: {Settings.convention}")
    add("--content-weight", "--alpha", type=float, help="α; default: the convention's")
    add("--style-weight", "--beta", type=float, help="β; default: the convention's")
    total = "weight of total variation; default: the convention's"
    add("--tv-weight", "--tv", type=float, help=total)
    layers = f"some of {LAYERS[0]} … {LAYERS[-1]}, or LAYER=WEIGHT; default: the convention's"
    add("--content-layers", nargs="+", metavar="LAYER", type=_weight, help=layers)
    add("--style-layers", nargs="+", metavar="LAYER", type=_weight, help=layers)
    terms = f"further terms of the loss: {', '.join(FURTHER)}"
    add("--terms", nargs="+", metavar="TERM=WEIGHT", type=_weight, help=terms)
    add("--backbone", choices=list(ARCHITECTURES), help="default: vgg19 if its weights are here")
    add("--weights-file", "--weights", type=Path, help="file with VGG-19's weights")
    download = "allow the 80 MB download of VGG-19's weights"
    add("--download", action="store_true", default=None, help=download)
    add("--pooling", choices=["max", "average"], help=f"default: {Settings.pooling}")
    add("--init", help=f"content, style, noise, or a picture (default {Settings.init})")
    add("--seed", type=int, help=f"of the noise (default {Settings.seed})")
    coarse = "paint smaller sizes first; worth it from noise; the default of --quality print"
    add("--coarse-to-fine", action=argparse.BooleanOptionalAction, help=coarse)
    colour = "keep the photograph's colours: put back at the end, or matched in the style before"
    two: Any = {"nargs": "?", "const": "luminance", "choices": ["luminance", "matching"]}
    add("--preserve-colour", **two, help=f"{colour} (default luminance)")
    add("--checkpoint", type=Path, help="file to store the run in, for --resume")
    add("--resume", type=Path, help="checkpoint to go on from")
    add("--quiet", action="store_true", help="no progress bar")
    add("--version", action="version", version=f"nstkit {__version__}")
    return parser


def _weight(word: str) -> tuple[str, float]:
    """Return a name and its weight, from NAME or NAME=WEIGHT."""
    name, _, weight = word.partition("=")
    return name, float(weight or 1)


def _style(word: str) -> tuple[Any, ...]:
    """Return a picture, its weight and its mask, from STYLE, STYLE:WEIGHT or STYLE:WEIGHT:MASK."""
    found = re.fullmatch(r"(.+?)(?::([\d.]+)(?::(.+))?)?", word)
    name, weight, mask = found.groups() if found else (word, None, None)
    return name, float(weight or 1), mask


def _paint(options: argparse.Namespace) -> int:
    if options.fast:
        return _paint_at_once(options)
    if options.styles and options.style is None:
        (options.style, options.style_share, options.style_mask), *options.styles = options.styles
    if options.content is None or options.style is None:
        raise SettingsError("give a content and a style picture, or --list to see the samples")
    names = {entry.name for entry in dataclasses.fields(Settings)}
    given = {
        name: dict(value) if isinstance(value, list) and name != "styles" else value
        for name, value in vars(options).items()
        if name in names and value is not None
    }
    given.setdefault("backbone", None)
    _check(options, given)
    failed: list[DivergedError] = []

    def go(run: Any, checkpoint: Path | None = None) -> None:
        """Drive a run; one that fails is left at its last good picture."""
        try:
            drive(run, progress=not options.quiet, checkpoint=checkpoint)
        except DivergedError as error:
            print(f"nstkit: {error}", file=sys.stderr)
            failed.append(error)

    files = {"checkpoint": options.checkpoint, "resume": options.resume}
    run, settings = paint(given, drive=go, announce=not options.quiet, **files)
    _store(run, settings, options)
    return 1 if failed else 0


def _paint_at_once(options: argparse.Namespace) -> int:
    """Paint one picture, or those of a folder, in one pass each."""
    from nstkit.fast import load_painter, mix, paint, paint_folder
    from nstkit.images import check_format, save_image

    styles = [(options.style, 1.0, None)] if options.style is not None else []
    styles += options.styles or []
    if options.content is None or not styles:
        raise SettingsError("give a content picture or a folder of them, and a style")
    if any(mask is not None for _, _, mask in styles):
        raise SettingsError("--fast paints without regions: leave the mask out of --style")
    if options.preserve_colour == "matching":
        raise SettingsError("--fast keeps colours by luminance only: leave 'matching' out")
    painter = load_painter()
    style = mix([painter.numbers(name) for name, _, _ in styles], [w for _, w, _ in styles])
    settings = {"size": options.size, "crop": bool(options.crop), "strength": options.strength}

    def painted(path: Any) -> Any:
        return paint(path, style, preserve_colour=bool(options.preserve_colour), **settings)

    if not Path(options.content).is_dir():
        check_format(options.output.suffix)
        check_writable(options.output)
        image = painted(options.content)
        path = save_image(image, options.output)
        print(f"{path.resolve()}: {image.shape[2]}×{image.shape[1]} pixels, in one pass")
        return 0
    if options.output.suffix:
        raise SettingsError(f"{options.content} is a folder: give a folder to write to with -o")
    written, failed = paint_folder(
        options.content, options.output, painted, progress=not options.quiet
    )
    for path, error in failed.items():
        print(f"nstkit: {path.name} is not painted: {error}", file=sys.stderr)
    print(f"{options.output.resolve()}: {len(written)} pictures, {len(failed)} not painted")
    return 1 if failed else 0


def _check(options: argparse.Namespace, given: dict[str, Any]) -> None:
    """Raise, before any computation, for what would fail after it."""
    from nstkit.images import check_format

    check_format(options.output.suffix)
    check_writable(options.output)
    if options.checkpoint is not None:
        check_writable(options.checkpoint)
    for name, (least, most) in WHOLE.items():
        if name in given:
            check_number(given[name], _option(name), minimum=least, maximum=most, whole=True)
    if options.resume is not None:
        check_resume(given, spell=_option)


def _option(name: str) -> str:
    return f"--{name.replace('_', '-')}"


def _store(run: Any, settings: Settings, options: argparse.Namespace) -> None:
    """Write the picture, and the checkpoint where one is wanted, and say what was measured."""
    from nstkit.images import save_image

    path = save_image(settings.finish(run.problem.content_image, run.image), options.output)
    if options.checkpoint is not None:
        run.save(options.checkpoint)
    step = run.last
    height, width = run.image.shape[1:3]
    print(f"{path.resolve()}: {width}×{height} pixels, {run.problem.backbone.name}")
    print(
        f"step {step.step} of {step.steps} in {step.seconds:.1f} s ({step.evaluations} "
        f"evaluations); loss {step.total:.4g} = content {step.content:.4g} + style "
        f"{step.style:.4g} + total variation {step.tv:.4g}, convention {settings.convention!r}"
    )
    if not run.finished and options.checkpoint is not None:
        print(f"go on with --resume {options.checkpoint}")


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
