"""Masks: where in a picture something counts, from 0 (not at all) to 1 (fully).

`nstkit.classic` finds some by brightness, by colour, and from a few strokes.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image, ImageOps

from nstkit.errors import ImageError
from nstkit.images.opening import open_rgb

SAME_SHAPE = 0.02
"""How far the proportions of a mask may be from the picture's, as a part of them."""

GREY = np.array([0.299, 0.587, 0.114], np.float32)


@dataclass(frozen=True, eq=False)
class Mask:
    """Where in a picture something counts.

    Attributes
    ----------
    values : numpy.ndarray
        Shape (height, width), float32, in [0, 1].
    name : str
        What to call it.

    Raises
    ------
    ImageError
        If that is no mask, or nothing is in it.
    """

    values: np.ndarray
    name: str = "your mask"

    def __post_init__(self) -> None:
        values = np.asarray(self.values)
        values = values.astype(np.float32) if values.dtype.kind in "fb" else values
        if values.ndim != 2 or values.dtype.kind != "f" or not values.size:
            raise ImageError(
                f"{self.name} has shape {values.shape} and dtype {values.dtype}: a mask is (height,"
                " width), float in [0, 1] or bool; open files with nstkit.images.Mask.open"
            )
        if not ((values >= 0) & (values <= 1)).all():
            raise ImageError(f"{self.name} has values outside [0, 1]: divide 8-bit ones by 255")
        if values.max() < 1 / 255:
            raise ImageError(
                f"{self.name} is empty: white is where it counts, black and transparent where not; "
                "paint something white, or leave the mask out"
            )
        object.__setattr__(self, "values", values)

    @classmethod
    def open(cls, source: Any, name: str = "") -> Mask:
        """Open a picture as a mask: its brightness, with what is transparent outside.

        Parameters
        ----------
        source : path-like, bytes, file object, PIL.Image.Image or upload
            A picture of any kind that `nstkit.load_image` opens: of 8 or 16 bits, grey or in
            colour, with a palette or transparency. White is where the mask counts.
        name : str
            What to call it.

        Returns
        -------
        Mask
            The mask, at the file's size.

        Raises
        ------
        ImageError
            If it cannot be read, or nothing is in it.
        """
        values = np.asarray(open_rgb(source, back="black"), np.float32) @ (GREY / np.float32(255))
        file = Path(source).name if isinstance(source, (str, Path)) else "your mask"
        return cls(np.minimum(values, 1), name or file)

    def save(self, path: Any) -> None:
        """Write it as a grey PNG of 8 bits, which `open` reads again."""
        self.as_picture().save(path, "PNG")

    def as_picture(self) -> Image.Image:
        """Return it as a grey picture of 8 bits."""
        return Image.fromarray((self.values * 255 + 0.5).astype(np.uint8))

    def at(self, height: int, width: int, *, crop: bool = False) -> np.ndarray:
        """Bring it to a picture's size.

        Parameters
        ----------
        height, width : int
            The size.
        crop : bool
            Whether the picture was cut to that shape, around its centre, and the mask was not.

        Returns
        -------
        numpy.ndarray
            Shape (height, width), float32, in [0, 1]; soft at the edges where it shrinks.

        Raises
        ------
        ImageError
            If it has other proportions.
        """
        rows, columns = self.values.shape
        picture = Image.fromarray(self.values)
        if crop:
            picture = ImageOps.fit(picture, (width, height), Image.Resampling.BOX)
        elif not self.fits(height, width):
            raise ImageError(
                f"{self.name} is {columns}×{rows} pixels and the picture {width}×{height}: a mask "
                "needs the picture's proportions; draw it over the picture itself"
            )
        larger = height * width > rows * columns
        kind = Image.Resampling.BILINEAR if larger else Image.Resampling.BOX
        return np.clip(np.asarray(picture.resize((width, height), kind)), 0, 1)

    def fits(self, height: int, width: int) -> bool:
        """Return whether it has the proportions of a picture of that size."""
        rows, columns = self.values.shape
        slack = SAME_SHAPE + 1 / min(height, width)
        return abs(rows * width / (columns * height) - 1) <= slack

    def inverted(self) -> Mask:
        """Return the mask of everything else."""
        return Mask(1 - self.values, f"all but {self.name}")
