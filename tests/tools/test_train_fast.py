"""Training the network that paints in one pass: cache, checkpoint, and what is exported."""

from __future__ import annotations

import argparse
import math
from pathlib import Path
from typing import Any

import keras
import numpy as np
import pytest
from PIL import Image
from tiny import picture, tiny_backbone

import train_fast
from fast import data, loss_network, teaching
from nstkit.errors import WeightsError
from nstkit.fast import Painter, Shape, paint
from nstkit.fast.painter import STATISTICS_LAYERS, channel_statistics
from nstkit.images import to_uint8
from nstkit.losses import gram_matrix


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder with pictures, a tiny loss network, and the caches made of them."""
    place = tmp_path_factory.mktemp("train")
    backbone = tiny_backbone(pooling="average")
    arrays: dict[str, Any] = {}
    for layer in backbone.layers:
        arrays[f"{layer}/kernel"], arrays[f"{layer}/bias"] = backbone.parameters(layer)
    np.savez(place / "slim.npz", **arrays)
    for folder, names in {
        "photos": ["one", "two"],
        "paintings": ["three", "four"],
        "samples/style": list(data.TABLE),
    }.items():
        (place / folder).mkdir(parents=True)
        for seed, name in enumerate(names):
            pixels = to_uint8(picture(seed, 70, 90))
            Image.fromarray(pixels).save(place / folder / f"{name}.jpg")
    work = place / "work"
    work.mkdir()
    photos, paintings = (sorted((place / kind).iterdir()) for kind in ("photos", "paintings"))
    data.fill_contents(photos, work, 6, seed=1)
    squares = data.style_squares(paintings, photos, place / "samples/style", 2, seed=2)
    data.fill_styles(squares, place / "slim.npz", work)
    return place


@pytest.fixture
def args(folder: Path, monkeypatch: pytest.MonkeyPatch) -> argparse.Namespace:
    monkeypatch.setattr(train_fast, "SHAPE", Shape(outer=4, middle=5, inner=6, blocks=1, rim=5))
    given: dict[str, Any] = {"work": folder / "work", "batch": 2, "side": 32, "batches": 100}
    given |= {"loss_network": folder / "slim.npz", "rate": 2e-3, "clip": 2.0, "warm": 2, "rise": 20}
    given |= {"pixel_weight": 20.0, "content_weight": 1.0, "style_start": 0.02, "variation": 0.05}
    return argparse.Namespace(**given, style_weight=0.6, minutes=math.inf, out=folder / "fast.npz")


def step(model: teaching.Teaching, batch: dict[str, np.ndarray]) -> float:
    """Train on a batch; return its loss before."""
    model.reset_metrics()
    return model.train_on_batch(batch, np.zeros(2, np.float32), return_dict=True)["loss"]


def test_the_loss_network_is_the_slim_one(folder: Path) -> None:
    image, layers = picture(3, 64, 64), loss_network.STYLE_LAYERS
    found = loss_network.build_loss_network(folder / "slim.npz", layers)(image)
    wanted = tiny_backbone(pooling="average").features(image, layers)
    for layer in layers:
        np.testing.assert_allclose(found[layer], wanted[layer], rtol=1e-3, atol=1e-2)
        per_position = gram_matrix(wanted[layer]) / math.prod(wanted[layer].shape[1:3])
        np.testing.assert_allclose(loss_network.gram(found[layer])[0], per_position, rtol=1e-3)


def test_training_and_painting_tell_the_predictor_the_same(folder: Path) -> None:
    assert loss_network.STATISTICS_LAYERS == STATISTICS_LAYERS
    features = loss_network.build_loss_network(folder / "slim.npz", STATISTICS_LAYERS)(picture(3))
    wanted = channel_statistics(tiny_backbone(pooling="average"), picture(3))
    np.testing.assert_allclose(loss_network.statistics(features)[0], wanted, rtol=1e-4)


def test_a_batch_has_what_the_loss_asks_for(folder: Path) -> None:
    batches = data.Batches(folder / "work", 4, seed=0, side=32)
    seen = [next(iter(batches)) for _ in range(30)]
    assert all(batch["image"].shape == (4, 32, 32, 3) for batch in seen)
    rows = np.concatenate([batch["row"] for batch in seen])
    styled = np.concatenate([batch["styled"] for batch in seen])
    assert set(rows.sum(1)) == {0.0, 1.0}
    assert 0 < (1 - styled).mean() < 0.3
    assert not rows[styled == 0].any()


def test_copying_gives_every_photograph_its_own_style(folder: Path) -> None:
    batches = data.Batches(folder / "work", 4, seed=0)
    batches.copying = True
    for _ in range(10):  # those prepared before
        batch = next(iter(batches))
    assert not batch["styled"].any()


def test_the_loss_falls_and_a_checkpoint_goes_on(args: argparse.Namespace) -> None:
    keras.utils.set_random_seed(0)
    batches = data.Batches(args.work, args.batch, seed=0, side=args.side)
    model = train_fast.build(args, batches)
    train_fast.set_factors(model, args, 10)
    average, batch = teaching.Average(model, 0.9), next(iter(batches))
    losses = []
    for _ in range(12):
        losses.append(step(model, batch))
        average.update(1)
    assert losses[-1] < losses[0]
    train_fast.save(args.work / "checkpoint.npz", model, average, 12)
    again = train_fast.build(args, batches)
    train_fast.set_factors(again, args, 10)
    mean = teaching.Average(again)
    assert train_fast.load(args.work / "checkpoint.npz", again, mean) == 12
    assert step(again, batch) == pytest.approx(step(model, batch), rel=1e-4)
    for one, two in zip(average.arrays, mean.arrays, strict=True):
        np.testing.assert_array_equal(one, two)


def test_the_exported_network_paints_what_was_trained(args: argparse.Namespace) -> None:
    batches = data.Batches(args.work, args.batch, seed=0)
    model = train_fast.build(args, batches)
    train_fast.save(args.work / "checkpoint.npz", model, teaching.Average(model), 1)
    train_fast.export(args)
    painter = Painter.read(args.out, tiny_backbone(pooling="average"))
    row = np.eye(len(data.TABLE), dtype=np.float32)[2:3]
    place = np.flatnonzero(batches.row == 2)
    x = {"image": picture(1), "statistics": batches.statistics[place], "row": row}
    np.testing.assert_allclose(
        paint(picture(1), data.TABLE[2], painter=painter), np.asarray(model(x)), atol=0.01
    )


def test_the_weight_of_style_rises_from_its_start_to_its_end(args: argparse.Namespace) -> None:
    model = train_fast.build(args, data.Batches(args.work, args.batch, seed=0))
    found = []
    for number in (0, 2, 11, 20, 50):
        train_fast.set_factors(model, args, number)
        found.append(float(model.factors["style"].numpy()))
    np.testing.assert_allclose(found, [0.02, 0.02, math.sqrt(0.02 * 0.6), 0.6, 0.6], rtol=1e-5)


def test_a_file_of_something_else_is_no_painter(folder: Path) -> None:
    with pytest.raises(WeightsError, match="holds no network that paints"):
        Painter.read(folder / "slim.npz", tiny_backbone(pooling="average"))
