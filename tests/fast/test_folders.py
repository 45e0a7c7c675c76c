"""Folders of pictures: all that can be painted are, and the others are named."""

from __future__ import annotations

import numpy as np
import pytest
from PIL import Image
from tiny import picture

from nstkit.errors import ImageError
from nstkit.fast import paint_folder, pictures_in
from nstkit.images import load_image, to_uint8


@pytest.fixture
def folder(tmp_path):
    place = tmp_path / "in"
    for name in ("b.png", "a.jpg", "d.bmp"):
        place.mkdir(exist_ok=True)
        Image.fromarray(to_uint8(picture(1))).save(place / name)
    (place / "notes.txt").write_text("no picture")
    return place


def test_pictures_come_by_name_and_nothing_else(folder):
    assert [path.name for path in pictures_in(folder)] == ["a.jpg", "b.png", "d.bmp"]


def test_one_broken_picture_does_not_stop_the_others(folder, tmp_path):
    (folder / "c.png").write_bytes(b"broken")
    out = tmp_path / "out"
    written, failed = paint_folder(folder, out, lambda path: 1 - load_image(path), progress=False)
    assert [path.name for path in written] == ["a.jpg", "b.png", "d.png"]
    assert [path.name for path in failed] == ["c.png"]
    np.testing.assert_allclose(load_image(out / "b.png"), 1 - picture(1), atol=0.01)
    assert "c.png" in str(failed[folder / "c.png"])


def test_an_empty_or_missing_folder_is_named(tmp_path):
    with pytest.raises(ImageError, match="there is no picture in"):
        paint_folder(tmp_path, tmp_path / "out", load_image)
    with pytest.raises(ImageError, match="there is no folder"):
        pictures_in(tmp_path / "nowhere")


def test_the_pictures_themselves_are_never_written_over(folder):
    with pytest.raises(ImageError, match="give another folder"):
        paint_folder(folder, folder, load_image)
