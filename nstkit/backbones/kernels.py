"""What a network is made of: VGG's preprocessing, a convolution with ReLU, and max pooling.

The gradients of the last two are TensorFlow's, computed in a quicker way.
"""

from __future__ import annotations

from collections.abc import Callable

from nstkit.backbones.architecture import IMAGENET_MEAN_BGR
from nstkit.machine.tensorflow import tf


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
            through = tf.raw_ops.ReluGrad(gradients=upstream, features=y)
            return tf.nn.conv2d(through, turned, 1, "SAME")

        return y, gradient

    return apply


@tf.custom_gradient
def max_pool(x: tf.Tensor) -> tuple[tf.Tensor, Callable[[tf.Tensor], tf.Tensor]]:
    """Take the largest of every 2×2 positions, with a quick gradient.

    The gradient goes to where the largest value was, to the first of several equal ones as in
    TensorFlow, whose own gradient searches every window again and takes twice as long.

    Parameters
    ----------
    x : tf.Tensor
        Shape (batch, height, width, channels); a last odd row or column is left out.

    Returns
    -------
    tf.Tensor
        Shape (batch, height // 2, width // 2, channels).
    """
    y = tf.nn.max_pool2d(x, ksize=2, strides=2, padding="VALID")

    def gradient(upstream: tf.Tensor) -> tf.Tensor:
        batch, rows, columns, channels = y.shape
        windows = (batch * rows, 2, columns, 2 * channels)
        even = tf.reshape(x[:, : 2 * rows, : 2 * columns], windows)
        largest, wanted = (
            tf.reshape(tf.concat([part, part], -1), (batch * rows, 1, columns, 2 * channels))
            for part in (y, upstream)
        )
        found = tf.reshape(even == largest, (batch * rows, 2, columns, 2, channels))
        (a, b), (c, d) = (tf.unstack(row, axis=2) for row in tf.unstack(found, axis=1))
        first = [[a, b & ~a], [c & ~(a | b), d & ~(a | b | c)]]
        mask = tf.stack([tf.stack(row, axis=2) for row in first], axis=1)
        spread = tf.where(tf.reshape(mask, windows), wanted, 0.0)
        spread = tf.reshape(spread, (batch, 2 * rows, 2 * columns, channels))
        below, right = x.shape[1] - 2 * rows, x.shape[2] - 2 * columns
        if below or right:
            spread = tf.pad(spread, [(0, 0), (0, below), (0, right), (0, 0)])
        return spread

    return y, gradient
