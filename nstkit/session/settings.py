"""Everything that a session can be asked for, checked, and as a file that loads again."""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping
from dataclasses import dataclass, field, fields, replace
from pathlib import Path
from typing import Any

import numpy as np

from nstkit.backbones import ARCHITECTURES, LAYERS
from nstkit.errors import ImageError, SettingsError, check_number, choose
from nstkit.images import check_image, encode, load_image, resize
from nstkit.losses import FIRST_OF_EACH_BLOCK, Weights
from nstkit.optimizers import OPTIMIZERS
from nstkit.runs import INITS
from nstkit.samples import FAMOUS, names, open_image

KIND = "nstkit settings 1"
"""First entry of a settings file: what it is, and which version."""

LARGEST = 1024
"""Longest side, in pixels, of an uploaded picture and of a painting."""


@dataclass(frozen=True, eq=False)
class Picture:
    """A picture of the reader's own, with the name to show for it.

    Attributes
    ----------
    name : str
        Its file's name.
    image : numpy.ndarray
        Shape (1, height, width, 3), float32, in [0, 1].
    """

    name: str
    image: np.ndarray

    @classmethod
    def open(cls, source: Any, name: str = "your picture") -> Picture:
        """Open a picture as `nstkit.load_image` does, at most 1024 pixels long."""
        return cls(name, load_image(source, size=LARGEST))


@dataclass(frozen=True)
class Settings:
    """The settings of a session; every value is checked when it is made.

    Attributes
    ----------
    content, style : str or Picture
        Name of a sample or a famous painting, a file's path, or a picture of one's own.
    size : int
        Longest side in pixels, 32 to 1024.
    crop : bool
        Whether to cut both pictures to squares of that size.
    backbone : str
        "vgg19-slim" or "vgg19".
    optimizer : str
        "lbfgs" or "adam".
    learning_rate : float
        Adam's step size; L-BFGS finds its own.
    steps : int
        Steps from Start to the end.
    init : str
        Start picture: "content", "style" or "noise".
    seed : int
        Seed of the noise.
    content_weight, style_weight, tv_weight : float
        α, β and the weight of total variation, in the convention "relative".
    content_layer : str
        The layer whose features are compared.
    style_layers : mapping of str to float
        Weight of each style layer; 0 switches one off without any new compilation.

    Raises
    ------
    SettingsError
        If a value is not accepted.
    """

    content: str | Picture = "chelsea"
    style: str | Picture = "night_sky"
    size: int = 256
    crop: bool = False
    backbone: str = "vgg19-slim"
    optimizer: str = "lbfgs"
    learning_rate: float = 0.02
    steps: int = 300
    init: str = "content"
    seed: int = 0
    content_weight: float = 1.0
    style_weight: float = 100.0
    tv_weight: float = 0.0
    content_layer: str = "block4_conv2"
    style_layers: Mapping[str, float] = field(
        default_factory=lambda: dict.fromkeys(FIRST_OF_EACH_BLOCK, 1.0)
    )

    def __post_init__(self) -> None:
        for which in ("content", "style"):
            _check_picture(getattr(self, which), which)
        for name, low, high in (("size", 32, LARGEST), ("steps", 1, 100_000), ("seed", 0, 2**32)):
            given = getattr(self, name)
            number = check_number(given, name, minimum=low, maximum=high, whole=True)
            object.__setattr__(self, name, int(number))
        check_number(self.learning_rate, "learning_rate", minimum=1e-6, maximum=1)
        object.__setattr__(self, "crop", bool(self.crop))
        choose(self.backbone, ARCHITECTURES, "backbone")
        choose(self.optimizer, OPTIMIZERS, "optimizer")
        choose(self.init, INITS, "start picture (init)")
        choose(self.content_layer, LAYERS, "content layer")
        if not isinstance(self.style_layers, Mapping) or not self.style_layers:
            raise SettingsError(
                f"style_layers is {self.style_layers!r}: give a dict from layer to weight, such "
                'as {"block1_conv1": 1.0}'
            )
        for layer in self.style_layers:
            choose(layer, LAYERS, "style layer")
        object.__setattr__(self, "style_layers", dict(self.style_layers))
        _ = self.weights

    @property
    def weights(self) -> Weights:
        """The weights, as a problem takes them."""
        return Weights(
            content=self.content_weight,
            style=self.style_weight,
            tv=self.tv_weight,
            content_layers={self.content_layer: 1.0},
            style_layers=self.style_layers,
        )

    def replace(self, **changes: Any) -> Settings:
        """Return a copy with some values changed, checked like a new one."""
        unknown = sorted(set(changes) - {entry.name for entry in fields(self)})
        if unknown:
            choose(unknown[0], (entry.name for entry in fields(self)), "setting")
        return replace(self, **changes)

    def picture(self, which: str) -> np.ndarray:
        """Open the content or the style picture at the size asked for."""
        given = getattr(self, which)
        if isinstance(given, Picture):
            return _fit(given.image, self.size, self.crop)
        return open_image(given, size=self.size, crop=self.crop)

    def to_json(self) -> str:
        """Write everything down; a picture of one's own goes in as a JPEG."""
        entries = {entry.name: getattr(self, entry.name) for entry in fields(self)}
        for which in ("content", "style"):
            if isinstance(entries[which], Picture):
                data = base64.b64encode(encode(entries[which].image, "jpeg")).decode()
                entries[which] = {"name": entries[which].name, "jpeg": data}
        return json.dumps({"kind": KIND, **entries}, indent=1, ensure_ascii=False)

    @classmethod
    def from_json(cls, text: str | bytes) -> Settings:
        """Read what `to_json` wrote.

        Raises
        ------
        SettingsError
            If it is not a settings file, or one of its values is not accepted.
        """
        try:
            entries = json.loads(text)
            if entries.pop("kind") != KIND:
                raise KeyError("kind")
            for which in ("content", "style"):
                if isinstance(entries.get(which), dict):
                    data = base64.b64decode(entries[which]["jpeg"], validate=True)
                    entries[which] = Picture.open(data, str(entries[which]["name"]))
        except (ValueError, KeyError, AttributeError, TypeError) as error:
            raise SettingsError(
                f"this is not a file of nstkit's settings ({error}): choose one that the studio "
                "saved, named like nstkit-settings.json"
            ) from error
        return cls().replace(**entries)


def title(given: str | Picture) -> str:
    """Return what to call a picture."""
    return given.name if isinstance(given, Picture) else str(given)


def _check_picture(given: Any, which: str) -> None:
    if isinstance(given, Picture):
        check_image(given.image, name=f"the {which} picture")
    elif not isinstance(given, str):
        raise SettingsError(
            f"{which} is a {type(given).__name__}: give a name or a path, or "
            "nstkit.session.Picture.open(source)"
        )
    elif given not in names() and given not in FAMOUS and not Path(given).expanduser().exists():
        choose(given, [*names(), *FAMOUS], f"{which} picture")


def _fit(image: np.ndarray, size: int, crop: bool) -> np.ndarray:
    height, width = image.shape[1:3]
    if crop:
        side = min(height, width)
        top, left = (height - side) // 2, (width - side) // 2
        return resize(image[:, top : top + side, left : left + side], size, size)
    scale = min(1.0, size / max(height, width))
    rows, columns = max(1, round(height * scale)), max(1, round(width * scale))
    if min(rows, columns) < 16:
        raise ImageError(
            f"the picture is {width}×{height} pixels: at size {size} its short side would have "
            f"{min(rows, columns)}; choose a larger size or a less narrow picture"
        )
    return image if scale == 1.0 else resize(image, rows, columns)
