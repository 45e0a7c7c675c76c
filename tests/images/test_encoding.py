from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from tiny import picture

from nstkit.errors import SettingsError
from nstkit.images import encode, load_image, save_image


def test_encoding_and_opening_again_gives_the_picture_back() -> None:
    image = picture(3)
    np.testing.assert_allclose(load_image(encode(image)), image, atol=0.51 / 255)
    assert np.abs(load_image(encode(image, "jpg")) - image).mean() < 0.02
    assert encode(image, ".JPEG")[:3] == b"\xff\xd8\xff"
    assert encode(image, "PNG")[:4] == b"\x89PNG"


def test_saving_chooses_the_format_by_the_ending(tmp_path: Path) -> None:
    for name, start in (("a.png", b"\x89PNG"), ("b.JPG", b"\xff\xd8"), ("c.jpeg", b"\xff\xd8")):
        assert save_image(picture(3), tmp_path / name) == tmp_path / name
        assert (tmp_path / name).read_bytes().startswith(start)
    for name in ("d.gif", "e", "f.png.txt"):
        with pytest.raises(SettingsError, match=r"unknown picture format .*accepted: png, jpg, jp"):
            save_image(picture(3), tmp_path / name)
    assert len(list(tmp_path.iterdir())) == 3
