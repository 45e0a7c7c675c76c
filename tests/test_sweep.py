"""Sweeps: the table, going on, failed cells, and the same on a cluster of which half dies."""

from __future__ import annotations

import csv
import os
import signal
import threading
import time
from typing import Any

import numpy as np
import pytest
from tiny import tiny_backbone

import nstkit.sweep as module
from nstkit.errors import SettingsError
from nstkit.images import load_image
from nstkit.plots import show_sweep
from nstkit.runs.picture import Picture
from nstkit.runs.settings import Settings
from nstkit.sweep import FOUND, sweep

BASE = Settings(
    size=48,
    steps=2,
    style_layers={"block1_conv1": 1.0, "block2_conv1": 1.0},
    content_layers={"block2_conv1": 1.0},
)
GRID: dict[str, list[Any]] = {"style_weight": [10, 1000], "seed": [0, 1], "init": ["noise"]}


@pytest.fixture(autouse=True)
def tiny(monkeypatch: pytest.MonkeyPatch) -> None:
    """Put tiny networks in the place of painter and judge."""
    monkeypatch.setattr(module, "_network", lambda name, **options: tiny_backbone())
    monkeypatch.setattr(module, "_judge", lambda painter: tiny_backbone(seed=1))


def table(folder):
    with (folder / "sweep.csv").open(newline="") as file:
        return list(csv.DictReader(file))


def timeless(rows):
    return [{name: value for name, value in row.items() if name != "seconds"} for row in rows]


def test_every_combination_is_a_row_with_a_picture(tmp_path):
    rows = sweep(GRID, tmp_path, base=BASE, progress=False)
    assert rows == table(tmp_path)
    assert [(row["style_weight"], row["seed"]) for row in rows] == [
        ("10", "0"), ("10", "1"), ("1000", "0"), ("1000", "1"),
    ]  # fmt: skip
    assert list(rows[0]) == ["key", *GRID, *FOUND]
    assert all(float(row["effectiveness"]) < 1 and not row["fault"] for row in rows)
    pictures = [load_image(tmp_path / f"{row['key']}.png") for row in rows]
    assert len({picture.tobytes() for picture in pictures}) == 4
    assert len({row["loss"] for row in rows}) == 4


def test_a_failed_cell_is_recorded_and_the_others_are_painted(tmp_path):
    grid: dict[str, list[Any]] = {
        "style_weight": [10, -1],
        "content": ["chelsea", str(tmp_path / "gone.png")],
    }
    rows = sweep(grid, tmp_path, base=BASE, progress=False)
    assert [bool(row["fault"]) for row in rows] == [False, True, True, True]
    assert "style" in rows[2]["fault"]
    assert "gone.png" in rows[1]["fault"]


def test_a_cell_that_fails_while_painting_is_recorded_and_tried_again(tmp_path, monkeypatch):
    def fail(settings, backbone):
        raise MemoryError("no memory left")

    with monkeypatch.context() as patch:
        patch.setattr(module, "paint_settings", fail)
        rows = sweep({"seed": [0]}, tmp_path, base=BASE, progress=False)
    assert "no memory left" in rows[0]["fault"]
    assert not sweep({"seed": [0]}, tmp_path, base=BASE, progress=False)[0]["fault"]


def test_an_interrupted_sweep_goes_on_where_it_was(tmp_path, monkeypatch):
    whole = sweep(GRID, tmp_path / "whole", base=BASE, progress=False)
    painted: list[Settings] = []

    def interrupt(settings, backbone):
        if len(painted) == 2:
            raise KeyboardInterrupt
        painted.append(settings)
        return paint(settings, backbone)

    paint = module.paint_settings
    with monkeypatch.context() as patch:
        patch.setattr(module, "paint_settings", interrupt)
        with pytest.raises(KeyboardInterrupt):
            sweep(GRID, tmp_path / "two", base=BASE, progress=False)
    kept = table(tmp_path / "two")
    assert len(kept) == 2

    def count(settings, backbone):
        painted.append(settings)
        return paint(settings, backbone)

    monkeypatch.setattr(module, "paint_settings", count)
    rows = sweep(GRID, tmp_path / "two", base=BASE, progress=False)
    assert len(painted) == 4  # none twice
    assert rows[:2] == kept
    assert timeless(rows) == timeless(whole)


def test_a_picture_that_is_gone_is_painted_again_and_a_larger_grid_keeps_what_is_there(tmp_path):
    rows = sweep({"seed": [0, 1]}, tmp_path, base=BASE, progress=False)
    (tmp_path / f"{rows[0]['key']}.png").unlink()
    again = sweep({"seed": [2, 1, 0]}, tmp_path, base=BASE, progress=False)
    assert again[1] == rows[1]
    assert timeless(again[2:]) == timeless(rows[:1])
    assert (tmp_path / f"{rows[0]['key']}.png").exists()


def test_another_sweeps_folder_is_left_as_it_is(tmp_path):
    sweep({"seed": [0]}, tmp_path, base=BASE, progress=False)
    before = (tmp_path / "sweep.csv").read_bytes()
    for grid in ({"style_weight": [1]}, {"seed": [5]}):
        with pytest.raises(SettingsError, match="holds another sweep"):
            sweep(grid, tmp_path, base=BASE, progress=False)
    assert (tmp_path / "sweep.csv").read_bytes() == before


@pytest.mark.parametrize(
    ("grid", "message"),
    [({}, "empty"), ({"seed": []}, "empty"), ({"sede": [1]}, "did you mean 'seed'")],
)
def test_a_grid_of_nothing_is_refused(tmp_path, grid, message):
    with pytest.raises(SettingsError, match=message):
        sweep(grid, tmp_path, progress=False)


def test_pictures_and_layers_may_vary(tmp_path):
    own = Picture("mine", np.full((1, 40, 40, 3), 0.5, np.float32))
    grid: dict[str, list[Any]] = {
        "content": ["chelsea", own],
        "style_layers": [{"block1_conv1": 1.0}],
    }
    rows = sweep(grid, tmp_path, base=BASE, progress=False)
    assert [row["content"] for row in rows] == ["chelsea", "mine"]
    assert rows[0]["style_layers"] == '{"block1_conv1": 1.0}'
    assert not any(row["fault"] for row in rows)


def test_the_sheet_has_every_picture_and_the_map_every_number(tmp_path):
    rows = sweep(GRID | {"seed": [0, -1]}, tmp_path, base=BASE, progress=False)
    figures = show_sweep(rows, tmp_path)
    assert len([ax for ax in figures["contact_sheet"].axes if ax.images]) == 2
    assert "style_weight 10" in figures["contact_sheet"].axes[0].get_title()
    assert {"1", "3"} == {text.get_text() for text in figures["map"].axes[0].texts}
    with pytest.raises(SettingsError, match="no cell was painted"):
        show_sweep([row for row in rows if row["fault"]], tmp_path)


def test_a_cluster_that_nobody_answers_at_is_told(tmp_path, monkeypatch):
    pytest.importorskip("distributed")
    monkeypatch.setattr(module, "PATIENCE", "1s")
    for address in ("tcp://127.0.0.1:9", "nowhere"):
        with pytest.raises(SettingsError, match="no Dask scheduler answers"):
            sweep({"seed": [0]}, tmp_path, base=BASE, cluster=address, progress=False)


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore")
def test_two_workers_of_which_one_is_killed_give_the_same_table(tmp_path, monkeypatch):
    distributed = pytest.importorskip("distributed")
    monkeypatch.undo()  # a worker is a process of its own, and has the real networks
    base = BASE.replace(steps=4)
    grid: dict[str, list[Any]] = {**GRID, "seed": [0, 1, 2]}
    alone = sweep(grid, tmp_path / "alone", base=base, progress=False)
    with distributed.LocalCluster(
        n_workers=2, threads_per_worker=1, processes=True, dashboard_address=None
    ) as cluster:
        folder = tmp_path / "cluster"

        def kill():
            while not folder.exists() or not list(folder.glob("*.png")):
                time.sleep(0.05)
            os.kill(next(iter(cluster.workers.values())).pid, signal.SIGKILL)

        killer = threading.Thread(target=kill)
        killer.start()
        rows = sweep(grid, folder, base=base, cluster=cluster.scheduler_address, progress=False)
        killer.join(60)
    assert timeless(rows) == timeless(alone) == timeless(table(folder))
