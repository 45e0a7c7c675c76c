"""Opening whatever holds a picture: a path, bytes, a file object, an upload, a PIL image.

The result is always an oriented 8-bit RGB picture of PIL, decoded no larger than needed.
"""

from __future__ import annotations

import contextlib
import io
import os
import warnings
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image, ImageOps, UnidentifiedImageError

from nstkit.errors import ImageError

MAXIMUM_PIXELS = 100_000_000
"""Largest picture, in pixels, that is opened at all: above it a file is taken for a bomb."""


def open_rgb(source: Any, size: int | None = None, *, back: str = "white") -> Image.Image:
    """Open any source as an oriented 8-bit RGB picture, decoding no more than needed.

    Parameters
    ----------
    source : path-like, bytes, file object, PIL.Image.Image or upload
        The picture; see `nstkit.images.load_image`.
    size : int, optional
        A longest side in pixels that is enough: a much larger picture comes back smaller, with
        no side shorter than twice `size`.
    back : str
        The colour on which what is transparent is laid.

    Returns
    -------
    PIL.Image.Image
        In mode RGB.

    Raises
    ------
    ImageError
        If there is no such file, or it is not a whole picture of at most `MAXIMUM_PIXELS`.
    """
    name, stream = _stream(source)
    try:
        with contextlib.ExitStack() as stack:
            stack.enter_context(warnings.catch_warnings())
            warnings.simplefilter("ignore", Image.DecompressionBombWarning)
            if isinstance(stream, Path):
                stream = stack.enter_context(open(stream, "rb"))
            picture = stream if isinstance(stream, Image.Image) else Image.open(stream)
            width, height = picture.size
            if width * height > MAXIMUM_PIXELS:
                raise ImageError(
                    f"{name} is {width}×{height} pixels: at most {MAXIMUM_PIXELS // 10**6} "
                    "megapixels are opened; make it smaller first"
                )
            if size is not None:
                picture.draft("RGB", (size, size))  # a JPEG can be decoded at a fraction
            picture = ImageOps.exif_transpose(picture)
            shrink = 1 if size is None else min(picture.size) // (2 * size)
            if shrink > 1 and picture.mode in ("L", "RGB", "CMYK"):
                picture = picture.reduce(shrink)
            return _to_rgb(picture, back)
    except ImageError:
        raise
    except Image.DecompressionBombError as error:
        raise ImageError(f"{name} is too large to open: {error}; make it smaller first") from error
    except Exception as error:
        # PIL's own words for the first of these name an object in memory, not the file.
        foreign = isinstance(error, UnidentifiedImageError)
        why = "its contents are of no known kind" if foreign else error
        raise ImageError(
            f"{name} cannot be read as a picture ({why}): give a whole PNG, JPEG, WebP, TIFF "
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
    name, content = newest_upload(source)
    return name, io.BytesIO(content)


def newest_upload(value: Any) -> tuple[str, bytes]:
    """Return name and content of the newest file in the value of an ipywidgets ``FileUpload``.

    Parameters
    ----------
    value : mapping or sequence of mappings
        A dict from name to file (version 7), a tuple of files (version 8), or one file.

    Returns
    -------
    name : str
        The file's name.
    content : bytes
        All of it.

    Raises
    ------
    ImageError
        If nothing was uploaded yet, the file is empty, or this is no upload.

    Examples
    --------
    >>> newest_upload(({"name": "a.png", "content": b"..."},))
    ('a.png', b'...')
    """
    if isinstance(value, Mapping) and "content" not in value:
        named = list(value.items())
    else:
        files = value if isinstance(value, (list, tuple)) else [value]
        named = [("the upload", file) for file in files]
    if not all(isinstance(file, Mapping) for _, file in named):
        raise ImageError(
            f"cannot open a {type(value).__name__} as a picture: give a path, bytes, a file "
            "object, an upload or a PIL image"
        )
    if not named:
        raise ImageError("nothing was uploaded yet: choose a file first")
    name, file = named[-1]
    name = str(file.get("name", name))
    if not len(file["content"]):
        raise ImageError(f"{name} has zero bytes: choose a file that is not empty")
    return name, bytes(file["content"])


def _to_rgb(picture: Image.Image, back: str) -> Image.Image:
    """Convert any PIL mode to RGB; transparency is laid on a colour."""
    if picture.mode.startswith(("I", "F")):
        values = np.asarray(picture, np.float32)
        if not np.isfinite(values).all():
            raise ImageError("the picture holds NaN or infinity: a picture has finite values")
        fractions = picture.mode == "F" and values.max() <= 1
        sixteen_bits = picture.mode.startswith("I;16") or values.max() > 255
        top = 1.0 if fractions else 65535.0 if sixteen_bits else 255.0
        grey = (values * (255 / top) + 0.5).clip(0, 255).astype(np.uint8)
        return Image.fromarray(grey).convert("RGB")
    if picture.mode in ("RGBA", "LA", "PA", "La", "RGBa") or "transparency" in picture.info:
        picture = picture.convert("RGBA")
        ground = Image.new("RGBA", picture.size, back)
        return Image.alpha_composite(ground, picture).convert("RGB")
    return picture.convert("RGB")
