"""The networks in numbers: layers and their widths, weights files, preprocessing means."""

from __future__ import annotations

from dataclasses import dataclass

from nstkit.errors import choose

PUBLISHED_AT = "https://storage.googleapis.com/tensorflow/keras-applications"
"""Where Keras publishes weights."""


@dataclass(frozen=True)
class WeightsFile:
    """A file of ImageNet weights without the top, as Keras publishes it.

    Attributes
    ----------
    application : str
        Name of the network in ``keras.applications``; its lower case is the file's folder.
    bytes : int
        Size of the file.
    md5 : str
        Its MD5, in hexadecimal digits.
    """

    application: str
    bytes: int
    md5: str

    @property
    def name(self) -> str:
        """The file's name."""
        return f"{self.application.lower()}_weights_tf_dim_ordering_tf_kernels_notop.h5"

    @property
    def address(self) -> str:
        """Where it can be downloaded."""
        return f"{PUBLISHED_AT}/{self.application.lower()}/{self.name}"


@dataclass(frozen=True)
class Architecture:
    """A network of the VGG family: blocks of 3×3 convolutions with a 2×2 pooling between them.

    Attributes
    ----------
    convolutions : tuple of int
        Number of convolutions in each block.
    widths : tuple of int or of tuple of int
        Channels of each block; of each of its convolutions where they differ.
    weights : WeightsFile or None
        Its published weights; None for the network whose weights ship with nstkit.
    """

    convolutions: tuple[int, ...]
    widths: tuple[int | tuple[int, ...], ...]
    weights: WeightsFile | None = None

    @property
    def layers(self) -> tuple[str, ...]:
        """Names of the convolutions from first to last, as in ``keras.applications``."""
        return tuple(
            f"block{block}_conv{number}"
            for block, count in enumerate(self.convolutions, start=1)
            for number in range(1, count + 1)
        )

    @property
    def channels(self) -> tuple[int, ...]:
        """Channels of every convolution, in the order of `layers`."""
        blocks = zip(self.convolutions, self.widths, strict=True)
        return tuple(
            channels
            for count, width in blocks
            for channels in ((width,) * count if isinstance(width, int) else width)
        )


ARCHITECTURES = {
    # Wide where style is measured, at the first layer of each block, and narrow behind it.
    "vgg19-slim": Architecture((2, 2, 4, 4, 4), (16, (64, 48), (144, 48, 48, 64), 96, 128)),
    "vgg19": Architecture(
        (2, 2, 4, 4, 4),
        (64, 128, 256, 512, 512),
        WeightsFile("VGG19", 80_134_624, "253f8cb515780f3b799900260a226db6"),
    ),
    "vgg16": Architecture(
        (2, 2, 3, 3, 3),
        (64, 128, 256, 512, 512),
        WeightsFile("VGG16", 58_889_256, "6d6bbae143d832006294945121d1f1fc"),
    ),
}
"""The networks by name. A new one of the family is an entry here."""

LAYERS = ARCHITECTURES["vgg19"].layers
"""Names of VGG-19's sixteen convolutions; VGG-16 has thirteen of them."""

IMAGENET_MEAN_BGR = (103.939, 116.779, 123.68)
"""Mean of ImageNet's training pictures that VGG's preprocessing removes, in [0, 255]."""


def block_of(layer: str) -> int:
    """Return the block, 1 to 5, that a layer belongs to."""
    return int(choose(layer, LAYERS, "layer")[len("block")])


def first_layers(names: tuple[str, ...]) -> tuple[str, ...]:
    """Return of each block the layer that comes first, such as ``block1_conv1``."""
    blocks = {block_of(layer): layer for layer in reversed(names)}
    return tuple(blocks[block] for block in sorted(blocks))


def positions(layer: str, height: int, width: int) -> tuple[int, int]:
    """Return rows and columns of a layer's features for a picture of that size."""
    halvings = 2 ** (block_of(layer) - 1)
    return height // halvings, width // halvings


def expected_shapes(name: str) -> dict[str, tuple[int, int, int, int]]:
    """Return the kernel shape of every layer of a backbone.

    Parameters
    ----------
    name : str
        Which network: a key of `ARCHITECTURES`.

    Returns
    -------
    dict of str to tuple
        For each of its layers (3, 3, in, out).
    """
    network = ARCHITECTURES[choose(name, ARCHITECTURES, "backbone")]
    outputs = network.channels
    inputs = (3, *outputs[:-1])
    return {
        layer: (3, 3, i, o) for layer, i, o in zip(network.layers, inputs, outputs, strict=True)
    }


def channels_of(name: str) -> dict[str, int]:
    """Return the number of channels of every layer of a backbone, in order."""
    return {layer: shape[-1] for layer, shape in expected_shapes(name).items()}
