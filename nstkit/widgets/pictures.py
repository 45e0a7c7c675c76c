"""Pictures for the screen: encoded, coloured, enlarged, laid out side by side."""

from __future__ import annotations

import io
import itertools
from collections.abc import Sequence
from typing import Any

import numpy as np
from matplotlib import colormaps, font_manager
from PIL import Image, ImageDraw, ImageFont

from nstkit.images import to_uint8

FINE = 92
"""Quality from which a JPEG keeps colours at full resolution: for pictures to look at in peace."""

TITLE = 13
"""Height of a title's letters, in pixels."""

CHOSEN = (213, 94, 0, 255)
"""Frame of the picture that is chosen: vermilion."""


def jpeg(image: Any, quality: int = 88) -> bytes:
    """Encode a picture, shape (1, H, W, 3) or (H, W, 3), float or uint8, for the screen."""
    full = {"subsampling": 0} if quality >= FINE else {}
    return _encode(image, "JPEG", quality=quality, **full)


def png(image: Any) -> bytes:
    """Encode a picture without loss, for maps whose pixels count."""
    return _encode(image, "PNG", compress_level=3)


def heat(values: Any) -> np.ndarray:
    """Colour a map from black (0) over red to white (its largest value).

    Parameters
    ----------
    values : array_like
        Shape (H, W), not negative.

    Returns
    -------
    numpy.ndarray
        Shape (H, W, 3), uint8.
    """
    array = np.asarray(values, np.float32)
    return colormaps["magma"](array / (array.max() or 1), bytes=True)[..., :3]


def enlarge(image: np.ndarray, side: int) -> np.ndarray:
    """Repeat the pixels of a uint8 picture so that its longer side is about `side`."""
    times = max(1, round(side / max(image.shape[:2])))
    return image.repeat(times, axis=0).repeat(times, axis=1)


def shrink(
    image: np.ndarray, side: int, kind: Image.Resampling = Image.Resampling.BOX
) -> np.ndarray:
    """Make a uint8 picture so small that its longer side is at most `side`."""
    picture = Image.fromarray(image)
    picture.thumbnail((side, side), kind, reducing_gap=None)
    return np.asarray(picture)


def sheet(pictures: Sequence[np.ndarray], *, columns: int, chosen: int, gap: int = 4) -> np.ndarray:
    """Lay uint8 pictures of one size out in rows, with a frame around the chosen one."""
    height, width = pictures[0].shape[:2]
    rows = -(-len(pictures) // columns)
    page = np.zeros((rows * (height + gap) + gap, columns * (width + gap) + gap, 4), np.uint8)
    for index, picture in enumerate(pictures):
        y = gap + index // columns * (height + gap)
        x = gap + index % columns * (width + gap)
        if index == chosen:
            page[y - gap : y + height + gap, x - gap : x + width + gap] = CHOSEN
        page[y : y + height, x : x + width, :3] = picture
        page[y : y + height, x : x + width, 3] = 255
    return page


def beside(pictures: Sequence[Any], height: int = 220, titles: Sequence[str] = ()) -> bytes:
    """Return a JPEG with the pictures in a row, brought to one height, on white.

    Parameters
    ----------
    pictures : sequence of array_like
        Pictures as `png` takes them; one with few pixels that count is enlarged before.
    height : int
        Height of each in pixels.
    titles : sequence of str
        What to write above each of them, if anything.

    Returns
    -------
    bytes
        The JPEG.
    """
    top = TITLE + 8 if titles else 0
    images = []
    for picture in pictures:
        image = Image.fromarray(_bytes(picture)).convert("RGBA")
        width = max(1, round(image.width * height / image.height))
        images.append(image.resize((width, height), Image.Resampling.LANCZOS))
    size = sum(image.width + 8 for image in images) - 8, top + height
    page = Image.new("RGB", size, "white")
    pen, font = ImageDraw.Draw(page), ImageFont.truetype(font_manager.findfont("sans"), TITLE)
    across = 0
    for image, title in zip(images, titles or itertools.repeat(""), strict=False):
        page.paste(image, (across, top), image)
        pen.text((across + image.width / 2, 2), title, "black", font, anchor="ma")
        across += image.width + 8
    return jpeg(page)


def _encode(image: Any, kind: str, **options: Any) -> bytes:
    buffer = io.BytesIO()
    Image.fromarray(_bytes(image)).save(buffer, kind, **options)
    return buffer.getvalue()


def _bytes(image: Any) -> np.ndarray:
    array = np.asarray(image)
    return array if array.dtype == np.uint8 else to_uint8(array)
