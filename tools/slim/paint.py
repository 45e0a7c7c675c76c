"""Pictures from real runs for training: half-finished ones, with what they are made from.

A style-transfer network spends its life looking at pictures that it is itself painting, and it
is there that its mistakes show: where its own Gram matrices agree already and the teacher's do
not yet.
"""

import time
from pathlib import Path

import numpy as np

from nstkit.backbones import LAYERS, Backbone
from nstkit.runs import Run
from nstkit.transfer import Problem
from slim.crops import open_pictures, photo_crop

PAINTED_SIDE, STAGES = 256, (6, 20, 60)  # pixels; steps after which the picture is kept
POOLINGS = ("average", "max")


def paint(parameters: dict, pictures: list[Path], folder: Path, count: int, seed: int) -> None:
    """Run `count` style transfers and store (content, style, picture at each stage) as 8 bits.

    Pooling, style weight, start, and the optimiser's metric vary. A network that ends before
    block 4 paints with the layers it has.
    """
    folder.mkdir(parents=True, exist_ok=True)
    rng = np.random.default_rng(seed)
    opened = open_pictures(pictures)
    networks = [Backbone("student", parameters, pooling=pooling) for pooling in POOLINGS]
    layers = networks[0].layers
    content_layer = "block4_conv2" if "block4_conv2" in layers else layers[-1]
    began = time.perf_counter()
    for number in range(count):
        content, style = (
            photo_crop(opened[rng.integers(len(opened))], PAINTED_SIDE, rng) for _ in range(2)
        )
        problem = Problem(
            content[None],
            style[None],
            backbone=networks[int(rng.random() < 0.3)],
            style_layers=[layer for layer in layers if layer.endswith("conv1")],
            content_layers=(content_layer,),
        )
        weights = problem.weights.replace(style=float(10 ** rng.uniform(2, 4)))
        run = Run(
            problem,
            steps=STAGES[-1],
            weights=weights,
            init="noise" if rng.random() < 0.25 else "content",
            spectrum=float(rng.choice([0.0, 1.0])),
        )
        seen = [content, style]
        seen += [step.image[0] for step in run if step.step in STAGES]
        if len(seen) == 2 + len(STAGES):
            np.save(folder / f"{seed:04d}_{number:04d}.npy", as_bytes(np.stack(seen)))
    print(f"{(time.perf_counter() - began) / count:.1f} s a run", flush=True)


def read_network(path: Path) -> dict[str, tuple[np.ndarray, np.ndarray]]:
    """Read a weights file of <layer>/kernel and <layer>/bias."""
    with np.load(path, allow_pickle=False) as arrays:
        return {
            layer: (arrays[f"{layer}/kernel"], arrays[f"{layer}/bias"])
            for layer in LAYERS
            if f"{layer}/kernel" in arrays
        }


def as_bytes(pictures: np.ndarray) -> np.ndarray:
    """Turn pictures in [0, 1] into 8 bits."""
    return np.round(np.clip(pictures, 0, 1) * 255).astype(np.uint8)
