"""One picture, measured: `evaluate`, and a `Ruler` for many results of one pair of pictures."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from nstkit.backbones import Backbone, block_of, first_layers
from nstkit.errors import ImageError, SettingsError
from nstkit.images import check_image, resize
from nstkit.quality import pixels, statistics
from nstkit.quality.judge import find_judge

CONTENT_LAYER = "block4_conv2"
STATISTIC_BLOCKS = 3
PATTERN_BLOCKS = (3, 4)

LEAST_GRAIN = 1e-3
"""What counts as no grain: about a quarter of the step between two of 256 levels."""


@dataclass(frozen=True)
class Measure:
    """What a measure is.

    Attributes
    ----------
    title : str
        A few words.
    better : {1, -1}
        1 where more is better, −1 where less is.
    """

    title: str
    better: int


MEASURES = {
    "gram": Measure("distance of Gram matrices", -1),
    "moments": Measure("distance of means and deviations", -1),
    "statistic": Measure("E statistic", 1),
    "patterns": Measure("likeness of patches", 1),
    "diversity": Measure("the painting's patches used", 1),
    "features": Measure("distance of features", -1),
    "ssim": Measure("structural similarity", 1),
    "contours": Measure("agreement of contours", 1),
    "colour": Measure("distance of colours, ΔE", -1),
    "grain": Measure("grain over the noisier of the two's", -1),
}
"""The measures by name, in the order in which they are shown."""


@dataclass(frozen=True, eq=False)
class Evaluation:
    """What a picture measures.

    Attributes
    ----------
    values : dict of str to float
        The value of each of `MEASURES`; one of several layers is their mean.
    by_layer : dict of str to dict of str to float
        The values on each layer, for measures that look at several.
    photograph, painting : dict of str to float
        The same values for the two pictures themselves, in the place of a result.
    judge : str
        Who judged, in a sentence.
    """

    values: Mapping[str, float]
    by_layer: Mapping[str, Mapping[str, float]]
    photograph: Mapping[str, float]
    painting: Mapping[str, float]
    judge: str

    def position(self, name: str) -> float:
        """Return where a value lies from the photograph's, 0, to the painting's, 1."""
        start, end = self.photograph[name], self.painting[name]
        return (self.values[name] - start) / (end - start) if end != start else 0.0

    @property
    def effectiveness(self) -> float:
        """How far style has come: 0 as the photograph itself, 1 as the painting, mean of three.

        Below 0 it is less like the painting than the photograph is. The distances of Gram
        matrices and of moments have no part in it: they are what is minimised while painting.
        """
        return float(np.mean([self.position(name) for name in EFFECTIVENESS]))

    @property
    def coherence(self) -> float:
        """How much content is left: 1 the photograph itself, 0 as the painting, mean of three."""
        return float(np.mean([1 - self.position(name) for name in COHERENCE]))

    def __str__(self) -> str:
        """Write the table, with who judged below it."""
        lines = [f"{'':38}{'result':>10}{'photograph':>12}{'painting':>10}  better"]
        for name, what in MEASURES.items():
            columns = self.values[name], self.photograph[name], self.painting[name]
            numbers = "{:10.3f}{:12.3f}{:10.3f}".format(*columns)
            lines.append(f"{what.title:38}{numbers}  {'more' if what.better > 0 else 'less'}")
        both = f"effectiveness {self.effectiveness:.2f}, coherence {self.coherence:.2f}"
        return "\n".join([*lines, f"{both}; {self.judge}"])


EFFECTIVENESS = ("statistic", "patterns", "diversity")
COHERENCE = ("features", "ssim", "contours")


def evaluate(
    result: Any, content: Any, style: Any, *, judge: Backbone | None = None, painter: str = ""
) -> Evaluation:
    """Measure one picture against the two that it was made from.

    Parameters
    ----------
    result, content, style : array_like
        Shape (1, height, width, 3), float, RGB in [0, 1]; result and content of one size.
    judge : Backbone, optional
        The network that looks; by default what `find_judge` finds.
    painter : str
        Name of the network that painted the result, so that another may judge.

    Returns
    -------
    Evaluation
        The values; print it for a table, `nstkit.plots.show_quality` draws it.

    Raises
    ------
    ImageError
        If something is no picture, sizes do not agree, or content and style are one picture.

    Notes
    -----
    LPIPS (Zhang et al. 2018) and ArtFID (Wright and Ommer 2022) are not among the measures: they
    need networks with their own trained weights (LPIPS: VGG-16, AlexNet or SqueezeNet and linear
    layers on top; ArtFID: an Inception network trained on paintings, and thousands of results).
    """
    return Ruler(content, style, judge=judge, painter=painter).measure(result)


class Ruler:
    """Measures any number of results of one photograph and one painting.

    Parameters
    ----------
    content, style : array_like
        Shape (1, height, width, 3), float, RGB in [0, 1].
    judge : Backbone, optional
        The network that looks, with three blocks or more; by default what `find_judge` finds.
    painter : str
        Name of the network that painted.

    Raises
    ------
    ImageError
        If one is no picture, or they are one and the same.
    SettingsError
        If the judge has not even three blocks.
    """

    def __init__(
        self, content: Any, style: Any, *, judge: Backbone | None = None, painter: str = ""
    ):
        self.content = check_image(content, name="content", minimum=32)
        self.style = check_image(style, name="style", minimum=32)
        if np.array_equal(self.content, self.style):
            raise ImageError("content and style are the same picture: give two")
        self.network = find_judge(painter) if judge is None else judge
        layers, name = self.network.layers, self.network.name
        self._depths = first_layers(layers)
        if len(self._depths) < STATISTIC_BLOCKS:
            raise SettingsError(f"{name} has too few layers to judge: blocks 1 to 3 are needed")
        self._deep = CONTENT_LAYER if CONTENT_LAYER in layers else layers[-1]
        pair = self.content, self.style
        self._grain = max(LEAST_GRAIN, *(pixels.grain(picture)[0] for picture in pair))
        self._looked = {"content": self._look(self.content), "style": self._look(self.style)}
        self.judge = f"{name} judged" + {
            "": ", who painted is not said",
            name: " its own work: it also painted",
        }.get(painter, f", {painter} painted")

    def measure(self, result: Any) -> Evaluation:
        """Measure a result, shape (1, height, width, 3), float, RGB in [0, 1]."""
        values, by_layer = self._values(check_image(result, name="result"))
        return Evaluation(values, by_layer, *self._references, self.judge)

    @cached_property
    def _references(self) -> tuple[Mapping[str, float], Mapping[str, float]]:
        painting = resize(self.style, *self.content.shape[1:3])
        return self._values(self.content)[0], self._values(painting)[0]

    def _look(self, image: np.ndarray) -> dict[str, np.ndarray]:
        found = self.network.features(image, {*self._depths, self._deep})
        return {layer: array.numpy()[0] for layer, array in found.items()}

    def _values(self, image: np.ndarray) -> tuple[dict[str, float], dict[str, dict[str, float]]]:
        similarity = pixels.structural_similarity(image, self.content)  # first: it checks the size
        seen, target = self._look(image), self._looked["style"]
        by_layer: dict[str, dict[str, float]] = {name: {} for name in tuple(MEASURES)[:5]}
        for layer in self._depths:
            pair = seen[layer], target[layer]
            by_layer["gram"][layer] = statistics.gram_distance(*pair)
            by_layer["moments"][layer] = statistics.moment_distance(*pair)
            if block_of(layer) <= STATISTIC_BLOCKS:
                by_layer["statistic"][layer] = statistics.effectiveness_statistic(*pair)
            if block_of(layer) in PATTERN_BLOCKS:
                found = statistics.local_patterns(*pair)
                by_layer["patterns"][layer], by_layer["diversity"][layer] = found
        values = {name: float(np.mean([*by.values()])) for name, by in by_layer.items()}
        pair = seen[self._deep], self._looked["content"][self._deep]
        values["features"] = statistics.relative_distance(*pair)
        values["ssim"] = similarity
        values["contours"] = pixels.contour_agreement(image, self.content)
        values["colour"] = pixels.colour_distance(image, self.style)
        values["grain"] = pixels.grain(image)[0] / self._grain
        return values, by_layer
