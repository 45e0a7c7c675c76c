"""The slim network with average pooling, in Keras 3 for any backend, and what is read off it."""

from pathlib import Path

import keras
import numpy as np
from keras import layers, ops

from nstkit.backbones import IMAGENET_MEAN_BGR, LAYERS

STYLE_LAYERS = tuple(f"block{block}_conv1" for block in range(1, 6))
CONTENT_LAYERS = ("block3_conv2", "block4_conv2")
STATISTICS_LAYERS = STYLE_LAYERS[:3]  # whose means and deviations the predictor sees


def build_loss_network(path: Path, wanted: tuple[str, ...]) -> keras.Model:
    """Build pictures in [0, 1] -> {layer: features} from a weights file; nothing is trainable."""
    image = keras.Input((None, None, 3))
    x = (image[..., ::-1] * 255.0) - np.array(IMAGENET_MEAN_BGR, np.float32)
    found = {}
    with np.load(path, allow_pickle=False) as arrays:
        for name in LAYERS[: 1 + max(LAYERS.index(layer) for layer in wanted)]:
            kernel, bias = (
                arrays[f"{name}/{part}"].astype("float32") for part in ("kernel", "bias")
            )
            if name.endswith("conv1") and name != LAYERS[0]:
                x = layers.AveragePooling2D(2)(x)
            convolution = layers.Conv2D(
                kernel.shape[-1], 3, padding="same", activation="relu", name=name, trainable=False
            )
            x = convolution(x)
            convolution.set_weights([kernel, bias])
            if name in wanted:
                found[name] = x
    model = keras.Model(image, found)
    model.autocast = False
    return model


def gram(features):
    """Return the Gram matrix of each picture's features, per position, float32."""
    batch, height, width, channels = ops.shape(features)
    flat = ops.reshape(features, (batch, height * width, channels))
    product = ops.matmul(ops.transpose(flat, (0, 2, 1)), flat)
    return ops.cast(product, "float32") / ops.cast(height * width, "float32")


def statistics(features) -> np.ndarray:
    """Return what the predictor sees: log(1 + mean) and log(1 + deviation) of every channel."""
    parts = []
    for name in STATISTICS_LAYERS:
        array = np.asarray(ops.convert_to_numpy(ops.cast(features[name], "float32")))
        parts += [np.log1p(array.mean((1, 2))), np.log1p(array.std((1, 2)))]
    return np.concatenate(parts, axis=1)
