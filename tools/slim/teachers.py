"""The teachers: the real VGG-19 where its weights are known, the 16x encoder beyond."""

from pathlib import Path

import keras
import numpy as np
from keras import layers, ops

from slim.shape import LAYERS, MEANS, SIDE

FULL_FILE = "vgg19_weights_tf_dim_ordering_tf_kernels_notop.h5"


@keras.saving.register_keras_serializable(package="slim")
class ReflectPadding(layers.Layer):
    """Pad height and width by one, mirrored."""

    def call(self, x):
        """Return (batch, height + 2, width + 2, channels)."""
        return ops.pad(x, [[0, 0], [1, 1], [1, 1], [0, 0]], mode="reflect")


def convolutions(parameters: dict, x, *, reflect: bool) -> dict[str, tuple]:
    """Apply the layers of `parameters` in VGG's order; return name -> (before, after ReLU)."""
    seen = {}
    for name in [name for name in LAYERS if f"{name}/kernel" in parameters]:
        if name.endswith("conv1") and seen:
            x = layers.MaxPooling2D()(x)
        kernel, bias = parameters[f"{name}/kernel"], parameters[f"{name}/bias"]
        conv = layers.Conv2D(len(bias), 3, padding="valid" if reflect else "same")
        before = conv(ReflectPadding()(x) if reflect else x)
        conv.set_weights([kernel, bias])
        x = layers.ReLU()(before)
        seen[name] = before, x
    return seen


def read_full(path: Path) -> dict[str, np.ndarray]:
    """Read Keras's VGG-19 file into name/kernel and name/bias."""
    model = keras.applications.VGG19(include_top=False, weights=str(path))
    found = {}
    for name in LAYERS:
        kernel, bias = model.get_layer(name).get_weights()
        found |= {f"{name}/kernel": kernel, f"{name}/bias": bias}
    return found


def build_teacher(folder: Path) -> keras.Model:
    """Build the model crop -> {layer: (before ReLU, after ReLU)} from the files in `folder`."""
    full, blocks, encoder = (
        folder / FULL_FILE,
        folder / "vgg19_imagenet_blocks1-3.npz",
        folder / "vgg19_16x_encoder.npz",
    )
    image = keras.Input((SIDE, SIDE, 3))  # VGG's input
    if full.exists():
        seen = convolutions(read_full(full), image, reflect=False)
    elif blocks.exists() and encoder.exists():
        seen = convolutions(dict(np.load(blocks)), image, reflect=False)
        small = dict(np.load(encoder))
        adapt = layers.Conv2D(3, 1, name="input_conv")
        to_rgb = layers.Rescaling(1 / 255, offset=list(MEANS / 255))(image)[..., ::-1]
        x = adapt(to_rgb)
        adapt.set_weights([small["input_conv/kernel"], small["input_conv/bias"]])
        deep = convolutions(small, x, reflect=True)
        seen |= {name: deep[name] for name in deep if name not in seen}
        mean = seen["block5_conv1"][1]
        for name in LAYERS[-3:]:  # no teacher: neighbourhood means of block5_conv1
            mean = layers.AveragePooling2D(3, strides=1, padding="same")(mean)
            seen[name] = mean, mean
    else:
        raise SystemExit(
            f"No teacher in {folder}: put {FULL_FILE} there, or {blocks.name} and {encoder.name}."
        )
    return keras.Model(image, {name: list(pair) for name, pair in seen.items()})
