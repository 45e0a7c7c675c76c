"""A painter in one pass: its weights file, a style's numbers, and painting with them."""

from __future__ import annotations

import math
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np

from nstkit.backbones import Backbone, load_backbone
from nstkit.errors import SettingsError, WeightsError
from nstkit.fast.network import Shape, build_network, build_predictor
from nstkit.fast.numbers import SUFFIX, StyleNumbers
from nstkit.fast.packing import not_a_painter, unpack
from nstkit.images import check_image, fit
from nstkit.machine import free_memory, give_back_memory
from nstkit.machine.tensorflow import tf
from nstkit.samples import open_image

STATISTICS_LAYERS = tuple(f"block{block}_conv1" for block in range(1, 4))
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


def open_picture(source: Any, size: int | None, *, crop: bool = False) -> np.ndarray:
    """Return a picture given by name, path, or as an array, which keeps its size."""
    if hasattr(source, "ndim"):
        return check_image(source, minimum=SMALLEST)
    return open_image(source, size=size, crop=crop)


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
            name: StyleNumbers(name, values.astype(np.float32), mark)
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
        arrays, mark = unpack(path)
        eyes = backbone or load_backbone("vgg19-slim", pooling="average")
        try:
            return cls(arrays, mark, eyes)
        except (KeyError, ValueError) as error:
            raise not_a_painter(path, error) from error

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
        told = (statistics - self._mean) / self._deviation
        values = self.predictor(
            np.clip(told, -FURTHEST, FURTHEST).astype(np.float32)[None]
        ).numpy()[0]
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
