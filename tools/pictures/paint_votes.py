"""Paint the pictures of notebook 09's vote: ``python tools/pictures/paint_votes.py``.

Two pairs of a photograph and a painting, five ways to make a picture of each, so ten questions a
pair. Writes ``data/votes/<photograph>-in-<painting>/<way>.jpg``. The votes in
``data/votes/makers.csv`` were cast on the pictures that lie there: whoever paints them anew has
to vote anew.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable
from pathlib import Path

import numpy as np

from nstkit import fast, load_backbone, samples, save_image, stylize
from nstkit.backbones import untrained_backbone
from nstkit.classic import transfer_colour

PAIRS = (("chelsea", "night_sky"), ("hopper", "woodblock_wave"))


def ways(steps: int = 60) -> dict[str, Callable[[np.ndarray, np.ndarray], np.ndarray]]:
    """Return the five ways to paint, by name."""
    slim, random = load_backbone("vgg19-slim"), untrained_backbone("vgg19-slim", seed=1)

    def optimised(content: np.ndarray, style: np.ndarray, **how: object) -> np.ndarray:
        return stylize(content, style, **{"steps": steps, "progress": False, **how}).image  # type: ignore[arg-type]

    return {
        "optimised": lambda *pair: optimised(*pair, backbone=slim),
        "gently": lambda *pair: optimised(*pair, backbone=slim, style_weight=20),
        "random network": lambda *pair: optimised(*pair, backbone=random),
        "one pass": lambda *pair: fast.paint(*pair),
        "colours only": transfer_colour,
    }


def main() -> None:
    """Read the command line and paint."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--size", type=int, default=128)
    parser.add_argument("--steps", type=int, default=60)
    parser.add_argument("--out", type=Path, default=samples.data_folder() / "votes")
    settings = parser.parse_args()
    for content, style in PAIRS:
        pair = [samples.load(name, size=settings.size, crop=True) for name in (content, style)]
        for name, paint in ways(settings.steps).items():
            path = settings.out / f"{content}-in-{style}" / f"{name}.jpg"
            path.parent.mkdir(parents=True, exist_ok=True)
            save_image(paint(*pair), path)
            print(path.relative_to(settings.out), flush=True)


if __name__ == "__main__":
    main()
