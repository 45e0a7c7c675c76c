"""Painting in one pass beside published networks: quality by the judge, and time.

    python benchmarks/one_pass.py --anchors FOLDER --teachers FOLDER --pictures FOLDER

Pairs: those of ``tools/train_fast.py``, the shipped ones and the ones kept out of training.
Magenta's small network runs with TensorFlow Lite, MicroAST where PyTorch is installed, Windows
Machine Learning's with ONNX Runtime (one style each, so that only their time can be compared).
"""

from __future__ import annotations

import argparse
import statistics
import sys
import time
from pathlib import Path

import numpy as np

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT), str(ROOT / "tools")]


def magenta(folder: Path):
    """Return a function (content, style) -> picture; the network's size is 384 × 384."""
    import tensorflow as tf

    from nstkit.images import resize

    places = ("style_predict_quantized_256", "style_transfer_f16_384")
    predict, transfer = (
        tf.lite.Interpreter(str(folder / "magenta_tflite" / f"{name}.tflite"), num_threads=2)
        for name in places
    )
    for each in (predict, transfer):
        each.allocate_tensors()

    def run(interpreter, *arrays):
        for detail in interpreter.get_input_details():
            fits = [a for a in arrays if a.shape == tuple(detail["shape"])]
            interpreter.set_tensor(detail["index"], fits[0])
        interpreter.invoke()
        return interpreter.get_tensor(interpreter.get_output_details()[0]["index"])

    def paint(content, style):
        height, width = content.shape[1:3]
        vector = run(predict, resize(style, 256, 256))
        painted = run(transfer, resize(content, 384, 384), vector)
        return resize(np.clip(painted, 0, 1), height, width)

    return paint


def microast(folder: Path):
    """Return a function (content, style) -> picture, for sides divisible by 4."""
    import torch
    from torch.nn import functional as F

    torch.set_num_threads(2)
    load = {
        part: torch.load(folder / f"microast/{part}_iter_160000.pth.tar", map_location="cpu")
        for part in ("content_encoder", "style_encoder", "modulator", "decoder")
    }

    def convolve(part, name, x, stride=1):
        kernel, bias = (load[part][f"{name}.conv_layer.{k}"] for k in ("weight", "bias"))
        margin = kernel.shape[-1] // 2
        x = F.pad(x, (margin,) * 4, mode="reflect")
        return F.conv2d(x, kernel, bias, stride, groups=x.shape[1] // kernel.shape[1])

    def residual(part, name, x, weight=None, bias=None):
        inside = convolve(part, f"{name}.conv1", x)
        if weight is not None:
            inside = weight * inside + bias * x
        inside = torch.relu(inside)
        outside = convolve(part, f"{name}.conv2", inside)
        if weight is not None:
            outside = weight * outside + bias * inside
        return x + outside

    def encode(part, x):
        for place, stride in zip((0, 2, 4, 6, 8), (1, 2, 1, 2, 1), strict=True):
            x = torch.relu(convolve(part, f"enc1.{place}", x, stride))
        first = residual(part, "enc1.10", x)
        return first, residual(part, "enc2.0", first)

    def adapt(x, style):
        moments = [
            (y.mean((2, 3), keepdim=True), (y.var((2, 3), keepdim=True) + 1e-5).sqrt())
            for y in (x, style)
        ]
        return (x - moments[0][0]) / moments[0][1] * moments[1][1] + moments[1][0]

    @torch.no_grad()
    def paint(content, style):
        photo, painting = (torch.from_numpy(x).permute(0, 3, 1, 2) for x in (content, style))
        styles = encode("style_encoder", painting)
        signals = {
            f"{what}{level}": convolve("modulator", f"{what}{level}.0", styles[level - 1]).mean(
                (2, 3), keepdim=True
            )
            for what in ("weight", "bias")
            for level in (1, 2)
        }
        x = adapt(encode("content_encoder", photo)[1], styles[1])
        x = residual("decoder", "dec1", x, signals["weight2"], signals["bias2"])
        x = residual("decoder", "dec2", adapt(x, styles[0]), signals["weight1"], signals["bias1"])
        for place in (1, 3, 6, 8):
            if place in (1, 6):
                x = F.interpolate(x, scale_factor=2, mode="bilinear")
            x = torch.relu(convolve("decoder", f"dec3.{place}", x))
        painted = convolve("decoder", "dec3.10", x)
        return painted.clamp(0, 1).permute(0, 2, 3, 1).numpy()

    return paint


def windows(folder: Path):
    """Return a function (content, style) -> None; the network's size is 720 × 720."""
    import onnxruntime

    session = onnxruntime.InferenceSession(str(folder / "winml_fast_style/mosaic.onnx"))

    def paint(content, style):
        picture = np.zeros((1, 3, 720, 720), np.float32)
        session.run(None, {"inputImage": picture})

    return paint


def nstkit_painters(weights: Path | None, steps: int):
    """Return functions (content, style) -> picture for the three ways to a style's numbers."""
    from nstkit.fast import Painter, load_painter, tune

    painter = load_painter() if weights is None else Painter.read(weights)
    tuned = {}

    def predicted(content, style):
        return painter.paint(content, painter.numbers(style))

    def tuning(content, style):
        key = style.tobytes()
        if key not in tuned:
            tuned[key] = tune(style, steps=steps, progress=False, painter=painter)
        return painter.paint(content, tuned[key])

    return painter, {"predicted": predicted} | ({"tuned": tuning} if steps else {})


def seconds(paint, *pictures, repeats: int) -> float:
    """Return the median time of a call, after one that does not count."""
    spent = []
    for _ in range(repeats + 1):
        began = time.perf_counter()
        paint(*pictures)
        spent.append(time.perf_counter() - began)
    return statistics.median(spent[1:])


def starting_from_one_pass(painter, pairs, size: int, steps: int = 60) -> None:
    """Print how soon a run from the one-pass picture has the loss of plain steps from the photo."""
    from nstkit import Problem, Run

    ratios = []
    for content, style in pairs:
        problem = Problem(content, style, backbone=painter.backbone)
        plain = Run(problem, steps=steps)
        for _ in plain:
            pass
        began = time.perf_counter()
        picture = painter.paint(content, painter.numbers(style))
        painting = time.perf_counter() - began
        quick = Run(problem, steps=steps, init=picture)
        for step in quick:
            if step.total <= plain.last.total:
                break
        spent = painting + quick.last.seconds
        reached = quick.last.total <= plain.last.total
        ratios.append(spent / plain.last.seconds if reached else np.inf)
        print(
            f"{size}: {plain.last.evaluations} evaluations, {plain.last.seconds:.1f} s; from one "
            f"pass {quick.last.evaluations}, {spent:.1f} s" + ", not there" * (not reached),
            flush=True,
        )
    print(f"{size}: median of the ratios of time {statistics.median(ratios):.2f}", flush=True)


def main() -> None:
    """Read the command line, paint, judge, and time."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    add = parser.add_argument
    add("--anchors", type=Path, required=True)
    add("--teachers", type=Path, required=True, help="folder with the judge's network")
    add("--pictures", type=Path, nargs="+", required=True)
    add("--weights", type=Path, help="by default those that ship")
    add("--tuning", type=int, default=0, help="steps of tuning; 0 leaves it out")
    add("--start", type=int, default=0, help="pairs for runs that start from one pass")
    add("--repeats", type=int, default=7)
    add("--out", type=Path, help="folder for sheets")
    args = parser.parse_args()
    from judge_slim import edge_agreement, open_picture, read_backbone, style_distance
    from nstkit import Problem, load_backbone
    from slim.figures import draw_grid
    from train_fast import KEPT_OUT, SHIPPED, find

    painter, ways = nstkit_painters(args.weights, args.tuning)
    for build in (magenta, microast):
        try:
            ways[build.__name__] = build(args.anchors)
        except ImportError as error:
            print(f"without {build.__name__}: {error}")
    real = read_backbone(args.teachers / "vgg19_imagenet_blocks1-3.npz", "real")
    groups = {
        "shipped": SHIPPED,
        "kept out": [[str(find(args.pictures, name)) for name in pair] for pair in KEPT_OUT],
    }
    for title, pairs in groups.items():
        opened = [[open_picture(name, 256) for name in pair] for pair in pairs]
        chosen = dict(ways)
        if title == "shipped":
            names = iter([style for _, style in pairs])
            chosen = {"table": lambda c, s, n=names: painter.paint(c, painter.numbers(next(n)))}
            chosen |= ways
        painted = {
            name: [paint(content, style) for content, style in opened]
            for name, paint in chosen.items()
        }
        for name, images in painted.items():
            found = [
                (style_distance(real, image, *pair), edge_agreement(image, pair[0]))
                for image, pair in zip(images, opened, strict=True)
            ]
            mean = np.mean(found, axis=0)
            each = " ".join(f"{distance:.3f}/{edges:.2f}" for distance, edges in found)
            print(f"{title:9} {name:10} {mean[0]:.3f}/{mean[1]:.2f}  [{each}]", flush=True)
        if args.out:
            args.out.mkdir(parents=True, exist_ok=True)
            rows = [
                [c, *(images[k] for images in painted.values()), s]
                for k, (c, s) in enumerate(opened)
            ]
            draw_grid(
                args.out / f"{title.replace(' ', '_')}.png", rows, ["content", *painted, "style"]
            )
    for size in (256, 400) if args.start else ():
        names = [pair for pairs in groups.values() for pair in pairs][: args.start]
        starting_from_one_pass(
            painter, [[open_picture(name, size) for name in pair] for pair in names], size
        )
    for size in (256, 400):
        content, style = open_picture("chelsea", size), open_picture("night_sky", 256)
        problem = Problem(content, style, backbone=load_backbone("vgg19-slim", pooling="average"))
        numbers = painter.numbers("night_sky")
        timed = {
            "one pass": lambda c, s, n=numbers: painter.paint(c, n),
            "with prediction": ways["predicted"],
        }
        timed |= {name: ways[name] for name in ("magenta", "microast") if name in ways}
        timed["slim evaluation"] = lambda c, s, p=problem: p.evaluate(c)
        if size == 400:
            try:
                timed["winml, 720"] = windows(args.anchors)
            except ImportError as error:
                print(f"without Windows Machine Learning's: {error}")
        for name, paint in timed.items():
            spent = seconds(paint, content, style, repeats=args.repeats)
            print(f"{size}: {name:16} {1000 * spent:.0f} ms", flush=True)


if __name__ == "__main__":
    main()
