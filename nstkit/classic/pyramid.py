"""The steerable pyramid: a plane taken apart by scale and direction, and put together again."""

from __future__ import annotations

import functools
import math
from dataclasses import dataclass

import numpy as np
from scipy import fft

from nstkit.errors import ImageError


@dataclass(frozen=True)
class Pyramid:
    """A steerable pyramid: one plane taken apart by scale and direction.

    Attributes
    ----------
    high : numpy.ndarray
        What is finer than the first level, (H, W).
    bands : list of list of numpy.ndarray
        ``bands[level][orientation]``; each level has half the height and width of the last.
    low : numpy.ndarray
        What is coarser than the last level, (H / 2^levels, W / 2^levels).
    """

    high: np.ndarray
    bands: list[list[np.ndarray]]
    low: np.ndarray

    def planes(self) -> list[np.ndarray]:
        """Return all bands in one list, from fine to coarse.

        Returns
        -------
        list of numpy.ndarray
            High-pass residual, oriented bands level by level, low-pass residual.
        """
        return [self.high, *(band for level in self.bands for band in level), self.low]


def steerable_pyramid(plane: np.ndarray, *, levels: int = 4, orientations: int = 4) -> Pyramid:
    """Take one plane apart into bands of several scales and directions.

    The filters are built in the Fourier domain, their squares add up to one, and so
    `collapse_pyramid` gives the plane back exactly. The plane is taken to repeat at its edges.

    Parameters
    ----------
    plane : numpy.ndarray
        Shape (H, W), float; both divisible by ``2 ** levels``.
    levels : int
        Number of scales.
    orientations : int
        Number of directions at each scale.

    Returns
    -------
    Pyramid
        The bands, float64.

    References
    ----------
    Simoncelli & Freeman, "The Steerable Pyramid", ICIP 1995.
    """
    values = np.asarray(plane, np.float64)
    if values.ndim != 2 or any(side % 2**levels for side in values.shape):
        raise ImageError(
            f"plane has shape {values.shape}: a pyramid of {levels} levels needs (H, W) with both "
            f"divisible by {2**levels}; crop or pad it"
        )
    spectrum = _forth(values)
    low, high = _split(spectrum.shape, math.pi)
    residual, spectrum = _back(spectrum * high), spectrum * low
    bands = []
    for _ in range(levels):
        low, high = _split(spectrum.shape, math.pi / 2)
        angles = _directions(spectrum.shape, orientations)
        bands.append([_back(spectrum * high * angle) for angle in angles])
        spectrum = _centre(spectrum * low)
    return Pyramid(residual, bands, _back(spectrum))


def collapse_pyramid(pyramid: Pyramid) -> np.ndarray:
    """Put a plane together again from its bands; the inverse of `steerable_pyramid`.

    Parameters
    ----------
    pyramid : Pyramid
        The bands, possibly changed.

    Returns
    -------
    numpy.ndarray
        Shape (H, W), float64.
    """
    spectrum = _forth(pyramid.low)
    for level in reversed(pyramid.bands):
        shape = level[0].shape
        low, high = _split(shape, math.pi / 2)
        spectrum = _around(spectrum, shape) * low
        for band, angle in zip(level, _directions(shape, len(level)), strict=True):
            spectrum += _forth(band) * high * angle.conj()
    low, high = _split(pyramid.high.shape, math.pi)
    return _back(spectrum * low + _forth(pyramid.high) * high)


def _grid(shape: tuple[int, ...]) -> tuple[np.ndarray, np.ndarray]:
    """Radius (radians per pixel) and angle of every frequency, zero in the middle."""
    y, x = (fft.fftshift(fft.fftfreq(side)) * 2 * math.pi for side in shape)
    return np.hypot(y[:, None], x[None]), np.arctan2(y[:, None], x[None])


@functools.lru_cache(maxsize=16)
def _split(shape: tuple[int, ...], cutoff: float) -> tuple[np.ndarray, np.ndarray]:
    """Low-pass and high-pass filter that meet within the octave below `cutoff`."""
    radius = np.maximum(_grid(shape)[0], 1e-12)
    octave = np.clip(np.log2(radius / cutoff), -1.0, 0.0) + 1.0
    return np.cos(math.pi / 2 * octave), np.sin(math.pi / 2 * octave)


@functools.lru_cache(maxsize=16)
def _directions(shape: tuple[int, ...], count: int) -> list[np.ndarray]:
    """Angular filters cos^(count-1), whose squares add up to one; real bands need i^(count-1)."""
    angle, power = _grid(shape)[1], count - 1
    scale = math.sqrt(4.0**power / (count * math.comb(2 * power, power)))
    return [scale * (1j * np.cos(angle - math.pi * k / count)) ** power for k in range(count)]


def _back(spectrum: np.ndarray) -> np.ndarray:
    return fft.ifft2(fft.ifftshift(spectrum), norm="ortho").real


def _forth(plane: np.ndarray) -> np.ndarray:
    return fft.fftshift(fft.fft2(plane, norm="ortho"))


def _centre(spectrum: np.ndarray) -> np.ndarray:
    """Keep the low half of the frequencies: the plane at half its height and width."""
    return spectrum[_middle(spectrum.shape)]


def _around(spectrum: np.ndarray, shape: tuple[int, ...]) -> np.ndarray:
    """Put the low frequencies into the middle of a spectrum of the given shape."""
    result = np.zeros(shape, complex)
    result[_middle(shape)] = spectrum
    return result


def _middle(shape: tuple[int, ...]) -> tuple[slice, ...]:
    """Return where the low half of the frequencies lies in a spectrum with zero in its middle."""
    starts = [side // 2 - side // 4 for side in shape]
    return tuple(slice(a, a + side // 2) for a, side in zip(starts, shape, strict=True))
