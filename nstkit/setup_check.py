"""Check my set-up: what this machine has, and what to do where something is missing."""

from __future__ import annotations

import html
import importlib.metadata
import os
import platform
import shutil
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from nstkit import samples
from nstkit.backbones import weight_files
from nstkit.errors import SettingsError
from nstkit.machine import total_memory, usable_cores

MARKS = {"ok": ("✓", "#0072b2"), "note": ("○", "#767676"), "problem": ("✗", "#d55e00")}
"""Symbol and colour of each state; the colours survive colour blindness."""

PACKAGES = ("tensorflow", "keras", "numpy", "scipy", "pillow", "matplotlib", "ipywidgets")
GIB = 2**30


@dataclass(frozen=True)
class Line:
    """One line of the check.

    Attributes
    ----------
    what : str
        What was looked at.
    state : {"ok", "note", "problem"}
        Good, good to know, or in the way.
    found : str
        What was found.
    advice : str
        What to do; empty where nothing needs doing.
    """

    what: str
    state: str
    found: str
    advice: str = ""


@dataclass(frozen=True)
class Report:
    """All lines of the check; true where no line is a problem."""

    lines: tuple[Line, ...]

    def __bool__(self) -> bool:
        """Say whether the course can be worked through on this machine."""
        return all(line.state != "problem" for line in self.lines)

    @property
    def verdict(self) -> str:
        """What it comes to, in a sentence."""
        return "Everything is ready." if self else "Something is in the way: see the lines with ✗."

    def __repr__(self) -> str:
        """Show the report as text."""
        rows = []
        for line in self.lines:
            rows.append(f"{MARKS[line.state][0]} {line.what:9} {line.found}")
            if line.advice:
                rows.append(f"{'':12}→ {line.advice}")
        return "\n".join([*rows, self.verdict])

    def _repr_html_(self) -> str:
        """Show the report in a notebook, readable on light and on dark."""
        rows = []
        for line in self.lines:
            symbol, colour = MARKS[line.state]
            advice = f"<br>→ {html.escape(line.advice)}" if line.advice else ""
            rows.append(
                f'<tr><td style="color:{colour};font-weight:bold">{symbol}</td>'
                f'<th scope="row" style="text-align:left">{html.escape(line.what)}</th>'
                f'<td style="text-align:left">{html.escape(line.found)}{advice}</td></tr>'
            )
        return f"<table>{''.join(rows)}</table><p><b>{html.escape(self.verdict)}</b></p>"


def check_setup(folder: str | os.PathLike[str] = ".") -> Report:
    """Look at versions, processor, network weights, pictures, disk and memory.

    Parameters
    ----------
    folder : path-like
        A folder on the disk that your pictures will be written to.

    Returns
    -------
    Report
        One line for each, with what to do where it is not right. In a notebook it shows itself
        as a table.
    """
    return Report(
        (
            check_python(sys.version_info[:3]),
            check_packages(installed_versions()),
            _check_processor_here(),
            check_backbone(weight_files.SLIM_FILE, weight_files.cached_weights()),
            check_pictures(len(samples.names("content")), len(samples.names("style"))),
            check_disk(shutil.disk_usage(folder).free, os.access(folder, os.W_OK)),
            check_memory(total_memory()),
        )
    )


def check_python(version: Sequence[int]) -> Line:
    """Check the version of Python, three numbers."""
    text = f"{'.'.join(map(str, version))} on {platform.system()} ({platform.machine()})"
    good = (3, 11) <= tuple(version[:2]) < (3, 14)
    advice = "the course needs 3.11, 3.12 or 3.13: install one and run `python3 course.py` with it"
    return _line("Python", good, text, advice)


def check_packages(versions: Mapping[str, str | None]) -> Line:
    """Check that the packages are there: name → version, None for one that is missing."""
    text = ", ".join(f"{name} {version or 'missing'}" for name, version in versions.items())
    missing = [name for name, version in versions.items() if not version]
    advice = f"run `python3 course.py` again, or `python -m pip install {' '.join(missing)}`"
    return _line("Packages", not missing, text, advice)


def check_processor(cores: int, gpus: Sequence[str] | None) -> Line:
    """Check what computes: number of cores and names of GPUs, None without TensorFlow."""
    text = f"{cores} core{'s' if cores != 1 else ''}"
    if gpus is None:
        return Line("Processor", "problem", text, "TensorFlow does not start: see Packages")
    if gpus:
        return Line("Processor", "ok", f"{text} and a GPU ({', '.join(gpus)})")
    if cores < 2:
        advice = "no GPU and one core: everything works, at about half the pace the notebooks state"
        return Line("Processor", "note", f"{text}, no GPU", advice)
    return Line("Processor", "ok", f"{text}, no GPU; the course is made for that")


def _check_processor_here() -> Line:
    """Check this machine's processor, and that the environment's limit of cores is a number."""
    try:
        return check_processor(usable_cores(), visible_gpus())
    except SettingsError as error:
        advice = "set it so, or take it out of the environment, and restart the kernel"
        return Line("Processor", "problem", str(error), advice)


def check_backbone(slim: Path, full: Path) -> Line:
    """Check which of the two networks is on this machine, given the paths of their weights."""
    if full.exists():
        return Line("Network", "ok", f"the full VGG-19, in {_short(full)}")
    if slim.exists():
        advice = (
            "nothing to do; with a network connection load_backbone('vgg19', download=True) "
            "fetches the full VGG-19 (80 MB, once)"
        )
        return Line("Network", "note", "the slim VGG-19 that ships with nstkit", advice)
    advice = "install nstkit again: python -m pip install --force-reinstall --no-deps nstkit"
    return Line("Network", "problem", f"no weights: {_short(slim)} is missing", advice)


def check_pictures(photographs: int, paintings: int) -> Line:
    """Check that the sample pictures are there, given how many of each kind."""
    text = f"{photographs} photographs and {paintings} paintings"
    good = bool(photographs and paintings)
    return _line("Pictures", good, text, "the folder data is incomplete: fetch it again")


def check_disk(free: int, writable: bool) -> Line:
    """Check the disk, given its free bytes and whether the folder can be written to."""
    text = f"{free / GIB:.0f} GiB free"
    if not writable:
        advice = "this folder cannot be written to: copy the course to one of your own"
        return Line("Disk", "problem", text, advice)
    advice = "there is room for little more than a few pictures"
    return _line("Disk", free >= GIB, text, advice, otherwise="note")


def check_memory(total: int) -> Line:
    """Check the memory, given the machine's or the container's bytes."""
    text = f"{total / GIB:.1f} GiB"
    advice = "close other notebooks' kernels, and stay at pictures of 256 pixels"
    return _line("Memory", total >= 3.5 * GIB, text, advice, otherwise="note")


def installed_versions(packages: Sequence[str] = PACKAGES) -> dict[str, str | None]:
    """Return the version of each package, None for one that is not installed."""
    found: dict[str, str | None] = {}
    for name in packages:
        try:
            found[name] = importlib.metadata.version(name)
        except importlib.metadata.PackageNotFoundError:
            found[name] = None
    return found


def visible_gpus() -> list[str] | None:
    """Return the names of the GPUs that TensorFlow sees, None where it does not start."""
    try:
        from nstkit.machine.tensorflow import tf

        devices = tf.config.list_physical_devices("GPU")
        details = [tf.config.experimental.get_device_details(device) for device in devices]
    except Exception:
        return None
    return [detail.get("device_name", "unnamed") for detail in details]


def _line(what: str, good: bool, found: str, advice: str, *, otherwise: str = "problem") -> Line:
    """Return a line that has its advice only where something is not good."""
    return Line(what, "ok", found) if good else Line(what, otherwise, found, advice)


def _short(path: Path) -> str:
    """Return a path with the home folder as ~."""
    try:
        return str(Path("~") / path.relative_to(Path.home()))
    except (ValueError, RuntimeError):
        return str(path)
