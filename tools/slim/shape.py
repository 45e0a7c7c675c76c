"""The slim network in numbers: layers, widths, and where it is compared with its teachers."""

import numpy as np

DEPTHS, WIDTHS = (2, 2, 4, 4, 4), (16, 32, 64, 128, 128)
LAYERS = [f"block{b + 1}_conv{c + 1}" for b, depth in enumerate(DEPTHS) for c in range(depth)]
WIDTH = {name: WIDTHS[int(name[5]) - 1] for name in LAYERS}
# Where features are compared, the positions left out between two compared ones, and the weight.
TAPS = {
    "block1_conv1": (4, 2.0),
    "block1_conv2": (4, 1.0),
    "block2_conv1": (2, 2.0),
    "block2_conv2": (2, 1.0),
    "block3_conv1": (2, 2.0),
    "block3_conv2": (2, 1.0),
    "block3_conv4": (2, 1.0),
    "block4_conv1": (1, 1.0),
    "block4_conv2": (1, 1.0),
    "block4_conv4": (1, 1.0),
    "block5_conv1": (1, 1.0),
    "block5_conv2": (1, 0.5),
    "block5_conv4": (1, 0.5),
}
KEPT = {"1": 24, "2": 48, "3": 96, "4": 128, "5": 128}  # teacher's dimensions kept, by block
MEANS = np.array([103.939, 116.779, 123.68], np.float32)  # ImageNet, blue green red
INPUT_SCALE = 58.0  # about the standard deviation of a colour channel: the student starts at 1
SIDE, BATCH, SHARD = 128, 8, 256  # pixels of a crop, crops of a batch, crops of a cache folder


def preprocess(pictures: np.ndarray) -> np.ndarray:
    """Turn 8-bit RGB into VGG's input: float32 blue-green-red, 0 to 255, minus the means."""
    return pictures[..., ::-1].astype(np.float32) - MEANS
