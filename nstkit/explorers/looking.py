"""What the explorers of a network share: a picture's features in all layers, and a list of them."""

from __future__ import annotations

from typing import Any

import ipywidgets as widgets

from nstkit.backbones import Backbone, load_backbone
from nstkit.errors import choose
from nstkit.images import check_image


class Looking:
    """A picture, what every layer of a network sees in it, and the layer that is chosen.

    Parameters
    ----------
    image : array_like
        Shape (1, height, width, 3), float, RGB in [0, 1].
    backbone : Backbone or None
        The network; None for whichever `load_backbone` chooses.
    layer : str
        The layer shown first.

    Raises
    ------
    ImageError, SettingsError
        If the picture or the layer is not accepted.
    """

    def __init__(self, image: Any, backbone: Backbone | None, layer: str):
        self.image = check_image(image)
        backbone = backbone or load_backbone()
        self.layers = backbone.layers
        choose(layer, self.layers, "layer")
        found = backbone.features(self.image, self.layers)
        self.features = {name: array.numpy()[0] for name, array in found.items()}
        self.layer = widgets.Dropdown(
            options=self.layers, value=layer, description="Layer", layout={"width": "230px"}
        )
