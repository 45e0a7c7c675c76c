"""The shipped pictures: found by name, free to share, and as the list says."""

from __future__ import annotations

import dataclasses
import io
import re
import shutil
import socket
import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import urlsplit

import numpy as np
import pytest
from PIL import Image

from nstkit import samples
from nstkit.errors import ImageError, SettingsError
from nstkit.samples import famous, shipped

STYLES = ["night_sky", "woodblock_wave", "stained_glass", "pointillism", "ink_wash"]


def a_picture(size: int = 48) -> bytes:
    """Return a small JPEG file with some detail in it."""
    values = np.random.default_rng(3).integers(0, 255, (size, size, 3), np.uint8)
    file = io.BytesIO()
    Image.fromarray(values).save(file, "JPEG", quality=95)
    return file.getvalue()


class Server(ThreadingHTTPServer):
    """A web server on this machine that counts what it is asked."""

    answers: dict[str, tuple[int, bytes, int]]
    asked: list[str]
    agents: set[str]


class Handler(BaseHTTPRequestHandler):
    """Send what the server's table says: status, content, and how long it claims to be."""

    server: Server

    def do_GET(self) -> None:  # the name that http.server calls
        self.server.asked.append(self.path)
        self.server.agents.add(self.headers.get("User-Agent", ""))
        status, content, claimed = self.server.answers.get(self.path, (404, b"", 0))
        self.send_response(status)
        self.send_header("Content-Length", str(claimed))
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, format: str, *args: object) -> None:
        """Keep quiet."""


@pytest.fixture
def server() -> Iterator[Server]:
    """Run a web server with a picture, a page, and a picture that breaks off."""
    picture, page = a_picture(), b"<html>this is not a painting</html>"
    web = Server(("127.0.0.1", 0), Handler)
    web.asked, web.agents = [], set()
    web.answers = {
        "/picture.jpg": (200, picture, len(picture)),
        "/page.jpg": (200, page, len(page)),
        "/half.jpg": (200, picture[: len(picture) // 2], len(picture) // 2),
        "/broken.jpg": (200, picture[: len(picture) // 2], len(picture)),
    }
    thread = threading.Thread(target=web.serve_forever, daemon=True)
    thread.start()
    yield web
    web.shutdown()
    web.server_close()
    thread.join()


@pytest.fixture
def painting_at(monkeypatch: pytest.MonkeyPatch):
    """Return a function that lets "starry_night" live at another address."""

    def move(address: str) -> None:
        moved = dataclasses.replace(famous.FAMOUS["starry_night"], address=address)
        monkeypatch.setitem(famous.FAMOUS, "starry_night", moved)

    return move


def url(server: Server, path: str) -> str:
    """Return the address of a file on the server."""
    return f"http://127.0.0.1:{server.server_address[1]}/{path}"


def files_in(folder: Path) -> list[Path]:
    """Return every file anywhere below a folder."""
    return [path for path in folder.rglob("*") if path.is_file()]


# The shipped pictures


def test_names_lists_the_photographs_and_the_paintings() -> None:
    assert {"astronaut", "chelsea", "coffee", "rocket"} <= set(samples.names("content"))
    assert samples.names("style") == [*STYLES, "cubist_shards"]
    assert samples.names() == samples.names("content") + samples.names("style")


@pytest.mark.parametrize("name", samples.names())
def test_every_sample_is_small_enough_to_ship_and_large_enough_to_use(name: str) -> None:
    path = samples.get(name).path
    assert path.stat().st_size <= 1_000_000
    with Image.open(path) as picture:
        picture.load()
        assert picture.mode == "RGB"
        assert 512 <= max(picture.size) <= 800
        assert min(picture.size) >= 400
        assert "icc_profile" not in picture.info, "colours that are not sRGB would be misread"


@pytest.mark.parametrize("name", samples.names())
def test_every_sample_says_who_made_it_and_is_free_to_share(name: str) -> None:
    sample = samples.get(name)
    assert sample.licence in {"public domain", "CC0 1.0"}
    assert sample.title
    assert sample.author
    assert (
        urlsplit(sample.source).scheme == "https"
        or sample.source == "tools/pictures/draw_styles.py"
    )


def test_list_and_folders_hold_the_same_files() -> None:
    folder = samples.data_folder()
    found = {f"{kind}/{p.name}" for kind in samples.KINDS for p in (folder / kind).iterdir()}
    assert found == {samples.get(name).file for name in samples.names()}
    for name in samples.names():
        sample = samples.get(name)
        assert Path(sample.file).parts[0] == sample.kind
        assert Path(sample.file).stem == name


def test_licences_page_says_the_same_as_the_list() -> None:
    page = (samples.data_folder() / "LICENSES.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| `(.+?)` \| (.+?) \| (.+?) \| (.+?) \| (.+?) \|$", page, re.MULTILINE)
    listed = [samples.get(name) for name in samples.names()]
    assert rows == [(s.file, s.title, s.author, s.licence, s.source) for s in listed]


def test_load_gives_a_picture_of_the_size_asked_for() -> None:
    image = samples.load("coffee", size=96)
    assert image.shape == (1, 64, 96, 3)
    assert image.dtype == np.float32
    assert samples.load("coffee", size=64, crop=True).shape == (1, 64, 64, 3)


def test_data_is_found_in_an_installed_package(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    beside = tmp_path / "site-packages" / "nstkit"
    (beside / "data").mkdir(parents=True)
    shutil.copy(samples.data_folder() / "samples.json", beside / "data")
    monkeypatch.setattr(shipped, "__file__", str(beside / "samples" / "shipped.py"))
    assert samples.data_folder() == beside / "data"
    shutil.rmtree(beside / "data")
    with pytest.raises(ImageError, match=r"sample pictures are missing.*Install nstkit again"):
        samples.data_folder()


# Names that do not exist


def test_unknown_sample_gets_the_nearest_name() -> None:
    with pytest.raises(SettingsError, match="unknown sample 'cofee': did you mean 'coffee'"):
        samples.get("cofee")
    with pytest.raises(SettingsError, match="unknown kind of sample 'styles'"):
        samples.names("styles")


def test_unknown_painting_gets_the_nearest_name() -> None:
    with pytest.raises(SettingsError, match="did you mean 'starry_night'"):
        samples.fetch("stary_night")


# Anything that can be opened


def test_open_image_takes_a_name_a_path_and_bytes(tmp_path: Path) -> None:
    path = tmp_path / "own.jpg"
    path.write_bytes(a_picture(40))
    expected = samples.open_image(path)
    assert expected.shape == (1, 40, 40, 3)
    assert np.array_equal(samples.open_image(str(path)), expected)
    assert np.array_equal(samples.open_image(path.read_bytes()), expected)
    named = samples.open_image("chelsea", size=64)
    assert np.array_equal(named, samples.load("chelsea", size=64))


def test_a_name_wins_over_a_file_and_dot_slash_gets_the_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "coffee").write_bytes(a_picture(32))
    (tmp_path / "mine").write_bytes(a_picture(24))
    assert samples.open_image("coffee", size=90).shape == (1, 60, 90, 3)
    assert samples.open_image("./coffee").shape == (1, 32, 32, 3)
    assert samples.open_image("mine").shape == (1, 24, 24, 3)


def test_a_misspelt_name_is_not_taken_for_a_missing_file(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="unknown picture 'nightsky': did you mean 'night_sky'"):
        samples.open_image("nightsky")
    with pytest.raises(ImageError, match=r"nowhere\.jpg"):
        samples.open_image(str(tmp_path / "nowhere.jpg"))


# Famous paintings


@pytest.mark.parametrize("name", list(samples.FAMOUS))
def test_famous_paintings_are_described_and_free_to_share(name: str) -> None:
    painting = samples.FAMOUS[name]
    assert painting.name == name
    assert name not in samples.names()
    assert painting.title
    assert painting.author
    assert re.search(r"\b1\d{3}\b", painting.year)
    assert painting.licence == "public domain"
    for address in (painting.source, painting.address):
        assert urlsplit(address).scheme == "https"


def test_the_two_paintings_every_lesson_uses_are_there() -> None:
    assert samples.FAMOUS["composition_vii"].author == "Wassily Kandinsky"
    assert samples.FAMOUS["starry_night"].author == "Vincent van Gogh"


def test_fetch_downloads_once_and_keeps_the_file(
    server: Server, painting_at, tmp_path: Path
) -> None:
    painting_at(url(server, "picture.jpg"))
    first = samples.fetch("starry_night", cache=tmp_path)
    assert first.read_bytes() == a_picture()
    asked = len(server.asked)
    assert samples.fetch("starry_night", cache=tmp_path) == first
    assert len(server.asked) == asked, "the second time must not use the network"
    assert all(agent.startswith("nstkit/") for agent in server.agents)


def test_fetch_replaces_a_damaged_file_in_the_cache(
    server: Server, painting_at, tmp_path: Path
) -> None:
    painting_at(url(server, "picture.jpg"))
    path = samples.fetch("starry_night", cache=tmp_path)
    path.write_bytes(a_picture()[:500])
    assert samples.fetch("starry_night", cache=tmp_path).read_bytes() == a_picture()


@pytest.mark.parametrize(
    ("file", "reason"),
    [
        ("missing.jpg", "Not Found|404"),
        ("page.jpg", "not a whole picture"),
        ("half.jpg", "not a whole picture"),
        ("broken.jpg", "the download of"),
    ],
)
def test_a_bad_answer_is_an_error_and_leaves_nothing_behind(
    server: Server, painting_at, tmp_path: Path, file: str, reason: str
) -> None:
    painting_at(url(server, file))
    with pytest.raises(ImageError, match=reason) as caught:
        samples.fetch("starry_night", cache=tmp_path)
    assert file in str(caught.value)
    assert "need no network: night_sky" in str(caught.value)
    assert files_in(tmp_path) == []


def test_a_refused_connection_fails_fast_with_what_works_offline(
    painting_at, tmp_path: Path
) -> None:
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        painting_at(f"http://127.0.0.1:{closed.getsockname()[1]}/picture.jpg")
        start = time.perf_counter()
        with pytest.raises(ImageError, match="need no network: night_sky, woodblock_wave"):
            samples.fetch("starry_night", cache=tmp_path)
    assert time.perf_counter() - start < 3
    assert files_in(tmp_path) == []


def test_a_silent_server_is_given_up_after_the_timeout(painting_at, tmp_path: Path) -> None:
    with socket.socket() as silent:
        silent.bind(("127.0.0.1", 0))
        silent.listen()
        painting_at(f"http://127.0.0.1:{silent.getsockname()[1]}/picture.jpg")
        start = time.perf_counter()
        with pytest.raises(ImageError, match="timed out"):
            samples.fetch("starry_night", cache=tmp_path, timeout=0.5)
    assert time.perf_counter() - start < 5
    assert files_in(tmp_path) == []


def test_open_image_fetches_a_famous_painting_by_name(
    server: Server, painting_at, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    painting_at(url(server, "picture.jpg"))
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("USERPROFILE", str(tmp_path))
    assert samples.open_image("starry_night").shape == (1, 48, 48, 3)
    assert files_in(tmp_path) == [tmp_path / ".keras" / "nstkit" / "starry_night.jpg"]


@pytest.mark.network
@pytest.mark.parametrize("name", list(samples.FAMOUS))
def test_the_real_addresses_answer_with_a_picture(name: str, tmp_path: Path) -> None:
    with Image.open(samples.fetch(name, cache=tmp_path, timeout=20)) as picture:
        assert min(picture.size) >= 400
