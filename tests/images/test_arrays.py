from __future__ import annotations

import io
import math
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image
from tiny import picture

from nstkit.errors import ImageError, SettingsError
from nstkit.images import (
    check_image,
    fit,
    load_image,
    resize,
    to_uint8,
)

PIXELS = np.random.default_rng(0).integers(0, 256, (20, 30, 3), np.uint8)


def encoded(array: np.ndarray | Image.Image, format: str = "PNG", **options: Any) -> bytes:
    buffer = io.BytesIO()
    picture = array if isinstance(array, Image.Image) else Image.fromarray(array)
    picture.save(buffer, format, **options)
    return buffer.getvalue()


class Upload(dict):
    """What ipywidgets 7 gives: a dict of files by name; 8 gives a tuple of dicts."""


PNG = encoded(PIXELS)
SOURCES = {
    "bytes": lambda folder: PNG,
    "bytearray": lambda folder: bytearray(PNG),
    "memoryview": lambda folder: memoryview(PNG),
    "file object": lambda folder: io.BytesIO(PNG),
    "PIL picture": lambda folder: Image.fromarray(PIXELS),
    "path": lambda folder: folder / "a.png",
    "text": lambda folder: str(folder / "a.png"),
    "upload of version 8": lambda folder: ({"name": "a.png", "content": memoryview(PNG)},),
    "one file of version 8": lambda folder: {"name": "a.png", "content": memoryview(PNG)},
    "upload of version 7": lambda folder: {"a.png": {"metadata": {"name": "a"}, "content": PNG}},
}


@pytest.mark.parametrize("source", SOURCES)
def test_every_source_gives_the_same_picture(source: str, tmp_path: Path) -> None:
    (tmp_path / "a.png").write_bytes(PNG)
    image = load_image(SOURCES[source](tmp_path))
    assert image.shape == (1, 20, 30, 3)
    assert image.dtype == np.float32
    np.testing.assert_allclose(image[0], PIXELS / 255, atol=1e-7)


def test_a_pil_picture_given_is_left_as_it_is() -> None:
    given = Image.fromarray(np.tile(PIXELS, (20, 20, 1)))
    assert load_image(given, size=30).shape == (1, 20, 30, 3)
    assert given.size == (600, 400)


@pytest.mark.parametrize("format", ["PNG", "JPEG", "TIFF", "WEBP"])
@pytest.mark.parametrize("large", [False, True])
def test_the_camera_s_orientation_is_applied(format: str, large: bool) -> None:
    """Also where a large picture is decoded at a fraction of its size."""
    stored = np.zeros((160, 320, 3), np.uint8)
    stored[:80, :160] = 255  # white in the upper left corner
    if large:
        stored = np.kron(stored, np.ones((4, 4, 1), np.uint8))
    for orientation, corner in {1: (0, 0), 3: (1, 1), 6: (0, 1), 8: (1, 0)}.items():
        exif = Image.Exif()
        exif[0x0112] = orientation
        image = load_image(encoded(stored, format, exif=exif), size=32)
        upright = orientation in (6, 8)
        assert image.shape == ((1, 32, 16, 3) if upright else (1, 16, 32, 3))
        height, width = image.shape[1:3]
        corners = image[0, [[2], [height - 3]], [[2, width - 3]], 0]
        assert np.argwhere(corners > 0.5).tolist() == [list(corner)]


def test_grey_palette_and_black_and_white_become_rgb() -> None:
    grey = PIXELS[:, :, 0]
    np.testing.assert_allclose(
        load_image(encoded(grey))[0], np.repeat(grey[..., None], 3, -1) / 255, atol=1e-6
    )
    palette = Image.fromarray(PIXELS).quantize(32)
    np.testing.assert_allclose(
        load_image(encoded(palette))[0], np.asarray(palette.convert("RGB")) / 255, atol=1e-6
    )
    bits = Image.fromarray(grey > 128)
    assert bits.mode == "1"
    assert set(np.unique(load_image(encoded(bits)))) == {0, 1}


def test_transparency_is_laid_on_white() -> None:
    layers = np.dstack([PIXELS, np.full((20, 30), 255, np.uint8)])
    layers[:10, :, 3] = 0
    layers[10:, :15, 3] = 128
    image = load_image(encoded(layers))[0]
    assert (image[:10] == 1).all()
    np.testing.assert_allclose(image[10:, 15:], PIXELS[10:, 15:] / 255, atol=1e-6)
    expected = (PIXELS[10:, :15] * (128 / 255) + 127) / 255
    np.testing.assert_allclose(image[10:, :15], expected, atol=2 / 255)
    grey = np.dstack([PIXELS[..., 0], np.zeros((20, 30), np.uint8)])
    assert (load_image(encoded(grey)) == 1).all()


def test_a_transparent_colour_of_a_palette_is_laid_on_white() -> None:
    flat = Image.new("P", (20, 20), 0)
    flat.putpalette([10, 20, 30] + [0] * 765)
    assert (load_image(encoded(flat, transparency=0)) == 1).all()
    np.testing.assert_allclose(load_image(encoded(flat))[0, 0, 0] * 255, [10, 20, 30], atol=1e-4)


def test_sixteen_bits_become_fractions_of_their_largest_value() -> None:
    values = np.linspace(0, 65535, 600).reshape(20, 30).astype(np.uint16)
    image = load_image(encoded(values))[0, ..., 0]
    np.testing.assert_allclose(image, values / 65535, atol=0.6 / 255)
    dark = encoded((values // 1024).astype(np.uint16))  # a dark one stays dark
    assert load_image(dark).max() == 0


def test_floating_point_pictures_are_read_as_fractions() -> None:
    values = np.linspace(0, 1, 600, dtype=np.float32).reshape(20, 30)
    image = load_image(encoded(values, "TIFF"))[0, ..., 1]
    np.testing.assert_allclose(image, values, atol=0.6 / 255)
    values[3, 3] = np.nan
    with pytest.raises(ImageError, match="NaN or infinity"):
        load_image(encoded(values, "TIFF"))


def test_cmyk_becomes_rgb() -> None:
    cmyk = Image.new("CMYK", (20, 20), (0, 255, 255, 0))
    image = load_image(encoded(cmyk, "JPEG", quality=95))
    assert image.shape == (1, 20, 20, 3)
    assert image[..., 0].min() > 0.9
    assert image[..., 1:].max() < 0.1


def test_the_longest_side_is_brought_to_the_size_and_never_enlarged() -> None:
    wide = encoded(np.zeros((90, 200, 3), np.uint8))
    assert load_image(wide, size=100).shape == (1, 45, 100, 3)
    assert load_image(wide, size=500).shape == (1, 90, 200, 3)
    assert load_image(encoded(np.zeros((200, 90, 3), np.uint8)), size=100).shape == (1, 100, 45, 3)


def test_cropping_gives_the_centre_square_at_exactly_the_size() -> None:
    stripes = np.zeros((60, 180, 3), np.uint8)
    stripes[:, 60:120] = 255
    for size in (30, 60, 400):
        image = load_image(encoded(stripes), size=size, crop=True)
        assert image.shape == (1, size, size, 3)
        assert image[0, 5:-5, 5:-5].min() > 0.95


def test_a_large_picture_looks_the_same_as_one_reduced_carefully() -> None:
    smooth = to_uint8(resize(picture(4), 600, 800))
    expected = np.asarray(
        Image.fromarray(smooth).resize((80, 60), Image.Resampling.LANCZOS), np.float32
    )
    for format, tolerance in (("PNG", 5 / 255), ("JPEG", 8 / 255)):
        found = load_image(encoded(smooth, format, **{"quality": 95}), size=80)[0]
        np.testing.assert_allclose(found, expected / 255, atol=tolerance)


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "zero bytes: choose a file that is not empty"),
        (
            b"this is no picture",
            r"cannot be read as a picture \(its contents are of no known kind\)",
        ),
        (PNG[:-60], "cannot be read as a picture .*truncated"),
        (PNG[:40], "cannot be read as a picture"),
        (encoded(PIXELS, "JPEG")[:-200], "cannot be read as a picture .*truncated"),
        (PNG[:60] + b"\x00" * 20 + PNG[80:], "cannot be read as a picture"),
    ],
)
def test_files_that_are_no_whole_picture_are_told(
    content: bytes, message: str, tmp_path: Path
) -> None:
    path = tmp_path / "holiday.png"
    path.write_bytes(content)
    with pytest.raises(ImageError, match=rf"holiday\.png.* {message}"):
        load_image(path)
    with pytest.raises(ImageError, match=message):
        load_image(content)
    with pytest.raises(ImageError, match=message if content else "cannot be read"):
        load_image(io.BytesIO(content))
    with pytest.raises(ImageError, match=message):
        load_image(({"name": "holiday.png", "content": content},))


def test_missing_files_and_folders_are_told(tmp_path: Path) -> None:
    with pytest.raises(ImageError, match=r"there is no file .*cat\.jpg \(looked from .*check the"):
        load_image(tmp_path / "cat.jpg")
    with pytest.raises(ImageError, match="is a folder: give the path of a picture in it"):
        load_image(tmp_path)


@pytest.mark.parametrize("source", [None, 3, 2.5, [1, 2], np.zeros((20, 20, 3)), object()])
def test_things_that_hold_no_picture_are_told(source: Any) -> None:
    with pytest.raises(ImageError, match="as a picture: give a path, bytes, a file object"):
        load_image(source)


@pytest.mark.parametrize("side", [1, 15])
def test_tiny_pictures_are_told(side: int) -> None:
    data = encoded(np.zeros((side, 40, 3), np.uint8))
    with pytest.raises(ImageError, match=f"40×{side} pixels: the network needs at least 16×16"):
        load_image(data)
    assert load_image(data, size=16, crop=True).shape == (1, 16, 16, 3)  # enlarged on request


def test_a_picture_that_becomes_too_narrow_is_told() -> None:
    with pytest.raises(ImageError, match="100×10 pixels"):
        load_image(encoded(np.zeros((40, 400, 3), np.uint8)), size=100)


@pytest.mark.parametrize(("size", "crop"), [(90, False), (90, True), (31, True), (500, False)])
def test_an_array_is_brought_to_a_size_as_its_file_is(size: int, crop: bool) -> None:
    pixels = np.random.default_rng(1).integers(0, 256, (121, 200, 3), np.uint8)
    expected = load_image(encoded(pixels), size=size, crop=crop)
    image = load_image(encoded(pixels))
    np.testing.assert_array_equal(fit(image, size, crop=crop), expected)
    np.testing.assert_array_equal(fit(image[0], size, crop=crop), expected)


def test_an_array_that_cannot_be_brought_to_a_size_is_told() -> None:
    with pytest.raises(ImageError, match=r"at size 100 is 100×10 pixels.*larger picture or size"):
        fit(np.zeros((1, 40, 400, 3)), 100)
    with pytest.raises(SettingsError, match="size is 5000000"):
        fit(np.zeros((1, 40, 40, 3)), 5_000_000)
    with pytest.raises(ImageError, match="NaN"):
        fit(np.full((1, 40, 40, 3), np.nan), 20)
    with pytest.raises(ImageError, match=r"has shape \(40, 40\)"):
        fit(np.zeros((40, 40)), 20)
    with pytest.raises(ImageError, match="dtype uint8"):
        fit(np.zeros((40, 40, 3), np.uint8), 20)


@pytest.mark.parametrize("size", [0, -5, 15, 16.5, 9000, math.nan, math.inf, "big"])
def test_bad_sizes_are_refused(size: Any) -> None:
    with pytest.raises(SettingsError, match=r"size is .* whole number of at least 16 and at"):
        load_image(PNG, size=size)


def test_cropping_needs_a_size() -> None:
    with pytest.raises(SettingsError, match="crop=True needs a size"):
        load_image(PNG, crop=True)


def bomb(width: int, height: int) -> bytes:
    """Return a PNG's head that promises a picture of that size."""
    whole = bytearray(encoded(np.zeros((1, 1, 3), np.uint8)))
    whole[16:24] = width.to_bytes(4, "big") + height.to_bytes(4, "big")
    import zlib

    whole[29:33] = zlib.crc32(whole[12:29]).to_bytes(4, "big")
    return bytes(whole)


@pytest.mark.parametrize(("width", "height"), [(12_000, 9_000), (60_000, 60_000)])
def test_a_decompression_bomb_is_refused_before_it_is_opened(width: int, height: int) -> None:
    with pytest.raises(ImageError, match="make it smaller first"):
        load_image(bomb(width, height), size=256)


MEASURE = """
import resource, sys
import numpy as np
from nstkit.images import load_image
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
image = load_image(sys.argv[1], size=int(sys.argv[2]), crop=sys.argv[3] == "crop")
after = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
print(image.shape[1], image.shape[2], (after - before) / 1024)
"""


@pytest.mark.slow
@pytest.mark.skipif(sys.platform != "linux", reason="measures memory as Linux counts it")
@pytest.mark.parametrize(
    ("format", "mode"),
    [("JPEG", "RGB"), ("PNG", "RGBA")],
)
def test_forty_megapixels_are_opened_without_a_spike(
    format: str, mode: str, tmp_path: Path
) -> None:
    path = tmp_path / "large"
    Image.new(mode, (8000, 5000), "red" if mode != "CMYK" else (0, 255, 255, 0)).save(
        path, format, **({"compress_level": 1} if format == "PNG" else {"quality": 50})
    )
    done = subprocess.run(
        [sys.executable, "-c", MEASURE, str(path), "512", "fit"],
        capture_output=True,
        text=True,
        check=True,
    )
    height, width, growth = done.stdout.split()
    assert (height, width) == ("320", "512")
    assert float(growth) < 1500


@pytest.mark.parametrize(
    ("bad", "message"),
    [
        (np.zeros((20, 20), np.float32), r"shape \(20, 20\): a picture is \(1, height, width, 3\)"),
        (np.zeros((2, 20, 20, 3), np.float32), r"shape \(2, 20, 20, 3\)"),
        (np.zeros((1, 1, 20, 20, 3), np.float32), "shape"),
        (np.zeros((20, 20, 4), np.float32), r"shape \(1, 20, 20, 4\)"),
        (np.zeros((20, 20, 1), np.float32), "shape"),
        (np.zeros(0, np.float32), "shape"),
        (3.0, "shape"),
        ("chelsea", "shape"),
        ([[1.0], [1.0, 2.0]], "shape"),
        (np.zeros((20, 20, 3), np.uint8), "dtype uint8: .*divide 8-bit values by 255"),
        (np.zeros((20, 20, 3), bool), "dtype bool"),
        (np.zeros((20, 20, 3), complex), "dtype complex128"),
        (np.zeros((20, 20, 3), object), "dtype object"),
        (np.zeros((0, 20, 3)), "20×0 pixels"),
        (np.zeros((15, 20, 3)), "20×15 pixels: the network needs at least 16×16"),
        (np.full((20, 20, 3), np.nan), "NaN or infinity"),
        (np.full((20, 20, 3), np.inf), "NaN or infinity"),
        (np.full((20, 20, 3), -np.inf), "NaN or infinity"),
        (np.full((20, 20, 3), 255.0), "values from 255 to 255: a picture is in"),
        (np.full((20, 20, 3), -0.5), "values from -0.5"),
    ],
)
def test_arrays_that_are_no_pictures_are_told(bad: Any, message: str) -> None:
    with pytest.raises(ImageError, match=f"start .*{message}"):
        check_image(bad, name="start")


@pytest.mark.parametrize("dtype", [np.float16, np.float32, np.float64])
def test_check_image_gives_float32_with_a_first_axis(dtype: Any) -> None:
    given = np.full((20, 20, 3), 0.5, dtype)
    found = check_image(given)
    assert found.shape == (1, 20, 20, 3)
    assert found.dtype == np.float32
    found[:] = 0  # a copy: the given one stays
    assert given.min() == 0.5


def test_check_image_clips_what_rounding_left_outside() -> None:
    found = check_image(np.full((1, 20, 20, 3), 1.0005))
    assert found.max() == 1


def test_resizing_keeps_a_flat_colour_and_its_range() -> None:
    flat = np.full((1, 20, 30, 3), 0.25, np.float32)
    np.testing.assert_allclose(resize(flat, 7, 50), 0.25, atol=1e-6)
    edges = resize(np.tile(np.eye(16, dtype=np.float32)[..., None], (1, 1, 3)), 40, 64)
    assert edges.shape == (1, 40, 64, 3)
    assert edges.dtype == np.float32
    assert edges.min() >= 0
    assert edges.max() <= 1
    with pytest.raises(SettingsError, match="height is 0: give a whole number of at least 1"):
        resize(flat, 0, 10)


def test_eight_bits_round_to_the_nearest_value() -> None:
    values = np.arange(256, dtype=np.float32) / 255
    ramp = np.repeat(values[None, :, None], 3, -1)
    assert (to_uint8(ramp)[0, :, 0] == np.arange(256)).all()
    assert (to_uint8(ramp[None]) == to_uint8(ramp)).all()
    assert (to_uint8(ramp * 4 - 1)[0, [0, -1], 0] == [0, 255]).all()
    with pytest.raises(ImageError, match="NaN or infinity and cannot be shown or saved"):
        to_uint8(np.full((2, 2, 3), np.nan))
    with pytest.raises(ImageError, match="shape"):
        to_uint8(np.zeros((2, 4, 4, 3)))
