"""Give up a computation under way: gates at which a compiled function asks whether to go on.

TensorFlow runs a compiled function to its end. A gate is an identity that calls back into Python
before it lets a tensor through, on the way forward and again on the way back.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from nstkit.machine.tensorflow import tf


class GivenUp(Exception):
    """A computation was ended because its result is no longer wanted; nothing went wrong."""


def gate(x: tf.Tensor, unwanted: Callable[[], bool]) -> tf.Tensor:
    """Return `x` as it is, and so its gradient, unless the result is no longer wanted.

    Only compiled functions have gates; outside of them nothing is asked.

    Parameters
    ----------
    x : tf.Tensor
        Of rank 4.
    unwanted : callable
        Asked each time that a tensor arrives, on one of TensorFlow's own threads. Where it returns
        True, the function that the gate is in ends with `ENDED`.

    Returns
    -------
    tf.Tensor
        `x`.
    """
    if tf.executing_eagerly():
        return x

    def ask(_: np.ndarray) -> np.bool_:
        if unwanted():
            raise StopIteration  # the one exception that TensorFlow passes on without a message
        return np.True_

    def through(tensor: tf.Tensor) -> tf.Tensor:
        # One number of the tensor is handed over, so that the question waits for it.
        asked = tf.numpy_function(ask, [tensor[0, 0, 0, 0]], tf.bool)
        with tf.control_dependencies([asked]):
            return tf.identity(tensor)

    @tf.custom_gradient
    def apply(x: tf.Tensor) -> tuple[tf.Tensor, Callable[[tf.Tensor], tf.Tensor]]:
        return through(x), through

    return apply(x)


ENDED = tf.errors.OutOfRangeError
"""What a compiled function raises that a gate has ended: TensorFlow's form of StopIteration."""
