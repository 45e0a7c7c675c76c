"""Loss terms as values: what each makes of features, and how two of those are compared.

A new term is a function or two in `nstkit.losses.further` and an entry in `TERMS` here;
everything that weighs, plots, stores or steers parts of a loss goes by this table.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from nstkit import losses  # its functions load TensorFlow: they are looked up when they run
from nstkit.losses.weights import PICTURE


@dataclass(frozen=True)
class Term:
    """One kind of loss.

    Attributes
    ----------
    name : str
        Its name in `Weights` and in every record of a run.
    title, symbol : str
        What a reader sees: a few words, and the symbol of its weight.
    colour : str
        Its colour in plots and in the studio, readable on white and on black.
    dash : tuple of float
        Lengths of dashes and gaps of its curve, in line widths; () for an unbroken line.
    summarise : callable
        From a layer's features, shape (1, height, width, channels), and the number of positions
        that this layer has in the generated picture, to what is compared.
    distance : callable
        From the summaries of the generated picture and of the target (None without one) to a
        scalar. A convention's constant and the weights multiply it.
    """

    name: str
    title: str
    symbol: str
    colour: str
    dash: tuple[float, ...]
    summarise: Callable[[Any, int], Any] = field(repr=False)
    distance: Callable[[Any, Any], Any] = field(repr=False)


@dataclass(frozen=True, eq=False)
class Use:
    """One use of a term in a problem.

    Attributes
    ----------
    term : Term
        Which.
    picture : array_like or None
        What the generated picture is compared with, shape (1, height, width, 3), float, in
        [0, 1]; None for a term that looks at the generated picture alone.
    layers : iterable of str, or dict of str to float
        The layers compared, with their relative weights where they differ (kept as a dict with
        weights); `PICTURE` stands for the picture itself.
    weight : float
        Its weight in the total.
    name : str
        What to call it, where a problem uses a term more than once; by default the term's name.
    mask : array_like or None
        Where in the generated picture it counts, for content and style: shape (height, width),
        float, from 0 (not at all) to 1 (fully); None for everywhere.
    """

    term: Term
    picture: Any = None
    layers: Any = (PICTURE,)
    weight: float = 1.0
    name: str = ""
    mask: Any = None

    def __post_init__(self) -> None:
        layers = (self.layers,) if isinstance(self.layers, str) else self.layers
        given = layers if isinstance(layers, Mapping) else dict.fromkeys(layers, 1.0)
        object.__setattr__(self, "layers", dict(given))
        object.__setattr__(self, "name", self.name or self.term.name)

    def title(self, layer: str) -> str:
        """Return what to call its part on a layer: "style block1_conv1", "total variation"."""
        name = self.term.title if self.name == self.term.name else self.name
        return name if layer == PICTURE else f"{name} {layer}"


def _features(features: Any, positions: int) -> Any:
    return features


def _gram(features: Any, positions: int) -> Any:
    """Return the Gram matrix as if there were so many positions: a raw one grows with them."""
    ratio = positions / (features.shape[1] * features.shape[2])
    gram = losses.gram_matrix(features)
    return gram if ratio == 1 else gram * ratio


def _moments(features: Any, positions: int) -> Any:
    return losses.channel_moments(features)


def _values(features: Any, positions: int) -> Any:
    return losses.channel_values(features, positions)


def _squared(found: Any, target: Any) -> Any:
    return losses.squared_distance(found, target)


def _moments_loss(found: Any, target: Any) -> Any:
    return losses.moments_loss(found, target)


def _histogram_loss(found: Any, target: Any) -> Any:
    return losses.histogram_loss(found, target)


@functools.cache
def variation(kind: str) -> Term:
    """Return the term of total variation, of a kind that `total_variation_loss` has."""

    def distance(image: Any, target: None) -> Any:
        return losses.total_variation_loss(image, kind=kind)

    return Term("tv", "total variation", "TV", "#009E73", (1, 4), _features, distance)


CONTENT = Term("content", "content", "α", "#1583C7", (7, 3), _features, _squared)
STYLE = Term("style", "style", "β", "#D55E00", (2, 3), _gram, _squared)
VARIATION = variation("mean-absolute")
MOMENTS = Term("moments", "moments", "μσ", "#CC79A7", (9, 2, 2, 2), _moments, _moments_loss)
HISTOGRAM = Term("histogram", "histogram", "H", "#E69F00", (5, 2), _values, _histogram_loss)

TERMS = {term.name: term for term in (CONTENT, STYLE, VARIATION, MOMENTS, HISTOGRAM)}
"""The terms by name, in the order in which they are shown."""

FURTHER = tuple(TERMS)[3:]
"""Those beyond the paper's: in a problem only where a weight is given for them."""


def term_of(part: str) -> Term | None:
    """Return the term that a part of a loss, or a use of a term, is named after.

    Parameters
    ----------
    part : str
        Such as "tv", "total variation", "style 2" or "content block4_conv2".

    Returns
    -------
    Term or None
        One of `TERMS`; None where it is named after none, such as "total".
    """
    return next((t for t in TERMS.values() if part.startswith((t.name, t.title))), None)
