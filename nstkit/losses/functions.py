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
    return second_moments(by_position(features))


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


def by_position(features: Any) -> tf.Tensor:
    """Return one picture's features in shape (positions, channels)."""
    tensor = tf.convert_to_tensor(features)
    if tensor.shape.rank not in (3, 4) or (tensor.shape.rank == 4 and tensor.shape[0] != 1):
        raise ImageError(
            f"features have shape {tuple(tensor.shape)}: a layer's features are "
            "(1, height, width, channels)"
        )
    return tf.reshape(tensor, (-1, tensor.shape[-1]))
