"""The teachers: the real VGG-19 where its weights are known, the 16x encoder beyond."""

from pathlib import Path

import keras
import numpy as np
from keras import layers, ops

from slim.shape import KEPT, LAYERS, MEANS, layers_up_to
from slim.student import Pool, in_part

FULL_FILE = "vgg19_weights_tf_dim_ordering_tf_kernels_notop.h5"


@keras.saving.register_keras_serializable(package="slim")
class ReflectPadding(layers.Layer):
    """Pad height and width by one, mirrored."""

    def call(self, x):
        """Return (batch, height + 2, width + 2, channels)."""
        return ops.pad(x, [[0, 0], [1, 1], [1, 1], [0, 0]], mode="reflect")


def convolutions(parameters: dict, x, average, last: str, *, reflect: bool) -> dict[str, tuple]:
    """Apply the layers of `parameters` in VGG's order; return name -> (before, after ReLU)."""
    seen = {}
    for name in [name for name in layers_up_to(last) if f"{name}/kernel" in parameters]:
        if name.endswith("conv1") and seen:
            x = Pool()(x, average)
        kernel, bias = parameters[f"{name}/kernel"], parameters[f"{name}/bias"]
        # The picture itself is never rounded: its grey levels need more than bfloat16's 8 bits.
        dtype = "float32" if name == LAYERS[0] else None
        conv = layers.Conv2D(len(bias), 3, padding="valid" if reflect else "same", dtype=dtype)
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


def build_teacher(folder: Path, last: str = LAYERS[-1]) -> keras.Model:
    """Build the model from (VGG's input, share of average pooling) to layers up to `last`.

    For each layer it gives two outputs, before and after ReLU.
    """
    full, blocks, encoder = (
        folder / FULL_FILE,
        folder / "vgg19_imagenet_blocks1-3.npz",
        folder / "vgg19_16x_encoder.npz",
    )
    image = keras.Input((None, None, 3), name="image")
    average = keras.Input((1, 1, 1), name="average")
    if full.exists():
        seen = convolutions(read_full(full), image, average, last, reflect=False)
    elif blocks.exists() and encoder.exists():
        seen = convolutions(dict(np.load(blocks)), image, average, last, reflect=False)
        if last not in seen:
            seen |= _deep_layers(dict(np.load(encoder)), image, average, last)
    else:
        raise SystemExit(
            f"No teacher in {folder}: put {FULL_FILE} there, or {blocks.name} and {encoder.name}."
        )
    wanted = {name: list(seen[name]) for name in layers_up_to(last)}
    return keras.Model({"image": image, "average": average}, wanted)


def _deep_layers(small: dict, image, average, last: str) -> dict[str, tuple]:
    """Return blocks 4 and 5 of the 16x encoder, and neighbourhood means where it ends."""
    adapt = layers.Conv2D(3, 1, name="input_conv", dtype="float32")
    to_rgb = layers.Rescaling(1 / 255, offset=list(MEANS / 255), dtype="float32")(image)
    x = adapt(to_rgb[..., ::-1])
    adapt.set_weights([small["input_conv/kernel"], small["input_conv/bias"]])
    seen = convolutions(small, x, average, last, reflect=True)
    mean = seen.get("block5_conv1", (None, None))[1]
    for name in LAYERS[-3:]:  # no teacher: neighbourhood means of block5_conv1
        if name in layers_up_to(last):
            mean = layers.AveragePooling2D(3, strides=1, padding="same")(mean)
            seen[name] = mean, mean
    return {name: pair for name, pair in seen.items() if name[5] in "45"}


def turned(teacher: keras.Model, bases: dict[str, np.ndarray], taps: list[str]) -> keras.Model:
    """Return the teacher from scaled input to what the student is compared with at `taps`."""
    outputs = {}
    for tap in taps:
        turn = layers.Dense(KEPT[tap[5]], use_bias=False)
        outputs[tap] = turn(in_part(teacher.output[tap][1], tap))
        turn.set_weights([bases[tap]])
    model = keras.Model(teacher.input, outputs)
    model.trainable = False
    return model
