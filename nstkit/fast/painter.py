"""A painter in one pass: its weights file, a style's numbers, and painting with them."""

from __future__ import annotations

import functools
import hashlib
import io
import math
import os
import zipfile
from collections.abc import Iterable, Mapping
from dataclasses import astuple
from pathlib import Path
from typing import Any

import numpy as np

from nstkit.backbones import Backbone, load_backbone
from nstkit.errors import ImageError, SettingsError, WeightsError, check_number
from nstkit.fast.network import Shape, build_network, build_predictor
from nstkit.fast.numbers import SUFFIX, StyleNumbers, mix
from nstkit.images import check_image, fit
from nstkit.machine import free_memory, give_back_memory
from nstkit.machine.tensorflow import tf
from nstkit.samples import open_image

FILE = Path(__file__).parents[1] / "weights" / "fast.npz"
"""The weights that ship."""

STATISTICS_LAYERS = tuple(f"block{block}_conv1" for block in range(1, 5))
"""Layers of the slim network whose means and deviations the predictor sees."""

FURTHEST = 4.0
"""Deviations from the mean beyond which a statistic tells the predictor nothing more."""

STYLE_SIZE = 256
"""Longest side in pixels of a painting whose style is predicted: as in training."""

SMALLEST = 16
"""Shortest side in pixels of a picture to be painted."""

SPARE = 0.9
"""Part of the free memory that a pass may take."""


def channel_statistics(backbone: Backbone, picture: Any) -> np.ndarray:
    """Return what the predictor is told of a painting.

    For each of `STATISTICS_LAYERS` log(1 + μ_i) and log(1 + σ_i), with mean and deviation of
    channel i over all positions.

    Parameters
    ----------
    backbone : Backbone
        The slim network with average pooling.
    picture : array_like
        Shape (1, height, width, 3), float, in [0, 1].

    Returns
    -------
    numpy.ndarray
        Shape (statistics,), float32.
    """
    features = backbone.features(picture, STATISTICS_LAYERS)
    parts = []
    for layer in STATISTICS_LAYERS:
        values = np.reshape(features[layer], (-1, features[layer].shape[-1]))
        parts += [values.mean(0), values.std(0)]
    return np.log1p(np.concatenate(parts))


def pack(
    shape: Shape,
    models: Iterable[Any],
    table: Mapping[str, np.ndarray],
    mean: np.ndarray,
    deviation: np.ndarray,
) -> dict[str, np.ndarray]:
    """Return what a weights file holds, to be given to `numpy.savez` or to `Painter`.

    Parameters
    ----------
    shape : Shape
        The network's widths.
    models : iterable of keras.Model
        The network and the predictor.
    table : mapping of str to numpy.ndarray
        The numbers of each style learned by heart, shape (count,).
    mean, deviation : numpy.ndarray
        Of the statistics over many paintings, shape (statistics,).

    Returns
    -------
    dict of str to numpy.ndarray
        float16, but for the statistics.
    """
    return {
        "shape": np.array(astuple(shape)),
        "statistics/mean": np.float32(mean),
        "statistics/deviation": np.float32(deviation),
        "table/names": np.array(list(table)),
        "table/values": np.float16(list(table.values())),
    } | {
        f"{model.name}/{layer.name}/{number}": np.float16(array)
        for model in models
        for layer in model.layers
        for number, array in enumerate(layer.get_weights())
    }


class Painter:
    """A trained network with its predictor and its table of styles.

    Parameters
    ----------
    arrays : mapping of str to numpy.ndarray
        What `pack` returns.
    mark : str
        What tells this network from others; its styles' numbers carry it.
    backbone : Backbone
        The slim network, average pooling: the predictor's eyes.

    Attributes
    ----------
    table : dict of str to StyleNumbers
        The styles that it has learned by heart.
    """

    def __init__(self, arrays: Mapping[str, np.ndarray], mark: str, backbone: Backbone):
        shape = Shape(*(int(side) for side in arrays["shape"]))
        self.mark, self.backbone = mark, backbone
        self.network = build_network(shape)
        self.predictor = build_predictor(
            len(arrays["statistics/mean"]), shape, len(arrays["predictor/hidden/1"])
        )
        for model in (self.network, self.predictor):
            for layer in model.layers:
                if layer.weights:
                    names = [f"{model.name}/{layer.name}/{k}" for k in range(len(layer.weights))]
                    layer.set_weights([np.asarray(arrays[name], np.float32) for name in names])
        self._mean, self._deviation = arrays["statistics/mean"], arrays["statistics/deviation"]
        self.table = {
            name: StyleNumbers(name, np.float32(values), mark)
            for name, values in zip(
                arrays["table/names"].tolist(), arrays["table/values"], strict=True
            )
        }
        self.shape = shape
        kind = tf.TensorSpec((None, None, None, 3)), tf.TensorSpec((None, shape.count))
        self._compiled = tf.function(self._pass, input_signature=kind, autograph=False)

    @classmethod
    def read(cls, path: str | os.PathLike[str], backbone: Backbone | None = None) -> Painter:
        """Read a weights file, as `tools/train_fast.py` writes it.

        Raises
        ------
        WeightsError
            If it is missing, damaged or something else.
        """
        try:
            data = Path(path).read_bytes()
            with np.load(io.BytesIO(data), allow_pickle=False) as arrays:
                found = dict(arrays)
            eyes = backbone or load_backbone("vgg19-slim", pooling="average")
            return cls(found, hashlib.sha256(data).hexdigest()[:16], eyes)
        except FileNotFoundError:
            raise WeightsError(f"there is no weights file {path}: check the name") from None
        except (OSError, ValueError, KeyError, EOFError, zipfile.BadZipFile) as error:
            raise WeightsError(
                f"{path} is damaged, or holds no network that paints in one pass ({error}): "
                "give a file that tools/train_fast.py wrote, or install nstkit again"
            ) from error

    def numbers(self, style: Any) -> StyleNumbers:
        """Return the numbers of one style.

        Parameters
        ----------
        style : StyleNumbers, str, path-like or array_like
            Numbers; the name of a style in the table; a file of numbers (``.npz``); or a painting
            as `nstkit.stylize` takes it, whose numbers are predicted.

        Returns
        -------
        StyleNumbers
            The numbers, belonging to this network.

        Raises
        ------
        WeightsError
            If the numbers belong to another network, or their file is damaged.
        ImageError, SettingsError
            If it is no picture.
        """
        if isinstance(style, str) and style in self.table:
            return self.table[style]
        if isinstance(style, (str, os.PathLike)) and Path(style).suffix == SUFFIX:
            style = StyleNumbers.load(style)
        if isinstance(style, StyleNumbers):
            if style.network != self.mark or style.values.shape != (self.shape.count,):
                raise WeightsError(
                    f"the numbers of {style.name!r} belong to another network than the one here: "
                    "predict or tune them again from the painting"
                )
            return style
        picture = open_picture(style, STYLE_SIZE)
        if max(picture.shape) > STYLE_SIZE:  # an array
            picture = fit(picture, STYLE_SIZE)
        statistics = channel_statistics(self.backbone, picture)
        told = np.clip((statistics - self._mean) / self._deviation, -FURTHEST, FURTHEST)
        values = self.predictor(np.float32(told)[None]).numpy()[0]
        name = str(style) if isinstance(style, (str, os.PathLike)) else "a painting"
        return StyleNumbers(name, values, self.mark)

    def paint(self, picture: Any, numbers: StyleNumbers) -> np.ndarray:
        """Paint a picture in one pass.

        Parameters
        ----------
        picture : array_like
            Shape (1, height, width, 3), float, in [0, 1]; any size from 16 × 16.
        numbers : StyleNumbers
            The style's.

        Returns
        -------
        numpy.ndarray
            The same shape, float32, in [0, 1].

        Raises
        ------
        ImageError
            If it is no picture, or too small.
        SettingsError
            If a picture of this size would not fit into memory.
        """
        image = check_image(picture, name="content", minimum=SMALLEST)
        height, width = image.shape[1:3]
        self.check_memory(height, width)
        return self.apply(image, tf.constant(numbers.values[None])).numpy()

    def apply(self, image: np.ndarray, numbers: tf.Tensor) -> tf.Tensor:
        """Do what `paint` does, without a check, as an operation with a gradient.

        Parameters
        ----------
        image : numpy.ndarray
            Shape (1, height, width, 3), float32.
        numbers : tf.Tensor
            Shape (1, count), float32.

        Returns
        -------
        tf.Tensor
            Of the image's shape.
        """
        height, width = image.shape[1:3]
        # The network halves the size twice: the picture is continued to a multiple of 4.
        margins = ((0, 0), (0, -height % 4), (0, -width % 4), (0, 0))
        painted = self._compiled(np.pad(image, margins, mode="reflect"), numbers)
        return painted[:, :height, :width]

    def check_memory(self, height: int, width: int) -> None:
        """Raise a SettingsError, with a size that fits, if a picture would not fit into memory."""
        needed = self.bytes_per_pixel * height * width
        if needed > SPARE * free_memory():
            give_back_memory()
        free = SPARE * free_memory()
        if needed > free:
            fits = int(max(height, width) * math.sqrt(free / needed)) // 16 * 16
            raise SettingsError(
                f"a picture of {width}×{height} pixels takes about {needed / 1e9:.1f} GB of "
                f"memory, and {free / 1e9:.1f} GB can be used: take a size of {fits} or less"
            )

    @property
    def bytes_per_pixel(self) -> int:
        """Memory that a pass takes at its peak, for each pixel of the picture."""
        return 4 * (4 * self.shape.middle + 3 * self.shape.outer)

    def _pass(self, image: tf.Tensor, numbers: tf.Tensor) -> tf.Tensor:
        return self.network({"image": image, "numbers": numbers})


@functools.cache
def load_painter() -> Painter:
    """Return the painter that ships, read once.

    Returns
    -------
    Painter
        It.

    Raises
    ------
    WeightsError
        If its file is missing or damaged.
    """
    return Painter.read(FILE)


def open_picture(source: Any, size: int | None, *, crop: bool = False) -> np.ndarray:
    """Return a picture given by name, path, or as an array, which keeps its size."""
    if hasattr(source, "ndim"):
        return check_image(source, minimum=SMALLEST)
    return open_image(source, size=size, crop=crop)


def paint(
    content: Any,
    style: Any,
    *,
    weights: Iterable[float] | None = None,
    strength: float = 1.0,
    preserve_colour: bool = False,
    size: int | None = None,
    crop: bool = False,
    painter: Painter | None = None,
) -> Any:
    """Paint pictures in one pass of a network, without optimisation.

    Parameters
    ----------
    content : picture, or list of pictures
        Each a sample's name, anything that `nstkit.load_image` opens, or an array of shape
        (1, height, width, 3), float, in [0, 1].
    style : style, list of styles, or dict from style to weight
        Each a sample's name (known by heart), a painting as `content` takes it (its numbers are
        predicted), `StyleNumbers`, or a file of them. Several are mixed.
    weights : iterable of float, optional
        How much of each style in a list; only their proportions count.
    strength : float
        From 0, the photograph, to 1, the style in full.
    preserve_colour : bool
        Whether to keep the photograph's colours.
    size : int, optional
        Longest side in pixels; by default the picture's own.
    crop : bool
        Whether to cut out squares of that size.
    painter : Painter, optional
        The network; by default the one that ships.

    Returns
    -------
    numpy.ndarray or list of numpy.ndarray
        The painted picture, shape (1, height, width, 3), float32, in [0, 1]; a list for a list.

    Raises
    ------
    ImageError, SettingsError, WeightsError
        If something given is not accepted.
    """
    amount = check_number(strength, "strength", maximum=1.0)
    network = painter or load_painter()
    numbers = style_numbers(network, style, weights)
    several = isinstance(content, (list, tuple))
    if several and not content:
        raise ImageError("no picture given: give at least one")
    painted = []
    for each in content if several else [content]:
        picture = open_picture(each, size, crop=crop)
        mixture = numbers
        if amount < 1:  # the rest is the photograph's own style, which leaves it as it is
            mixture = mix([numbers, network.numbers(picture)], [amount, 1 - amount])
        image = network.paint(picture, mixture)
        if preserve_colour:
            from nstkit.classic.colour import keep_colours

            image = keep_colours(picture, image)
        painted.append(image)
    return painted if several else painted[0]


def style_numbers(painter: Painter, style: Any, weights: Iterable[float] | None) -> StyleNumbers:
    """Return the numbers of a style, or of a mixture, as `paint` takes them."""
    if isinstance(style, Mapping):
        if weights is not None:
            raise SettingsError("styles with weights, and weights: give the weights once")
        style, weights = list(style), list(style.values())
    styles = style if isinstance(style, (list, tuple)) else [style]
    shares = None if weights is None else list(weights)
    return mix([painter.numbers(each) for each in styles], shares)
