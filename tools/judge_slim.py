"""Judge the slim VGG-19 by the real one: does a style matched in the small one match there.

Protocol. With the network under test, optimise content picture -> generated picture: L-BFGS as in
the textbook (spectrum 0), 100 evaluations, 256 x 256, content block4_conv2, style block1_conv1 ...
block5_conv1, convention "relative", beta / alpha = 1000 (--style-weight), average pooling
(--pooling). Then look at the result with the *real* VGG-19 as it was trained, with max pooling,
blocks 1 to 3: the style distance (squared difference of the Gram matrices) to the style picture,
each layer relative to the distance that the content picture had at the start, averaged over
block1_conv1, block2_conv1 and block3_conv1. 0 is a perfect match; 1 is no better than the content
picture.

Beside the slim network: the same shape with random kernels, a published 16x-smaller encoder, the
slim network's own teacher (the real blocks 1 to 3 and the 16x encoder from block 4 on), and the
real blocks 1 to 3 optimised directly (content block3_conv4): the last two bound it.

    python tools/judge_slim.py --teachers FOLDER --figures FOLDER
    python tools/judge_slim.py --weights OLD.npz NEW.npz --networks teacher --pooling max
"""

import argparse
import statistics
import sys
import time
from pathlib import Path

import numpy as np
import tensorflow as tf
from scipy import ndimage

from nstkit.backbones import LAYERS, Backbone, load_backbone, untrained_backbone
from nstkit.images import load_image
from nstkit.losses import gram_matrix
from nstkit.runs import Run
from nstkit.samples import get, names
from nstkit.transfer import Problem

JUDGE_LAYERS = ("block1_conv1", "block2_conv1", "block3_conv1")
STYLE_LAYERS = (*JUDGE_LAYERS, "block4_conv1", "block5_conv1")
PAIRS = (
    ("chelsea", "night_sky"),
    ("astronaut", "woodblock_wave"),
    ("coffee", "stained_glass"),
    ("hopper", "pointillism"),
    ("raccoon", "ink_wash"),
    ("rocket", "cubist_shards"),
)
FILES = ("vgg19_imagenet_blocks1-3.npz", "vgg19_16x_encoder.npz")


class Encoder16(Backbone):
    """The published 16x encoder: a 1 x 1 convolution on RGB first, and reflection padding."""

    def __init__(self, path: Path, pooling: str = "max"):
        with np.load(path, allow_pickle=False) as arrays:
            super().__init__("16x encoder", _pairs(arrays), pooling=pooling, source=path.name)
            self._first = tf.constant(arrays["input_conv/kernel"]), arrays["input_conv/bias"]

    def features(self, image, layers):
        """Return the layers' features of a picture, RGB in [0, 1]."""
        wanted = self.check_layers(layers)
        x = tf.nn.conv2d(tf.convert_to_tensor(image, tf.float32), self._first[0], 1, "VALID")
        x = tf.nn.bias_add(x, self._first[1])
        found = {}
        for layer in self.layers[: self.layers.index(wanted[-1]) + 1]:
            if layer.endswith("conv1") and layer != self.layers[0]:
                x = self._pool(x)
            kernel, bias = self._parameters[layer]
            x = tf.pad(x, [[0, 0], [1, 1], [1, 1], [0, 0]], "REFLECT")
            x = tf.nn.relu(tf.nn.bias_add(tf.nn.conv2d(x, kernel, 1, "VALID"), bias))
            found[layer] = x
        return {layer: found[layer] for layer in wanted}


class Teacher(Encoder16):
    """The slim network's teacher: the real blocks 1 to 3, and the 16x encoder from block 4 on."""

    def __init__(self, encoder: Path, blocks: Path, pooling: str):
        super().__init__(encoder, pooling)
        self._real = read_backbone(blocks, "real", pooling)

    def features(self, image, layers):
        """Return the layers' features of a picture, RGB in [0, 1]."""
        wanted = self.check_layers(layers)
        found = {}
        for network, blocks in ((self._real, "123"), (super(), "45")):
            if part := [layer for layer in wanted if layer[len("block")] in blocks]:
                found |= network.features(image, part)
        return found


def _pairs(arrays) -> dict:
    """Return layer -> (kernel, bias) for the convolutions that a weights file holds."""
    return {
        layer: (arrays[f"{layer}/kernel"], arrays[f"{layer}/bias"])
        for layer in LAYERS
        if f"{layer}/kernel" in arrays
    }


def read_backbone(path: Path, name: str, pooling: str = "max") -> Backbone:
    """Read a backbone from a file of <layer>/kernel and <layer>/bias."""
    with np.load(path, allow_pickle=False) as arrays:
        return Backbone(name, _pairs(arrays), pooling=pooling, source=path.name)


def transfer(
    backbone: Backbone, content, style, evaluations: int, style_weight: float = 1000.0, **layers
) -> np.ndarray:
    """Run the protocol's optimisation and return the picture."""
    layers = {"content_layers": ("block4_conv2",), "style_layers": STYLE_LAYERS} | layers
    problem = Problem(content, style, backbone=backbone, **layers)
    weights = problem.weights.replace(content=1.0, style=style_weight)
    return optimise(Run(problem, steps=evaluations, weights=weights, spectrum=0), evaluations)


def optimise(run: Run, evaluations: int) -> np.ndarray:
    """Let a run go on until it has used that many evaluations of value and gradient."""
    for step in run:
        if step.evaluations >= evaluations:
            break
    return run.last.image


def style_distance(real: Backbone, image, content, style) -> float:
    """Return the judge's number for a picture; see the top of this file."""
    grams = [
        {layer: gram_matrix(f).numpy() for layer, f in real.features(x, JUDGE_LAYERS).items()}
        for x in (image, content, style)
    ]
    ours, start, target = grams
    return statistics.fmean(
        float(np.square(ours[layer] - target[layer]).sum())
        / float(np.square(start[layer] - target[layer]).sum())
        for layer in JUDGE_LAYERS
    )


def edge_agreement(image, content) -> float:
    """Correlate where two pictures have their edges: 1 the same places, 0 unrelated.

    Edges are the gradient magnitude of the luminance, smoothed over 2 pixels.
    """
    maps = []
    for picture in (image, content):
        grey = np.asarray(picture)[0] @ [0.299, 0.587, 0.114]
        edges = ndimage.gaussian_gradient_magnitude(grey, 1.0)
        maps.append(ndimage.gaussian_filter(edges, 2.0).ravel())
    return float(np.corrcoef(maps)[0, 1])


def judge_networks(
    slim: dict[str, Backbone], teachers: Path, pooling: str
) -> dict[str, tuple[Backbone, dict]]:
    """Return the networks to compare, each with the layers that differ from the protocol."""
    shallow = {"content_layers": ("block3_conv4",), "style_layers": JUDGE_LAYERS}
    blocks, encoder = (teachers / file for file in FILES)
    return {name: (network, {}) for name, network in slim.items()} | {
        "random": (untrained_backbone("vgg19-slim", pooling=pooling, seed=0), {}),
        "16x encoder": (Encoder16(encoder, pooling), {}),
        "teacher": (Teacher(encoder, blocks, pooling), {}),
        "real blocks 1-3": (read_backbone(blocks, "real", pooling), shallow),
    }


def measure_speed(networks: list[Backbone], content, style, repeats: int) -> list[float]:
    """Time one evaluation with several networks in turns; return the medians in seconds."""
    problems = [Problem(content, style, backbone=network) for network in networks]
    times: list[list[float]] = [[] for _ in problems]
    for _ in range(repeats + 1):
        for problem, spent in zip(problems, times, strict=True):
            began = time.perf_counter()
            problem.evaluate(content)
            spent.append(time.perf_counter() - began)
    return [statistics.median(spent[1:]) for spent in times]


def main() -> None:
    """Read the command line, judge, and print the table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    shared = Path(__file__).resolve().parents[2] / "shared"
    parser.add_argument("--teachers", type=Path, default=shared / "weights")
    parser.add_argument(
        "--weights", type=Path, nargs="+", help="judge these files, not the one that ships"
    )
    parser.add_argument("--pooling", choices=("average", "max"), default="average")
    parser.add_argument("--style-weight", type=float, default=1000.0, help="beta, with alpha = 1")
    parser.add_argument("--pair", nargs=2, action="append", help="content and style, by path")
    parser.add_argument(
        "--networks",
        default="random,16x encoder,teacher,real blocks 1-3",
        help="what to judge beside the slim network; empty for none",
    )
    parser.add_argument("--evaluations", type=int, default=100)
    parser.add_argument("--size", type=int, default=256)
    parser.add_argument("--speed", type=int, default=7, help="repeats of the timing, 0 for none")
    parser.add_argument("--figures", type=Path, help="folder for pictures to look at")
    args = parser.parse_args()
    if missing := [name for name in FILES if not (args.teachers / name).exists()]:
        raise SystemExit(
            f"The judge needs {' and '.join(missing)} in {args.teachers}: the real VGG-19's first "
            "three blocks and the 16x encoder. Give their folder with --teachers."
        )
    slim = {path.stem: read_backbone(path, path.stem, args.pooling) for path in args.weights or ()}
    slim = slim or {"slim": load_backbone("vgg19-slim", pooling=args.pooling)}
    networks = judge_networks(slim, args.teachers, args.pooling)
    chosen = [*slim, *filter(None, args.networks.split(","))]
    if unknown := set(chosen) - set(networks):
        parser.error(f"--networks: {sorted(unknown)} unknown; use {', '.join(networks)}")
    real = read_backbone(args.teachers / FILES[0], "real")
    pairs = [[open_picture(name, args.size) for name in p] for p in args.pair or PAIRS]
    titles = [" x ".join(Path(name).stem for name in pair) for pair in args.pair or PAIRS]
    results = {name: [] for name in chosen}
    for name in chosen:
        backbone, layers = networks[name]
        for title, (content, style) in zip(titles, pairs, strict=True):
            image = transfer(
                backbone, content, style, args.evaluations, args.style_weight, **layers
            )
            distance = style_distance(real, image, content, style)
            results[name].append((distance, edge_agreement(image, content), image))
            print(f"{name}, {title}: {distance:.4f}", file=sys.stderr, flush=True)
    print_table(titles, results)
    if args.speed:
        # The full network has random kernels: what they hold does not change what they cost.
        timed = [*slim.values(), untrained_backbone("vgg19", pooling=args.pooling)]
        seconds = measure_speed(timed, *pairs[0], args.speed)
        costs = ", ".join(
            f"{name} {1000 * spent:.0f} ms" for name, spent in zip(slim, seconds, strict=False)
        )
        print(
            f"\none evaluation: {costs}, full VGG-19 {1000 * seconds[-1]:.0f} ms: "
            f"{seconds[-1] / seconds[0]:.1f} times the first"
        )
    if args.figures:
        from slim.figures import draw_figures

        first = next(iter(slim.values()))
        draw_figures(args.figures, first, pairs, results, args.evaluations)


def open_picture(name: str, size: int) -> np.ndarray:
    """Open a shipped sample by name, or any file by path, as a square."""
    return load_image(get(name).path if name in names() else name, size=size, crop=True)


def print_table(titles: list[str], results: dict[str, list]) -> None:
    """Print style distance and edge agreement of every network on every pair."""
    print("| style distance / edges | " + " | ".join(results) + " |")
    print("|---|" + "---|" * len(results))
    for row, title in enumerate(titles):
        cells = [f"{found[row][0]:.4f} / {found[row][1]:.2f}" for found in results.values()]
        print(f"| {title} | " + " | ".join(cells) + " |")
    means = [np.mean([entry[:2] for entry in found], axis=0) for found in results.values()]
    print("| **mean** | " + " | ".join(f"**{m[0]:.4f}** / {m[1]:.2f}" for m in means) + " |")


if __name__ == "__main__":
    main()
