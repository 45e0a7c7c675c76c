"""Walk through a grid of finished pictures with one slider for each axis."""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from typing import Any

import ipywidgets as widgets
import numpy as np
from PIL import Image

from nstkit.errors import SettingsError
from nstkit.images import check_image, to_uint8
from nstkit.widgets.panel import Moves, Panel, column, html, picture, row, words
from nstkit.widgets.pictures import FINE, beside, jpeg, png, sheet, shrink

TILE = 88
"""Longest side of a picture on the contact sheet, in pixels."""


def weight_grid(images: Mapping[tuple[Any, ...], Any], axes: Mapping[str, Sequence[Any]]) -> Panel:
    """Show a grid of pictures that are computed already, one slider for each axis.

    Parameters
    ----------
    images : mapping from tuple to array_like
        For each combination of values, in the order of `axes`, a picture of shape
        (1, height, width, 3), float, in [0, 1]; all of one size.
    axes : mapping of str to sequence
        For each axis its name and its values, such as
        ``{"β": [1, 100, 10_000], "layers": ["1", "1–3", "1–5"]}``.

    Returns
    -------
    Panel
        A box of widgets.

    Raises
    ------
    SettingsError
        If an axis has no value, or a combination is without a picture.
    ImageError
        If one of `images` is not a picture.

    Examples
    --------
    >>> grey, white = (np.full((1, 16, 16, 3), value) for value in (0.5, 1.0))
    >>> panel = weight_grid({(1,): grey, (100,): white}, {"β": [1, 100]})
    """
    if not axes or not all(len(values) for values in axes.values()):
        raise SettingsError(f"axes is {dict(axes)!r}: give at least one axis with its values")
    return _WeightGrid(images, {name: list(values) for name, values in axes.items()}).panel


class _WeightGrid:
    """The pictures and the controls of `weight_grid`."""

    def __init__(self, images: Mapping[tuple[Any, ...], Any], axes: dict[str, list[Any]]):
        self.axes = axes
        self.pictures, self.tiles = {}, {}
        shape = tuple(len(values) for values in axes.values())
        for cell in np.ndindex(shape):
            key = tuple(values[k] for values, k in zip(axes.values(), cell, strict=True))
            if key not in images:
                some = ", ".join(map(repr, list(images)[:3]))
                raise SettingsError(
                    f"there is no picture for {key!r}: give one for each combination of "
                    f"{', '.join(axes)}; the keys given begin with {some or 'none'}"
                )
            array = to_uint8(check_image(images[key], name=f"images[{key!r}]"))
            self.pictures[cell] = jpeg(array, FINE)
            self.tiles[cell] = shrink(array, TILE, Image.Resampling.LANCZOS)
        self.sliders = [
            widgets.SelectionSlider(
                options=[(_text(value), k) for k, value in enumerate(values)],
                value=len(values) // 2,
                description=name,
                style={"description_width": "110px"},
                layout={"width": "400px"},
            )
            for name, values in axes.items()
        ]
        self.shown, self.overview, self.said = picture("380px"), picture("auto"), words("caption")
        self.overview.layout.max_width = "100%"
        Moves().tell(lambda _: self.show(), *self.sliders)
        self.show()
        legend = words("caption", self.legend())
        self.panel = Panel(
            column(*self.sliders),
            row(column(self.shown, self.said), column(self.overview, legend)),
            still=self.still,
        )

    @property
    def cell(self) -> tuple[int, ...]:
        return tuple(slider.value for slider in self.sliders)

    def show(self) -> None:
        """Show the picture chosen, and where it lies in the grid."""
        self.shown.value = self.pictures[self.cell]
        self.overview.value = png(self.page())
        self.said.value = html("caption", self.values("{} = <b>{}</b>"))

    def values(self, form: str) -> str:
        """Return names and values of what is chosen, each in a form."""
        chosen = zip(self.axes.items(), self.cell, strict=True)
        return ", ".join(form.format(name, _text(values[k])) for (name, values), k in chosen)

    def still(self) -> bytes:
        """Return what is shown as one picture."""
        page, names = self.page(), list(self.axes)
        chosen = Image.open(io.BytesIO(self.pictures[self.cell]))
        across = f"→ {names[0]}" if len(names) == 1 else f"↓ {names[0]}, → {names[1]}"
        return beside([page, chosen], page.shape[0], [across, self.values("{} = {}")])

    def page(self) -> np.ndarray:
        """Lay out the plane of the first two axes in which the chosen picture lies, framed."""
        rest = self.cell[2:]
        plane = [cell for cell in self.tiles if cell[2:] == rest]
        columns = len(list(self.axes.values())[1]) if len(self.axes) > 1 else len(plane)
        tiles = [self.tiles[cell] for cell in plane]
        return sheet(tiles, columns=columns, chosen=plane.index(self.cell))

    def legend(self) -> str:
        names = list(self.axes)
        if len(names) == 1:
            return f"from left to right: {names[0]} rising"
        return f"downward: <b>{names[0]}</b>; to the right: <b>{names[1]}</b>"


def _text(value: Any) -> str:
    return f"{value:g}" if isinstance(value, (int, float)) else str(value)
