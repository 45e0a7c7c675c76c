"""The networks behind one interface: VGG-19, VGG-16 and the slim VGG-19 that ships.

A `Backbone` takes a picture in [0, 1] and returns the features of exactly the layers asked for,
running no deeper than the deepest of them.
"""

from __future__ import annotations

import copy
import os
from collections.abc import Callable, Iterable, Mapping
from functools import partial
from typing import Any

import numpy as np

from nstkit.backbones.architecture import (
    ARCHITECTURES,
    IMAGENET_MEAN_BGR,
    LAYERS,
    block_of,
    expected_shapes,
    positions,
)
from nstkit.backbones.cancellation import gate
from nstkit.backbones.kernels import convolution_relu, max_pool
from nstkit.backbones.weight_files import (
    SLIM_FILE,
    cached_weights,
    find_weights,
    read_slim,
    read_weights,
)
from nstkit.errors import SettingsError, WeightsError, choose
from nstkit.machine.tensorflow import tf

Parameters = Mapping[str, tuple[Any, Any]]


def load_backbone(
    name: str | None = None,
    *,
    weights: str | os.PathLike[str] | None = None,
    pooling: str = "average",
    download: bool = False,
) -> Backbone:
    """Load one of the networks.

    Parameters
    ----------
    name : {"vgg19-slim", "vgg19", "vgg16"}, optional
        Which network. Without a name: VGG-19 if its ImageNet weights are on this machine
        already, else the slim one that ships with nstkit; the choice is printed.
    weights : path-like, optional
        A file of its weights (``include_top=False``), in place of Keras's cache.
    pooling : {"max", "average"}
        Pooling between blocks: max as VGG-19 was trained, average as Gatys et al. prefer.
    download : bool
        Whether ImageNet weights (VGG-19: 80 MB) may be downloaded when they are not here.

    Returns
    -------
    Backbone
        The network.

    Raises
    ------
    SettingsError
        If there is no such backbone or pooling.
    WeightsError
        If the weights are missing, damaged or of another network.
    """
    if name is None and weights is None:
        name = "vgg19" if cached_weights().exists() else "vgg19-slim"
        backbone = load_backbone(name, pooling=pooling)
        print(backbone.describe())
        return backbone
    name = choose(name or "vgg19", ARCHITECTURES, "backbone")
    if name == "vgg19-slim":
        if weights is not None:
            raise SettingsError(
                f"weights={os.fspath(weights)!r} given for vgg19-slim, which ships with its own: "
                "leave weights out, or name the backbone 'vgg19'"
            )
        return Backbone(name, read_slim(), pooling=pooling, source=str(SLIM_FILE))
    path = find_weights(name, weights, download)
    return Backbone(name, read_weights(name, path), pooling=pooling, source=str(path))


def untrained_backbone(name: str, *, pooling: str = "average", seed: int = 0) -> Backbone:
    """Draw a network of the right shape from a seed, for tests and for measuring its cost.

    Parameters
    ----------
    name : {"vgg19-slim", "vgg19", "vgg16"}
        Which shape.
    pooling : {"max", "average"}
        Pooling between blocks.
    seed : int
        Seed of the random kernels (He et al. 2015: variance 2 / fan-in); biases are 0.

    Returns
    -------
    Backbone
        A network whose name ends in "-untrained".
    """
    random = np.random.default_rng(seed)
    parameters = {
        layer: (
            random.standard_normal(shape, np.float32) * np.float32(np.sqrt(2 / np.prod(shape[:3]))),
            np.zeros(shape[3], np.float32),
        )
        for layer, shape in expected_shapes(name).items()
    }
    return Backbone(f"{name}-untrained", parameters, pooling=pooling, source=f"seed {seed}")


class Backbone:
    """A stack of 3×3 convolutions with the layer names of a VGG network.

    Parameters
    ----------
    name : str
        What to call it.
    parameters : mapping of str to (kernel, bias)
        For each layer its kernel, shape (3, 3, in, out), and bias, shape (out,), float32, in
        the network's order. The last layers may be missing.
    pooling : {"max", "average"}
        2×2 pooling with stride 2 between the blocks.
    source : str
        Where the parameters come from.

    Attributes
    ----------
    layers : tuple of str
        The layers it has, from first to last.
    compiled : dict
        Functions compiled for it, the newest last; see `nstkit.transfer.compiled`.

    Raises
    ------
    SettingsError
        If `pooling` is not one of the two.
    WeightsError
        If the parameters are not those of the first layers of such a network.
    """

    def __init__(
        self,
        name: str,
        parameters: Mapping[str, tuple[Any, Any]],
        *,
        pooling: str = "average",
        source: str = "",
    ):
        self.name = name
        self.pooling = choose(pooling, ("max", "average"), "pooling")
        self.source = source
        self.layers = _check_parameters(parameters, source or name)
        # A constant keeps a second copy of what it was made from; its identity does not.
        self._parameters = {
            layer: tuple(tf.identity(np.asarray(array, np.float32)) for array in parameters[layer])
            for layer in self.layers
        }
        self._convolutions: dict[str, Callable[[tf.Tensor], tf.Tensor]] = {}
        self._between: Callable[[tf.Tensor], tf.Tensor] = _as_it_is
        self.compiled: dict[Any, Any] = {}

    def features(self, image: Any, layers: Iterable[str]) -> dict[str, tf.Tensor]:
        """Compute the features of a picture.

        Parameters
        ----------
        image : array_like
            Shape (batch, height, width, 3), float32, RGB in [0, 1].
        layers : iterable of str
            Names out of `LAYERS`; the network runs no deeper than the deepest of them.

        Returns
        -------
        dict of str to tf.Tensor
            For each layer its features after ReLU, shape (batch, height / 2ᵇ, width / 2ᵇ,
            channels), float32, with b the number of poolings before it.

        Raises
        ------
        SettingsError
            If a layer does not exist or none is given.
        """
        wanted = set(self.check_layers(layers))
        x = preprocess(tf.convert_to_tensor(image, tf.float32))
        found: dict[str, tf.Tensor] = {}
        block = 1
        for layer in self.layers:
            if block_of(layer) > block:
                x, block = self._between(self._pool(x)), block_of(layer)
            x = self._convolution(layer)(x)
            if layer in wanted:
                found[layer] = x
            if len(found) == len(wanted):
                break
        return found

    def gated(self, unwanted: Callable[[], bool]) -> Backbone:
        """Return the same network with a gate between its blocks.

        Parameters
        ----------
        unwanted : callable
            What the gates ask; see `nstkit.backbones.gate`.

        Returns
        -------
        Backbone
            It shares its parameters with this one.
        """
        twin = copy.copy(self)
        twin._between = partial(gate, unwanted=unwanted)
        twin.compiled = {}
        return twin

    def check_layers(self, layers: Iterable[str], what: str = "layer") -> tuple[str, ...]:
        """Return `layers` in the network's order, each once, after checking that they exist."""
        if isinstance(layers, str):
            layers = (layers,)
        wanted = {choose(layer, self.layers, what) for layer in layers}
        if not wanted:
            raise SettingsError(f"no {what} given: choose at least one of {', '.join(self.layers)}")
        return tuple(layer for layer in self.layers if layer in wanted)

    def channels(self, layer: str) -> int:
        """Return the number of channels of a layer."""
        return int(self._parameters[choose(layer, self.layers, "layer")][1].shape[0])

    def feature_shape(self, layer: str, height: int, width: int) -> tuple[int, int, int]:
        """Return (height, width, channels) of a layer's features for a picture of that size."""
        return *positions(layer, height, width), self.channels(layer)

    def parameters(self, layer: str) -> tuple[np.ndarray, np.ndarray]:
        """Return a layer's kernel, shape (3, 3, in, out), and bias, shape (out,)."""
        kernel, bias = self._parameters[choose(layer, self.layers, "layer")]
        return kernel.numpy(), bias.numpy()

    def describe(self) -> str:
        """Say in one line which network this is and where its weights are."""
        count = sum(int(tf.size(array)) for pair in self._parameters.values() for array in pair)
        return f"{self.name}: {count:,} parameters, {self.pooling} pooling, from {self.source}"

    def __repr__(self) -> str:
        """Show what `describe` says."""
        return f"<Backbone {self.describe()}>"

    def _pool(self, x: tf.Tensor) -> tf.Tensor:
        if self.pooling == "max":
            return max_pool(x)
        return tf.nn.avg_pool2d(x, ksize=2, strides=2, padding="VALID")

    def _convolution(self, layer: str) -> Callable[[tf.Tensor], tf.Tensor]:
        """Return the layer's function, made on its first use."""
        if layer not in self._convolutions:
            with tf.init_scope():
                self._convolutions[layer] = convolution_relu(*self._parameters[layer])
        return self._convolutions[layer]


def preprocess(image: tf.Tensor) -> tf.Tensor:
    """Do VGG's preprocessing: RGB in [0, 1] to BGR in [0, 255] with ImageNet's means removed."""
    return tf.reverse(image, axis=[-1]) * 255.0 - tf.constant(IMAGENET_MEAN_BGR)


def _as_it_is(x: tf.Tensor) -> tf.Tensor:
    return x


def _check_parameters(parameters: Mapping[str, tuple[Any, Any]], source: str) -> tuple[str, ...]:
    """Return the layers in order, after checking that they are the first of a known network."""
    layers = tuple(layer for layer in LAYERS if layer in parameters)
    known = [network.layers[: len(layers)] for network in ARCHITECTURES.values()]
    if not layers or len(layers) < len(parameters) or layers not in known:
        raise WeightsError(
            f"{source} has the layers {', '.join(parameters) or 'none'}: a backbone has the first "
            f"of {', '.join(LAYERS)}, or of VGG-16's, which has three in each of blocks 3 to 5"
        )
    previous = 3
    for layer in layers:
        kernel, bias = (np.shape(array) for array in parameters[layer])
        if kernel[:3] != (3, 3, previous) or len(kernel) != 4 or bias != kernel[3:]:
            raise WeightsError(
                f"{source}: {layer} has a kernel of shape {kernel} and a bias of shape {bias}; "
                f"expected (3, 3, {previous}, channels) and (channels,)"
            )
        if not all(np.isfinite(array).all() for array in parameters[layer]):
            raise WeightsError(f"{source}: {layer} holds NaN or infinity; the file is damaged")
        previous = kernel[3]
    return layers
