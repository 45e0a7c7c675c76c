"""Pictures as arrays: opened, brought to a size, checked, rounded to 8 bits.

Inside the package a picture is one thing only: RGB, float32, shape (1, height, width, 3),
values in [0, 1].
"""

from __future__ import annotations

from typing import Any

import numpy as np
from PIL import Image, ImageOps

from nstkit.errors import ImageError, SettingsError, check_number
from nstkit.images.opening import open_rgb

MINIMUM_SIZE = 16
"""Shortest side in pixels that five blocks of VGG-19 can see: four poolings halve it to 1."""

MAXIMUM_SIZE = 8192
"""Longest side in pixels that a picture may be brought to."""


def load_image(source: Any, *, size: int | None = None, crop: bool = False) -> np.ndarray:
    """Open a picture and return it ready for the network.

    The camera's orientation mark (EXIF) is applied; greyscale, palette, 16-bit and CMYK
    pictures become RGB; transparent ones are laid on white.

    Parameters
    ----------
    source : path-like, bytes, file object, PIL.Image.Image or upload
        The picture. An upload is the value of an ipywidgets ``FileUpload`` (version 7 or 8)
        with one file in it.
    size : int, optional
        Longest side of the result in pixels; a smaller picture is not enlarged. With `crop`,
        the side of the square.
    crop : bool
        Cut out the centre square and give it exactly ``size`` × ``size`` pixels, as the term
        paper does with 400.

    Returns
    -------
    numpy.ndarray
        Shape (1, height, width, 3), float32, RGB in [0, 1].

    Raises
    ------
    ImageError
        If there is no such file, it is not a picture, is damaged, or is too small or too large.
    """
    if crop and size is None:
        raise SettingsError("crop=True needs a size in pixels: give size=400 as in the paper")
    if size is not None:
        limits = {"minimum": MINIMUM_SIZE, "maximum": MAXIMUM_SIZE}
        size = int(check_number(size, "size", whole=True, **limits))
    picture = open_rgb(source, size)
    if crop and size is not None:
        picture = ImageOps.fit(picture, (size, size), Image.Resampling.LANCZOS)
    elif size is not None and max(picture.size) > size:
        scale = size / max(picture.size)
        width, height = (max(1, round(side * scale)) for side in picture.size)
        picture = picture.resize((width, height), Image.Resampling.LANCZOS)
    name = "picture" if size is None else f"picture at size {size}"
    return check_image(np.asarray(picture, np.float32)[None] / np.float32(255.0), name=name)


def fit(image: Any, size: int, *, crop: bool = False) -> np.ndarray:
    """Bring an array to the size that `load_image` would bring a file of it to.

    Parameters
    ----------
    image : array_like
        Shape (1, H, W, 3) or (H, W, 3), float in [0, 1]; rounded to 8 bits, as in a file.
    size : int
        Longest side of the result in pixels; a smaller picture is not enlarged. With `crop`,
        the side of the square.
    crop : bool
        Cut out the centre square and give it exactly ``size`` × ``size`` pixels.

    Returns
    -------
    numpy.ndarray
        Shape (1, height, width, 3), float32, RGB in [0, 1].

    Raises
    ------
    ImageError
        If it is no picture, or is too small or too narrow.

    Examples
    --------
    >>> fit(np.zeros((1, 40, 80, 3)), 60).shape
    (1, 30, 60, 3)
    """
    pixels = to_uint8(check_image(image, minimum=1))
    return load_image(Image.fromarray(pixels), size=size, crop=crop)


def check_image(image: Any, *, name: str = "image", minimum: int = MINIMUM_SIZE) -> np.ndarray:
    """Check that an array is a picture as the package means it.

    Parameters
    ----------
    image : array_like
        Shape (1, height, width, 3) or (height, width, 3), floating point, values in [0, 1].
    name : str
        What to call it in an error message.
    minimum : int
        Shortest accepted side in pixels.

    Returns
    -------
    numpy.ndarray
        The same picture, shape (1, height, width, 3), float32.

    Raises
    ------
    ImageError
        If rank, dtype, number of channels, size or values are not as above.
    """
    array = _as_batch(image, name)
    if array.dtype.kind != "f":
        raise ImageError(
            f"{name} has dtype {array.dtype}: a picture is float32 in [0, 1]; divide 8-bit "
            "values by 255 or open the file with nstkit.load_image"
        )
    height, width = array.shape[1:3]
    if min(height, width) < minimum:
        raise ImageError(
            f"{name} is {width}×{height} pixels: the network needs at least {minimum}×{minimum}; "
            "choose a larger picture or size"
        )
    low, high = float(array.min()), float(array.max())
    if not (np.isfinite(low) and np.isfinite(high)):
        raise ImageError(f"{name} holds NaN or infinity: a picture has values in [0, 1]")
    if low < -1e-3 or high > 1 + 1e-3:
        raise ImageError(
            f"{name} has values from {low:g} to {high:g}: a picture is in [0, 1]; "
            "divide 8-bit values by 255"
        )
    return np.clip(array, 0.0, 1.0, dtype=np.float32)


def resize(image: Any, height: int, width: int) -> np.ndarray:
    """Resize a picture to an exact height and width.

    Parameters
    ----------
    image : array_like
        Shape (1, H, W, 3), float, in [0, 1].
    height, width : int
        New size in pixels.

    Returns
    -------
    numpy.ndarray
        Shape (1, height, width, 3), float32, in [0, 1], resampled channel by channel with
        Lanczos' filter (which smooths where it shrinks).
    """
    array = check_image(image, minimum=1)
    for side, what in ((height, "height"), (width, "width")):
        check_number(side, what, minimum=1, maximum=MAXIMUM_SIZE, whole=True)
    planes = [
        Image.fromarray(array[0, :, :, channel]).resize((width, height), Image.Resampling.LANCZOS)
        for channel in range(3)
    ]
    return np.clip(np.stack([np.asarray(p) for p in planes], axis=-1)[None], 0, 1)


def to_uint8(image: Any) -> np.ndarray:
    """Convert a picture to 8-bit, rounding to the nearest of the 256 values.

    Parameters
    ----------
    image : array_like
        Shape (1, H, W, 3) or (H, W, 3), float; values outside [0, 1] are clipped.

    Returns
    -------
    numpy.ndarray
        Shape (H, W, 3), uint8.

    Examples
    --------
    >>> to_uint8(np.full((1, 1, 1, 3), 0.5, np.float32))
    array([[[128, 128, 128]]], dtype=uint8)
    """
    array = _as_batch(image, "the picture")[0].astype(np.float32)
    if not np.isfinite(array).all():
        raise ImageError("the picture holds NaN or infinity and cannot be shown or saved")
    return (np.clip(array, 0.0, 1.0) * 255.0 + 0.5).astype(np.uint8)


def _as_batch(image: Any, name: str) -> np.ndarray:
    """Return an array of shape (1, height, width, 3), or raise an ImageError."""
    try:
        array = np.asarray(image)
    except ValueError:  # nested lists of unequal lengths
        array = np.empty(0)
    array = array[None] if array.ndim == 3 else array
    if array.ndim != 4 or array.shape[0] != 1 or array.shape[-1] != 3:
        raise ImageError(
            f"{name} has shape {array.shape}: a picture is (1, height, width, 3), RGB; open files "
            "with nstkit.load_image"
        )
    return array
