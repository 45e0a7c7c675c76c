"""Operations with quicker gradients than TensorFlow's own: same results, less work.

What they compute is said where they are used: in `backbones.backbone` and `losses.functions`.
"""

from __future__ import annotations

from collections.abc import Callable

from nstkit.machine.tensorflow import tf


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


@tf.custom_gradient
def second_moments(flat: tf.Tensor) -> tuple[tf.Tensor, Callable[[tf.Tensor], tf.Tensor]]:
    """Return FᵀF for F of shape (positions, channels).

    Its gradient F (U + Uᵀ) takes one product of matrices instead of two.
    """

    def gradient(upstream: tf.Tensor) -> tf.Tensor:
        return tf.matmul(flat, upstream + tf.transpose(upstream))

    return tf.matmul(flat, flat, transpose_a=True), gradient


def differences(image: tf.Tensor) -> tuple[tf.Tensor, tf.Tensor]:
    """Return how every value differs from the pixel above it, and from the one to its left.

    The gradient is such a difference again, of the gradient with zeros around; TensorFlow's own
    takes four times as long for it, and longer still with channels on an axis of their own.

    Parameters
    ----------
    image : tf.Tensor
        Shape (1, height, width, channels).

    Returns
    -------
    down : tf.Tensor
        Shape (1, height - 1, width · channels): pixel after pixel.
    right : tf.Tensor
        Shape (1, height, (width - 1) · channels).
    """
    channels = image.shape[-1]
    rows = tf.reshape(image, tf.concat([tf.shape(image)[:2], [-1]], 0))
    return _lag(rows, axis=1, step=1), _lag(rows, axis=2, step=channels)


def _lag(x: tf.Tensor, *, axis: int, step: int) -> tf.Tensor:
    def lag(x: tf.Tensor) -> tf.Tensor:
        return x[:, step:] - x[:, :-step] if axis == 1 else x[:, :, step:] - x[:, :, :-step]

    @tf.custom_gradient
    def apply(x: tf.Tensor) -> tuple[tf.Tensor, Callable[[tf.Tensor], tf.Tensor]]:
        margin = [(step, step) if number == axis else (0, 0) for number in range(3)]
        return lag(x), lambda upstream: -lag(tf.pad(upstream, margin))

    return apply(x)
