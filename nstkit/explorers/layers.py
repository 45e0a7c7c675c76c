"""Look into any layer and channel of a network."""

from __future__ import annotations

from typing import Any

import ipywidgets as widgets
import numpy as np
from PIL import Image

from nstkit.backbones import Backbone, block_of, load_backbone
from nstkit.errors import choose
from nstkit.images import check_image, to_uint8
from nstkit.widgets.panel import Panel, caption, column, picture, row, say
from nstkit.widgets.pictures import beside, enlarge, heat, jpeg, png, sheet

PAGE = 24
"""Channels on one contact sheet."""

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
    image = check_image(image)
    backbone = backbone or load_backbone()
    choose(layer, backbone.layers, "layer")
    return _LayerViewer(image, backbone, layer).panel


def receptive_field(layer: str) -> int:
    """Return the side, in pixels, of the square of the picture that one position sees.

    Each 3×3 convolution adds two steps of its grid on either side together, each 2×2 pooling
    one, and the grid's step doubles with each pooling.

    Examples
    --------
    >>> receptive_field("block1_conv1"), receptive_field("block2_conv1")
    (3, 10)
    """
    field, step = 1, 1
    for block, convolutions in enumerate((2, 2, 4, 4, 4), start=1):
        if block > 1:
            field, step = field + step, 2 * step
        last = int(layer[-1]) if block == block_of(layer) else convolutions
        field += 2 * step * last
        if block == block_of(layer):
            break
    return field


class _LayerViewer:
    """The pictures and the controls of `layer_viewer`."""

    def __init__(self, image: np.ndarray, backbone: Backbone, layer: str):
        self.image, self.backbone = image, backbone
        features = backbone.features(image, backbone.layers)
        self.features = {name: array.numpy()[0] for name, array in features.items()}
        self.layer = widgets.Dropdown(
            options=backbone.layers, value=layer, description="Layer", layout={"width": "230px"}
        )
        self.order = widgets.ToggleButtons(
            options=list(ORDERS), style={"button_width": "120px"}, layout={"width": "auto"}
        )
        self.place = widgets.IntSlider(
            min=1, max=2, description="Channel", layout={"width": "360px"}
        )
        self.place.readout = False
        self.number = caption()
        self.about = caption()
        self.map = picture("264px", pixels=True)
        self.spot = picture("264px")
        self.sheet = picture("420px", pixels=True)
        self.panel = Panel(
            [
                row(self.layer, self.place, self.number, self.order, align_items="center"),
                row(
                    column(
                        self.map,
                        caption("<b>feature map</b>, from 0 (black) to its largest (white)"),
                        width="268px",
                    ),
                    column(
                        self.spot, caption("<b>where it fires</b> in the picture"), width="268px"
                    ),
                    column(self.sheet, self.about, width="424px"),
                ),
            ],
            still=self.still,
        )
        self.layer.observe(lambda _: self.show_layer(), "value")
        self.order.observe(lambda _: self.show_layer(), "value")
        self.place.observe(lambda _: self.show_channel(), "value")
        self.show_layer()

    def show_layer(self) -> None:
        """Sort the channels of the layer chosen and show the first."""
        maps = self.features[self.layer.value]
        strength = maps.mean(axis=(0, 1))
        count = maps.shape[-1]
        self.ranks = np.argsort(-strength, kind="stable") if self.by_strength else np.arange(count)
        self.silent = int((strength == 0).sum())
        self.place.max = count
        self.place.value = 1
        self.show_channel()

    @property
    def by_strength(self) -> bool:
        return ORDERS[self.order.value]

    def show_channel(self) -> None:
        """Draw the channel chosen."""
        maps = self.features[self.layer.value]
        height, width, count = maps.shape
        place = self.place.value - 1
        channel = int(self.ranks[place])
        chosen = maps[..., channel]
        self.number.value = say(f"channel <b>{channel}</b> of 0–{count - 1}")
        self.map.value = png(enlarge(heat(chosen), 260))
        self.spot.value = jpeg(self.spotlight(chosen))
        first = place // PAGE * PAGE
        page = [heat(maps[..., index]) for index in self.ranks[first : first + PAGE]]
        tiles = [enlarge(tile, 64) if max(tile.shape) < 64 else _shrink(tile) for tile in page]
        self.sheet.value = png(sheet(tiles, columns=6, chosen=place - first))
        silent = f", {self.silent} of them silent here" if self.silent else ""
        self.about.value = say(
            f"<b>{self.layer.value}</b>: {count} channels{silent}, {width}×{height} positions; "
            f"each sees {receptive_field(self.layer.value)}×"
            f"{receptive_field(self.layer.value)} pixels. Here "
            f"{first + 1}–{first + len(page)}, {self.order.value}."
        )

    def spotlight(self, chosen: np.ndarray) -> np.ndarray:
        """Darken the picture where the channel is silent."""
        height, width = self.image.shape[1:3]
        top = float(chosen.max()) or 1.0
        light = Image.fromarray((chosen / top).astype(np.float32))
        wide = np.asarray(light.resize((width, height), Image.Resampling.BILINEAR))
        return to_uint8(self.image * (0.12 + 0.88 * np.clip(wide, 0, 1)[None, ..., None]))

    def still(self) -> bytes:
        """Return what is shown as one picture."""
        place = self.place.value - 1
        chosen = self.features[self.layer.value][..., int(self.ranks[place])]
        return beside([self.image, enlarge(heat(chosen), 260), self.spotlight(chosen)])


def _shrink(tile: np.ndarray) -> np.ndarray:
    scale = 64 / max(tile.shape)
    size = (max(1, round(tile.shape[1] * scale)), max(1, round(tile.shape[0] * scale)))
    return np.asarray(Image.fromarray(tile).resize(size, Image.Resampling.BOX))
