"""Cores and memory: what the system, a container and the environment allow."""

import os
import platform

import psutil
import pytest

from nstkit.errors import SettingsError
from nstkit.machine import limits as machine


@pytest.fixture(autouse=True)
def cgroup(tmp_path, monkeypatch):
    """Return an empty folder in place of the system's, and forget the environment's limits."""
    monkeypatch.setattr(machine, "CGROUP", tmp_path)
    for name in ("NSTKIT_THREADS", "NSTKIT_MEMORY_GB"):
        monkeypatch.delenv(name, raising=False)
    return tmp_path


@pytest.fixture
def eight_cores(monkeypatch):
    monkeypatch.setattr(os, "sched_getaffinity", lambda _: set(range(8)), raising=False)


def write(folder, **files):
    folder.mkdir(exist_ok=True)
    for name, text in files.items():
        (folder / name.replace("__", ".")).write_text(text)


def test_cores_are_those_the_process_is_bound_to(eight_cores):
    assert machine.usable_cores() == 8


@pytest.mark.parametrize(
    ("quota", "cores"), [("150000 100000", 2), ("50000 100000", 1), ("max 100000", 8)]
)
def test_a_container_s_share_of_the_processor_counts(cgroup, eight_cores, quota, cores):
    write(cgroup, cpu__max=quota + "\n")
    assert machine.usable_cores() == cores


@pytest.mark.parametrize(("quota", "cores"), [("300000", 3), ("-1", 8)])
def test_an_older_container_s_share_counts_too(cgroup, eight_cores, quota, cores):
    write(cgroup / "cpu", cpu__cfs_quota_us=quota, cpu__cfs_period_us="100000")
    assert machine.usable_cores() == cores


def test_the_environment_lowers_the_number_of_cores_and_never_raises_it(eight_cores, monkeypatch):
    monkeypatch.setenv("NSTKIT_THREADS", "2")
    assert machine.usable_cores() == 2
    monkeypatch.setenv("NSTKIT_THREADS", "64")
    assert machine.usable_cores() == 8
    for bad in ("two", "0", "1.5"):
        monkeypatch.setenv("NSTKIT_THREADS", bad)
        with pytest.raises(SettingsError, match="NSTKIT_THREADS"):
            machine.usable_cores()


def test_memory_is_the_machine_s_where_there_is_no_limit():
    assert machine.total_memory() >= machine.free_memory() > 0


@pytest.mark.parametrize("older", [False, True])
def test_a_container_s_memory_is_the_limit(cgroup, older):
    limit, used, cached = 2_000_000_000, 1_500_000_000, 900_000_000
    if older:
        write(
            cgroup / "memory",
            memory__limit_in_bytes=str(limit),
            memory__usage_in_bytes=str(used),
            memory__stat=f"cache 1\ntotal_inactive_file {cached}\n",
        )
    else:
        write(
            cgroup,
            memory__max=str(limit),
            memory__current=str(used),
            memory__stat=f"anon 1\ninactive_file {cached}\n",
        )
    assert machine.total_memory() == limit
    assert machine.free_memory() == limit - used + cached


def test_a_container_without_a_limit_has_the_machine_s(cgroup):
    free = machine.total_memory()
    write(cgroup, memory__max="max", memory__current="5")
    assert machine.total_memory() == free


def test_the_environment_s_limit_is_for_this_process(monkeypatch):
    monkeypatch.setenv("NSTKIT_MEMORY_GB", "0.000001")
    assert machine.free_memory() == 0  # it has more than that already
    monkeypatch.setenv("NSTKIT_MEMORY_GB", "much")
    with pytest.raises(SettingsError, match="NSTKIT_MEMORY_GB"):
        machine.free_memory()


@pytest.mark.skipif(
    platform.libc_ver()[0] != "glibc", reason="only glibc gives memory back when asked"
)
def test_freed_memory_is_given_back():
    kept = [bytearray(100_000) for _ in range(1000)]  # small enough to come from the pool
    top = bytearray(100_000)  # keeps the pool from shrinking by itself
    del kept
    before = psutil.Process().memory_info().rss
    machine.give_back_memory()
    assert psutil.Process().memory_info().rss < before - 50_000_000
    assert len(top) == 100_000
