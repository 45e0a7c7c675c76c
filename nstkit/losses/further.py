"""Two more measures of style, for terms beyond the paper's: moments, and histograms."""

from __future__ import annotations

from typing import Any

from nstkit.losses.functions import by_position, squared_distance
from nstkit.machine.tensorflow import tf


def channel_moments(features: Any) -> tf.Tensor:
    """Compute mean and standard deviation of every channel over all positions.

    μ_i = (1/M) Σ_k F_ik and σ_i = √((1/M) Σ_k (F_ik − μ_i)² + 1e-5): equations 2 and 3 without
    the batch of Huang and Belongie, "Arbitrary Style Transfer in Real-time with Adaptive Instance
    Normalization", ICCV 2017, arXiv:1703.06868. They are the part of a Gram matrix that AdaIN
    uses: its diagonal is M (μ_i² + σ_i²).

    Parameters
    ----------
    features : array_like
        Shape (1, height, width, channels) or (height, width, channels), floating point.

    Returns
    -------
    tf.Tensor
        Shape (2, channels): the means, then the deviations.

    Examples
    --------
    >>> channel_moments([[[1.0], [5.0]]]).numpy().round(3).tolist()
    [[3.0], [2.0]]
    """
    flat = by_position(features)
    mean = tf.reduce_mean(flat, axis=0)
    variance = tf.reduce_mean(tf.square(flat - mean), axis=0)
    return tf.stack([mean, tf.sqrt(variance + 1e-5)])


def moments_loss(moments: Any, target_moments: Any) -> tf.Tensor:
    """Compute the loss of a layer's moments, Σ_i (μ_i − μ̂_i)² + (σ_i − σ̂_i)².

    Equation 13 of Huang and Belongie (2017) adds up Euclidean norms; their squares are taken here,
    as in their own program, so that a convention's constant can scale them.

    Parameters
    ----------
    moments, target_moments : array_like
        What `channel_moments` returns for the generated and for the style picture, shape
        (2, channels).

    Returns
    -------
    tf.Tensor
        A scalar; 0 when the two are equal.

    Examples
    --------
    >>> float(moments_loss([[1.0], [2.0]], [[1.5], [1.0]]))
    1.25
    """
    return squared_distance(moments, target_moments)


def channel_values(features: Any, count: int | None = None) -> tf.Tensor:
    """Sort the values of every channel: its histogram, with bins as fine as can be.

    Parameters
    ----------
    features : array_like
        Shape (1, height, width, channels) or (height, width, channels), floating point.
    count : int, optional
        How many values to return of each channel: the sorted ones are divided into so many equal
        stretches, and read off, by linear interpolation, in the middle of each. By default as
        many as there are positions.

    Returns
    -------
    tf.Tensor
        Shape (channels, count), each row from the smallest value to the largest.

    Examples
    --------
    >>> channel_values([[[3.0], [1.0], [2.0]]]).numpy().tolist()
    [[1.0, 2.0, 3.0]]
    >>> channel_values([[[3.0], [1.0], [2.0]]], 6).numpy().tolist()
    [[1.0, 1.25, 1.75, 2.25, 2.75, 3.0]]
    """
    rows = tf.sort(tf.transpose(by_position(features)), axis=-1)
    if count in (None, rows.shape[-1]):
        return rows
    picture = rows[None, ..., None]
    return tf.cast(tf.image.resize(picture, (len(rows), count))[0, ..., 0], rows.dtype)


def histogram_loss(values: Any, target_values: Any) -> tf.Tensor:
    """Compute the histogram loss of one layer, Σ_ij (F_ij − R(F)_ij)².

    R(F) are the features with each channel's histogram matched to the style picture's. Matching
    puts the k-th largest value in the place of the k-th largest, so the sum is the one over
    sorted values that is computed here; the gradient holds R(F) fixed, as the paper does. Risser,
    Wilmot and Barnes, "Stable and Controllable Neural Texture Synthesis and Style Transfer Using
    Histogram Losses", 2017, arXiv:1701.08893, who match histograms of 256 bins.

    Parameters
    ----------
    values, target_values : array_like
        What `channel_values` returns for the generated and for the style picture, shape
        (channels, positions).

    Returns
    -------
    tf.Tensor
        A scalar; 0 when every channel has the same values, wherever they are.

    Examples
    --------
    >>> float(histogram_loss([[1.0, 2.0]], [[1.0, 4.0]]))
    4.0
    """
    return squared_distance(values, target_values)
