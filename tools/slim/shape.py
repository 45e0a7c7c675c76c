"""The slim network in numbers, and where it is compared with its teachers."""

import numpy as np

from nstkit.backbones import IMAGENET_MEAN_BGR, LAYERS, channels_of

WIDTH = channels_of("vgg19-slim")
# Where features are compared, and the weight: the layers that style is measured in count most.
TAPS = {
    "block1_conv1": 1.0,
    "block1_conv2": 0.3,
    "block2_conv1": 2.0,
    "block2_conv2": 0.3,
    "block3_conv1": 3.0,
    "block3_conv2": 1.0,
    "block3_conv4": 1.0,
    "block4_conv1": 1.0,
    "block4_conv2": 1.0,
    "block4_conv4": 1.0,
    "block5_conv1": 1.0,
    "block5_conv2": 0.5,
    "block5_conv4": 0.5,
}
KEPT = {"1": 32, "2": 64, "3": 128, "4": 128, "5": 128}  # teacher's dimensions kept, by block
# Where similarities between positions are compared too; in the others it costs more than it gives.
ALIKE = {name for name in TAPS if name.endswith("conv1") and name[5] in "2345"} | {"block4_conv2"}
MEANS = np.array(IMAGENET_MEAN_BGR, np.float32)
INPUT_SCALE = 58.0  # about the standard deviation of a colour channel: the student starts at 1
# Sides of the training crops in pixels, crops in a batch, and how often such a batch comes.
SIDES = {96: (8, 0.2), 128: (4, 0.4), 192: (2, 0.25), 256: (2, 0.1), 384: (2, 0.05)}
SIDE, BATCH = 128, 8  # where one size will do


def preprocess(pictures: np.ndarray) -> np.ndarray:
    """Turn 8-bit RGB into VGG's input: float32 blue-green-red, 0 to 255, minus the means."""
    return pictures[..., ::-1].astype(np.float32) - MEANS


def layers_up_to(last: str) -> list[str]:
    """Return the layers from the first one to `last`."""
    return list(LAYERS[: LAYERS.index(last) + 1])
