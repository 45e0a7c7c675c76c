"""What a generated picture is compared with: the features of one picture, the style of another."""

from __future__ import annotations

from typing import Any

from nstkit.backbones import Backbone
from nstkit.losses import Layer, content_loss, gram_matrix, style_loss, total_variation_loss
from nstkit.machine.tensorflow import tf


class Targets:
    """The targets of a problem; the network runs on both pictures once, here.

    Parameters
    ----------
    backbone : Backbone
        The network.
    content_image, style_image : numpy.ndarray
        Shape (1, height, width, 3), float32, RGB in [0, 1].
    content_layers, style_layers : tuple of str
        Layers to compare.

    Attributes
    ----------
    content : dict of str to tf.Tensor
        P of every content layer, shape (1, height, width, channels).
    style : dict of str to tf.Tensor
        A of every style layer, shape (channels, channels). A raw Gram matrix grows with the
        number of positions; one of a style picture of another size is brought to the generated
        picture's by their ratio, which is 1 when the sizes agree.
    layers : dict
        For "content" and "style", what is known of each layer of a generated picture.
    """

    def __init__(
        self,
        backbone: Backbone,
        content_image: Any,
        style_image: Any,
        *,
        content_layers: tuple[str, ...],
        style_layers: tuple[str, ...],
    ):
        self._backbone = backbone
        self._size = content_image.shape[1:3]
        self.content = backbone.features(content_image, content_layers)
        self.style: dict[str, tf.Tensor] = {}
        for layer, features in backbone.features(style_image, style_layers).items():
            rows, columns, _ = backbone.feature_shape(layer, *self._size)
            ratio = rows * columns / (features.shape[1] * features.shape[2])
            self.style[layer] = gram_matrix(features) * ratio
        self.layers = {
            "content": self._describe(self.content),
            "style": self._describe(self.style),
        }

    def compare(self, image: tf.Tensor, tv_kind: str) -> list[tf.Tensor]:
        """Compute what is to be weighed and added up.

        Parameters
        ----------
        image : tf.Tensor
            A generated picture, shape (1, height, width, 3), float32.
        tv_kind : str
            A kind of `losses.total_variation_loss`.

        Returns
        -------
        list of tf.Tensor
            Q = Σ (F − P)² of every content layer, S = Σ (G − A)² of every style layer, and the
            total variation: scalars.
        """
        features = self._backbone.features(image, {*self.content, *self.style})
        content = [2 * content_loss(features[layer], p) for layer, p in self.content.items()]
        style = [2 * style_loss(gram_matrix(features[layer]), a) for layer, a in self.style.items()]
        return [*content, *style, total_variation_loss(image, kind=tv_kind)]

    def _describe(self, targets: dict[str, tf.Tensor]) -> dict[str, Layer]:
        height, width = self._size
        described = {}
        for layer, target in targets.items():
            rows, columns, channels = self._backbone.feature_shape(layer, height, width)
            # A layer that is silent for the target has no energy to be relative to.
            energy = float(tf.reduce_sum(tf.square(target))) or 1.0
            described[layer] = Layer(channels, rows * columns, height * width, len(targets), energy)
        return described
