"""Commands are really run, heard, stopped, and kept apart."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

import processes

FOLDER = Path(processes.__file__).parent


def test_standard_error_is_heard_line_by_line():
    code = "import sys; print('one', file=sys.stderr); print('two', file=sys.stderr); sys.exit(3)"
    heard: list[str] = []
    assert processes.call([sys.executable, "-c", code], hear=heard.append) == 3
    assert heard == ["one\n", "two\n"]


def test_the_exit_status_of_a_command_comes_back():
    assert processes.call([sys.executable, "-c", "raise SystemExit(7)"]) == 7


def test_a_second_start_waits_for_the_first(tmp_path):
    path = tmp_path / "lock"
    code = (
        f"import sys; sys.path.insert(0, {str(FOLDER)!r})\n"
        "from pathlib import Path; from processes import Lock\n"
        f"with Lock(Path({str(path)!r})): print('inside', flush=True)"
    )
    with processes.Lock(path):
        other = subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, text=True)
        assert other.stdout is not None
        assert "waiting" in other.stdout.readline()
    said, _ = other.communicate(timeout=20)
    assert said == "inside\n"
    assert other.returncode == 0


@pytest.mark.skipif(os.name == "nt", reason="signals as on Linux and macOS")
def test_ctrl_c_is_left_to_a_command_that_wants_to_save_first(tmp_path):
    saved = tmp_path / "saved"
    child = (
        "import time, pathlib, os, signal\n"
        "print('started', flush=True)\n"
        "try: time.sleep(30)\n"
        f"except KeyboardInterrupt: time.sleep(1); pathlib.Path({str(saved)!r}).touch()"
    )
    parent = (
        f"import sys; sys.path.insert(0, {str(FOLDER)!r})\n"
        "from processes import call\n"
        f"sys.exit(call([sys.executable, '-c', {child!r}], patient=True))"
    )
    # A shell that starts the tests in the background has them ignore Ctrl-C; this one shall not.
    process = subprocess.Popen(
        [sys.executable, "-c", parent],
        stdout=subprocess.PIPE,
        start_new_session=True,
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
    )
    assert process.stdout is not None
    process.stdout.readline()
    time.sleep(0.1)
    os.killpg(process.pid, signal.SIGINT)
    process.communicate(timeout=20)
    assert process.returncode == 0
    assert saved.exists()
