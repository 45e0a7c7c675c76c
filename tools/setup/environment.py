"""The course's environment, the folder .venv: see what state it is in and make it right.

Only the standard library: this runs before anything is installed.
"""

from __future__ import annotations

import hashlib
import importlib.util
import json
import os
import platform
import shutil
import subprocess
import sys
import time
import tomllib
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from processes import Lock, call, elapsed, say
from reasons import DISK_GB, ELSEWHERE, reason

EXTRAS = "course,test,instructor"


class SetupError(Exception):
    """Something that the reader has to know or do; shown without a traceback."""


def check_venv() -> None:
    """Raise SetupError if this Python cannot make environments (Debian ships that apart)."""
    if importlib.util.find_spec("venv") is None or importlib.util.find_spec("ensurepip") is None:
        raise SetupError(
            "This Python cannot make environments: its venv package is missing. On Debian and "
            f"Ubuntu:  sudo apt install python3.{sys.version_info.minor}-venv"
        )


class Environment:
    """The folder .venv of the course in `root`.

    Its file course.json says "unfinished" from before the first package is installed until after
    the last check, so that an interrupted installation is recognised.
    """

    def __init__(self, root: Path, call: Callable[..., int] = call, *, add: str = ""):
        self.root = root
        self.call = call
        self.add = add  # a further extra of pyproject.toml to install; it stays from then on
        self.folder = root / ".venv"
        self.note = self.folder / "course.json"
        windows = os.name == "nt"
        self.python = self.folder / ("Scripts/python.exe" if windows else "bin/python")

    def extras(self) -> str:
        """Return the extras to install: the usual ones, those added earlier, and the new one."""
        try:
            earlier = json.loads(self.note.read_text(encoding="utf-8"))["extras"].split(",")
        except (OSError, ValueError, KeyError, TypeError, AttributeError):
            earlier = []
        known = tomllib.loads((self.root / "pyproject.toml").read_text(encoding="utf-8"))
        offered = known.get("project", {}).get("optional-dependencies", {})
        more = [extra for extra in (*earlier, self.add) if extra in offered]
        return ",".join(dict.fromkeys([*EXTRAS.split(","), *more]))

    def fingerprint(self) -> str:
        """Return a hash of what pyproject.toml says about the package (not of tool settings)."""
        settings = tomllib.loads((self.root / "pyproject.toml").read_text(encoding="utf-8"))
        hatch = settings.get("tool", {}).get("hatch")
        parts = [settings.get("build-system"), settings.get("project"), hatch, EXTRAS]
        return hashlib.sha256(json.dumps(parts, sort_keys=True).encode()).hexdigest()

    def python_version(self) -> str:
        """Return the version of the environment's own Python, "" if it does not run."""
        question = "import sys; print('%d.%d' % sys.version_info[:2])"
        command = [str(self.python), "-I", "-c", question]
        try:
            return subprocess.check_output(command, stderr=subprocess.DEVNULL, text=True).strip()
        except (OSError, subprocess.CalledProcessError):
            return ""

    def state(self) -> tuple[str, str]:
        """Return "ready", "new", "broken" or "outdated", and why."""
        if not self.folder.is_dir() or not any(self.folder.iterdir()):
            return "new", "this folder has none yet"
        if not self.note.exists():
            raise SetupError(
                f"{self.folder} was not made by this command. Rename or delete it and run the same "
                "command again, or use it with the tool that made it."
            )
        try:
            note = json.loads(self.note.read_text(encoding="utf-8"))
            finished = note["state"] == "ready"
        except (ValueError, KeyError, TypeError):
            finished = False
        if not finished:
            return "broken", "the last installation did not finish"
        if note.get("root") != str(self.root):
            return "broken", "the folder was moved or copied"
        if note.get("python") != self.python_version():
            return "broken", "the Python it was made with is gone or has changed"
        if note.get("fingerprint") != self.fingerprint():
            return "outdated", "pyproject.toml has changed"
        if note.get("extras", EXTRAS) != self.extras():
            return "outdated", f"{self.add} is added"
        return "ready", ""

    def variables(self) -> dict[str, str]:
        """Return the environment variables for commands that run in it."""
        variables = {k: v for k, v in os.environ.items() if k not in ("PYTHONHOME", "PYTHONPATH")}
        variables["VIRTUAL_ENV"] = str(self.folder)
        variables["PATH"] = os.pathsep.join([str(self.python.parent), os.environ.get("PATH", "")])
        variables["JUPYTER_PREFER_ENV_PATH"] = "1"  # its kernel, not one in the home folder
        variables["PIP_USER"] = "0"  # pip settings with "user = true" fail in an environment
        variables["PIP_DISABLE_PIP_VERSION_CHECK"] = "1"
        variables.setdefault("PYTHONUTF8", "1")  # Windows: the same text everywhere
        variables.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")  # no start-up chatter in the cells
        return variables

    def write_note(self, **content: str) -> None:
        """Say in course.json how far the environment is."""
        self.folder.mkdir(exist_ok=True)
        self.note.write_text(json.dumps(content, indent=1) + "\n", encoding="utf-8")

    def prepare(self) -> None:
        """Make or repair the environment if it needs it."""
        if self.state()[0] == "ready":
            return
        with Lock(self.root / ".venv.lock"):
            extras = self.extras()  # of the note, before another takes its place
            state, why = self.state()  # again: another start may have finished it meanwhile
            if state == "ready":
                return
            started = time.time()
            if state == "outdated":
                say(f"Bringing the environment in .venv up to date, because {why}.")
                self.refresh(extras)
            else:
                word = "Making" if state == "new" else "Making again"
                say(f"{word} the environment in .venv, because {why}.")
                self.make()
                self.install(extras)
            self.write_note(
                state="ready",
                root=str(self.root),
                python=self.python_version(),
                fingerprint=self.fingerprint(),
                extras=extras,
            )
            say(f"The environment is ready ({elapsed(started)} in all).")

    def refresh(self, extras: str) -> None:
        """Install what has changed; if pip refuses, leave the environment as it was."""
        note = self.note.read_text(encoding="utf-8")
        self.write_note(state="unfinished")
        try:
            self.install(extras)
        except SetupError:  # pip has put back what it had replaced
            self.note.write_text(note, encoding="utf-8")
            raise

    def make(self) -> None:
        """Remove what is left of an old environment and make an empty one."""
        check_venv()
        self.write_note(state="unfinished")
        self.clear()
        free = shutil.disk_usage(self.folder).free / 1e9
        if free < DISK_GB:
            raise SetupError(
                f"The disk has {free:.1f} GB free and the environment needs {DISK_GB:g} GB: free "
                "some space, or move the course to another disk, and run the same command again."
            )
        say(f"[1/3] An empty environment with Python {platform.python_version()} ...")
        started = time.time()
        base = getattr(sys, "_base_executable", None) or sys.executable
        self.step([base, "-m", "venv", self.folder], "Python could not make the environment.")
        say(f"      done in {elapsed(started)}")

    def clear(self) -> None:
        """Empty the folder, which may be a link to another disk."""
        try:
            for path in self.folder.iterdir() if self.folder.exists() else ():
                if path.is_dir() and not path.is_symlink():
                    shutil.rmtree(path)
                elif path != self.note:
                    path.unlink()
        except OSError as error:
            raise SetupError(
                f"The old environment cannot be removed ({error}). Close JupyterLab and other "
                "programs that use it, or delete the folder .venv, and run the command again."
            ) from error

    def install(self, extras: str) -> None:
        """Install the project and its packages, and see that TensorFlow starts."""
        say("[2/3] The course and its packages, TensorFlow among them; this takes minutes ...")
        started = time.time()
        pip = [self.python, "-I", "-m", "pip", "install", "--editable", f".[{extras}]"]
        self.step(pip, "pip could not install the packages.")
        say(f"      done in {elapsed(started)}")
        say("[3/3] Does TensorFlow start on this machine? ...")
        started = time.time()
        question = [self.python, "-c", "import tensorflow, nstkit"]
        failure = "TensorFlow does not start on this machine. " + ELSEWHERE
        self.step(question, failure, quiet=True)  # its start-up messages mean nothing here
        self.quiet_jupyterlab()
        say(f"      yes; done in {elapsed(started)}")

    def quiet_jupyterlab(self) -> None:
        """Keep JupyterLab from asking for news and updates: a class may have no network."""
        settings = self.folder / "share" / "jupyter" / "lab" / "settings"
        settings.mkdir(parents=True, exist_ok=True)
        notices = {"fetchNews": "false", "checkForUpdates": False}
        text = json.dumps({"@jupyterlab/apputils-extension:notification": notices}, indent=1)
        (settings / "overrides.json").write_text(text + "\n", encoding="utf-8")

    def step(self, command: Sequence[Any], failure: str, quiet: bool = False) -> None:
        """Run one step of the installation; raise SetupError with the reason if it fails."""
        heard: list[str] = []

        def hear(line: str) -> None:
            heard.append(line)
            if not quiet:
                print(line, end="", file=sys.stderr, flush=True)

        status = self.call(command, cwd=self.root, env=self.variables(), hear=hear)
        if status == 130:
            raise KeyboardInterrupt
        if status != 0:
            if quiet:
                say("".join(heard))
            free = shutil.disk_usage(self.root).free
            raise SetupError(failure + reason("".join(heard), free))
