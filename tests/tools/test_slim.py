"""The slim VGG-19 that ships: whole, well-formed, and as good as it was when it was judged."""

import hashlib
import importlib.util
import os
import time
from pathlib import Path

import numpy as np
import pytest

from nstkit.backbones import LAYERS, expected_shapes, load_backbone, weight_files
from nstkit.samples import load, names

ROOT = Path(__file__).resolve().parents[2]
TEACHERS = Path(os.environ.get("NSTKIT_TEACHERS", ROOT.parent / "shared" / "weights"))
TEACHER_FILES = ("vgg19_imagenet_blocks1-3.npz", "vgg19_16x_encoder.npz")

# Mean and share of non-zero values of every layer on the sample "chelsea" at 128 px, average
# pooling, float32.
STATISTICS: dict[str, tuple[float, float]] = {
    "block1_conv1": (1.4279, 0.5568),
    "block1_conv2": (6.3743, 0.6667),
    "block2_conv1": (10.792, 0.6589),
    "block2_conv2": (11.896, 0.4349),
    "block3_conv1": (11.97, 0.4742),
    "block3_conv2": (15.34, 0.5905),
    "block3_conv3": (18.264, 0.6679),
    "block3_conv4": (35.348, 0.5779),
    "block4_conv1": (34.408, 0.7699),
    "block4_conv2": (25.247, 0.4628),
    "block4_conv3": (33.481, 0.4939),
    "block4_conv4": (28.406, 0.3415),
    "block5_conv1": (32.36, 0.7770),
    "block5_conv2": (35.737, 0.7889),
    "block5_conv3": (35.144, 0.8235),
    "block5_conv4": (35.676, 0.7822),
}


@pytest.fixture(scope="module")
def slim():
    return load_backbone("vgg19-slim")


@pytest.fixture(scope="module")
def features(slim):
    return {
        name: array.numpy()
        for name, array in slim.features(load("chelsea", size=128, crop=True), LAYERS).items()
    }


def test_file_has_the_checksum_that_the_package_expects():
    data = weight_files.SLIM_FILE.read_bytes()
    assert hashlib.sha256(data).hexdigest() == weight_files.SLIM_SHA256
    assert len(data) <= 4_000_000


def test_file_holds_the_sixteen_layers_as_float16_without_pickle():
    with np.load(weight_files.SLIM_FILE, allow_pickle=False) as arrays:
        found = {name: arrays[name] for name in arrays.files}
    shapes = expected_shapes("vgg19-slim")
    assert set(found) == {f"{layer}/{part}" for layer in LAYERS for part in ("kernel", "bias")}
    for layer, shape in shapes.items():
        assert found[f"{layer}/kernel"].shape == shape
        assert found[f"{layer}/bias"].shape == shape[3:]
    assert all(array.dtype == np.float16 for array in found.values())
    assert all(np.isfinite(array).all() for array in found.values())


def test_loads_quickly():
    began = time.perf_counter()
    weight_files.read_slim.__wrapped__()
    assert time.perf_counter() - began < 0.5


def test_features_are_finite_and_alive(slim, features):
    for layer, array in features.items():
        assert array.shape[1:] == slim.feature_shape(layer, 128, 128)
        assert np.isfinite(array).all()
        assert array.max() > 0


def test_no_channel_is_silent_on_all_of_the_samples(slim):
    seen: dict[str, np.ndarray] = dict.fromkeys(LAYERS, np.zeros(1))
    for name in names():
        for layer, array in slim.features(load(name, size=192, crop=True), LAYERS).items():
            seen[layer] = np.maximum(seen[layer], array.numpy().max(axis=(0, 1, 2)))
    silent = {layer: int((peak == 0).sum()) for layer, peak in seen.items()}
    assert sum(silent.values()) <= 5, silent


@pytest.mark.parametrize("layer", LAYERS)
def test_features_have_the_statistics_they_were_shipped_with(features, layer):
    mean, active = STATISTICS[layer]
    assert features[layer].mean() == pytest.approx(mean, rel=2e-3)
    assert (features[layer] > 0).mean() == pytest.approx(active, abs=2e-3)


@pytest.fixture(scope="module")
def judge():
    if missing := [name for name in TEACHER_FILES if not (TEACHERS / name).exists()]:
        pytest.skip(
            f"no {' and '.join(missing)} in {TEACHERS}: set NSTKIT_TEACHERS to their folder"
        )
    path = ROOT / "tools" / "judge_slim.py"
    specification = importlib.util.spec_from_file_location("judge_slim", path)
    assert specification is not None
    assert specification.loader is not None
    module = importlib.util.module_from_spec(specification)
    specification.loader.exec_module(module)
    return module


@pytest.fixture(scope="module")
def small_pair():
    return [load(name, size=96, crop=True) for name in ("coffee", "stained_glass")]


@pytest.mark.parametrize(("pooling", "most", "edges"), [("max", 0.08, 0.4), ("average", 0.04, 0.3)])
def test_style_matched_with_the_slim_network_matches_in_the_real_one(
    judge, small_pair, pooling, most, edges
):
    """Average pooling paints more freely: the real network's own picture has edges of 0.31."""
    real = judge.read_backbone(TEACHERS / TEACHER_FILES[0], "real")
    content, style = small_pair
    image = judge.transfer(load_backbone("vgg19-slim", pooling=pooling), content, style, 60)
    assert judge.style_distance(real, image, content, style) < most
    assert judge.edge_agreement(image, content) > edges
