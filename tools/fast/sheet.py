"""Sheets of pictures while training, and the judge's numbers for them."""

from pathlib import Path

import numpy as np
from PIL import Image

from fast.data import TABLE, style_square
from fast.loss_network import STATISTICS_LAYERS, build_loss_network, statistics
from nstkit.backbones import Backbone

JUDGE_FILE = "vgg19_imagenet_blocks1-3.npz"


class Sheet:
    """Fixed pairs, painted again and again.

    Parameters
    ----------
    pairs : list of (Path, Path)
        Contents and styles; a style of the table is painted by its row.
    network : Path
        Weights file of the loss network.
    mean, deviation : numpy.ndarray
        Of the statistics over the training styles.
    teachers : Path or None
        Folder with the real VGG-19's first blocks, for the judge's numbers.
    """

    def __init__(self, pairs, network: Path, mean, deviation, teachers: Path | None):
        self.names = [f"{content.stem} x {style.stem}" for content, style in pairs]
        opened = [
            [style_square(Image.open(p).convert("RGB"), None) for p in pair] for pair in pairs
        ]
        self.contents, self.styles = (np.stack(side) for side in zip(*opened, strict=True))
        features = build_loss_network(network, STATISTICS_LAYERS).predict_on_batch(self.styles)
        self.statistics = np.clip((statistics(features) - mean) / deviation, -4, 4)
        self.rows = np.zeros((len(pairs), len(TABLE)), np.float32)
        for place, (_, style) in enumerate(pairs):
            if style.stem in TABLE:
                self.rows[place, TABLE.index(style.stem)] = 1
        self.judge = Judge(teachers / JUDGE_FILE, self.contents, self.styles) if teachers else None

    def draw(self, model, path: Path) -> str:
        """Paint the pairs, write the sheet, and return the numbers in one line."""
        x = {"image": self.contents, "statistics": self.statistics, "row": self.rows}
        painted = np.concatenate(
            [
                np.asarray(model({k: v[i : i + 1] for k, v in x.items()}))
                for i in range(len(self.names))
            ]
        )
        rows = [np.concatenate(each, 1) for each in (self.contents, painted, self.styles)]
        half = len(self.names) // 2 * 256
        sheet = np.concatenate(
            [row[:, side] for side in (slice(half), slice(half, None)) for row in rows]
        )
        Image.fromarray(np.uint8(255 * np.clip(sheet, 0, 1) + 0.5)).save(path)
        return self.judge.line(painted, self.rows[:, :].any(1)) if self.judge else ""


class Judge:
    """The style distance and the edges of `judge_slim.py`, with what never changes kept."""

    def __init__(self, path: Path, contents, styles):
        from judge_slim import read_backbone

        self.real: Backbone = read_backbone(path, "real")
        self.contents = contents
        self.targets = [self.grams(style) for style in styles]
        starts = [self.grams(content) for content in contents]
        self.starts = [self.squares(a, b) for a, b in zip(starts, self.targets, strict=True)]

    def grams(self, picture):
        """Return the Gram matrices of the real network's judging layers."""
        from judge_slim import JUDGE_LAYERS
        from nstkit.losses import gram_matrix

        features = self.real.features(picture[None], JUDGE_LAYERS)
        return [gram_matrix(features[layer]).numpy() for layer in JUDGE_LAYERS]

    @staticmethod
    def squares(found, target):
        """Return the squared distance on each layer."""
        return np.array([np.square(a - b).sum() for a, b in zip(found, target, strict=True)])

    def line(self, painted, known) -> str:
        """Return distance and edges of each picture, and the means of known and of new styles."""
        from judge_slim import edge_agreement

        numbers = np.array(
            [
                (
                    (self.squares(self.grams(picture), target) / start).mean(),
                    edge_agreement(picture[None], content[None]),
                )
                for picture, content, target, start in zip(
                    painted, self.contents, self.targets, self.starts, strict=True
                )
            ]
        )
        each = " ".join(f"{distance:.3f}/{edges:.2f}" for distance, edges in numbers)
        means = [
            f"{name} {numbers[chosen].mean(0)[0]:.3f}/{numbers[chosen].mean(0)[1]:.2f}"
            for name, chosen in (("table", known), ("predicted", ~known))
            if chosen.any()
        ]
        return f"{'; '.join(means)}  [{each}]"
