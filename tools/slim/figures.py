"""The textbook figures, drawn with the slim network for looking at."""

from pathlib import Path

import matplotlib

matplotlib.use("Agg")
import matplotlib.pyplot as plt
import numpy as np

from nstkit.backbones import Backbone
from nstkit.runs import Run
from nstkit.transfer import Problem

STYLE_LAYERS = tuple(f"block{block}_conv1" for block in range(1, 6))
CONTENT_LAYERS = tuple(f"block{block}_conv2" for block in range(1, 6))


def draw_figures(folder: Path, slim: Backbone, pairs: list, results: dict, evaluations: int):
    """Write transfers.png, textures.png and reconstructions.png into `folder`."""
    folder.mkdir(parents=True, exist_ok=True)
    rows = [
        [content, style, *(found[row][2] for found in results.values())]
        for row, (content, style) in enumerate(pairs)
    ]
    draw_grid(folder / "transfers.png", rows, ["content", "style", *results])
    textures = [
        [style, *(texture(slim, style, STYLE_LAYERS[:n], 2 * evaluations) for n in range(1, 6))]
        for _, style in pairs[:2]
    ]
    titles = ["style", *(f"block1 to {n}" if n > 1 else "block1" for n in range(1, 6))]
    draw_grid(folder / "textures.png", textures, titles)
    rebuilt = [
        [content, *(reconstruct(slim, content, layer, 2 * evaluations) for layer in CONTENT_LAYERS)]
        for content, _ in pairs[:2]
    ]
    draw_grid(folder / "reconstructions.png", rebuilt, ["content", *CONTENT_LAYERS])


def texture(slim: Backbone, style: np.ndarray, layers: tuple[str, ...], evaluations: int):
    """Start from noise and match the style layers only."""
    return _from_noise(
        Problem(style, style, backbone=slim, style_layers=layers, content_layers=layers[:1]),
        evaluations,
        content=0.0,
    )


def reconstruct(slim: Backbone, content: np.ndarray, layer: str, evaluations: int):
    """Start from noise and match the features of one layer only."""
    return _from_noise(
        Problem(content, content, backbone=slim, content_layers=(layer,), style_layers=(layer,)),
        evaluations,
        content=1e4,
        style=0.0,
    )


def _from_noise(problem: Problem, evaluations: int, **weights: float) -> np.ndarray:
    run = Run(problem, steps=evaluations, init="noise", weights=problem.weights.replace(**weights))
    for step in run:
        if step.evaluations >= evaluations:
            break
    return run.last.image


def draw_grid(path: Path, rows: list, titles: list[str]) -> None:
    """Draw rows of pictures under one line of titles."""
    figure, axes = plt.subplots(
        len(rows), len(titles), figsize=(2.2 * len(titles), 2.2 * len(rows) + 0.3), squeeze=False
    )
    for ax, image in zip(axes.flat, (image for row in rows for image in row), strict=True):
        ax.imshow(np.clip(image[0], 0, 1))
        ax.axis("off")
    for ax, title in zip(axes[0], titles, strict=True):
        ax.set_title(title, fontsize=9)
    figure.tight_layout(pad=0.3)
    figure.savefig(path, dpi=110)
    plt.close(figure)
