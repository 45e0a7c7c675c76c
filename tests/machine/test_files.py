from __future__ import annotations

import errno
import os
import stat
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from nstkit.machine import check_writable, replace_file


def test_a_file_and_its_folders_are_made(tmp_path: Path) -> None:
    path = tmp_path / "a" / "b" / "c.bin"
    assert replace_file(path, b"new") == path
    assert path.read_bytes() == b"new"
    assert [entry.name for entry in path.parent.iterdir()] == ["c.bin"]


def test_a_file_is_replaced_whole_and_keeps_its_permissions(tmp_path: Path) -> None:
    path = tmp_path / "c.bin"
    path.write_bytes(b"old and longer")
    path.chmod(0o640)
    replace_file(str(path), b"new")
    assert path.read_bytes() == b"new"
    if os.name == "posix":
        assert stat.S_IMODE(path.stat().st_mode) == 0o640


@pytest.mark.skipif(os.name != "posix", reason="permissions of POSIX")
def test_a_new_file_has_the_user_s_default_permissions(tmp_path: Path) -> None:
    replace_file(tmp_path / "ours", b"")
    (tmp_path / "plain").write_bytes(b"")
    assert (tmp_path / "ours").stat().st_mode == (tmp_path / "plain").stat().st_mode


@pytest.mark.parametrize("fails", ["write", "fsync", "replace"])
def test_a_full_disk_costs_nothing_that_was_there(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, fails: str
) -> None:
    path = tmp_path / "c.bin"
    path.write_bytes(b"old")

    def full(*_: Any, **__: Any) -> Any:
        raise OSError(errno.ENOSPC, "No space left on device")

    if fails == "write":

        class Full:
            def __init__(self, path: Path, mode: str):
                self.inner = open(path, mode)  # noqa: SIM115

            def __enter__(self) -> Full:
                return self

            def __exit__(self, *_: Any) -> None:
                self.inner.close()

            write = full

        monkeypatch.setattr("nstkit.machine.files.open", Full, raising=False)
    else:
        monkeypatch.setattr(os, fails, full)
    with pytest.raises(OSError, match=r"cannot write .*c\.bin: No space left.* is unchanged; free"):
        replace_file(path, b"new")
    assert path.read_bytes() == b"old"
    assert [entry.name for entry in tmp_path.iterdir()] == ["c.bin"]


@pytest.mark.skipif(sys.platform != "linux", reason="needs a limit on the size of files")
def test_a_write_that_stops_half_way_costs_nothing_that_was_there(tmp_path: Path) -> None:
    """A real one: the process may write no file larger than 4 kB."""
    path = tmp_path / "c.bin"
    path.write_bytes(b"old")
    code = (
        "import resource, signal, sys\n"
        "from nstkit.machine.files import replace_file\n"
        "signal.signal(signal.SIGXFSZ, signal.SIG_IGN)\n"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (4096, 4096))\n"
        "try:\n"
        "    replace_file(sys.argv[1], bytes(100_000))\n"
        "except OSError as error:\n"
        "    print(error)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, str(path)], capture_output=True, text=True, check=True
    )
    assert "cannot write" in done.stdout
    assert path.read_bytes() == b"old"
    assert [entry.name for entry in tmp_path.iterdir()] == ["c.bin"]


def test_an_interrupt_leaves_no_half_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupt(_: Any) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(os, "fsync", interrupt)
    with pytest.raises(KeyboardInterrupt):
        replace_file(tmp_path / "c.bin", b"new")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("check", [check_writable, lambda path: replace_file(path, b"")])
def test_unwritable_places_are_told(tmp_path: Path, check: Any) -> None:
    with pytest.raises(IsADirectoryError, match="is a folder: give the path of a file inside it"):
        check(tmp_path)
    (tmp_path / "file").write_bytes(b"kept")
    with pytest.raises(OSError, match=r"cannot write .*choose another folder"):
        check(tmp_path / "file" / "c.bin")
    assert (tmp_path / "file").read_bytes() == b"kept"


@pytest.mark.skipif(sys.platform != "linux", reason="needs /proc")
def test_a_folder_that_takes_no_files_is_told() -> None:
    with pytest.raises(OSError, match=r"cannot write /proc/picture\.png"):
        check_writable("/proc/picture.png")


def test_checking_leaves_nothing_behind(tmp_path: Path) -> None:
    (tmp_path / "old").write_bytes(b"old")
    check_writable(tmp_path / "old")
    check_writable(tmp_path / "new")
    assert (tmp_path / "old").read_bytes() == b"old"
    assert [entry.name for entry in tmp_path.iterdir()] == ["old"]
