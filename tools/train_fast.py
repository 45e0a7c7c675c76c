"""Train the network that paints in one pass, with its predictor and its table of styles.

Three steps, each of which can be run alone with --steps:

``cache``   cut crops to be painted and styles, and store what the loss needs to know of the
            styles: Gram matrices, and the statistics that the predictor sees;
``train``   train for --minutes, going on from the checkpoint in --work if there is one;
``export``  write the running mean of the weights as float16.

Content first: for the first --warm batches the network learns to copy photographs in their own
style; then the weight of style rises by a constant factor per batch until --rise. The learning rate
falls like a cosine over --batches, also over several sessions. Every --every batches a line in
the log, every --sheet a sheet of pictures that were kept out (and, with --teachers, the numbers
of judge_slim.py: style distance/edges).

The script is written in Keras 3 and follows KERAS_BACKEND: tensorflow, torch or jax (the judge
needs TensorFlow beside it). On a processor that computes with it, --type mixed_bfloat16 is two
to three times as fast.

    python tools/train_fast.py --photos FOLDER --paintings FOLDER --work FOLDER --minutes 120
"""

import argparse
import math
import time
from pathlib import Path
from typing import Any

import keras
import numpy as np
from keras import ops

from fast.data import SIDE, TABLE, Batches, fill_contents, fill_styles, style_squares
from fast.loss_network import CONTENT_LAYERS, STYLE_LAYERS, build_loss_network
from fast.sheet import Sheet
from fast.teaching import SEEN, Average, Teaching, variables
from nstkit.fast import Shape, build_network, build_predictor, pack
from slim.crops import find_pictures

# Pairs that are kept out of training, for the sheets and for the judge.
KEPT_OUT = (
    ("kodim23", "munch_vampire"),
    ("kodim04", "wadsworth_rotterdam"),
    ("kodim19", "monet_bridge-over-a-pond-of-water-lilies"),
    ("kodim05", "gleizes_la-femme-aux-phlox"),
    ("kodim15", "seurat_seascape-at-port-en-bessin"),
    ("kodim20", "koson_songbird-on-blossom-branch"),
    ("kodim07", "gogh_the-olive-orchard"),
    ("kodim09", "munch_death-in-the-sickroom"),
    ("kodim13", "kipling_just-so-7-1"),
    ("kodim21", "cezanne_the-black-marble-clock"),
    ("kodim02", "bosch_the-garden-of-earthly-delights"),
    ("kodim24", "marc_the-bewitched-mill"),
)
SHIPPED = (
    ("chelsea", "night_sky"),
    ("astronaut", "woodblock_wave"),
    ("coffee", "stained_glass"),
    ("hopper", "pointillism"),
    ("raccoon", "ink_wash"),
    ("rocket", "cubist_shards"),
)
SHAPE = Shape()  # of the network that is trained
LEFT_OUT = [stem for pair in KEPT_OUT for stem in pair]
LEFT_OUT += [f"skimage_{name}" for name in ("astronaut", "chelsea", "coffee", "rocket")]


def train(args: argparse.Namespace) -> None:
    """Train until --minutes or --batches are over."""
    batches = Batches(args.work, args.batch, int(time.time()), args.side)
    data = iter(batches)
    model = build(args, batches)
    optimizer = model.optimizer
    average = Average(model)
    checkpoint, falls = args.work / "checkpoint.npz", 0
    number = load(checkpoint, model, average)
    where = [
        [find(args.photos + args.paintings, content), find(args.paintings, style)]
        for content, style in KEPT_OUT[:6]
    ] + [[find([args.samples], name) for name in pair] for pair in SHIPPED]
    sheet = Sheet(where, args.loss_network, batches.mean, batches.deviation, args.teachers)
    began, first = time.perf_counter(), number
    seen: list[dict[str, float]] = []
    while number < args.batches:
        spent = (time.perf_counter() - began) / 60
        if spent >= args.minutes:
            break
        batches.copying = number < args.warm
        if number % 20 == 0 or number == first:
            set_factors(model, args, number)
        done = number / args.batches
        optimizer.learning_rate = (
            args.rate * min(1, number / 200) * (0.5 + 0.5 * math.cos(math.pi * done))
        )
        batch = next(data)
        model.reset_metrics()
        seen.append(model.train_on_batch(batch, np.zeros(args.batch), return_dict=True))
        number += 1
        if not math.isfinite(seen[-1]["loss"]):
            falls += 1
            print(f"the loss is not finite at batch {number}: back to the checkpoint", flush=True)
            if falls > 5 or not (number := load(checkpoint, model, average)):
                raise SystemExit("this happens too often: go on with a lower --rate")
            seen.clear()
            continue
        if number % 20 == 0:
            average.update(20)
        if number % args.every == 0:
            minutes = (time.perf_counter() - began) / 60
            report(model, seen, number, minutes, number - first, args)
            seen.clear()
        if number % args.keep == 0:
            save(checkpoint, model, average, number)
        if number % args.sheet == 0:
            average.swap()
            line = sheet.draw(model, args.work / f"sheet_{number:06d}.png")
            average.swap()
            print(f"sheet {number}: {line}", flush=True)
    save(checkpoint, model, average, number)


def build(args: argparse.Namespace, data: Batches) -> Teaching:
    """Build everything, as it is before training."""
    wanted = tuple(dict.fromkeys((*STYLE_LAYERS, *CONTENT_LAYERS)))
    predictor = build_predictor(data.statistics.shape[1], SHAPE)
    model = Teaching(build_network(SHAPE), predictor, build_loss_network(args.loss_network, wanted))
    optimizer = keras.optimizers.Adam(args.rate, global_clipnorm=args.clip)
    # On a CPU, TensorFlow's own kernels are quicker than what XLA compiles.
    model.compile(optimizer, jit_compile=keras.backend.backend() == "jax")
    optimizer.build(variables(model))
    return model


def set_factors(model: Teaching, args: argparse.Namespace, number: int) -> None:
    """Set the weights of the loss for a batch: content first, style slowly."""
    rise = min(1.0, max(0.0, (number - args.warm) / (args.rise - args.warm)))
    factors = {
        "pixel": args.pixel_weight,
        "content": args.content_weight,
        "style": args.style_weight * (args.style_start / args.style_weight) ** (1 - rise),
        "variation": args.variation,
    }
    for name, value in factors.items():
        model.factors[name].assign(value)


def report(model: Teaching, seen: list[dict], number: int, minutes: float, here: int, args) -> None:
    """Print one line: where training is, and the means over the batches since the line before."""
    # A batch without a picture that a number concerns has 0 for it.
    found = {name: [logs[name] for logs in seen if logs[name] != 0] for name in SEEN}
    losses = " ".join(f"{name} {np.mean(values or [0]):.4f}" for name, values in found.items())
    left = min(args.minutes - minutes, (args.batches - number) * minutes / here)
    style = float(model.factors["style"].numpy())
    print(
        f"{minutes:6.1f} min, {left:.0f} left, batch {number} ({60000 * minutes / here:.0f} ms)  "
        f"{losses}  style weight {style:.3f}",
        flush=True,
    )


def export(args: argparse.Namespace) -> None:
    """Write the running mean of the weights as float16, with the table's numbers."""
    data = Batches(args.work, args.batch, seed=0)
    model = build(args, data)
    average = Average(model)
    load(args.work / "checkpoint.npz", model, average)
    average.swap()
    places = [np.flatnonzero(data.row == row)[0] for row in range(len(TABLE))]
    rows = np.eye(len(TABLE), dtype=np.float32)
    values = ops.convert_to_numpy(model.numbers(data.statistics[places], rows))
    table = dict(zip(TABLE, values, strict=True))
    arrays: dict[str, Any] = pack(
        SHAPE, (model.network, model.predictor), table, data.mean, data.deviation
    )
    args.out.parent.mkdir(parents=True, exist_ok=True)
    np.savez(args.out, **arrays)
    print(f"{args.out}: {args.out.stat().st_size:,} bytes")


def find(folders, stem: str) -> Path:
    """Return the picture of that name."""
    for folder in folders:
        for path in sorted(Path(folder).rglob(f"{stem}.*")):
            return path
    raise SystemExit(f"no picture named {stem} in {', '.join(map(str, folders))}")


def save(path: Path, model: Teaching, average: Average, number: int) -> None:
    """Write weights, their mean, the optimiser's state and the number of the batch."""
    arrays: dict[str, Any] = {"number": number}
    for name, group in {
        "variable": variables(model),
        "optimizer": model.optimizer.variables,
    }.items():
        arrays |= {f"{name}/{k}": v.numpy() for k, v in enumerate(group)}
    arrays |= {f"average/{k}": array for k, array in enumerate(average.arrays)}
    draft = path.with_suffix(".draft.npz")
    np.savez(draft, **arrays)
    if path.exists():
        path.replace(path.with_suffix(".before.npz"))
    draft.replace(path)


def load(path: Path, model: Teaching, average: Average) -> int:
    """Take up a checkpoint; return the number of batches it has seen, 0 without one."""
    if not path.exists():
        return 0
    with np.load(path) as arrays:
        for name, group in {
            "variable": variables(model),
            "optimizer": model.optimizer.variables,
        }.items():
            for k, variable in enumerate(group):
                variable.assign(arrays[f"{name}/{k}"])
        average.arrays = [arrays[f"average/{k}"].copy() for k in range(len(average.arrays))]
        return int(arrays["number"])


def read_arguments() -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    add = parser.add_argument
    root = Path(__file__).resolve().parents[1]
    shared = root.parent / "shared"
    add("--photos", type=Path, nargs="+", default=[shared / "images/photos"])
    paintings = [shared / "images/paintings", shared / "images/training"]
    add("--paintings", type=Path, nargs="+", default=paintings)
    add("--samples", type=Path, default=root / "data", help="the pictures that ship")
    add(
        "--teachers",
        type=Path,
        help="folder with the real VGG-19's blocks, for the judge's numbers",
    )
    add("--loss-network", type=Path, default=root / "nstkit/weights/vgg19_slim.npz")
    add("--work", type=Path, required=True, help="folder for cache, checkpoint and sheets")
    add("--steps", default="cache,train,export")
    add("--out", type=Path, default=root / "nstkit/weights/fast.npz")
    add("--type", choices=["float32", "mixed_bfloat16"], default="float32")
    add("--contents", type=int, default=6000, help="cache: crops to be painted")
    add("--each", type=int, default=7, help="cache: styles made of each painting")
    add("--batch", type=int, default=4)
    add("--side", type=int, default=SIDE, help="of the pictures painted; smaller is quicker")
    add("--batches", type=int, default=50_000, help="over which the learning rate falls")
    add("--minutes", type=float, default=math.inf)
    add("--rate", type=float, default=2e-3)
    add("--clip", type=float, default=2.0)
    add("--warm", type=int, default=600)
    add("--rise", type=int, default=12_000)
    add("--pixel-weight", type=float, default=20.0)
    add("--content-weight", type=float, default=1.0)
    add("--style-start", type=float, default=0.02)
    add("--style-weight", type=float, default=0.6)
    add("--variation", type=float, default=0.05)
    add("--every", type=int, default=200)
    add("--keep", type=int, default=500, help="batches from one checkpoint to the next")
    add("--sheet", type=int, default=2000)
    args = parser.parse_args()
    args.steps = args.steps.split(",")
    if unknown := set(args.steps) - {"cache", "train", "export"}:
        parser.error(f"--steps: {sorted(unknown)} unknown; use cache, train, export")
    return args


def main() -> None:
    """Run the steps."""
    args = read_arguments()
    args.work.mkdir(parents=True, exist_ok=True)
    keras.mixed_precision.set_global_policy(args.type)
    if "cache" in args.steps:
        pictures = find_pictures(args.photos + args.paintings, LEFT_OUT)
        fill_contents(pictures, args.work, args.contents, seed=1)
        squares = style_squares(
            find_pictures(args.paintings, LEFT_OUT),
            find_pictures(args.photos, LEFT_OUT),
            args.samples / "style",
            args.each,
            seed=2,
        )
        fill_styles(squares, args.loss_network, args.work)
    if "train" in args.steps:
        train(args)
    if "export" in args.steps:
        export(args)


if __name__ == "__main__":
    main()
