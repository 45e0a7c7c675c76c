"""Pictures in and out: open, orient, resize, check; array to 8-bit to PNG or JPEG bytes.

Inside the package a picture is one thing only: RGB, float32, shape (1, height, width, 3),
values in [0, 1].
"""

from __future__ import annotations

import io
import os
import warnings
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image, ImageOps

from nstkit.errors import ImageError, SettingsError, check_number, choose
from nstkit.files import replace_file

MINIMUM_SIZE = 16
"""Shortest side in pixels that five blocks of VGG-19 can see: four poolings halve it to 1."""

MAXIMUM_PIXELS = 100_000_000
"""Largest picture, in pixels, that is opened at all: above it a file is taken for a bomb."""

FORMATS = {"png": "PNG", "jpg": "JPEG", "jpeg": "JPEG"}


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
        size = int(check_number(size, "size", minimum=MINIMUM_SIZE, whole=True))
    picture = _open(source, size)
    if crop and size is not None:
        picture = ImageOps.fit(picture, (size, size), Image.Resampling.LANCZOS)
    elif size is not None and max(picture.size) > size:
        scale = size / max(picture.size)
        width, height = (max(1, round(side * scale)) for side in picture.size)
        picture = picture.resize((width, height), Image.Resampling.LANCZOS)
    return check_image(np.asarray(picture, np.float32)[None] / np.float32(255.0), name="picture")


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
    array = np.asarray(image)
    if array.ndim == 3:
        array = array[None]
    if array.ndim != 4 or array.shape[0] != 1 or array.shape[-1] != 3:
        raise ImageError(
            f"{name} has shape {np.shape(image)}: a picture is (1, height, width, 3), RGB; "
            "open files with nstkit.load_image"
        )
    if array.dtype.kind != "f":
        raise ImageError(
            f"{name} has dtype {array.dtype}: a picture is float32 in [0, 1]; divide 8-bit "
            "values by 255 or open the file with nstkit.load_image"
        )
    height, width = array.shape[1:3]
    if min(height, width) < minimum:
        raise ImageError(
            f"{name} is {width}×{height} pixels: the network needs at least {minimum}×{minimum}; "
            "use a larger picture"
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
    array = np.asarray(image, np.float32)
    array = array[0] if array.ndim == 4 else array
    if not np.isfinite(array).all():
        raise ImageError("the picture holds NaN or infinity and cannot be shown or saved")
    return (np.clip(array, 0.0, 1.0) * 255.0 + 0.5).astype(np.uint8)


def encode(image: Any, format: str = "png") -> bytes:
    """Encode a picture as the bytes of a PNG or JPEG file.

    Parameters
    ----------
    image : array_like
        Shape (1, H, W, 3) or (H, W, 3), float in [0, 1].
    format : {"png", "jpg", "jpeg"}
        The file format; JPEG is written at quality 92.

    Returns
    -------
    bytes
        The whole file.
    """
    kind = FORMATS[choose(str(format).lower().lstrip("."), FORMATS, "picture format")]
    buffer = io.BytesIO()
    options = {"quality": 92, "subsampling": 0} if kind == "JPEG" else {"compress_level": 6}
    Image.fromarray(to_uint8(image)).save(buffer, kind, **options)
    return buffer.getvalue()


def save_image(image: Any, path: str | os.PathLike[str]) -> Path:
    """Save a picture; the file name's ending chooses PNG or JPEG.

    Parameters
    ----------
    image : array_like
        Shape (1, H, W, 3) or (H, W, 3), float in [0, 1].
    path : path-like
        File to write: ``.png``, ``.jpg`` or ``.jpeg``.

    Returns
    -------
    pathlib.Path
        The path that was written. A failure leaves an earlier file there unchanged.
    """
    return replace_file(path, encode(image, Path(path).suffix.lower()))


def _open(source: Any, size: int | None) -> Image.Image:
    """Open any source as an oriented 8-bit RGB picture, decoding no more than needed."""
    name, stream = _stream(source)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", Image.DecompressionBombWarning)
            picture = stream if isinstance(stream, Image.Image) else Image.open(stream)
            width, height = picture.size
            if width * height > MAXIMUM_PIXELS:
                raise ImageError(
                    f"{name} is {width}×{height} pixels: at most {MAXIMUM_PIXELS // 10**6} "
                    "megapixels are opened; make it smaller first"
                )
            if size is not None:
                picture.draft("RGB", (size, size))
                shrink = min(picture.size) // (2 * size)
                if shrink > 1:
                    picture = picture.reduce(shrink) if picture.mode in ("L", "RGB") else picture
            return _to_rgb(ImageOps.exif_transpose(picture))
    except ImageError:
        raise
    except Image.DecompressionBombError as error:
        raise ImageError(f"{name} is too large to open: {error}; make it smaller first") from error
    except Exception as error:
        raise ImageError(
            f"{name} cannot be read as a picture ({error}): give a whole PNG, JPEG, WebP, TIFF "
            "or GIF file"
        ) from error


def _stream(source: Any) -> tuple[str, Any]:
    """Return a name for messages and something that PIL can open."""
    if isinstance(source, Image.Image):
        return "the picture", source.copy()
    if isinstance(source, (bytes, bytearray, memoryview)):
        if not len(source):
            raise ImageError("the picture has zero bytes: choose a file that is not empty")
        return "the picture", io.BytesIO(source)
    if hasattr(source, "read"):
        return str(getattr(source, "name", "the file")), source
    if isinstance(source, (str, os.PathLike)):
        path = Path(source).expanduser()
        if path.is_dir():
            raise ImageError(f"{path} is a folder: give the path of a picture in it")
        if not path.exists():
            raise ImageError(f"there is no file {path} (looked from {Path.cwd()}): check the name")
        if path.stat().st_size == 0:
            raise ImageError(f"{path} has zero bytes: choose a file that is not empty")
        return str(path), path
    return _stream_of_upload(source)


def _stream_of_upload(value: Any) -> tuple[str, Any]:
    """Return name and content of an ipywidgets upload: a dict (7) or a tuple of dicts (8)."""
    files = list(value.values()) if isinstance(value, Mapping) and "content" not in value else value
    files = [files] if isinstance(files, Mapping) else files
    if not isinstance(files, (list, tuple)) or not all(isinstance(f, Mapping) for f in files):
        raise ImageError(
            f"cannot open a {type(value).__name__} as a picture: give a path, bytes, a file "
            "object, an upload or a PIL image"
        )
    if not files:
        raise ImageError("nothing was uploaded yet: choose a picture first")
    entry = files[-1]
    name = entry.get("name") or entry.get("metadata", {}).get("name", "the upload")
    if not len(entry["content"]):
        raise ImageError(f"{name} has zero bytes: choose a file that is not empty")
    return name, io.BytesIO(entry["content"])


def _to_rgb(picture: Image.Image) -> Image.Image:
    """Convert any PIL mode to RGB; transparency is laid on white."""
    if picture.mode.startswith(("I", "F")):
        values = np.asarray(picture, np.float32)
        top = 65535.0 if values.max() > 255 or picture.mode.startswith("I;16") else 255.0
        return Image.fromarray((values / top * 255 + 0.5).clip(0, 255).astype(np.uint8)).convert(
            "RGB"
        )
    if picture.mode in ("RGBA", "LA", "PA", "La", "RGBa") or "transparency" in picture.info:
        picture = picture.convert("RGBA")
        white = Image.new("RGBA", picture.size, "white")
        return Image.alpha_composite(white, picture).convert("RGB")
    return picture.convert("RGB")
