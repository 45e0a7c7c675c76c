"""Masks from files of every kind, brought to size, and what is no mask."""

from __future__ import annotations

import io

import numpy as np
import pytest
from PIL import Image

from nstkit.errors import ImageError
from nstkit.images import Mask

HALF = np.zeros((40, 60), np.uint8)
HALF[:, :30] = 255


def as_file(picture: Image.Image) -> bytes:
    stream = io.BytesIO()
    picture.save(stream, "PNG")
    return stream.getvalue()


def kinds() -> dict[str, Image.Image]:
    """Return the same mask as pictures of many kinds."""
    grey = Image.fromarray(HALF)
    palette = Image.new("P", (60, 40), 0)
    palette.putpalette([255, 255, 255, 0, 0, 0])
    palette.paste(1, (30, 0, 60, 40))
    alpha = Image.new("RGBA", (60, 40), (255, 255, 255, 0))
    alpha.paste((255, 255, 255, 255), (0, 0, 30, 40))
    return {
        "grey": grey,
        "one bit": grey.convert("1"),
        "colour": grey.convert("RGB"),
        "16 bits": Image.fromarray(HALF.astype(np.uint16) * 257),
        "palette": palette,
        "alpha": alpha,
    }


@pytest.mark.parametrize("kind", kinds())
def test_files_of_every_kind_are_read_alike(kind: str) -> None:
    mask = Mask.open(as_file(kinds()[kind]))
    assert (mask.values.shape, mask.values.dtype) == ((40, 60), np.float32)
    np.testing.assert_allclose(mask.values, HALF / 255, atol=1e-6)


def test_a_mask_is_saved_and_read_again(tmp_path) -> None:
    soft = Mask(np.linspace(0, 1, 600, dtype=np.float32).reshape(20, 30))
    soft.save(tmp_path / "soft.png")
    np.testing.assert_allclose(Mask.open(tmp_path / "soft.png").values, soft.values, atol=1 / 500)


def test_a_mask_is_brought_to_a_picture_s_size_and_keeps_its_share() -> None:
    mask = Mask(HALF > 0)
    for height, width in ((20, 30), (80, 120), (27, 40)):
        found = mask.at(height, width)
        assert found.shape == (height, width)
        assert found.mean() == pytest.approx(0.5, abs=0.02)
        assert 0 <= found.min() <= found.max() <= 1
    assert mask.at(40, 40, crop=True)[:, :19].min() == 1  # the photograph is cut to a square
    np.testing.assert_array_equal(mask.inverted().at(40, 60), 1 - mask.at(40, 60))


def test_a_mask_of_other_proportions_is_told() -> None:
    with pytest.raises(ImageError, match=r"60×40 pixels and the picture 64×64.*proportions"):
        Mask(HALF > 0).at(64, 64)


@pytest.mark.parametrize(
    ("values", "said"),
    [
        (np.zeros((4, 4)), "your mask is empty: white is where it counts"),
        (HALF, "dtype uint8"),
        (np.zeros((4, 4, 3)), r"shape \(4, 4, 3\)"),
        (np.full((4, 4), 1.5), "values outside"),
        (np.full((4, 4), np.nan), "values outside"),
        (np.zeros((0, 4)), r"shape \(0, 4\)"),
    ],
)
def test_what_is_no_mask_is_told(values, said) -> None:
    with pytest.raises(ImageError, match=said):
        Mask(values)


def test_a_black_file_is_told_with_its_name(tmp_path) -> None:
    Image.new("L", (20, 20)).save(tmp_path / "black.png")
    with pytest.raises(ImageError, match=r"black\.png is empty"):
        Mask.open(tmp_path / "black.png")
    with pytest.raises(ImageError, match="no file"):
        Mask.open(tmp_path / "none.png")
