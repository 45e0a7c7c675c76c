"""Pictures for the screen: encoded, coloured, enlarged, laid out side by side."""

from __future__ import annotations

import io
from collections.abc import Sequence
from typing import Any

import numpy as np
from matplotlib import colormaps
from PIL import Image, ImageDraw

from nstkit.images import to_uint8

FINE = 92
"""Quality from which a JPEG keeps colours at full resolution: for pictures to look at in peace."""


def jpeg(image: Any, quality: int = 88) -> bytes:
    """Encode a picture, shape (1, H, W, 3) or (H, W, 3), float or uint8, for the screen."""
    buffer = io.BytesIO()
    full = {"subsampling": 0} if quality >= FINE else {}
    Image.fromarray(_bytes(image)).save(buffer, "JPEG", quality=quality, **full)
    return buffer.getvalue()


def png(image: Any) -> bytes:
    """Encode a picture without loss, for maps whose pixels count."""
    buffer = io.BytesIO()
    Image.fromarray(_bytes(image)).save(buffer, "PNG", compress_level=3)
    return buffer.getvalue()


def _bytes(image: Any) -> np.ndarray:
    array = np.asarray(image)
    return array if array.dtype == np.uint8 else to_uint8(array)


def heat(values: Any, top: float | None = None) -> np.ndarray:
    """Colour a map from black (0) over red to white.

    Parameters
    ----------
    values : array_like
        Shape (H, W), not negative.
    top : float, optional
        The value that becomes the brightest colour; by default the largest.

    Returns
    -------
    numpy.ndarray
        Shape (H, W, 3), uint8.
    """
    array = np.asarray(values, np.float32)
    top = float(array.max()) if top is None else top
    scaled = array / top if top > 0 else array
    return colormaps["magma"](np.clip(scaled, 0, 1), bytes=True)[..., :3]


def enlarge(image: np.ndarray, side: int) -> np.ndarray:
    """Repeat the pixels of a uint8 picture so that its longer side is about `side`."""
    times = max(1, round(side / max(image.shape[:2])))
    return image.repeat(times, axis=0).repeat(times, axis=1)


def sheet(
    pictures: Sequence[np.ndarray], *, columns: int, chosen: int | None = None, gap: int = 4
) -> np.ndarray:
    """Lay uint8 pictures of one size out in rows, with a frame around the chosen one."""
    height, width = pictures[0].shape[:2]
    rows = -(-len(pictures) // columns)
    size = (columns * (width + gap) + gap, rows * (height + gap) + gap)
    page = Image.new("RGBA", size, (0, 0, 0, 0))
    for index, picture in enumerate(pictures):
        row, column = divmod(index, columns)
        at = (gap + column * (width + gap), gap + row * (height + gap))
        page.paste(Image.fromarray(picture), at)
        if index == chosen:
            corner = (at[0] + width, at[1] + height)
            ImageDraw.Draw(page).rectangle(
                (at[0] - gap, at[1] - gap, corner[0] + gap - 1, corner[1] + gap - 1),
                outline=(213, 94, 0, 255),
                width=gap,
            )
    return np.asarray(page)


def beside(pictures: Sequence[Any], height: int = 220) -> bytes:
    """Return a JPEG with the pictures in a row, brought to one height, on white."""
    images = [Image.fromarray(_bytes(picture)).convert("RGBA") for picture in pictures]
    images = [
        image.resize((max(1, round(image.width * height / image.height)), height), _filter(image))
        for image in images
    ]
    page = Image.new("RGBA", (sum(image.width + 8 for image in images) - 8, height))
    across = 0
    for image in images:
        page.paste(image, (across, 0))
        across += image.width + 8
    flat = Image.new("RGB", page.size, "white")
    flat.paste(page, mask=page)
    return jpeg(np.asarray(flat), FINE)


def _filter(image: Image.Image) -> Image.Resampling:
    return Image.Resampling.NEAREST if image.height < 200 else Image.Resampling.LANCZOS
