"""Look into any layer and channel of a network."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import ipywidgets as widgets
import numpy as np
from PIL import Image

from nstkit.backbones import LAYERS, Backbone, block_of
from nstkit.explorers.looking import Looking
from nstkit.images import to_uint8
from nstkit.widgets.panel import Moves, Panel, column, html, picture, row, words
from nstkit.widgets.pictures import beside, enlarge, heat, jpeg, png, sheet, shrink

PAGE = 24
"""Channels on one contact sheet."""

TILE = 64
"""Longest side of each, in pixels."""

ORDERS = {"strongest first": True, "by number": False}


def layer_viewer(
    image: Any, backbone: Backbone | None = None, *, layer: str = "block1_conv2"
) -> Panel:
    """Show what any channel of any layer sees in a picture.

    Three pictures: the channel's feature map, the places of the photograph where it fires
    (the rest is darkened), and a sheet of channels with the chosen one framed.

    Parameters
    ----------
    image : array_like
        Shape (1, height, width, 3), float, RGB in [0, 1].
    backbone : Backbone, optional
        The network; by default whichever `load_backbone` chooses.
    layer : str
        The layer shown first.

    Returns
    -------
    Panel
        A box of widgets.

    Raises
    ------
    ImageError, SettingsError
        If the picture or the layer is not accepted.
    """
    return _LayerViewer(image, backbone, layer).panel


def receptive_field(layer: str, layers: Iterable[str] = LAYERS) -> int:
    """Return the side, in pixels, of the square of the picture that one position sees.

    Each 3×3 convolution adds two steps of its grid on either side together, each 2×2 pooling
    one, and the grid's step doubles with each pooling.

    Parameters
    ----------
    layer : str
        Name of a layer.
    layers : iterable of str
        The network's layers, from first to last.

    Returns
    -------
    int
        The side.

    Examples
    --------
    >>> receptive_field("block1_conv1"), receptive_field("block2_conv1")
    (3, 10)
    """
    field, step, block = 1, 1, 1
    for name in layers:
        if block_of(name) > block:
            field, step, block = field + step, 2 * step, block_of(name)
        field += 2 * step
        if name == layer:
            break
    return field


class _LayerViewer(Looking):
    """The pictures and the controls of `layer_viewer`."""

    def __init__(self, image: Any, backbone: Backbone | None, layer: str):
        super().__init__(image, backbone, layer)
        self.order = widgets.ToggleButtons(
            options=list(ORDERS), style={"button_width": "120px"}, layout={"width": "auto"}
        )
        self.place = widgets.IntSlider(
            min=1, max=2, description="Channel", readout=False, layout={"width": "360px"}
        )
        self.number, self.about = words("caption"), words("caption")
        self.map, self.spot = picture("264px", "pixels"), picture("264px")
        self.sheet = picture("420px", "pixels")
        meaning = words("caption", "<b>feature map</b>, from 0 (black) to its largest (white)")
        where = words("caption", "<b>where it fires</b> in the picture")
        self.panel = Panel(
            row(self.layer, self.place, self.number, self.order, align_items="center"),
            row(
                column(self.map, meaning, width="268px"),
                column(self.spot, where, width="268px"),
                column(self.sheet, self.about, width="424px"),
            ),
            still=self.still,
        )
        self.moves = Moves()
        self.moves.tell(lambda _: self.show_layer(), self.layer, self.order)
        self.moves.tell(lambda _: self.show_channel(), self.place)
        self.show_layer()

    def show_layer(self) -> None:
        """Sort the channels of the layer chosen and show the first."""
        maps = self.features[self.layer.value]
        strength = maps.mean(axis=(0, 1))
        count = maps.shape[-1]
        ranked = ORDERS[self.order.value]
        self.ranks = np.argsort(-strength, kind="stable") if ranked else np.arange(count)
        self.silent = int((strength == 0).sum())
        with self.moves.untold():
            self.place.max, self.place.value = count, 1
        self.show_channel()

    @property
    def channel(self) -> int:
        """The number of the channel chosen."""
        return int(self.ranks[self.place.value - 1])

    def show_channel(self) -> None:
        """Draw the channel chosen."""
        layer, maps = self.layer.value, self.features[self.layer.value]
        height, width, count = maps.shape
        self.number.value = html("caption", f"channel <b>{self.channel}</b> of 0–{count - 1}")
        self.map.value = png(enlarge(heat(maps[..., self.channel]), 260))
        self.spot.value = jpeg(self.spotlight())
        place = self.place.value - 1
        first = place // PAGE * PAGE
        page = [heat(maps[..., index]) for index in self.ranks[first : first + PAGE]]
        small = max(height, width) < TILE
        tiles = [enlarge(tile, TILE) if small else shrink(tile, TILE) for tile in page]
        self.sheet.value = png(sheet(tiles, columns=6, chosen=place - first))
        silent = f", {self.silent} of them silent here" if self.silent else ""
        field = receptive_field(layer, self.layers)
        self.about.value = html(
            "caption",
            f"<b>{layer}</b>: {count} channels{silent}, {width}×{height} positions; each sees "
            f"{field}×{field} pixels. Here {first + 1}–{first + len(page)}, {self.order.value}.",
        )

    def spotlight(self) -> np.ndarray:
        """Darken the picture where the channel is silent."""
        chosen = self.features[self.layer.value][..., self.channel]
        height, width = self.image.shape[1:3]
        light = Image.fromarray(chosen / (chosen.max() or 1))
        wide = np.asarray(light.resize((width, height), Image.Resampling.BILINEAR))
        return to_uint8(self.image * (0.12 + 0.88 * np.clip(wide, 0, 1)[None, ..., None]))

    def still(self) -> bytes:
        """Return what is shown as one picture."""
        chosen = self.features[self.layer.value][..., self.channel]
        titles = ["picture", f"{self.layer.value}, channel {self.channel}", "where it fires"]
        return beside([self.image, enlarge(heat(chosen), 260), self.spotlight()], titles=titles)
