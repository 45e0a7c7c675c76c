"""What this process may use of the machine: cores and memory, a container's limits included."""

from __future__ import annotations

import contextlib
import ctypes
import gc
import math
import os
from collections.abc import Iterable
from pathlib import Path

import psutil

from nstkit.errors import check_number

CGROUP = Path("/sys/fs/cgroup")
"""Where Linux tells a container its limits."""

_ONE_ARENA = (-8, 1)  # M_ARENA_MAX in glibc's malloc.h


def usable_cores() -> int:
    """Return how many cores this process may use.

    The least of what the machine has, what the process is bound to, what its container is
    allowed, and the environment's ``NSTKIT_THREADS``, for servers that many people share.

    Raises
    ------
    SettingsError
        If ``NSTKIT_THREADS`` is not a whole number of at least 1.
    """
    bound = getattr(os, "sched_getaffinity", None)
    counts = [len(bound(0)) if bound else os.cpu_count() or 1]
    old = CGROUP / "cpu"
    for quota, period in (
        (_number(CGROUP / "cpu.max", 0), _number(CGROUP / "cpu.max", 1)),
        (_number(old / "cpu.cfs_quota_us"), _number(old / "cpu.cfs_period_us")),
    ):
        if quota > 0 and period > 0:
            counts.append(max(1, math.ceil(quota / period)))
    wanted = os.environ.get("NSTKIT_THREADS")
    if wanted:
        counts.append(int(check_number(wanted, "NSTKIT_THREADS", minimum=1, whole=True)))
    return min(counts)


def total_memory() -> int:
    """Return the bytes of memory that the machine, or the container, has."""
    return int(min([psutil.virtual_memory().total, *(limit for limit, _ in _memory_limits())]))


def free_memory() -> int:
    """Return how many more bytes this process may use.

    The least of what the machine has free, what is left of the container's limit, and of the
    environment's ``NSTKIT_MEMORY_GB``, a limit for this process where no other is set.

    Raises
    ------
    SettingsError
        If ``NSTKIT_MEMORY_GB`` is not a number.
    """
    left = [limit - used for limit, used in _memory_limits()]
    wanted = os.environ.get("NSTKIT_MEMORY_GB")
    if wanted:
        own = psutil.Process().memory_info().rss
        left.append(1e9 * check_number(wanted, "NSTKIT_MEMORY_GB") - own)
    return int(max(0, min([psutil.virtual_memory().available, *left])))


def share_freed_memory() -> None:
    """Have this process's threads share what they free; to be called before they start.

    Each of TensorFlow's threads would keep freed memory for itself: one pool for all of them
    takes a tenth less, and no longer.
    """
    _c_library("mallopt", *_ONE_ARENA)


def give_back_memory() -> None:
    """Give memory that this process has freed but still keeps back to the system."""
    gc.collect()
    _c_library("malloc_trim", 0)


def _c_library(function: str, *arguments: int) -> None:
    """Call a function that only Linux's usual C library (glibc) has; elsewhere do nothing."""
    with contextlib.suppress(OSError, AttributeError, TypeError):
        getattr(ctypes.CDLL(None), function)(*arguments)


def _memory_limits() -> Iterable[tuple[float, float]]:
    """Return (limit, used) in bytes for both kinds of Linux containers, where there is a limit.

    Files that the system keeps in memory only for as long as there is room do not count as used.
    """
    old = CGROUP / "memory"
    for limit, used, files, spare in (
        (CGROUP / "memory.max", CGROUP / "memory.current", CGROUP, "inactive_file"),
        (old / "memory.limit_in_bytes", old / "memory.usage_in_bytes", old, "total_inactive_file"),
    ):
        most, now = _number(limit), _number(used)
        if not (math.isnan(most) or math.isnan(now)):
            yield most, now - _number(files / "memory.stat", spare, missing=0.0)


def _number(path: Path, place: int | str = 0, missing: float = math.nan) -> float:
    """Return the number at a place in a file, or the one after a name; `missing` for none."""
    try:
        words = path.read_text(encoding="ascii").split()
        return float(words[place if isinstance(place, int) else words.index(place) + 1])
    except (OSError, ValueError, IndexError):
        return missing
