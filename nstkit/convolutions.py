"""The two operations that a network repeats: VGG's preprocessing, and a convolution with ReLU."""

from __future__ import annotations

from collections.abc import Callable

import tensorflow as tf

from nstkit.architecture import IMAGENET_MEAN_BGR


def preprocess(image: tf.Tensor) -> tf.Tensor:
    """Do VGG's preprocessing: RGB in [0, 1] to BGR in [0, 255] with ImageNet's means removed."""
    return tf.reverse(image, axis=[-1]) * 255.0 - tf.constant(IMAGENET_MEAN_BGR)


def convolution_relu(kernel: tf.Tensor, bias: tf.Tensor) -> Callable[[tf.Tensor], tf.Tensor]:
    """Return x ↦ ReLU(kernel ∗ x + bias) with a quick gradient with respect to x.

    With stride 1 and zero padding, the gradient of a convolution is itself a convolution, with
    the kernel turned by 180° and its channels swapped; TensorFlow runs that one much faster
    than its general gradient. The result is the same, and the parameters are constants.

    Parameters
    ----------
    kernel : tf.Tensor
        Shape (3, 3, in, out).
    bias : tf.Tensor
        Shape (out,).

    Returns
    -------
    callable
        From (batch, height, width, in) to (batch, height, width, out).
    """
    turned = tf.transpose(tf.reverse(kernel, axis=[0, 1]), (0, 1, 3, 2))

    @tf.custom_gradient
    def apply(x: tf.Tensor) -> tuple[tf.Tensor, Callable[[tf.Tensor], tf.Tensor]]:
        y = tf.nn.relu(tf.nn.bias_add(tf.nn.conv2d(x, kernel, 1, "SAME"), bias))

        def gradient(upstream: tf.Tensor) -> tf.Tensor:
            return tf.nn.conv2d(tf.where(y > 0, upstream, 0.0), turned, 1, "SAME")

        return y, gradient

    return apply
