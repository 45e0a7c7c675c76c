"""Train the slim VGG-19: sixteen layers with a quarter of the channels, taught by VGG-19.

Four steps, each of which can be run alone with --steps:

``cache``   cut varied crops from the pictures and store what the teachers see in them;
``start``   choose for every layer the teacher's channels that explain its features best, and fit
            the student's kernels to them by least squares, layer after layer;
``train``   train all layers together for --minutes, the learning rate falling to zero;
``export``  give every layer the teacher's magnitude and write the float16 weights file.

The script is written in Keras 3 and follows KERAS_BACKEND: tensorflow, torch or jax.

    python tools/train_slim.py --pictures FOLDER --teachers FOLDER --work FOLDER --minutes 60

Teachers: ``vgg19_weights_tf_dim_ordering_tf_kernels_notop.h5`` (Keras's file) if it lies in the
teachers' folder, for all sixteen layers; otherwise ``vgg19_imagenet_blocks1-3.npz`` for blocks 1
to 3 and ``vgg19_16x_encoder.npz`` for block4_conv1 ... block5_conv1. The three layers after that
have no teacher then: they learn the features of block5_conv1 averaged over neighbourhoods of
3, 5 and 7 positions.
"""

import argparse
import hashlib
import math
import time
from pathlib import Path

import keras
import numpy as np

from slim.cache import CachedCrops, fill_cache
from slim.crops import crops, find_pictures
from slim.shape import BATCH, INPUT_SCALE, LAYERS, SIDE, TAPS, preprocess
from slim.start import start
from slim.student import Distillation, build_student, student_layers
from slim.teachers import build_teacher


class WallClock(keras.callbacks.Callback):
    """Let the learning rate rise briefly, then fall like a cosine to zero at `minutes`."""

    def __init__(self, minutes: float, rate: float, checkpoint: Path):
        super().__init__()
        self.minutes, self.rate, self.checkpoint = minutes, rate, checkpoint
        self.began = time.perf_counter()

    def on_train_batch_begin(self, batch, logs=None):
        """Set the learning rate from the time that has passed."""
        done = (time.perf_counter() - self.began) / (60 * self.minutes)
        wave = 0.5 * (1 + math.cos(math.pi * min(done, 1.0)))
        self.model.optimizer.learning_rate = self.rate * wave * min(1.0, done * 50 + 0.02)
        self.model.stop_training = done >= 1.0

    def on_train_batch_end(self, batch, logs=None):
        """Stop inside an epoch when the time is over."""
        if time.perf_counter() - self.began >= 60 * self.minutes:
            self.model.stop_training = True

    def on_epoch_end(self, epoch, logs=None):
        """Save the weights and say where the training stands."""
        self.model.save_weights(self.checkpoint)
        minutes = (time.perf_counter() - self.began) / 60
        errors = " ".join(f"{logs[t]:.3f}/{logs[f'{t}/gram']:.4f}" for t in TAPS)
        print(f"{minutes:6.1f} min  loss {logs['loss']:.4f}  {errors}", flush=True)


def train(model: Distillation, work: Path, checkpoint: Path, minutes: float, rate: float) -> None:
    """Train for `minutes` on the cache in `work`."""
    model.compile(keras.optimizers.AdamW(rate, weight_decay=1e-4, global_clipnorm=1.0))
    clock = WallClock(minutes, rate, checkpoint)
    model.fit(CachedCrops(work, 100), epochs=100_000, verbose=0, callbacks=[clock])
    model.save_weights(checkpoint)


def magnitudes(teacher: keras.Model, images: np.ndarray) -> dict[str, float]:
    """Return each layer's root mean square after ReLU in the real VGG-19.

    Where the real layer is unknown, block3_conv4's stands in.
    """
    square = dict.fromkeys(LAYERS, 0.0)
    for first in range(0, len(images), BATCH):
        seen = teacher.predict_on_batch(preprocess(images[first : first + BATCH]))
        for name in LAYERS:
            square[name] += np.square(seen[name][1]).mean() * BATCH / len(images)
    size = {name: math.sqrt(value) for name, value in square.items()}
    if "input_conv" in [layer.name for layer in teacher.layers]:
        size |= {name: size["block3_conv4"] for name in LAYERS if name[5] in "45"}
    return size


def export(model: keras.Model, size: dict[str, float], images: np.ndarray, path: Path) -> str:
    """Write the weights as float16 for VGG's own input; return the file's SHA-256."""
    inside = student_layers(model)
    seen = inside.predict(preprocess(images) / INPUT_SCALE, batch_size=BATCH, verbose=0)
    arrays, before = {}, INPUT_SCALE
    for name in LAYERS:
        after = size[name] / math.sqrt(np.square(seen[name]).mean())
        kernel, bias = model.get_layer(name).get_weights()
        arrays[f"{name}/kernel"] = (kernel * after / before).astype(np.float16)
        arrays[f"{name}/bias"] = (bias * after).astype(np.float16)
        before = after
    path.parent.mkdir(parents=True, exist_ok=True)
    np.savez(path, **arrays)
    return hashlib.sha256(path.read_bytes()).hexdigest()


def main() -> None:
    """Read the command line and run the steps."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    shared = Path(__file__).resolve().parents[2] / "shared"
    parser.add_argument("--pictures", type=Path, nargs="+", default=[shared / "images/training"])
    parser.add_argument("--leave-out", nargs="*", default=[], help="stems of pictures not to use")
    parser.add_argument("--teachers", type=Path, default=shared / "weights")
    parser.add_argument("--work", type=Path, required=True, help="folder for cache and checkpoint")
    parser.add_argument("--steps", default="cache,start,train,export")
    parser.add_argument("--crops", type=int, default=5120)
    parser.add_argument("--seed", type=int, default=0, help="a new seed adds crops to the cache")
    parser.add_argument("--minutes", type=float, default=60.0)
    parser.add_argument("--rate", type=float, default=3e-4)
    parser.add_argument("--checkpoint", type=Path, help="default: student.weights.h5 in --work")
    parser.add_argument(
        "--first", choices=LAYERS, default=LAYERS[0], help="start: fit from here, keep the rest"
    )
    parser.add_argument(
        "--out",
        type=Path,
        default=Path(__file__).resolve().parents[1] / "nstkit/weights/vgg19_slim.npz",
    )
    args = parser.parse_args()
    steps = args.steps.split(",")
    if unknown := set(steps) - {"cache", "start", "train", "export"}:
        parser.error(f"--steps: {sorted(unknown)} unknown; use cache, start, train, export")
    checkpoint = args.checkpoint or args.work / "student.weights.h5"
    pictures = find_pictures(args.pictures, args.leave_out)
    teacher = build_teacher(args.teachers)
    model = build_student()
    if "cache" in steps:
        fill_cache(teacher, pictures, args.work, args.crops, args.seed)
    if "start" in steps:
        source = crops(pictures, SIDE, seed=777)
        images = np.stack([next(source) for _ in range(160)])
        if args.first != LAYERS[0]:
            model.load_weights(checkpoint)
        start(model, teacher, images, dict(np.load(args.work / "bases.npz")), args.first)
        model.save_weights(checkpoint)
    elif steps != ["cache"]:
        model.load_weights(checkpoint)
    if "train" in steps:
        train(model, args.work, checkpoint, args.minutes, args.rate)
    if "export" in steps:
        source = crops(pictures, SIDE, seed=999, plain=1.0)
        images = np.stack([next(source) for _ in range(96)])
        print("SHA-256", export(model, magnitudes(teacher, images), images, args.out))


if __name__ == "__main__":
    main()
