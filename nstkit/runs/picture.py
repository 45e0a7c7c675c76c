"""A picture that settings name: a sample, a famous painting, a file, or one of the reader's own."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from nstkit.errors import SettingsError
from nstkit.images import check_image, fit, load_image
from nstkit.samples import FAMOUS, names, open_image

LARGEST = 1024
"""Longest side, in pixels, of an uploaded picture."""


@dataclass(frozen=True, eq=False)
class Picture:
    """A picture of the reader's own, with the name to show for it.

    Attributes
    ----------
    name : str
        Its file's name.
    image : numpy.ndarray
        Shape (1, height, width, 3), float32, in [0, 1].
    as_it_is : bool
        Whether it keeps its size, whatever size the settings ask for.
    """

    name: str
    image: np.ndarray
    as_it_is: bool = False

    @classmethod
    def open(cls, source: Any, name: str = "your picture") -> Picture:
        """Open a picture as `nstkit.load_image` does, at most 1024 pixels long."""
        return cls(name, load_image(source, size=LARGEST))

    def at(self, size: int, crop: bool) -> np.ndarray:
        """Return the picture at most `size` pixels long, or as a square of that size."""
        return self.image if self.as_it_is else fit(self.image, size, crop=crop)


def title(given: str | Picture) -> str:
    """Return what to call a picture."""
    return given.name if isinstance(given, Picture) else str(given)


def check_picture(given: Any, which: str, others: tuple[str, ...] = ()) -> None:
    """Raise for what is no picture; other names may be accepted too."""
    if isinstance(given, Picture):
        check_image(given.image, name=f"the {which} picture")
    elif not isinstance(given, str):
        raise SettingsError(
            f"{which} is a {type(given).__name__}: give a name or a path, or "
            "nstkit.session.Picture.open(source)"
        )
    elif given not in (*names(), *FAMOUS, *others) and not Path(given).expanduser().exists():
        open_image(given)  # says why it cannot
