from __future__ import annotations

import hashlib
import os
import socket
import subprocess
import sys
import threading
import time
import urllib.request
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from nstkit.machine import DownloadError, fetch_file

CONTENT = os.urandom(100_000)
MD5 = hashlib.md5(CONTENT).hexdigest()


class Server(ThreadingHTTPServer):
    """A server on this machine that sends `CONTENT`, half of it, or an error."""

    asked: list[str]
    limits: list[float | None]


class Handler(BaseHTTPRequestHandler):
    server: Server

    def do_GET(self) -> None:  # the name that http.server calls
        self.server.asked.append(self.headers["User-Agent"])
        self.server.limits.append(socket.getdefaulttimeout())
        self.send_response(200 if self.path != "/gone" else 404)
        self.send_header("Content-Length", str(len(CONTENT)))
        self.end_headers()
        self.wfile.write(CONTENT[: 50_000 if self.path == "/half" else None])

    def log_message(self, *_: Any) -> None:
        pass


@pytest.fixture
def server() -> Iterator[Server]:
    with Server(("127.0.0.1", 0), Handler) as web:
        web.asked, web.limits = [], []
        thread = threading.Thread(target=web.serve_forever, daemon=True)
        thread.start()
        yield web
        web.shutdown()
        thread.join()


def address(server: Server, path: str = "file") -> str:
    return f"http://127.0.0.1:{server.server_port}/{path}"


def test_a_file_is_downloaded_once_and_by_name(server: Server, tmp_path: Path) -> None:
    path = tmp_path / "a" / "b.bin"
    assert fetch_file(address(server), path, md5=MD5) == path
    assert path.read_bytes() == CONTENT
    assert all(agent.startswith("nstkit/") for agent in server.asked)
    asked = len(server.asked)
    assert fetch_file(address(server), path, md5=MD5) == path
    assert len(server.asked) == asked
    assert [entry.name for entry in path.parent.iterdir()] == ["b.bin"]


def test_a_file_that_is_there_is_never_touched(server: Server, tmp_path: Path) -> None:
    path = tmp_path / "b.bin"
    path.write_bytes(b"mine")
    assert fetch_file(address(server), path, md5=MD5).read_bytes() == b"mine"
    assert server.asked == []


@pytest.mark.parametrize(
    ("file", "md5", "message"),
    [
        ("gone", None, "cannot download http://127.*gone: .*Not Found"),
        ("half", None, "the download of http://127.*half failed"),
        ("file", "0" * 32, "the download of http://127.*file failed"),
    ],
)
def test_a_bad_answer_is_told_and_leaves_nothing(
    server: Server, tmp_path: Path, file: str, md5: str | None, message: str
) -> None:
    with pytest.raises(DownloadError, match=message):
        fetch_file(address(server, file), tmp_path / "b.bin", md5=md5)
    assert list(tmp_path.iterdir()) == []


def test_a_refused_connection_fails_at_once(tmp_path: Path) -> None:
    start = time.perf_counter()
    with pytest.raises(DownloadError, match=r"cannot download .*refused"):
        fetch_file("http://127.0.0.1:9/file", tmp_path / "b.bin")
    assert time.perf_counter() - start < 2


def test_a_silent_server_is_given_up(tmp_path: Path) -> None:
    with socket.socket() as silent:
        silent.bind(("127.0.0.1", 0))
        silent.listen()
        start = time.perf_counter()
        with pytest.raises(DownloadError, match="timed out"):
            fetch_file(
                f"http://127.0.0.1:{silent.getsockname()[1]}/", tmp_path / "b.bin", timeout=0.3
            )
    assert time.perf_counter() - start < 5


@pytest.mark.parametrize("bad", ["no address", "ftp//x", ""])
def test_what_is_no_address_is_told(tmp_path: Path, bad: str) -> None:
    with pytest.raises(DownloadError, match="cannot download"):
        fetch_file(bad, tmp_path / "b.bin")


def test_the_time_limit_of_other_connections_stays(server: Server, tmp_path: Path) -> None:
    before = socket.getdefaulttimeout(), urllib.request._opener  # type: ignore[attr-defined]
    fetch_file(address(server), tmp_path / "b.bin")
    with pytest.raises(DownloadError):
        fetch_file(address(server, "gone"), tmp_path / "c.bin")
    after = socket.getdefaulttimeout(), urllib.request._opener  # type: ignore[attr-defined]
    assert after == before
    assert server.limits == [before[0]] * 2  # while the server answered, too


def test_the_reason_is_the_download_s_own(tmp_path: Path) -> None:
    try:
        raise KeyError("another trouble")
    except KeyError:
        with pytest.raises(DownloadError, match=r"/file: .*refused"):
            fetch_file("http://127.0.0.1:9/file", tmp_path / "b.bin")


def test_progress_is_shown(
    server: Server, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    fetch_file(address(server), tmp_path / "b.bin")
    assert "100%" in capsys.readouterr().err


def test_a_download_needs_no_tensorflow(server: Server, tmp_path: Path) -> None:
    code = (
        "import sys; from nstkit.machine import fetch_file; fetch_file(*sys.argv[1:])\n"
        "print(*{'keras', 'tensorflow'} & set(sys.modules))"
    )
    command = [sys.executable, "-c", code, address(server), str(tmp_path / "b.bin")]
    assert subprocess.check_output(command, text=True, stderr=subprocess.DEVNULL) == "\n"
    assert (tmp_path / "b.bin").read_bytes() == CONTENT
