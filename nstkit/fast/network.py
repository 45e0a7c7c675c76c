"""The network that paints in one pass, and the predictor of a style's numbers.

After every convolution but the last, each channel of each picture is brought to mean 0 and
deviation 1, then given a scale and a shift that belong to the style: conditional instance
normalisation (Dumoulin, Shlens and Kudlur, "A Learned Representation For Artistic Style", ICLR
2017, arXiv:1610.07629, equation 5). These scales and shifts are all that differs between styles:
the style's *numbers*. The predictor finds them from a painting (Ghiasi et al., "Exploring the
structure of a real-time, arbitrary neural artistic stylization network", BMVC 2017,
arXiv:1705.06830). Written in Keras 3 for any backend, so that training can use another.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import keras
from keras import ops

EPSILON = 1e-3
"""Added to a variance before its root is taken, so that a flat picture is not blown up: 1e-5, which
is usual, would multiply its rounding errors, and the gradients, by 300 at every layer."""


@dataclass(frozen=True)
class Shape:
    """The widths of a network that paints.

    Attributes
    ----------
    outer, middle, inner : int
        Channels at the picture's own size, at half of it and at a quarter.
    blocks : int
        Residual blocks at a quarter of the size.
    rim : int
        Side of the first and last convolution's kernel, odd.
    """

    outer: int = 16
    middle: int = 32
    inner: int = 64
    blocks: int = 5
    rim: int = 5

    @property
    def normalised(self) -> dict[str, int]:
        """The normalised convolutions by name, each with its channels, from first to last."""
        inside = {
            f"block{number}_conv{half}": self.inner
            for number in range(1, self.blocks + 1)
            for half in (1, 2)
        }
        down = {"down1": self.outer, "down2": self.middle, "down3": self.inner}
        return down | inside | {"up1": self.middle, "up2": self.outer}

    @property
    def count(self) -> int:
        """How many numbers a style has: a scale and a shift for every normalised channel."""
        return 2 * sum(self.normalised.values())


class ReflectionPadding(keras.layers.Layer):
    """Continue a picture beyond its edges by its mirror image.

    Parameters
    ----------
    margin : int
        Rows and columns added on each side.
    """

    def __init__(self, margin: int, **kwargs: Any):
        super().__init__(**kwargs)
        self.margin = margin

    def call(self, x: Any) -> Any:
        """Return x with `margin` more rows and columns on every side."""
        m = self.margin
        x = ops.concatenate([ops.flip(x[:, 1 : m + 1], 1), x, ops.flip(x[:, -m - 1 : -1], 1)], 1)
        left, right = x[:, :, 1 : m + 1], x[:, :, -m - 1 : -1]
        return ops.concatenate([ops.flip(left, 2), x, ops.flip(right, 2)], 2)


class EnlargingConvolution(keras.layers.Layer):
    """Repeat every pixel twice in both directions, continue by the mirror image, convolve by 3×3.

    The enlarged picture is never made: each of its four pixels per pixel sees at most 2×2 of the
    given ones, with sums of the kernel's weights, so that one convolution at the given size finds
    all four. Twice as quick, and the same but for rounding.

    Parameters
    ----------
    channels : int
        Channels of the result.
    """

    def __init__(self, channels: int, **kwargs: Any):
        super().__init__(**kwargs)
        self.channels = channels

    def build(self, shape: Any) -> None:
        """Make the kernel, shape (3, 3, in, channels)."""
        size = (3, 3, shape[-1], self.channels)
        self.kernel = self.add_weight(shape=size, initializer="he_normal", name="kernel")

    def call(self, x: Any) -> Any:
        """Return (batch, 2 · height, 2 · width, channels) of (batch, height, width, in)."""
        kernel = ops.cast(self.kernel, x.dtype)
        parts = [part for rows in _halves(kernel, 0) for part in _halves(rows, 1)]
        x = ops.concatenate([x[:, :1], x, x[:, -1:]], 1)
        x = ops.concatenate([x[:, :, :1], x, x[:, :, -1:]], 2)
        x = ops.conv(x, ops.concatenate(parts, -1), padding="valid", data_format="channels_last")
        batch, height, width, channels = ops.shape(x)
        x = ops.reshape(x, (batch, height, width, 2, channels // 2))
        x = ops.transpose(x, (0, 1, 3, 2, 4))
        return ops.reshape(x, (batch, 2 * height, 2 * width, channels // 4))


def _halves(kernel: Any, axis: int) -> tuple[Any, Any]:
    """Return what an axis of a kernel is for the first and the second of two equal pixels."""
    first, middle, last = ops.split(kernel, 3, axis)
    none = ops.zeros_like(first)
    before = ops.concatenate([first, middle + last, none], axis)
    return before, ops.concatenate([none, first + middle, last], axis)


class ConditionalInstanceNormalisation(keras.layers.Layer):
    """Give every channel of every picture the scale and the shift of its style.

    y = γ (x − μ) / √(σ² + ε) + β with mean μ and variance σ² over a picture's positions.
    """

    def __init__(self, **kwargs: Any):
        super().__init__(autocast=False, **kwargs)  # numbers keep their precision

    def call(self, x: Any, scale: Any, shift: Any) -> Any:
        """Return y of x's shape (batch, height, width, channels); γ, β are (batch, channels)."""
        batch, height, width, channels = ops.shape(x)
        flat = ops.reshape(x, (batch, height * width, channels))
        scale, shift = (ops.cast(array, "float32")[:, None] for array in (scale, shift))
        # Means as products with a row of ones: the quickest way over positions on a processor.
        ones, count = ops.ones((batch, 1, height * width), x.dtype), height * width
        mean = ops.cast(ops.matmul(ones, flat), "float32") / ops.cast(count, "float32")
        # The mean goes first: the variance as a difference of squares would drown in rounding.
        centred = flat - ops.cast(mean, x.dtype)
        squares = ops.cast(ops.matmul(ones, centred * centred), "float32")
        gain = scale * ops.rsqrt(squares / ops.cast(count, "float32") + EPSILON)
        flat = centred * ops.cast(gain, x.dtype) + ops.cast(shift, x.dtype)
        return ops.reshape(flat, (batch, height, width, channels))


def build_network(shape: Shape = Shape()) -> keras.Model:
    """Build the network that paints, with random kernels.

    Two convolutions of stride 2, residual blocks at a quarter of the size, two enlargements by
    repeating pixels, each before a convolution, which leaves no checkerboard (Odena et al. 2016).

    Parameters
    ----------
    shape : Shape
        Its widths.

    Returns
    -------
    keras.Model
        From ``image``, shape (batch, height, width, 3), RGB in [0, 1], sides divisible by 4, and
        ``numbers``, shape (batch, `Shape.count`), to pictures of the image's shape in [0, 1].
    """
    image = keras.Input((None, None, 3), name="image")
    numbers = keras.Input((shape.count,), name="numbers")
    place, slices = 0, {}
    for name, channels in shape.normalised.items():
        slices[name] = place, place + channels, place + 2 * channels
        place += 2 * channels

    def normalise(x: Any, name: str) -> Any:
        first, middle, last = slices[name]
        layer = ConditionalInstanceNormalisation(name=f"{name}_style")
        return layer(x, numbers[:, first:middle], numbers[:, middle:last])

    def convolve(x: Any, name: str, side: int = 3, stride: int = 1) -> Any:
        x = ReflectionPadding(side // 2, name=f"{name}_padding")(x)
        x = keras.layers.Conv2D(
            shape.normalised[name],
            side,
            stride,
            use_bias=False,  # the normalisation would take it away again
            kernel_initializer="he_normal",
            name=name,
        )(x)
        return normalise(x, name)

    x = ops.relu(convolve(image * 2 - 1, "down1", shape.rim))
    x = ops.relu(convolve(x, "down2", stride=2))
    x = ops.relu(convolve(x, "down3", stride=2))
    for number in range(1, shape.blocks + 1):
        inside = ops.relu(convolve(x, f"block{number}_conv1"))
        x = x + convolve(inside, f"block{number}_conv2")
    for name in ("up1", "up2"):
        x = EnlargingConvolution(shape.normalised[name], name=name)(x)
        x = ops.relu(normalise(x, name))
    x = ReflectionPadding(shape.rim // 2, name="paint_padding")(x)
    x = keras.layers.Conv2D(3, shape.rim, kernel_initializer="glorot_normal", name="paint")(x)
    painted = ops.sigmoid(ops.cast(x, "float32"))
    model = keras.Model({"image": image, "numbers": numbers}, painted, name="fast")
    model.autocast = False
    return model


def build_predictor(statistics: int, shape: Shape = Shape(), bottleneck: int = 160) -> keras.Model:
    """Build the predictor: a painting's statistics → a hidden layer → its style's numbers.

    Parameters
    ----------
    statistics : int
        How many statistics a painting has.
    shape : Shape
        The widths of the network that paints.
    bottleneck : int
        Width of the hidden layer.

    Returns
    -------
    keras.Model
        From (batch, statistics), each of mean 0 and deviation 1 over many paintings, to
        (batch, `Shape.count`); near a scale of 1 and a shift of 0 before training.
    """
    given = keras.Input((statistics,), name="statistics")
    small = keras.initializers.RandomNormal(stddev=0.01)
    hidden = keras.layers.Dense(bottleneck, activation="relu", dtype="float32", name="hidden")(
        given
    )
    plain = [[1.0] * channels + [0.0] * channels for channels in shape.normalised.values()]
    numbers = keras.layers.Dense(
        shape.count, kernel_initializer=small, dtype="float32", name="numbers"
    )
    model = keras.Model(given, numbers(hidden), name="predictor")
    model.autocast = False
    numbers.bias.assign([value for group in plain for value in group])
    return model
