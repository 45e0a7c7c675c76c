"""Why an installation failed, and what to do about it: read from pip's messages.

Only the standard library: this runs before anything is installed.
"""

from __future__ import annotations

import re

DISK_GB = 4.0
"""Free space that making the environment needs: 3 GB to stay, the rest while unpacking."""

FULL = 200_000_000
"""A disk with fewer bytes free than this counts as full."""

ELSEWHERE = "The README says how to run the course on Colab or Binder instead."

HINTS = (
    # What pip says, and what to do about it. The first that fits is shown.
    (
        "No space left|not enough space|Disk quota exceeded",
        f"The disk is full: free {DISK_GB:g} GB and run the same command again. If only the "
        "folder for temporary files is small, set TMPDIR to a folder with more room.",
    ),
    (
        "CERTIFICATE_VERIFY_FAILED",
        "A proxy or virus scanner re-signs the connection: tell pip about its certificate "
        "(pip config set global.cert FILE) and run the same command again.",
    ),
    (
        "NewConnectionError|NameResolutionError|getaddrinfo|ConnectTimeout|ReadTimeout|ProxyError"
        "|Connection refused|Connection reset|Connection aborted|Network is unreachable",
        "The package server could not be reached: check the network (or pip's own settings, with "
        "pip config list) and run the same command again; what was downloaded is kept.",
    ),
    (
        "Long Path",
        "The folder's path is too long for Windows: move the course to a short one, such as "
        "C:\\nstkit, and run the same command again.",
    ),
    (
        "No matching distribution",
        "There is no such package for this machine. TensorFlow has packages for 64-bit Linux and "
        "Windows, and for macOS on Apple silicon. " + ELSEWHERE,
    ),
    (
        "Permission denied|Access is denied",
        "A file could not be written: close JupyterLab and other programs that use the course, "
        "and run the same command again.",
    ),
)


def reason(text: str, free: int) -> str:
    """Return what an installer's messages say about a failure, and what to do about it.

    Parameters
    ----------
    text : str
        What it wrote to standard error.
    free : int
        Bytes free on the disk.

    Returns
    -------
    str
        Two lines: the reason, and the next step.
    """
    lines = re.findall(r"ERROR: (.+)", text) or text.split("\n")
    said = [line for line in lines if line.strip()] or ["see the lines above"]
    if free < FULL and "No space left" not in text:  # a full disk has many symptoms
        said, text = [f"the disk has {free / 1e6:.0f} MB free"], "No space left"
    hint = "See the lines above; the same command goes on when it is mended."
    for pattern, advice in HINTS:
        if re.search(pattern, text):
            hint = advice
            break
    return f"\nThe reason: {said[-1]}\n{hint}"
