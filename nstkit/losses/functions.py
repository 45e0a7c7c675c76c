"""The losses of neural style transfer, as in the paper and as in the wild.

The equations of Gatys, Ecker and Bethge (2015), arXiv:1508.06576, and of the term paper this
course teaches, with F, P, G, A as there. Pure functions; the constants by which published
implementations differ are in `nstkit.losses.conventions`.
"""

from __future__ import annotations

from typing import Any

from nstkit.backbones import differences, second_moments
from nstkit.errors import ImageError, choose
from nstkit.machine.tensorflow import tf

TV_KINDS = ("absolute", "mean-absolute", "squared", "power")


def gram_matrix(features: Any) -> tf.Tensor:
    """Compute the Gram matrix of a layer's features.

    G_ij = Σ_k F_ik F_jk, where i and j are channels and k runs over all positions.
    A raw sum, as in equation 3 of the paper: nothing is divided by anything.

    Parameters
    ----------
    features : array_like
        Shape (1, height, width, channels) or (height, width, channels), floating point.

    Returns
    -------
    tf.Tensor
        Shape (channels, channels), symmetric and positive semi-definite.

    Raises
    ------
    ImageError
        If `features` has another rank, or belongs to several pictures.

    Examples
    --------
    >>> gram_matrix([[[1.0, 2.0], [3.0, 4.0]]]).numpy().tolist()
    [[10.0, 14.0], [14.0, 20.0]]
    """
    return second_moments(_by_position(features))


def content_loss(features: Any, target_features: Any) -> tf.Tensor:
    """Compute the content loss of one layer, ½ Σ_ij (F_ij − P_ij)².

    Parameters
    ----------
    features : array_like
        F, features of the generated picture, shape (1, height, width, channels).
    target_features : array_like
        P, features of the content picture, same shape.

    Returns
    -------
    tf.Tensor
        A scalar; 0 when the two are equal. Equation 1 of the paper, unchanged.

    Raises
    ------
    ImageError
        If the shapes differ.

    Examples
    --------
    >>> float(content_loss([[[1.0, 2.0]]], [[[0.0, 4.0]]]))
    2.5
    """
    return squared_distance(features, target_features) / 2


def style_loss(gram: Any, target_gram: Any) -> tf.Tensor:
    """Compute the style loss of one layer, ½ Σ_i Σ_j (G_ij − A_ij)².

    Parameters
    ----------
    gram : array_like
        G, Gram matrix of the generated picture, shape (channels, channels).
    target_gram : array_like
        A, Gram matrix of the style picture, same shape.

    Returns
    -------
    tf.Tensor
        A scalar; 0 when the two are equal. This is the term paper's form; equation 4 of
        Gatys et al. has 1/(4 C² M²) in the place of ½, for C channels and M positions.

    Raises
    ------
    ImageError
        If the shapes differ.

    Examples
    --------
    >>> float(style_loss([[2.0, 0.0], [0.0, 0.0]], [[0.0, 1.0], [1.0, 0.0]]))
    3.0
    """
    return squared_distance(gram, target_gram) / 2


def total_variation_loss(image: Any, *, kind: str = "absolute") -> tf.Tensor:
    """Compute the total variation of a picture: how much neighbouring pixels differ.

    With dx and dy the differences to the right and lower neighbour. Σ goes over every difference
    that there is, Σ′ only over the pixels that have both neighbours, as these two authors do: the
    last column's dy and the last row's dx do not count, so the value is a little less than over
    all differences (as the assignment of CS231n asks for, without the ½).

    ================  ==========================================  ==============================
    kind              value                                       as in
    ================  ==========================================  ==============================
    "absolute"        Σ abs(dx) + Σ abs(dy)                       ``tf.image.total_variation``
    "mean-absolute"   mean abs(dx) + mean abs(dy)                 independent of the size
    "squared"         ½ Σ′ (dx² + dy²)                            neural-style's gradient
    "power"           Σ′ (dx² + dy²)^1.25                         the Keras example
    ================  ==========================================  ==============================

    Parameters
    ----------
    image : array_like
        Shape (1, height, width, channels), floating point.
    kind : str
        One of the table's first column.

    Returns
    -------
    tf.Tensor
        A scalar; 0 for a picture of one colour.

    Examples
    --------
    >>> board = [[[[0.0], [1.0]], [[1.0], [0.0]]]]
    >>> float(total_variation_loss(board))
    4.0
    >>> corner = [[[[0.0], [1.0]], [[2.0], [5.0]]]]  # 0 alone has both neighbours: ½ (1² + 2²)
    >>> float(total_variation_loss(corner, kind="squared"))
    2.5
    """
    choose(kind, TV_KINDS, "kind of total variation")
    tensor = tf.convert_to_tensor(image)
    if tensor.shape.rank != 4:
        raise ImageError(f"image has shape {tuple(tensor.shape)}: give (1, height, width, 3)")
    down, right = differences(tensor)
    if kind == "absolute":
        return tf.reduce_sum(tf.abs(down)) + tf.reduce_sum(tf.abs(right))
    if kind == "mean-absolute":
        return tf.reduce_mean(tf.abs(down)) + tf.reduce_mean(tf.abs(right))
    channels = tensor.shape[-1]
    both = tf.square(down[:, :, :-channels]) + tf.square(right[:, :-1])
    return tf.reduce_sum(both) / 2 if kind == "squared" else tf.reduce_sum(both**1.25)


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
    flat = _by_position(features)
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
    rows = tf.sort(tf.transpose(_by_position(features)), axis=-1)
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


def squared_distance(first: Any, second: Any) -> tf.Tensor:
    """Compute Σ (a − b)² over all entries: the Q and the S of `nstkit.losses.conventions`.

    Parameters
    ----------
    first, second : array_like
        Two arrays of one shape, floating point.

    Returns
    -------
    tf.Tensor
        A scalar.

    Raises
    ------
    ImageError
        If the shapes differ.
    """
    a, b = tf.convert_to_tensor(first), tf.convert_to_tensor(second)
    if a.shape != b.shape:
        raise ImageError(
            f"the two have shapes {tuple(a.shape)} and {tuple(b.shape)}: both must come from the "
            "same layer" + (" and pictures of one size" if a.shape.rank == 4 else "")
        )
    return tf.reduce_sum(tf.square(a - b))


def _by_position(features: Any) -> tf.Tensor:
    """Return one picture's features in shape (positions, channels)."""
    tensor = tf.convert_to_tensor(features)
    if tensor.shape.rank not in (3, 4) or (tensor.shape.rank == 4 and tensor.shape[0] != 1):
        raise ImageError(
            f"features have shape {tuple(tensor.shape)}: a layer's features are "
            "(1, height, width, channels)"
        )
    return tf.reshape(tensor, (-1, tensor.shape[-1]))
