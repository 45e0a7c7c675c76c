"""The problem of style transfer: targets, and the value and gradient of the total loss.

total = α · content + β · style + total variation, as in equation 7 of Gatys et al. (2015),
arXiv:1508.06576, or any other sum of uses of terms. The pictures to compare with, the constants
of a convention and every weight are arguments of one compiled function, so neither a new picture
nor a slider compiles anything again.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np

from nstkit.backbones import ENDED, Backbone, GivenUp, load_backbone
from nstkit.errors import ImageError, SettingsError, choose
from nstkit.losses import (
    CONTENT,
    STYLE,
    Convention,
    Use,
    Weights,
    get_convention,
    total_variation_loss,
    variation,
)
from nstkit.machine.tensorflow import tf
from nstkit.transfer.checks import check_sizes, check_use
from nstkit.transfer.compiled import compiled_for
from nstkit.transfer.evaluation import Evaluation
from nstkit.transfer.regions import MIXES, check_mask, mixed, roots
from nstkit.transfer.targets import compare, describe, make_targets


class Problem:
    """Make a picture with the content of one picture and the style of another.

    `Problem.of` makes one of any terms.

    Parameters
    ----------
    content_image, style_image : array_like
        Shape (1, height, width, 3), float, RGB in [0, 1]. The two may differ in size; the
        generated picture has the content picture's.
    backbone : Backbone, optional
        The network; by default whichever `load_backbone` chooses. One with gates
        (`Backbone.gated`) can end an evaluation under way.
    content_layers, style_layers : iterable of str, optional
        Layers to compare; by default the convention's.
    convention : str or Convention
        Constants of the losses, one of `nstkit.losses.CONVENTIONS`.

    Attributes
    ----------
    uses : tuple of Use
        The terms, each with its picture, layers and weight.
    parts : tuple of str
        Names of the parts of the total, in the order the computation has them.
    weights : Weights
        The weights that `evaluate` uses unless told otherwise: the convention's, on the layers
        chosen.
    layers : dict of str to dict of str to Layer
        For each use ("content", "style" …) what a convention may know of each layer.
    targets : dict of str to dict of str to tf.Tensor
        For each use and layer what is compared with: features P, Gram matrices A …
    content_image, style_image : numpy.ndarray or None
        The pictures of content and style, shape (1, height, width, 3), where there are any.
    content_layers, style_layers : tuple of str
        The layers of these two.
    content_targets, style_targets : dict of str to tf.Tensor
        P, shape (1, height, width, channels), and A, shape (channels, channels), by layer.
    shape : tuple of int
        Shape of the generated picture, (1, height, width, 3).

    Raises
    ------
    ImageError
        If a picture is not one, or smaller than the deepest layer needs.
    SettingsError
        If a layer or the convention does not exist, no layer is given, or there is too little
        memory for pictures of this size.
    """

    def __init__(
        self,
        content_image: Any,
        style_image: Any,
        *,
        backbone: Backbone | None = None,
        content_layers: Iterable[str] | None = None,
        style_layers: Iterable[str] | None = None,
        convention: str | Convention = "relative",
    ):
        rules = get_convention(convention)
        if content_layers is None:
            content_layers = rules.content_layers
        if style_layers is None:
            style_layers = rules.style_layers
        uses = (
            Use(CONTENT, content_image, content_layers, rules.content_weight),
            Use(STYLE, style_image, style_layers, rules.style_weight),
            Use(variation(rules.tv_kind), weight=rules.tv_weight),
        )
        self._assemble(uses, None, backbone, rules)

    @classmethod
    def of(
        cls,
        uses: Iterable[Use],
        *,
        size: tuple[int, int] | None = None,
        backbone: Backbone | None = None,
        convention: str | Convention = "relative",
        mix: str = "gram",
    ) -> Problem:
        """Make a problem of any uses of terms.

        Parameters
        ----------
        uses : iterable of Use
            Which terms, compared with which pictures, on which layers, with what weights. Two
            uses of one term need names of their own.
        size : (int, int), optional
            Height and width of the generated picture in pixels; by default those of the picture
            that the first term is compared with.
        backbone, convention
            As for `Problem`.
        mix : {"gram", "sum"}
            How styles that count in one place share it; see `nstkit.transfer.regions.mixed`.

        Returns
        -------
        Problem
            The problem.

        Examples
        --------
        >>> from nstkit import load_backbone, samples
        >>> from nstkit.losses import CONTENT, MOMENTS, Use
        >>> photo, painting = (samples.load(name, size=32) for name in ("chelsea", "night_sky"))
        >>> content = Use(CONTENT, photo, ["block4_conv2"])
        >>> style = Use(MOMENTS, painting, ["block1_conv1"], weight=10)
        >>> Problem.of([content, style], backbone=load_backbone("vgg19-slim")).parts
        ('content block4_conv2', 'moments block1_conv1')
        """
        problem = cls.__new__(cls)
        choose(mix, MIXES, "way to mix styles")
        problem._assemble(tuple(uses), size, backbone, get_convention(convention), mix)
        return problem

    def _assemble(
        self,
        uses: tuple[Use, ...],
        size: tuple[int, int] | None,
        backbone: Backbone | None,
        convention: Convention,
        mix: str = "gram",
    ) -> None:
        self.convention = convention
        self.backbone = backbone or load_backbone()
        self.uses = tuple(check_use(use, self.backbone) for use in uses)
        self.shape = (1, *check_sizes(self.uses, size, self.backbone), 3)
        height, width = self.shape[1:3]
        for use in self.uses:
            check_mask(use, height, width)
        self.targets = {
            use.name: make_targets(self.backbone, use, height, width) for use in self.uses
        }
        masks = {use.name: roots(use) for use in self.uses}
        self.layers = {
            name: describe(self.backbone, targets, masks[name], height, width)
            for name, targets in self.targets.items()
        }
        if mix == "gram":
            self.layers |= mixed(self.uses, self.layers)
        self._parts = [(use, layer) for use in self.uses for layer in use.layers]
        self.parts = tuple(use.title(layer) for use, layer in self._parts)
        weights: dict[str, Any] = {"content": 0.0, "style": 0.0}
        for use in self.uses:
            weights |= {use.name: use.weight, f"{use.name}_layers": use.layers}
        self.weights = Weights(**weights)
        self._targets, self._masks = (
            [given[use.name][layer] for use, layer in self._parts]
            for given in (self.targets, masks)
        )
        terms = tuple((use.term, layer) for use, layer in self._parts)
        self._compiled = compiled_for(self.backbone, terms, self.shape)
        self.content_image, self.style_image = self._picture("content"), self._picture("style")
        self.content_targets, self.style_targets = (
            self.targets.get(name, {}) for name in ("content", "style")
        )
        self.content_layers, self.style_layers = (
            tuple(targets) for targets in (self.content_targets, self.style_targets)
        )

    @property
    def traces(self) -> int:
        """How often the evaluation was compiled, for this problem and those that share it."""
        return self._compiled.traces

    def evaluate(self, image: Any, weights: Weights | None = None) -> Evaluation:
        """Compute the total loss, its parts and its gradient for a picture.

        Parameters
        ----------
        image : array_like
            Shape (1, height, width, 3), float32, RGB; values may leave [0, 1].
        weights : Weights, optional
            Weights in place of the problem's own; changing them costs nothing.

        Returns
        -------
        Evaluation
            Losses by layer and the gradient.

        Raises
        ------
        ImageError
            If `image` has not the problem's shape.
        SettingsError
            If `weights` name a term or a layer that the problem was not made with.
        GivenUp
            If the backbone has gates and one of them said so.
        """
        return self._evaluate(image, self._factors(weights or self.weights, self.convention))

    def gradient_norm(self, image: Any, part: str) -> float:
        """Compute the Euclidean norm of the gradient of one part at a weight of 1.

        Parameters
        ----------
        image : array_like
            Shape (1, height, width, 3), float32, RGB.
        part : str
            One of `parts`.

        Returns
        -------
        float
            The norm; it grows in proportion to the part's weight.
        """
        choose(part, self.parts, "part of the loss")
        alone = np.array([name == part for name in self.parts])
        gradient = self._evaluate(image, self.constants() * alone).gradient
        return float(np.linalg.norm(gradient.astype(np.float64)))

    def gradient_shares(self, image: Any, weights: Weights | None = None) -> dict[str, float]:
        """Compute which layer really drives the picture: each one's share of the gradient.

        Parameters
        ----------
        image : array_like
            Shape (1, height, width, 3), float32, RGB.
        weights : Weights, optional
            Weights in place of the problem's own.

        Returns
        -------
        dict of str to float
            For each of `parts`, such as "content block4_conv2" and "total variation", the
            Euclidean norm of its gradient divided by the sum of all norms. Sums to 1.
        """
        weights = weights or self.weights
        self.check_weights(weights)
        norms = {part: self.gradient_norm(image, part) for part in self.parts}
        return self.shares(norms, weights)

    def shares(self, norms: Mapping[str, float], weights: Weights) -> dict[str, float]:
        """Return the shares of the gradient that norms of `gradient_norm` have under weights.

        What the weights name beyond the parts that there are does not count.
        """
        sizes = {
            part: norms[part] * weights.of(use.name, layer)
            for part, (use, layer) in zip(self.parts, self._parts, strict=True)
        }
        total = sum(sizes.values()) or 1.0
        return {part: size / total for part, size in sizes.items()}

    def score(
        self, image: Any, convention: str | Convention, weights: Weights | None = None
    ) -> Evaluation:
        """Score a picture under any convention, on this problem's layers.

        Parameters
        ----------
        image : array_like
            Shape (1, height, width, 3), float32, RGB.
        convention : str or Convention
            The convention to score under.
        weights : Weights, optional
            Weights; by default that convention's α, β and TV weight, every layer counting 1.

        Returns
        -------
        Evaluation
            Losses by layer, without a gradient.
        """
        rules = get_convention(convention)
        weights = weights or rules.weights_on(self.content_layers, self.style_layers)
        terms = [
            (variation(rules.tv_kind) if use.term.name == "tv" else use.term, layer)
            for use, layer in self._parts
        ]
        seen = self._as_picture(image), self._targets, self._masks
        distances = tf.stack(compare(self.backbone, terms, *seen))
        values = (distances * self._factors(weights, rules)).numpy()
        return Evaluation(self._by_use(values), np.empty(0))

    def tv_ratio(self, image: Any, target: str | Convention) -> float:
        """Return a picture's total variation under this convention over that under `target`."""
        tensor = self._as_picture(image)
        own, other = (
            rules.tv_scale * float(total_variation_loss(tensor, kind=rules.tv_kind))
            for rules in (self.convention, get_convention(target))
        )
        return own / other if other else 1.0

    def constants(self, convention: Convention | None = None) -> np.ndarray:
        """Return a convention's constant for each part, by default its own's, float64."""
        convention = convention or self.convention
        return np.array(
            [
                convention.scale(use.term.name, self.layers[use.name][layer])
                for use, layer in self._parts
            ]
        )

    def check_weights(self, weights: Weights) -> None:
        """Raise a SettingsError if `weights` count on what the problem was made without."""
        for name, weight in weights.parts.items():
            if weight:
                choose(name, self.targets, "term in the weights")
        for name, known in self.targets.items():
            given = weights.layers.get(name, {})
            extra = [layer for layer, weight in given.items() if weight and layer not in known]
            if extra:
                raise SettingsError(
                    f"the weights name the {name} layer {extra[0]!r}, which this problem was made "
                    f"without: it has {', '.join(known)}; make a new Problem with that layer"
                )

    def _picture(self, term: str) -> Any:
        """Return the picture that the first use of a term is compared with, None without one."""
        return next((use.picture for use in self.uses if use.term.name == term), None)

    def _factors(self, weights: Weights, convention: Convention) -> np.ndarray:
        """Return the number that multiplies each part: its weights times the constant."""
        self.check_weights(weights)
        given = np.array([weights.of(use.name, layer) for use, layer in self._parts])
        with np.errstate(over="ignore"):  # becomes infinite, and a run then says so
            return given * self.constants(convention)

    def _evaluate(self, image: Any, factors: np.ndarray) -> Evaluation:
        with np.errstate(over="ignore"):
            factors = factors.astype(np.float32)
        try:
            seen = self._as_picture(image), self._targets, self._masks
            values, gradient = self._compiled(*seen, factors)
        except ENDED as error:
            raise GivenUp("the evaluation is no longer wanted") from error
        return Evaluation(self._by_use(values.numpy()), gradient.numpy())

    def _as_picture(self, image: Any) -> tf.Tensor:
        tensor = tf.convert_to_tensor(image, tf.float32)
        if tuple(tensor.shape) != self.shape:
            raise ImageError(
                f"the picture has shape {tuple(tensor.shape)}, the problem {self.shape}: resize it "
                "with nstkit.images.resize"
            )
        return tensor

    def _by_use(self, values: np.ndarray) -> dict[str, dict[str, float]]:
        """Sort the values of all parts by use and layer."""
        found: dict[str, dict[str, float]] = {use.name: {} for use in self.uses}
        for (use, layer), value in zip(self._parts, values, strict=True):
            found[use.name][layer] = float(value)
        return found
