"""Do the measures of quality see what they claim to see? ``python benchmarks/quality.py``.

Pictures are made worse a rung at a time, and every measure is asked for its order: blurred, noisy,
cut into tiles that change places, with other colours, faded into another painting; a run is looked
at after 0, 5, 20, 60 and 300 steps; the painting fades into the photograph. Writes
``quality.json`` and ``quality.md`` beside this file. ``--judge NAME=FILE.npz`` adds a network:
``<layer>/kernel`` and ``<layer>/bias`` of a VGG, or of SqueezeNet 1.1 (``conv1``,
``fire2/squeeze1x1`` …), which neither paints nor was distilled from.
"""

from __future__ import annotations

import argparse
import json
import os
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")

import numpy as np
from scipy.ndimage import gaussian_filter
from scipy.stats import spearmanr
from skimage.color import hsv2rgb, rgb2hsv

from nstkit import Problem, Run, load_backbone, samples
from nstkit.backbones import LAYERS, Backbone
from nstkit.machine.tensorflow import tf
from nstkit.quality import MEASURES, Evaluation, Ruler, find_judge

PAIRS = (("chelsea", "night_sky"), ("coffee", "woodblock_wave"), ("astronaut", "ink_wash"))
RUNGS = (0, 5, 20, 60, 300)
ON_THE_PHOTOGRAPH = ("features", "ssim", "contours", "grain", "coherence")
STYLE = ("gram", "moments", "statistic", "patterns", "diversity")
CLAIMS = {
    "blur": (*STYLE, "features", "ssim", "contours", "coherence"),
    "noise": (*STYLE, "features", "ssim", "contours", "coherence", "grain"),
    "tiles": ("features", "ssim", "contours", "coherence"),
    "colour": ("colour",),
    "wrong style": (*STYLE, "colour"),
    "steps": (*STYLE, "colour", "effectiveness"),
    "fade": (*STYLE, "colour", "effectiveness"),
}
"""Which measures claim to see which ladder. Those of content, and grain, are asked about the
photograph made worse, those of style and colour about the painting."""


def blur(image: np.ndarray, rung: int) -> np.ndarray:
    """Blur by 0, 1, 2, 4 or 8 pixels."""
    sigma = 0 if rung == 0 else 2 ** (rung - 1)
    return gaussian_filter(image, (0, sigma, sigma, 0))


def noise(image: np.ndarray, rung: int) -> np.ndarray:
    """Add noise with a deviation of 0, 0.04 … 0.16."""
    drawn = np.random.default_rng(0).normal(0, 0.04, image.shape)
    return np.clip(image + rung * drawn, 0, 1).astype(np.float32)


def tiles(image: np.ndarray, rung: int) -> np.ndarray:
    """Let 0, 16, 32, 48 or all 64 of 8×8 tiles change places."""
    side = image.shape[1] // 8
    grid = image.reshape(8, side, 8, side, 3).swapaxes(1, 2).reshape(-1, side, side, 3).copy()
    chosen = np.random.default_rng(0).permutation(64)[: 16 * rung]
    grid[chosen] = grid[np.roll(chosen, 1)]
    return grid.reshape(8, 8, side, side, 3).swapaxes(1, 2).reshape(image.shape)


def colour(image: np.ndarray, rung: int) -> np.ndarray:
    """Turn every hue by 0, 0.1 … 0.4 of the circle."""
    hsv = rgb2hsv(image[0])
    hsv[..., 0] = (hsv[..., 0] + 0.1 * rung) % 1
    return hsv2rgb(hsv)[None].astype(np.float32)


DAMAGE: dict[str, Callable[[np.ndarray, int], np.ndarray]] = {
    "blur": blur,
    "noise": noise,
    "tiles": tiles,
    "colour": colour,
}


NAMES = {name: (what.title, what.better) for name, what in MEASURES.items()}
NAMES |= {"effectiveness": ("effectiveness", 1), "coherence": ("coherence", 1)}


def _values(found: Evaluation) -> dict[str, float]:
    both = {"effectiveness": found.effectiveness, "coherence": found.coherence}
    return {**found.values, **both}


class Squeeze:
    """SqueezeNet 1.1 as a judge: what a `Ruler` asks of a network, under the names of VGG's."""

    def __init__(self, name: str, parameters: dict[str, np.ndarray]):
        self.name = name
        self.layers = ("block1_conv1", *FIRES.values())
        self._parameters = {key: array.astype(np.float32) for key, array in parameters.items()}

    def features(self, image: np.ndarray, layers: Any) -> dict[str, tf.Tensor]:
        """Return features of conv1 and of every other fire module."""
        x = tf.reverse(image, axis=[-1]) * 255.0 - tf.constant((104.0, 117.0, 123.0))
        found = {"block1_conv1": self._convolve(x, "conv1", 2, "VALID")}
        x = found["block1_conv1"]
        for number in range(2, 10):
            if number in (2, 4, 6):
                x = tf.nn.max_pool2d(x, 3, 2, "VALID")
            x = self._convolve(x, f"fire{number}/squeeze1x1")
            both = [
                self._convolve(x, f"fire{number}/{part}") for part in ("expand1x1", "expand3x3")
            ]
            x = tf.concat(both, axis=-1)
            if number in FIRES:
                found[FIRES[number]] = x
        return {layer: found[layer] for layer in layers}

    def _convolve(self, x: tf.Tensor, key: str, step: int = 1, padding: str = "SAME") -> tf.Tensor:
        kernel, bias = self._parameters[f"{key}/kernel"], self._parameters[f"{key}/bias"]
        return tf.nn.relu(tf.nn.conv2d(x, kernel, step, padding) + bias)


FIRES = {3: "block2_conv1", 5: "block3_conv1", 7: "block4_conv1", 9: "block4_conv2"}


def ladders(
    content: np.ndarray,
    style: np.ndarray,
    other: np.ndarray,
    painter: Backbone,
    steps: tuple[int, ...],
) -> dict[str, dict[str, list[np.ndarray]]]:
    """Return for each ladder its pictures, from good to bad, of photograph and of painting."""
    bases = {"content": content, "style": style}
    made = {
        name: {which: [damage(base, rung) for rung in range(5)] for which, base in bases.items()}
        for name, damage in DAMAGE.items()
    }
    fades = [((4 - rung) * style + rung * other) / 4 for rung in range(5)]
    made["wrong style"] = {"style": fades}
    made["fade"] = {"style": [((4 - rung) * style + rung * content) / 4 for rung in range(5)]}
    run = Run(Problem(content, style, backbone=painter), steps=max(steps))
    seen = {0: content} | {step.step: step.image for step in run if step.step in steps}
    made["steps"] = {"style": [seen[number] for number in sorted(seen, reverse=True)]}
    return made


def measure(
    size: int,
    judges: dict[str, Any],
    steps: tuple[int, ...],
    pairs: tuple[tuple[str, str], ...],
) -> list[dict[str, Any]]:
    """Return a row for each judge, pair, ladder and measure: the values and their order.

    The order is Spearman's ρ of rungs and values, +1 where each rung is worse than the one before.
    """
    rows = []
    painter = load_backbone("vgg19-slim")
    pictures = {name: samples.load(name, size=size, crop=True) for pair in pairs for name in pair}
    for number, pair in enumerate(pairs):
        content, style = (pictures[name] for name in pair)
        other = pictures[pairs[(number + 1) % len(pairs)][1]]
        made = ladders(content, style, other, painter, steps)
        for judge, network in judges.items():
            ruler = Ruler(content, style, judge=network, painter=painter.name)
            for ladder, bases in made.items():
                found = {
                    which: [_values(ruler.measure(each)) for each in rungs]
                    for which, rungs in bases.items()
                }
                for name, (_, better) in NAMES.items():
                    which = "content" if name in ON_THE_PHOTOGRAPH else "style"
                    if which not in found:
                        continue
                    values = [each[name] for each in found[which]]
                    flat = np.ptp(values) < 1e-9
                    order = 0.0 if flat else spearmanr(range(len(values)), values).statistic
                    rows.append(
                        {
                            "judge": judge,
                            "pair": " ".join(pair),
                            "ladder": ladder,
                            "measure": name,
                            "claims": name in CLAIMS[ladder],
                            "order": -better * float(order),
                            "values": values,
                        }
                    )
            print(f"{' in '.join(pair)}, judged by {judge}", flush=True)
    return rows


def seconds(size: int, repeats: int = 7) -> dict[str, float]:
    """Measure one picture's evaluation by the slim network: the wall's time and the cores'."""
    content, style = (samples.load(name, size=size, crop=True) for name in PAIRS[0])
    ruler = Ruler(content, style, judge=load_backbone("vgg19-slim"))
    ruler.measure(content)
    walls, cores = [], []
    for _ in range(repeats):
        wall, core = time.perf_counter(), time.process_time()
        ruler.measure(content)
        walls.append(time.perf_counter() - wall)
        cores.append(time.process_time() - core)
    load = os.getloadavg()[0] if hasattr(os, "getloadavg") else float("nan")
    return {
        "size": size,
        "wall seconds, best": min(walls),
        "wall seconds, median": float(np.median(walls)),
        "seconds of all cores, best": min(cores),
        "load": load,
    }


def table(rows: list[dict[str, Any]]) -> str:
    """Write measures × ladders for each judge: the mean order over pairs, and the lowest."""
    parts = []
    for judge in dict.fromkeys(row["judge"] for row in rows):
        names = list(CLAIMS)
        lines = [
            f"Judge: {judge}\n",
            f"| measure | {' | '.join(names)} |",
            "|" + " --- |" * (len(names) + 1),
        ]
        for name, (title, _) in NAMES.items():
            cells = []
            for ladder in names:
                mine = [
                    row
                    for row in rows
                    if (row["judge"], row["measure"], row["ladder"]) == (judge, name, ladder)
                ]
                orders = [row["order"] for row in mine]
                text = f"{np.mean(orders):.2f} ({min(orders):.2f})" if orders else "–"
                cells.append(f"**{text}**" if mine and mine[0]["claims"] else text)
            lines.append(f"| {title} | {' | '.join(cells)} |")
        parts.append("\n".join(lines))
    return "\n\n".join(parts)


def main() -> None:
    """Read the command line, measure, and write the results."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--judge", action="append", default=[], metavar="NAME=FILE")
    parser.add_argument("--quick", action="store_true", help="small and few, to try the script")
    parser.add_argument("--out", type=Path, default=Path(__file__).parent)
    settings = parser.parse_args()
    judges: dict[str, Any] = {"random weights": find_judge("vgg19-slim")}
    judges["vgg19-slim"] = load_backbone("vgg19-slim")
    for given in settings.judge:
        name, _, path = given.partition("=")
        with np.load(path) as arrays:
            if "conv1/kernel" in arrays:
                judges[name] = Squeeze(name, dict(arrays))
                continue
            parameters = {
                layer: (arrays[f"{layer}/kernel"], arrays[f"{layer}/bias"])
                for layer in LAYERS
                if f"{layer}/kernel" in arrays
            }
        judges[name] = Backbone(name, parameters, source=path)
    size, steps = (64, (0, 1, 2, 4)) if settings.quick else (256, RUNGS)
    rows = measure(size, judges, steps, PAIRS[:2] if settings.quick else PAIRS)
    results = {"seconds": seconds(size), "ladders": rows}
    settings.out.mkdir(parents=True, exist_ok=True)
    (settings.out / "quality.json").write_text(json.dumps(results, indent=1) + "\n")
    (settings.out / "quality.md").write_text(table(rows) + "\n", encoding="utf-8")
    print(table(rows), results["seconds"], sep="\n\n")


if __name__ == "__main__":
    main()
