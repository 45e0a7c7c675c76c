"""Train the slim VGG-19: sixteen layers with fewer channels, taught by VGG-19.

Five steps, each of which can be run alone with --steps:

``cache``   cut varied crops from the pictures, of several sizes;
``paint``   run style transfers with the student in --work (with --painter FILE, another network)
            and store half-finished pictures;
``start``   choose for every layer the teacher's channels that explain its features best, and fit
            the student's kernels to them by least squares, layer after layer;
``train``   train the layers together for --minutes, or a number of --batches, the learning rate
            falling to zero;
``export``  give every layer the teacher's magnitude and write the float16 weights file.

--first and --last say which layers are started and trained; those before --first stay as they
are. The widths are those of "vgg19-slim" in nstkit. The script is written in Keras 3 and follows
KERAS_BACKEND: tensorflow, torch or jax. (``paint`` uses nstkit, and so TensorFlow.)

    python tools/train_slim.py --pictures FOLDER --teachers FOLDER --work FOLDER --minutes 60

Teachers: ``vgg19_weights_tf_dim_ordering_tf_kernels_notop.h5`` (Keras's file) if it lies in the
teachers' folder, for all sixteen layers; otherwise ``vgg19_imagenet_blocks1-3.npz`` for blocks 1
to 3 and ``vgg19_16x_encoder.npz`` for block4_conv1 ... block5_conv1. The three layers after that
have no teacher then: they learn the features of block5_conv1 averaged over neighbourhoods of
3, 5 and 7 positions. A teacher under bfloat16 (--teacher-type) is much faster on processors that
compute with it, and the same but for a rounding error.
"""

import argparse
import hashlib
import math
import time
from pathlib import Path

import keras
import numpy as np

from slim.cache import Batches, fill_cache
from slim.crops import crops, find_pictures
from slim.shape import BATCH, INPUT_SCALE, LAYERS, SIDE, layers_up_to, preprocess
from slim.start import fit_projections, start, tap_bases
from slim.student import Distillation, build_student, student_layers
from slim.teachers import build_teacher, turned


class Schedule:
    """How far training is: by batches if their number is given, else by the clock."""

    def __init__(self, batches: int | None, minutes: float):
        self.batches, self.minutes, self.began = batches, minutes, time.perf_counter()

    def done(self, batch: int) -> float:
        """Return the share of the training that lies behind, from 0 to 1."""
        if self.batches:
            return batch / self.batches
        return self.spent / self.minutes

    @property
    def spent(self) -> float:
        """Minutes since the start."""
        return (time.perf_counter() - self.began) / 60


def train(
    model: Distillation, batches: Batches, checkpoint: Path, schedule: Schedule, rate: float
) -> None:
    """Train; the learning rate rises briefly, then falls like a cosine to zero."""
    optimizer = keras.optimizers.AdamW(rate, weight_decay=1e-4, global_clipnorm=1.0)
    # On a CPU, TensorFlow's own kernels are quicker than what XLA compiles.
    model.compile(optimizer, jit_compile=keras.backend.backend() == "jax")
    seen: list[dict[str, float]] = []
    for number, batch in enumerate(batches):
        done = schedule.done(number)
        if done >= 1.0:
            break
        wave = 0.5 * (1 + math.cos(math.pi * done))
        optimizer.learning_rate = rate * wave * min(1.0, done * 50 + 0.02)
        model.reset_metrics()
        seen.append(model.train_on_batch(batch, np.zeros(len(batch["image"])), return_dict=True))
        if len(seen) == 200:
            save_student(model, checkpoint)
            mean = {name: np.mean([logs[name] for logs in seen]) for name in seen[0]}
            errors = " ".join(f"{mean[tap]:.3f}/{mean[f'{tap}/gram']:.4f}" for tap in model.taps)
            place = f"{schedule.spent:6.1f} min  batch {number + 1}"
            print(f"{place}  loss {mean['loss']:.4f}  {errors}", flush=True)
            seen.clear()
    save_student(model, checkpoint)


def save_student(model: keras.Model, path: Path) -> None:
    """Write the weights of every layer, under its name."""
    arrays = {
        f"{layer.name}/{index}": array
        for layer in model.layers
        for index, array in enumerate(layer.get_weights())
    }
    draft = path.with_suffix(".draft.npz")
    np.savez(draft, **arrays)
    draft.replace(path)


def load_student(model: keras.Model, path: Path) -> None:
    """Set the layers that the file knows; the others stay."""
    with np.load(path) as arrays:
        for layer in model.layers:
            if f"{layer.name}/0" in arrays:
                count = len(layer.weights)
                layer.set_weights([arrays[f"{layer.name}/{index}"] for index in range(count)])


def for_vgg_input(path: Path) -> dict[str, tuple[np.ndarray, np.ndarray]]:
    """Return the checkpoint's layers as kernels and biases for VGG's own input."""
    with np.load(path) as arrays:
        found = {
            name: (arrays[f"{name}/0"], arrays[f"{name}/1"])
            for name in LAYERS
            if f"{name}/0" in arrays
        }
    kernel, bias = found[LAYERS[0]]
    return found | {LAYERS[0]: (kernel / INPUT_SCALE, bias)}


def magnitudes(teacher: keras.Model, images: np.ndarray) -> dict[str, float]:
    """Return each layer's root mean square after ReLU in the real VGG-19, under max pooling.

    Where the real layer is unknown, block3_conv4's stands in.
    """
    square = dict.fromkeys(LAYERS, 0.0)
    for first in range(0, len(images), BATCH):
        seen = teacher.predict_on_batch(max_pooled(preprocess(images[first : first + BATCH])))
        for name in LAYERS:
            square[name] += np.square(seen[name][1]).mean() * BATCH / len(images)
    size = {name: math.sqrt(value) for name, value in square.items()}
    if "input_conv" in [layer.name for layer in teacher.layers]:
        size |= {name: size["block3_conv4"] for name in LAYERS if name[5] in "45"}
    return size


def max_pooled(pictures: np.ndarray) -> dict[str, np.ndarray]:
    """Return the inputs of a network that pools by the maximum."""
    return {"image": pictures, "average": np.zeros((len(pictures), 1, 1, 1), np.float32)}


def export(model: keras.Model, size: dict[str, float], images: np.ndarray, path: Path) -> str:
    """Write the weights as float16 for VGG's own input; return the file's SHA-256."""
    inside = student_layers(model)
    seen = inside.predict(max_pooled(preprocess(images) / INPUT_SCALE), batch_size=BATCH, verbose=0)
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


def read_arguments() -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    add = parser.add_argument
    root = Path(__file__).resolve().parents[1]
    shared = root.parent / "shared"
    add("--pictures", type=Path, nargs="+", default=[shared / "images/training"])
    add("--leave-out", nargs="*", default=[], help="stems of pictures not to use")
    add("--teachers", type=Path, default=shared / "weights")
    add("--teacher-type", choices=["float32", "bfloat16"], default="float32")
    add("--work", type=Path, required=True, help="folder for cache and checkpoint")
    add("--steps", default="cache,start,train,export")
    add("--crops", type=int, default=8192)
    add("--runs", type=int, default=150, help="paint: number of style transfers")
    add("--painter", type=Path, help="paint: a weights file, in place of the student")
    add("--seed", type=int, default=0, help="a new seed adds to the cache and the painted")
    add("--minutes", type=float, default=60.0)
    add("--batches", type=int, help="train: how many, in place of --minutes")
    add("--rate", type=float, default=1e-3)
    add("--checkpoint", type=Path, help="default: student.npz in --work")
    add("--first", choices=LAYERS, default=LAYERS[0])
    add("--last", choices=LAYERS, default=LAYERS[-1])
    add("--out", type=Path, default=root / "nstkit/weights/vgg19_slim.npz")
    args = parser.parse_args()
    args.steps = args.steps.split(",")
    if unknown := set(args.steps) - {"cache", "paint", "start", "train", "export"}:
        parser.error(f"--steps: {sorted(unknown)} unknown; use cache, paint, start, train, export")
    args.checkpoint = args.checkpoint or args.work / "student.npz"
    return args


def main() -> None:
    """Run the steps."""
    args = read_arguments()
    pictures = find_pictures(args.pictures, args.leave_out)
    if "cache" in args.steps:
        fill_cache(pictures, args.work, args.crops, args.seed)
    if "paint" in args.steps:
        from slim.paint import paint, read_network

        painter = read_network(args.painter) if args.painter else for_vgg_input(args.checkpoint)
        paint(painter, pictures, args.work / "painted", args.runs, args.seed)
    if not {"start", "train", "export"} & set(args.steps):
        return
    before = layers_up_to(args.first)[:-1]
    model = build_student(args.last, frozen=tuple(before))
    keras.config.set_dtype_policy(args.teacher_type)
    teacher = build_teacher(args.teachers, args.last)
    bases = tap_bases(teacher, pictures, args.work / "bases.npz", model.taps)
    model.teacher = turned(teacher, bases, model.taps)
    keras.config.set_dtype_policy("float32")
    if args.checkpoint.exists() and ("start" not in args.steps or before):
        load_student(model, args.checkpoint)
    if "start" in args.steps:
        source = crops(pictures, SIDE, seed=777)
        images = np.stack([next(source) for _ in range(160)])
        start(model, teacher, images, layers_up_to(args.last)[len(before) :])
        fit_projections(model, images)
        save_student(model, args.checkpoint)
    if "train" in args.steps:
        schedule = Schedule(args.batches, args.minutes)
        train(model, Batches(args.work, args.seed), args.checkpoint, schedule, args.rate)
    if "export" in args.steps:
        source = crops(pictures, SIDE, seed=999, plain=1.0)
        images = np.stack([next(source) for _ in range(96)])
        print("SHA-256", export(model, magnitudes(teacher, images), images, args.out))


if __name__ == "__main__":
    main()
