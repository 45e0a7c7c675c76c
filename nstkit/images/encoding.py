"""Pictures out: the bytes of a PNG or JPEG file, shown, downloaded or saved."""

from __future__ import annotations

import io
import os
from pathlib import Path
from typing import Any

from PIL import Image

from nstkit.errors import choose
from nstkit.images.arrays import to_uint8
from nstkit.machine import replace_file

FORMATS = {"png": "PNG", "jpg": "JPEG", "jpeg": "JPEG"}


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
    kind = FORMATS[check_format(format)]
    buffer = io.BytesIO()
    options = {"quality": 92, "subsampling": 0} if kind == "JPEG" else {"compress_level": 6}
    Image.fromarray(to_uint8(image)).save(buffer, kind, **options)
    return buffer.getvalue()


def check_format(format: str) -> str:
    """Return the name of a picture format in lower case, without a dot.

    Parameters
    ----------
    format : str
        A format or a file name's ending, such as "PNG" or ".jpg".

    Returns
    -------
    str
        One of `FORMATS`.

    Raises
    ------
    SettingsError
        If pictures are not written in that format.
    """
    return choose(str(format).lower().lstrip("."), FORMATS, "picture format")


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
    return replace_file(path, encode(image, Path(path).suffix))
