"""Animations out of a list of pictures, as bytes to show, download or write to a file."""

from __future__ import annotations

import io
from collections.abc import Iterable
from typing import Any

from PIL import Image

from nstkit.errors import SettingsError, check_number, choose
from nstkit.images.arrays import check_image, to_uint8

FORMATS = {"gif": "image/gif", "webp": "image/webp"}
"""Accepted formats and their media types; WebP is several times smaller, GIF opens anywhere."""


def encode_animation(
    images: Iterable[Any], *, format: str = "gif", seconds: float = 4.0, hold: float = 1.0
) -> bytes:
    """Encode pictures as an animation that repeats for ever.

    Parameters
    ----------
    images : iterable of array_like
        Each of shape (1, height, width, 3), RGB in [0, 1], all of one size.
    format : {"gif", "webp"}
        The file format.
    seconds : float
        Time from the first picture to the last; no picture is shown for less than 0.02 s, so
        many pictures take longer.
    hold : float
        How long the last picture stays before it starts again, in seconds.

    Returns
    -------
    bytes
        The file's content.

    Raises
    ------
    SettingsError
        If there are no pictures, they differ in size, or a format or time is not accepted.
    ImageError
        If one is not a picture.

    Examples
    --------
    >>> import numpy as np
    >>> black, white = np.zeros((1, 16, 16, 3)), np.ones((1, 16, 16, 3))
    >>> encode_animation([black, white])[:6]
    b'GIF89a'
    """
    choose(format, FORMATS, "animation format")
    seconds = check_number(seconds, "seconds", minimum=0.1, maximum=600)
    hold = check_number(hold, "hold", maximum=60)
    checked = [check_image(image, name=f"picture {k}") for k, image in enumerate(images)]
    if not checked:
        raise SettingsError("there are no pictures to animate: give at least one")
    for k, image in enumerate(checked):
        if image.shape != checked[0].shape:
            raise SettingsError(
                f"picture {k} is {image.shape[2]}×{image.shape[1]}, the first "
                f"{checked[0].shape[2]}×{checked[0].shape[1]}: bring all to one size with "
                "nstkit.images.resize"
            )
    frames = [Image.fromarray(to_uint8(image)) for image in checked]
    each = max(20, round(1000 * seconds / len(frames)))
    durations = [each] * (len(frames) - 1) + [each + round(1000 * hold)]
    options: dict[str, Any] = {"quality": 80, "method": 4} if format == "webp" else {}
    file = io.BytesIO()
    frames[0].save(
        file,
        format=format,
        save_all=True,
        append_images=frames[1:],
        duration=durations,
        loop=0,
        **options,
    )
    return file.getvalue()
