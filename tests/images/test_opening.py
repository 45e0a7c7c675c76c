"""What an upload holds; that every source gives the same picture stands in test_arrays.py."""

from __future__ import annotations

from typing import Any

import pytest

from nstkit.errors import ImageError
from nstkit.images import load_image, newest_upload


@pytest.mark.parametrize("nothing", [(), {}, []])
def test_an_empty_upload_is_told(nothing: Any) -> None:
    with pytest.raises(ImageError, match="nothing was uploaded yet"):
        load_image(nothing)


@pytest.mark.parametrize(
    "value",
    [
        ({"name": "a.json", "content": b"old"}, {"name": "b.json", "content": memoryview(b"new")}),
        [{"name": "b.json", "content": b"new"}],
        {"name": "b.json", "content": b"new"},
        {"a.json": {"content": b"old"}, "b.json": {"metadata": {}, "content": b"new"}},
    ],
)
def test_the_newest_upload_has_a_name_and_a_content(value: Any) -> None:
    assert newest_upload(value) == ("b.json", b"new")


def test_an_upload_without_content_is_told_by_its_name() -> None:
    for value in ({"a.png": {"content": b""}}, ({"name": "a.png", "content": b""},)):
        with pytest.raises(ImageError, match=r"a\.png has zero bytes"):
            newest_upload(value)


@pytest.mark.parametrize("bad", [3, None, {"a": 3}, [b"bytes"], ("a.png",)])
def test_what_is_no_upload_is_told(bad: Any) -> None:
    with pytest.raises(ImageError, match=f"cannot open a {type(bad).__name__} as a picture"):
        newest_upload(bad)
