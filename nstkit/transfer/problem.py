"""The problem of style transfer: targets, and the value and gradient of the total loss.

total = α · content + β · style + total variation, as in equation 7 of Gatys et al. (2015),
arXiv:1508.06576. The constants of a convention and every weight are arguments of one compiled
function, so changing a slider never compiles anything again.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import partial
from typing import Any

import numpy as np

from nstkit.backbones import ENDED, Backbone, GivenUp, block_of, check_memory, load_backbone
from nstkit.errors import ImageError, SettingsError
from nstkit.images import check_image
from nstkit.losses import Convention, Weights, get_convention, total_variation_loss
from nstkit.machine.tensorflow import tf
from nstkit.transfer.evaluation import Evaluation
from nstkit.transfer.targets import Targets


class Problem:
    """Make a picture with the content of one picture and the style of another.

    Parameters
    ----------
    content_image, style_image : array_like
        Shape (1, height, width, 3), float, RGB in [0, 1]. The two may differ in size; the
        generated picture has the content picture's.
    backbone : Backbone, optional
        The network; by default whichever `load_backbone` chooses.
    content_layers, style_layers : iterable of str, optional
        Layers to compare; by default the convention's.
    convention : str or Convention
        Constants of the losses, one of `nstkit.losses.conventions.CONVENTIONS`.
    unwanted : callable, optional
        Asked several times during every `evaluate`, on a thread of TensorFlow's; where it returns
        True the evaluation is given up there and then.

    Attributes
    ----------
    weights : Weights
        The convention's weights on the layers chosen; `evaluate` uses them unless told
        otherwise.
    content_targets, style_targets : dict of str to tf.Tensor
        For each layer P, the content picture's features, or A, the style picture's Gram matrix.
    layers : dict
        For "content" and "style", what is known of each layer (see `weighting.Layer`).
    traces : int
        How often the evaluation was compiled so far.

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
        unwanted: Callable[[], bool] | None = None,
    ):
        self.content_image = check_image(content_image, name="content_image", minimum=1)
        self.style_image = check_image(style_image, name="style_image", minimum=1)
        self.convention = get_convention(convention)
        self.backbone = backbone or load_backbone()
        check = self.backbone.check_layers
        content_layers = (
            self.convention.content_layers if content_layers is None else content_layers
        )
        style_layers = self.convention.style_layers if style_layers is None else style_layers
        self.content_layers = check(content_layers, "content layer")
        self.style_layers = check(style_layers, "style layer")
        self._check_sizes()
        self._targets = Targets(
            self.backbone.gated(unwanted) if unwanted else self.backbone,
            self.content_image,
            self.style_image,
            content_layers=self.content_layers,
            style_layers=self.style_layers,
        )
        self.content_targets = self._targets.content
        self.style_targets = self._targets.style
        self.layers = self._targets.layers
        self.weights = Weights.for_layers(
            self.content_layers,
            self.style_layers,
            content=self.convention.content_weight,
            style=self.convention.style_weight,
            tv=self.convention.tv_weight,
        )
        self.traces = 0
        # A partial is an object of its own: TensorFlow does not take many problems for one
        # function that is compiled over and over, and warn of it.
        self._compiled = tf.function(partial(self._value_and_gradient), autograph=False)
        self._compiled_shares = tf.function(partial(self._gradient_norms), autograph=False)

    @property
    def shape(self) -> tuple[int, int, int, int]:
        """Shape of the generated picture, (1, height, width, 3)."""
        return self.content_image.shape

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
            If `weights` name a layer that the problem was not made with.
        GivenUp
            If `unwanted` said so.
        """
        tensor = self._as_picture(image)
        try:
            parts, gradient = self._compiled(tensor, self._factors(weights))
        except ENDED as error:
            raise GivenUp("the evaluation is no longer wanted") from error
        return self._evaluation(parts.numpy(), gradient.numpy())

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
            For "content LAYER", "style LAYER" and "total variation": the Euclidean norm of the
            gradient of that part, divided by the sum of all norms. Sums to 1.
        """
        norms = self._compiled_shares(self._as_picture(image), self._factors(weights)).numpy()
        total = float(norms.sum()) or 1.0
        return dict(zip(self.parts, (float(norm) / total for norm in norms), strict=True))

    @property
    def parts(self) -> tuple[str, ...]:
        """Names of the parts of the total, in the order the computation has them."""
        return (
            *(f"content {layer}" for layer in self.content_layers),
            *(f"style {layer}" for layer in self.style_layers),
            "total variation",
        )

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
        weights = weights or Weights.for_layers(
            self.content_layers,
            self.style_layers,
            content=rules.content_weight,
            style=rules.style_weight,
            tv=rules.tv_weight,
        )
        parts = tf.stack(self._targets.compare(self._as_picture(image), rules.tv_kind))
        return self._evaluation((parts * self._factors(weights, rules)).numpy(), np.empty(0))

    def tv_ratio(self, image: Any, target: str | Convention) -> float:
        """Return a picture's total variation under this convention over that under `target`."""
        tensor = self._as_picture(image)
        own, other = (
            rules.tv_scale * float(total_variation_loss(tensor, kind=rules.tv_kind))
            for rules in (self.convention, get_convention(target))
        )
        return own / other if other else 1.0

    def _check_sizes(self) -> None:
        wanted = (*self.content_layers, *self.style_layers)
        depth = max(block_of(layer) for layer in wanted)
        channels = {layer: self.backbone.channels(layer) for layer in self.backbone.layers}
        for name in ("content_image", "style_image"):
            image = check_image(getattr(self, name), name=name, minimum=max(2, 2 ** (depth - 1)))
            painted = name == "content_image"  # the painting has its size
            check_memory(channels, wanted, *image.shape[1:3], painted=painted)

    def _factors(
        self, weights: Weights | None = None, convention: Convention | None = None
    ) -> np.ndarray:
        """Return the number that multiplies each raw part: the weights times the constants."""
        weights = weights or self.weights
        rules = convention or self.convention
        self.check_weights(weights)
        content = [
            weights.content * weights.content_layers.get(name, 0.0) * rules.content(layer)
            for name, layer in self.layers["content"].items()
        ]
        style = [
            weights.style * weights.style_layers.get(name, 0.0) * rules.style(layer)
            for name, layer in self.layers["style"].items()
        ]
        with np.errstate(over="ignore"):  # becomes infinite, and a run then says so
            return np.array([*content, *style, weights.tv * rules.tv_scale]).astype(np.float32)

    def check_weights(self, weights: Weights) -> None:
        """Raise a SettingsError if `weights` count on a layer that the problem is without."""
        for what, given, known in (
            ("content", weights.content_layers, self.content_layers),
            ("style", weights.style_layers, self.style_layers),
        ):
            extra = [layer for layer, weight in given.items() if weight and layer not in known]
            if extra:
                raise SettingsError(
                    f"the weights name the {what} layer {extra[0]!r}, which this problem was made "
                    f"without: it has {', '.join(known)}; make a new Problem with that layer"
                )

    def _as_picture(self, image: Any) -> tf.Tensor:
        tensor = tf.convert_to_tensor(image, tf.float32)
        if tuple(tensor.shape) != self.shape:
            raise ImageError(
                f"the picture has shape {tuple(tensor.shape)}, the problem {self.shape}: resize it "
                "with nstkit.images.resize"
            )
        return tensor

    def _value_and_gradient(
        self, image: tf.Tensor, factors: tf.Tensor
    ) -> tuple[tf.Tensor, tf.Tensor]:
        self.traces += 1  # runs when TensorFlow traces, not when it executes
        with tf.GradientTape() as tape:
            tape.watch(image)
            parts = tf.stack(self._targets.compare(image, self.convention.tv_kind)) * factors
            total = tf.reduce_sum(parts)
        return parts, tape.gradient(total, image)

    def _gradient_norms(self, image: tf.Tensor, factors: tf.Tensor) -> tf.Tensor:
        with tf.GradientTape(persistent=True) as tape:
            tape.watch(image)
            raw = self._targets.compare(image, self.convention.tv_kind)
            # Weighted before the gradient is taken: the norm of a raw one overflows float32.
            parts = [part * factors[index] for index, part in enumerate(raw)]
        return tf.stack([tf.norm(tape.gradient(part, image)) for part in parts])

    def _evaluation(self, parts: np.ndarray, gradient: np.ndarray) -> Evaluation:
        values = [float(part) for part in parts]
        split = len(self.content_layers)
        return Evaluation(
            dict(zip(self.content_layers, values[:split], strict=True)),
            dict(zip(self.style_layers, values[split:-1], strict=True)),
            values[-1],
            gradient,
        )
