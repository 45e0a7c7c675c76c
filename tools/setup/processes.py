"""Run commands, say what happens, and keep two set-ups of one folder apart.

Only the standard library: this runs before anything is installed.
"""

from __future__ import annotations

import contextlib
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

if sys.platform == "win32":
    import msvcrt
else:
    import fcntl


def say(text: str) -> None:
    """Print one line at once, also into a pipe."""
    print(text, flush=True)


def call(
    command: Sequence[Any],
    *,
    cwd: Path | None = None,
    env: dict[str, str] | None = None,
    patient: bool = False,
    hear: Callable[[str], object] | None = None,
) -> int:
    """Run a command to its end and return its exit status.

    Ctrl-C reaches the command as well. A patient caller leaves it to the command what to do
    (JupyterLab asks, the demo saves its picture) and gives up only at the third one. `hear` gets
    each line of standard error in place of the terminal.
    """
    errors = None if hear is None else subprocess.PIPE
    words = [str(part) for part in command]
    process = subprocess.Popen(words, cwd=cwd, env=env, stderr=errors, errors="replace")
    interrupts = 0
    try:
        while True:
            try:
                for line in process.stderr or ():
                    if hear is not None:
                        hear(line)
                status = process.wait()
                return status if status >= 0 else 128 - status
            except KeyboardInterrupt:
                interrupts += 1
                if not patient or interrupts == 3:
                    raise
    except KeyboardInterrupt:
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(5)
        raise
    finally:
        if process.poll() is None:
            process.terminate()
            process.wait()
        if process.stderr is not None:
            process.stderr.close()


def elapsed(started: float) -> str:
    """Return the time since `started` as text."""
    seconds = round(time.time() - started)
    return f"{seconds // 60} min {seconds % 60} s" if seconds >= 60 else f"{seconds} s"


class Lock:
    """Keep two starts from setting up one folder at the same time.

    The system frees the lock when the process that holds it ends, however it ends.
    """

    def __init__(self, path: Path):
        self.path = path

    def _taken(self) -> bool:
        try:
            if sys.platform == "win32":
                self.file.seek(0)
                msvcrt.locking(self.file.fileno(), msvcrt.LK_NBLCK, 1)
            else:
                fcntl.flock(self.file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except (BlockingIOError, PermissionError):
            return False
        except OSError:
            return True  # a file system without locks: go on without
        return True

    def __enter__(self) -> Lock:
        """Wait until no other start holds the lock."""
        self.file = self.path.open("a+")
        if not self._taken():
            say("Another start is setting up this folder; waiting for it (Ctrl-C to give up).")
            while not self._taken():
                time.sleep(0.5)
        return self

    def __exit__(self, *_: object) -> None:
        """Let the next one in."""
        self.file.close()
