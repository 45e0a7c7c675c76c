"""A scoreboard: entries measured from their pictures, on fixed pairs, by one judge."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

import numpy as np

from nstkit import samples
from nstkit.backbones import Backbone, untrained_backbone
from nstkit.classic import transfer_colour, transfer_texture
from nstkit.errors import ImageError, NstkitError, SettingsError, check_number, choose
from nstkit.fast import paint
from nstkit.images import encode, fit, load_image
from nstkit.quality.evaluation import Ruler
from nstkit.quality.judge import neutral_judge
from nstkit.runs.settings import Settings
from nstkit.runs.stylization import paint_settings

KIND = "nstkit scoreboard 1"
THUMBNAIL = 176

Painter = Callable[[str, str], np.ndarray]


@dataclass(frozen=True)
class Rules:
    """What everybody paints.

    Attributes
    ----------
    text : str
        The rules in words.
    size : int
        Side of the square pictures in pixels.
    pairs : tuple of (str, str)
        Photograph and painting of each pair, names of samples.
    """

    text: str
    size: int
    pairs: tuple[tuple[str, str], ...]

    @classmethod
    def read(cls, path: str | os.PathLike[str] | None = None) -> Rules:
        """Read a file of rules; without a path those that ship, ``data/scoreboard.json``."""
        path = samples.data_folder() / "scoreboard.json" if path is None else Path(path)
        try:
            entries = json.loads(path.read_text(encoding="utf-8"))
            choose(entries["kind"], [KIND], "kind of file")
            size = check_number(entries["size"], "size", minimum=32, maximum=2048, whole=True)
            pairs = tuple((str(content), str(style)) for content, style in entries["pairs"])
            return cls(str(entries["rules"]), int(size), pairs)
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise SettingsError(f"{path} holds no rules of a scoreboard: {error}") from error

    def load(self, *names: str) -> list[np.ndarray]:
        """Open samples as everybody gets them."""
        return [samples.load(name, size=self.size, crop=True) for name in names]

    def painter(self, settings: Settings, backbone: Backbone | None = None) -> Painter:
        """Return what paints each pair by the settings."""

        def optimise(content: str, style: str) -> np.ndarray:
            wanted = settings.replace(content=content, style=style, size=self.size, crop=True)
            return paint_settings(wanted, backbone).image

        return optimise

    def own_entries(self) -> dict[str, Painter]:
        """Return the kit's own entries, the methods to beat."""
        random = untrained_backbone("vgg19-slim", seed=1)
        return {
            "nstkit: optimised": self.painter(Settings()),
            "nstkit: one pass": partial(paint, size=self.size, crop=True),
            "nstkit: random network": self.painter(Settings(), random),
            "nstkit: patches sewn": lambda *pair: transfer_texture(*self.load(*pair)).image,
            "nstkit: colours only": lambda *pair: transfer_colour(*self.load(*pair)),
        }


@dataclass(frozen=True, eq=False)
class Standing:
    """How one entry did.

    Attributes
    ----------
    name : str
        The entry's.
    values : dict of str to float
        Means over the pairs: "effectiveness", "coherence" and every measure; and "score", the
        lesser of the first two, which is 0 for both pictures themselves.
    thumbnails : dict of str to bytes
        A small JPEG for each pair.
    judge : str
        Who judged.
    fault : str
        Why it could not be scored; "" where it was.
    """

    name: str
    values: Mapping[str, float] = field(default_factory=dict)
    thumbnails: Mapping[str, bytes] = field(default_factory=dict)
    judge: str = ""
    fault: str = ""


def score(
    folder: str | os.PathLike[str] | None,
    *,
    rules: Rules | None = None,
    judge: Backbone | None = None,
    own: bool = True,
) -> Iterator[Standing]:
    """Score entries from their pictures, one after the other.

    Parameters
    ----------
    folder : path-like or None
        Holds for each entry a folder of its name with pictures such as
        ``chelsea-in-night_sky.png``, or a settings file ``<name>.json``, which is painted.
        None for the kit's own entries alone.
    rules : Rules, optional
        By default those that ship.
    judge : Backbone, optional
        Looks at all entries; by default `neutral_judge`, the same on every machine.
    own : bool
        Whether the kit's own methods are entries too.

    Yields
    ------
    Standing
        Of each entry, in the order of names.

    Raises
    ------
    SettingsError
        If there is no such folder, nothing in it, or two entries have one name.
    """
    rules, judge = rules or Rules.read(), judge or neutral_judge()
    entries = rules.own_entries() if own else {}
    for name, entry in _submitted(Path(folder), rules) if folder is not None else ():
        if name.casefold() in {known.casefold() for known in entries}:
            raise SettingsError(f"two entries have the name {name!r}: rename one of them")
        entries[name] = entry
    if not entries:
        raise SettingsError(f"{folder} holds no entry: a folder of pictures, or settings as .json")
    rulers = {pair: Ruler(*rules.load(*pair), judge=judge) for pair in rules.pairs}
    return (_stand(name, entry, rulers) for name, entry in entries.items())


def _stand(name: str, entry: Painter, rulers: Mapping[tuple[str, str], Ruler]) -> Standing:
    found, thumbnails, judge = [], {}, ""
    try:
        for pair, ruler in rulers.items():
            picture = entry(*pair)
            each, judge = ruler.measure(picture), ruler.judge
            both = {"effectiveness": each.effectiveness, "coherence": each.coherence}
            found.append({**both, **each.values})
            thumbnails[" in ".join(pair)] = encode(fit(picture, THUMBNAIL), "jpeg")
    except (NstkitError, OSError) as error:
        return Standing(name, fault=str(error))
    means = {key: float(np.mean([each[key] for each in found])) for key in found[0]}
    lesser = min(means["effectiveness"], means["coherence"])
    return Standing(name, {"score": lesser, **means}, thumbnails, judge)


def _submitted(folder: Path, rules: Rules) -> Iterator[tuple[str, Painter]]:
    """Yield what lies in a folder; pictures are opened, and settings painted, when asked for."""
    if not folder.is_dir():
        raise SettingsError(f"{folder} is no folder: give the folder with the entries in it")
    for path in sorted(folder.iterdir()):
        if path.is_dir() and not path.name.startswith("."):
            yield path.name, partial(_open, path, rules.size)
        elif path.suffix == ".json":
            yield path.stem, lambda *pair, file=path: _by_file(file, rules)(*pair)


def _open(folder: Path, size: int, content: str, style: str) -> np.ndarray:
    paths = sorted(folder.glob(f"{content}-in-{style}.*"))
    if not paths:
        raise ImageError(f"there is no picture {content}-in-{style}.png")
    height, width = (image := load_image(paths[0])).shape[1:3]
    if (height, width) != (size, size):
        raise ImageError(f"{paths[0].name} is {width}×{height} pixels: {size}×{size} are wanted")
    return image


def _by_file(path: Path, rules: Rules) -> Painter:
    return rules.painter(Settings.from_json(path.read_bytes()))
