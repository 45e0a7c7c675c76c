"""Animations hold the pictures that were given, in order, for the time asked."""

import io

import numpy as np
import pytest
from PIL import Image

from nstkit.errors import ImageError, SettingsError
from nstkit.images import encode_animation
from nstkit.images.animation import FORMATS


def grey(value, side=16):
    return np.full((1, side, side, 3), value, np.float32)


@pytest.mark.parametrize("format", FORMATS)
def test_pictures_come_back_in_order_with_their_times(format):
    values = [0.1, 0.5, 0.9]
    opened = Image.open(io.BytesIO(encode_animation(map(grey, values), format=format, seconds=3)))
    assert (opened.format or "").lower() == format
    assert getattr(opened, "n_frames", 1) == 3
    assert opened.info["loop"] == 0
    times = []
    for frame, value in enumerate(values):
        opened.seek(frame)
        opened.load()
        times.append(opened.info["duration"])
        assert np.allclose(np.asarray(opened.convert("RGB")) / 255, value, atol=0.02)
    assert times == [1000, 1000, 2000]


def test_colours_of_a_gif_are_close():
    ramp = np.linspace(0, 1, 32, dtype=np.float32)
    picture = np.stack(np.broadcast_arrays(ramp[:, None], ramp[None, :], 0.5), -1)[None]
    opened = Image.open(io.BytesIO(encode_animation([picture, picture[:, ::-1]])))
    assert np.abs(np.asarray(opened.convert("RGB")) / 255 - picture[0]).mean() < 0.05


def test_no_picture_is_shorter_than_a_screen_can_show():
    opened = Image.open(
        io.BytesIO(encode_animation([grey(k / 100) for k in range(100)], seconds=1))
    )
    assert opened.info["duration"] >= 20


def test_bad_input_is_named():
    with pytest.raises(SettingsError, match="no pictures to animate"):
        encode_animation([])
    with pytest.raises(SettingsError, match=r"picture 1 is 32×32, the first 16×16"):
        encode_animation([grey(0), grey(1, side=32)])
    with pytest.raises(SettingsError, match=r"'mp4'.*gif, webp"):
        encode_animation([grey(0)], format="mp4")
    with pytest.raises(SettingsError, match="seconds"):
        encode_animation([grey(0)], seconds=0)
    with pytest.raises(ImageError, match="picture 1"):
        encode_animation([grey(0), "red"])
