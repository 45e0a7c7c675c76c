"""Everything a painting can be asked for, checked.

`stylize`, the command line, live sessions and comparisons take these same settings. Beside this
module: settings as a file (`settings_file`), and made into a problem and a run (`making`).
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np

from nstkit import losses
from nstkit.backbones import ARCHITECTURES, LAYERS
from nstkit.errors import SettingsError, check_number, choose
from nstkit.losses import Convention, Weights, get_convention
from nstkit.runs.making import make_problem, make_run, open_picture
from nstkit.runs.picture import Picture, check_picture
from nstkit.runs.settings_file import read_settings, write_settings
from nstkit.runs.start import INITS
from nstkit.runs.styles import KEPT, STYLES, Style, as_mask, check_styles, shares

if TYPE_CHECKING:
    from nstkit.backbones import Backbone
    from nstkit.runs.run import Run
    from nstkit.transfer import Problem

QUALITIES: dict[str, dict[str, Any]] = {
    "draft": {"size": 256, "steps": {"lbfgs": 60, "adam": 200}, "coarse_to_fine": False},
    "good": {"size": 512, "steps": {"lbfgs": 120, "adam": 400}, "coarse_to_fine": False},
    "print": {"size": 1500, "steps": {"lbfgs": 80, "adam": 400}, "coarse_to_fine": True},
}
"""What each quality asks for: seconds of work, about a minute, and some ten minutes."""

OPTIMIZERS, RATE = ("lbfgs", "adam"), 0.02
"""The optimisers, and Adam's learning rate where it is not given."""

WHOLE = {"size": (16, 8192), "steps": (1, 100_000), "epochs": (1, 1000), "seed": (0, 2**32)}
"""Settings that are whole numbers, with the least and the most of each."""

OF_CONVENTION = ("content_layers", "style_layers", "content_weight", "style_weight", "tv_weight")
"""Settings that are the convention's where they are left open."""

COLOURS = (False, True, "matching")
"""Whose colours: the painting's; the photograph's, by luminance; or by matching the painting."""

OF_QUALITY = ("size", "steps", "coarse_to_fine")
"""Settings that are the quality's where they are left open."""

BROUGHT = {"convention": OF_CONVENTION, "optimizer": ("learning_rate",), "quality": OF_QUALITY}
"""Settings that another one brings along when it is changed."""

OPEN: Any = None
"""Left open, and settled when the settings are made."""


@dataclass(frozen=True)
class Settings:
    """What to paint and how; every value is checked, and what is left open settled, when made.

    Attributes
    ----------
    content, style : str or Picture
        Name of a sample or a famous painting, a file's path, or a picture of one's own.
    styles : sequence of Style
        Further paintings; each may be given as (picture, weight), or by its picture alone.
    style_share, style_mask : float, and Mask or path
        Weight and region of the first painting among them; see `Style`.
    mix : {"gram", "sum"}
        How paintings share a place: one loss against their mixed Gram matrices, or a sum of
        losses, each relative to its own painting.
    style_scale : float
        Size of the paintings relative to `size`, 0.1 to 4: that of the strokes.
    keep, keep_weight : Mask or path, and float
        A region, such as a face, that shall stay as it is: there α is so much larger.
    quality : {"draft", "good", "print"}
        How large and how long, where size, steps and coarse_to_fine are left open: 256 pixels
        and 60 steps of L-BFGS; 512 and 120; 1500 and 80, with smaller sizes painted first.
    size : int
        Longest side in pixels, 16 to 8192; by default the quality's. Smaller pictures keep their
        size, but are enlarged for a print.
    crop : bool
        Whether to cut both pictures to squares of that size.
    backbone : str or None
        Name of the network; None takes VGG-19 if its ImageNet weights are on this machine and
        the slim one if not.
    weights_file : path-like, optional
        A file with VGG-19's weights, in place of Keras's cache.
    download : bool
        Whether VGG-19's weights (80 MB) may be downloaded.
    pooling : {"max", "average"}
        Pooling between the network's blocks.
    convention : str or Convention
        Constants of the losses.
    content_layers, style_layers : dict of str to float
        Weight of each layer; 0 switches one off without any new compilation. A name, or several,
        may be given too: each counts 1. By default the convention's.
    content_weight, style_weight, tv_weight : float
        α, β and the weight of total variation; by default the convention's.
    terms : dict of str to float
        Weight of each further term, "moments" or "histogram"; it compares the generated picture
        with the style picture, on the style layers.
    optimizer : {"lbfgs", "adam"}
        How.
    learning_rate : float or None
        Adam's step size, by default 0.02; L-BFGS finds its own.
    steps, epochs : int
        Steps in an epoch, by default the quality's, and the number of epochs.
    init : str or Picture
        Start picture: "content", "style", "noise", "fast" (one pass), or one named like `content`.
    seed : int
        Seed of the noise.
    coarse_to_fine : bool
        Whether to paint smaller sizes first, by default the quality's; see
        `nstkit.runs.coarse_to_fine`.
    preserve_colour : bool or str
        True gives the finished picture the photograph's colours and keeps its own luminance, after
        the paintings were brought to the photograph's luminance; "matching" gives the paintings
        the photograph's colours, mean and covariance, before anything is painted. (Gatys et al.
        2016, arXiv:1606.05897, have both.)

    Raises
    ------
    SettingsError, ImageError
        If a value is not accepted.
    """

    content: str | Picture = "chelsea"
    style: str | Picture = "night_sky"
    styles: Sequence[Any] = ()
    style_share: float = 1.0
    style_mask: Any = None
    mix: str = "gram"
    style_scale: float = 1.0
    keep: Any = None
    keep_weight: float = 10.0
    quality: str = "draft"
    size: int = OPEN
    crop: bool = False
    backbone: str | None = "vgg19-slim"
    weights_file: str | os.PathLike[str] | None = None
    download: bool = False
    pooling: str = "average"
    convention: str | Convention = "relative"
    content_layers: Mapping[str, float] = OPEN
    style_layers: Mapping[str, float] = OPEN
    content_weight: float = OPEN
    style_weight: float = OPEN
    tv_weight: float = OPEN
    terms: Mapping[str, float] = field(default_factory=dict)
    optimizer: str = "lbfgs"
    learning_rate: float | None = None
    steps: int = OPEN
    epochs: int = 1
    init: str | Picture = "content"
    seed: int = 0
    coarse_to_fine: bool = OPEN
    preserve_colour: bool | str = False

    def __post_init__(self) -> None:
        choose(self.optimizer, OPTIMIZERS, "optimizer")
        quality = QUALITIES[choose(self.quality, QUALITIES, "quality")]
        rules, adam = get_convention(self.convention), self.optimizer == "adam"
        left = {name: getattr(rules, name) for name in OF_CONVENTION}
        left |= quality | {"steps": quality["steps"][self.optimizer]}
        left["learning_rate"] = RATE if adam else None
        for name, value in left.items():
            if getattr(self, name) is None:
                self._settle(name, value)
        for name, (low, high) in WHOLE.items():
            number = check_number(getattr(self, name), name, minimum=low, maximum=high, whole=True)
            self._settle(name, int(number))
        layers = LAYERS
        if self.backbone is not None:
            layers = ARCHITECTURES[choose(self.backbone, ARCHITECTURES, "backbone")].layers
        accepted = {"content_layers": layers, "style_layers": layers, "terms": losses.FURTHER}
        for name, known in accepted.items():
            self._settle(name, _weights_by_name(getattr(self, name), known, name))
        choose(self.pooling, ("max", "average"), "pooling")
        choose(self.mix, ("gram", "sum"), "way to mix styles")
        if self.learning_rate is not None:
            check_number(self.learning_rate, "learning_rate", minimum=1e-8)
        self._settle("styles", tuple(Style.of(given) for given in self.styles))
        for name in ("style_mask", "keep"):
            self._settle(name, as_mask(getattr(self, name)))
        check_styles(self.all_styles)
        for style in self.styles:
            _weights_by_name(style.layers or {layers[0]: 1.0}, layers, "style_layers")
            check_picture(style.picture, "style")
        check_number(self.style_scale, "style_scale", minimum=0.1, maximum=4)
        if self.preserve_colour not in COLOURS:
            choose(self.preserve_colour, ("luminance", "matching"), "way to keep colours")
            self._settle("preserve_colour", True)
        _ = self.weights
        for name in ("content", "style", "init"):
            check_picture(getattr(self, name), name, INITS if name == "init" else ())

    def _settle(self, name: str, value: Any) -> None:
        object.__setattr__(self, name, value)

    @classmethod
    def of(cls, **given: Any) -> Settings:
        """Make settings; an unknown name is told with the nearest one."""
        for name in given:
            choose(name, cls.__dataclass_fields__, "setting")
        return cls(**given)

    def replace(self, **changes: Any) -> Settings:
        """Return a copy with some values changed, checked like a new one.

        A convention that is named brings its own layers and weights, an optimiser its learning
        rate, and a quality its size and steps, where they are not given.
        """
        left = [name for changed in changes for name in BROUGHT.get(changed, ())]
        return self.of(**{**vars(self), **dict.fromkeys(left), **changes})

    @property
    def all_styles(self) -> list[Style]:
        """The paintings, the first among them."""
        first = Style(self.style, self.style_share, self.style_mask, self.style_layers)
        return [first, *self.styles]

    @property
    def weights(self) -> Weights:
        """The weights, as a problem takes them."""
        given: dict[str, Any] = dict(self.terms)
        given |= {f"{name}_layers": self.style_layers for name in self.terms}
        styles = self.all_styles
        for name, style, share in zip(STYLES, styles, shares(styles), strict=False):
            given[name] = share * self.style_weight
            given[f"{name}_layers"] = style.layers or self.style_layers
        if self.keep is not None:
            given[KEPT] = self.content_weight * check_number(self.keep_weight, "keep_weight")
            given[f"{KEPT}_layers"] = self.content_layers
        return Weights(
            content=self.content_weight,
            tv=self.tv_weight,
            content_layers=self.content_layers,
            **given,
        )

    @property
    def all_steps(self) -> int:
        """Steps of all epochs."""
        return self.steps * self.epochs

    def picture(self, which: str) -> np.ndarray:
        """Open the picture of "content", "style" or "init" at the size asked for."""
        return open_picture(self, getattr(self, which))

    def load_backbone(self) -> Backbone:
        """Load the network."""
        from nstkit.backbones import load_backbone

        return load_backbone(
            self.backbone,
            weights=self.weights_file,
            pooling=self.pooling,
            download=self.download,
        )

    def make_problem(self, backbone: Backbone | None = None) -> Problem:
        """Open the pictures and make the problem; see `nstkit.runs.making.make_problem`."""
        return make_problem(self, backbone)

    def make_run(
        self, problem: Problem, drive: Callable[[Run], Any] | None = None, **instead: Any
    ) -> tuple[Run, bool]:
        """Make the run, smaller sizes first where wanted; see `nstkit.runs.making.make_run`."""
        return make_run(self, problem, drive, **instead)

    def finish(self, photo: np.ndarray, image: np.ndarray) -> np.ndarray:
        """Return what the photograph was painted into as it is to be shown and kept."""
        if self.preserve_colour is not True:
            return image
        from nstkit.classic.colour import keep_colours

        return keep_colours(photo, image)

    def to_json(self) -> str:
        """Write everything down; a picture of one's own goes in as a JPEG."""
        return write_settings(vars(self))

    @classmethod
    def from_json(cls, text: str | bytes) -> Settings:
        """Read what `to_json` wrote.

        Raises
        ------
        SettingsError
            If it is not a settings file, or one of its values is not accepted.
        """
        return cls.of(**read_settings(text))


def _weights_by_name(given: Any, known: Iterable[str], what: str) -> dict[str, float]:
    """Return weights by name: those given, or 1 for each that is only named."""
    names = (given,) if isinstance(given, str) else tuple(given) if np.iterable(given) else None
    if names is None or (what != "terms" and not names):
        raise SettingsError(
            f"{what} is {given!r}: give names, or a dict from name to weight, such as "
            '{"block1_conv1": 1.0}'
        )
    for name in names:
        choose(name, known, what.replace("_", " ").removesuffix("s"))
    return dict(given) if isinstance(given, Mapping) else dict.fromkeys(names, 1.0)
