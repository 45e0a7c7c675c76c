from __future__ import annotations

import dataclasses
import io
import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from tiny import tiny_backbone, tiny_problem

from nstkit.errors import CheckpointError
from nstkit.losses import CONVENTIONS
from nstkit.runs import Run, fingerprint, read_checkpoint
from nstkit.transfer import Problem


@pytest.fixture(scope="module")
def problem() -> Problem:
    layers = {"content_layers": ["block1_conv1"], "style_layers": ["block1_conv1"]}
    return tiny_problem(backbone=tiny_backbone(layers=1), **layers)


@pytest.fixture(scope="module")
def stored(problem: Problem, tmp_path_factory: pytest.TempPathFactory) -> bytes:
    run = Run(problem, steps=3)
    list(run)
    path = tmp_path_factory.mktemp("runs") / "run.npz"
    run.save(path)
    return path.read_bytes()


def test_a_missing_checkpoint_is_told(problem: Problem, tmp_path: Path) -> None:
    with pytest.raises(CheckpointError, match=r"there is no checkpoint .*none\.npz"):
        Run.resume(tmp_path / "none.npz", problem)
    with pytest.raises(CheckpointError, match="there is no checkpoint"):
        Run.resume(tmp_path, problem)


@pytest.mark.parametrize("content", [b"", b"hello", b"PK\x03\x04" + bytes(50), bytes(1000)])
def test_what_is_no_archive_is_told(problem: Problem, tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "run.npz"
    path.write_bytes(content)
    with pytest.raises(CheckpointError, match="is not a checkpoint of nstkit, or is damaged"):
        Run.resume(path, problem)
    assert path.read_bytes() == content


def test_a_checkpoint_cut_short_anywhere_is_told(
    problem: Problem, stored: bytes, tmp_path: Path
) -> None:
    path = tmp_path / "run.npz"
    for length in np.linspace(1, len(stored) - 1, 40).astype(int):
        path.write_bytes(stored[:length])
        with pytest.raises(CheckpointError):
            read_checkpoint(path, problem)


def test_damage_anywhere_is_told_or_harmless(
    problem: Problem, stored: bytes, tmp_path: Path
) -> None:
    """Some bytes of an archive mean nothing; with all others it is refused, never misread."""
    path, told = tmp_path / "run.npz", 0
    (tmp_path / "whole.npz").write_bytes(stored)
    settings, weights, arrays = read_checkpoint(tmp_path / "whole.npz", problem)
    places = np.random.default_rng(0).integers(0, len(stored), 150)
    for place in [*range(64), *places]:
        damaged = bytearray(stored)
        damaged[place] ^= 0x55
        path.write_bytes(damaged)
        try:
            found = read_checkpoint(path, problem)
        except CheckpointError:
            told += 1
        else:
            assert found[:2] == (settings, weights)
            for key, array in arrays.items():
                np.testing.assert_array_equal(found[2][key], array)
    assert told > 150


def rewritten(stored: bytes, change: Any) -> bytes:
    """Return a checkpoint whose header or arrays were changed, whole as an archive."""
    with np.load(io.BytesIO(stored)) as archive:
        arrays = {key: archive[key] for key in archive.files}
    header = json.loads(str(arrays.pop("header")))
    header = change(header, arrays)
    buffer = io.BytesIO()
    np.savez(buffer, header=np.array(json.dumps(header)), **arrays)
    return buffer.getvalue()


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda header, arrays: {**header, "format": 1}, "another version"),
        (lambda header, arrays: {**header, "problem": "0" * 64}, "another problem"),
        (lambda header, arrays: {**header, "weights": {"content": -1}}, "damaged"),
        (lambda header, arrays: {**header, "weights": {"warmth": 1}}, "damaged"),
        (lambda header, arrays: {**header, "settings": {}}, "another version"),
        (lambda header, arrays: {k: v for k, v in header.items() if k != "problem"}, "damaged"),
        (lambda header, arrays: [1, 2], "damaged"),
        (lambda header, arrays: arrays.pop("image") is None or header, "another version"),
    ],
)
def test_a_whole_archive_with_other_things_in_it_is_told(
    problem: Problem, stored: bytes, tmp_path: Path, change: Any, message: str
) -> None:
    path = tmp_path / "run.npz"
    path.write_bytes(rewritten(stored, change))
    with pytest.raises(CheckpointError, match=message):
        Run.resume(path, problem)


def test_a_pickle_in_a_checkpoint_is_never_opened(
    problem: Problem, stored: bytes, tmp_path: Path
) -> None:
    path = tmp_path / "run.npz"
    np.savez(path, header=np.array([{"a": 1}], dtype=object))
    with pytest.raises(CheckpointError, match="allow_pickle=False"):
        Run.resume(path, problem)


def test_fingerprints_agree_for_equal_problems_only(problem: Problem) -> None:
    layers = {"content_layers": ["block1_conv1"], "style_layers": ["block1_conv1"]}
    again = tiny_problem(backbone=tiny_backbone(layers=1), **layers)
    assert fingerprint(again) == fingerprint(problem)
    again.weights = again.weights.replace(style=5)
    assert fingerprint(again) == fingerprint(problem)
    other = tiny_problem(backbone=tiny_backbone(layers=2), **layers)
    assert fingerprint(other) != fingerprint(problem)


def test_conventions_that_differ_only_in_numbers_share_no_checkpoint(tmp_path: Path) -> None:
    layers = {"content_layers": ["block1_conv1"], "style_layers": ["block1_conv1"]}
    backbone, seed = tiny_backbone(layers=1), CONVENTIONS["seed"]
    twin = dataclasses.replace(seed, style=lambda layer: 1 / 3)
    one, other = (tiny_problem(backbone=backbone, convention=c, **layers) for c in (seed, twin))
    Run(one, steps=1).save(tmp_path / "run.npz")
    with pytest.raises(CheckpointError, match="belongs to another problem"):
        Run.resume(tmp_path / "run.npz", other)
