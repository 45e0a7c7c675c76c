"""What can be wrong with pictures, layers and sizes, told before anything is computed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from nstkit.backbones import Backbone, block_of, check_memory
from nstkit.errors import SettingsError
from nstkit.images import check_image
from nstkit.losses import PICTURE, Use


def check_use(use: Use, backbone: Backbone) -> Use:
    """Return a use of a term with its picture checked and its layers in the network's order."""
    picture = use.picture
    if picture is not None:
        picture = check_image(picture, name=f"{use.name}_image", minimum=1)
    layers = [layer for layer in use.layers if layer == PICTURE]
    if len(layers) < len(use.layers) or not layers:
        inside = [layer for layer in use.layers if layer != PICTURE]
        layers += backbone.check_layers(inside, f"{use.name} layer")
    return replace(use, picture=picture, layers={layer: use.layers[layer] for layer in layers})


def check_sizes(
    uses: Sequence[Use], size: tuple[int, int] | None, backbone: Backbone
) -> tuple[int, int]:
    """Return height and width of the generated picture.

    Raises
    ------
    ImageError
        If a picture is smaller than the deepest layer needs.
    SettingsError
        If two uses have one name, nothing tells the size, or there is too little memory.
    """
    names = [use.name for use in uses]
    twice = [name for name in names if names.count(name) > 1]
    if twice:
        raise SettingsError(
            f"two uses of a term are both called {twice[0]!r}: give one of them a name of its own, "
            f"such as name={twice[0] + ' 2'!r}"
        )
    pictures = {use.name: use.picture for use in uses if use.picture is not None}
    if size is None and not pictures:
        raise SettingsError("no term is compared with a picture: give size=(height, width)")
    height, width = next(iter(pictures.values())).shape[1:3] if size is None else size
    wanted = {layer for use in uses for layer in use.layers} - {PICTURE}
    if wanted:
        least = max(2, 2 ** (max(block_of(layer) for layer in wanted) - 1))
        channels = {layer: backbone.channels(layer) for layer in backbone.layers}
        for name, picture in pictures.items():
            check_image(picture, name=f"{name}_image", minimum=least)
            if name != "content":  # that one has the size of the generated picture
                check_memory(channels, wanted, *picture.shape[1:3], painted=False)
        check_memory(channels, wanted, height, width)
    return height, width
