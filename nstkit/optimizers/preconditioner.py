"""The spectrum of pictures: a metric in which optimisation moves large areas as readily as pixels.

In a photograph low frequencies are strong and high ones weak, while the gradient of a style loss
is full of fine noise. Steps that are weighted by a photograph's spectrum reach a painting in far
fewer evaluations: the decorrelated space of Olah, Mordvintsev and Schubert, "Feature
Visualization", Distill 2017, doi:10.23915/distill.00007.
"""

from __future__ import annotations

import functools

import numpy as np
from scipy import fft

FLOOR = 0.02
"""Cycles a pixel, added to every frequency: the slowest waves are not boosted without end."""


def weigh(x: np.ndarray, exponent: float) -> np.ndarray:
    """Weigh the waves that a picture consists of, each by (f + 0.02)^−exponent.

    f is the frequency in cycles a pixel, at most 0.71. The waves are those of the discrete
    cosine transform, which does not join opposite edges. A symmetric, positive definite map.

    Parameters
    ----------
    x : numpy.ndarray
        Shape (batch, height, width, channels), floating point. Arrays of any other rank are not
        pictures and come back as they are.
    exponent : float
        0 leaves everything as it is; the amplitudes of photographs fall with about 1.

    Returns
    -------
    numpy.ndarray
        Shape and type of `x`.
    """
    if x.ndim != 4 or not exponent:
        return x
    rows, columns = x.shape[1:3]
    size = tuple(fft.next_fast_len(side, real=True) for side in (rows, columns))
    waves = fft.dctn(x, s=size, axes=(1, 2), norm="ortho")
    waves *= _weights(size, exponent).astype(x.dtype, copy=False)
    return fft.idctn(waves, axes=(1, 2), norm="ortho", overwrite_x=True)[:, :rows, :columns]


@functools.lru_cache(maxsize=8)
def _weights(size: tuple[int, int], exponent: float) -> np.ndarray:
    """Return the weight of every wave, shape (height, width, 1), 1 in the mean."""
    down, across = (np.arange(side) / (2 * side) for side in size)
    weights = (np.hypot(down[:, None], across[None, :]) + FLOOR) ** -exponent
    return (weights / weights.mean())[..., None].astype(np.float32)
