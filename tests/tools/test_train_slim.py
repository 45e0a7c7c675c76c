"""Training the slim VGG-19: what the student learns is what the exported network computes."""

from pathlib import Path

import keras
import numpy as np
import pytest

import train_slim
from nstkit.backbones import Backbone
from slim import cache, paint, shape, start, student


@pytest.fixture(scope="module")
def pictures() -> np.ndarray:
    return np.random.default_rng(0).integers(0, 256, (2, 48, 48, 3), np.uint8)


@pytest.fixture(scope="module")
def model() -> student.Distillation:
    keras.utils.set_random_seed(0)
    return student.build_student(shape.LAYERS[-1])


def seen_by_student(model, pictures, average: float) -> dict[str, np.ndarray]:
    shares = np.full((len(pictures), 1, 1, 1), average, np.float32)
    inputs = {"image": shape.preprocess(pictures) / shape.INPUT_SCALE, "average": shares}
    return student.student_layers(model).predict_on_batch(inputs)


@pytest.mark.parametrize(("pooling", "average"), [("max", 0.0), ("average", 1.0)])
def test_the_exported_network_computes_what_the_student_learned(
    model, pictures, tmp_path: Path, pooling: str, average: float
) -> None:
    size = dict.fromkeys(shape.LAYERS, 100.0)
    train_slim.export(model, size, pictures, tmp_path / "slim.npz")
    network = Backbone("slim", paint.read_network(tmp_path / "slim.npz"), pooling=pooling)
    found = network.features(pictures / np.float32(255), shape.LAYERS)
    wanted = seen_by_student(model, pictures, average)
    under_max = seen_by_student(model, pictures, 0.0)
    for layer in shape.LAYERS:
        scale = 100 / np.sqrt(np.square(under_max[layer]).mean())
        error = np.abs(found[layer].numpy() - scale * wanted[layer]).max()
        assert error < 0.02 * np.abs(scale * wanted[layer]).max(), layer


def test_the_exported_layers_have_the_size_that_is_asked_for(model, pictures, tmp_path) -> None:
    size = {layer: 10.0 + index for index, layer in enumerate(shape.LAYERS)}
    train_slim.export(model, size, pictures, tmp_path / "slim.npz")
    network = Backbone("slim", paint.read_network(tmp_path / "slim.npz"), pooling="max")
    found = network.features(pictures / np.float32(255), shape.LAYERS)
    for layer in shape.LAYERS:
        root = np.sqrt(np.square(found[layer].numpy()).mean())
        assert root == pytest.approx(size[layer], rel=0.01)


def test_a_checkpoint_sets_the_layers_it_knows_and_leaves_the_others(model, tmp_path) -> None:
    path = tmp_path / "student.npz"
    short = student.build_student("block2_conv1")
    train_slim.save_student(short, path)
    longer = student.build_student("block2_conv2")
    before = longer.get_layer("block2_conv2").get_weights()[0].copy()
    train_slim.load_student(longer, path)
    for layer in ("block1_conv1", "block2_conv1", "block2_conv1_average"):
        pairs = zip(
            longer.get_layer(layer).get_weights(), short.get_layer(layer).get_weights(), strict=True
        )
        assert all((found == wanted).all() for found, wanted in pairs), layer
    assert (longer.get_layer("block2_conv2").get_weights()[0] == before).all()


def test_a_checkpoint_takes_vgg_input_when_it_paints(pictures, tmp_path) -> None:
    short = student.build_student("block1_conv2")
    train_slim.save_student(short, tmp_path / "student.npz")
    network = Backbone("short", train_slim.for_vgg_input(tmp_path / "student.npz"))
    assert network.layers == ("block1_conv1", "block1_conv2")
    found = network.features(pictures / np.float32(255), network.layers)
    wanted = seen_by_student(short, pictures, 0.0)
    for layer in network.layers:
        np.testing.assert_allclose(found[layer].numpy(), wanted[layer], atol=1e-3)


def test_pooling_is_the_share_between_average_and_max() -> None:
    x = np.array([[[[1.0], [2.0]], [[3.0], [6.0]]]] * 3, np.float32)
    share = np.array([0.0, 0.5, 1.0], np.float32).reshape(3, 1, 1, 1)
    found = keras.ops.convert_to_numpy(student.Pool()(x, share))
    assert found.ravel().tolist() == [6.0, 4.5, 3.0]


def test_gram_matrices_are_taken_per_picture_and_position() -> None:
    features = np.array([[[[1.0, 2.0], [3.0, 4.0]]], [[[0.0, 2.0], [0.0, 0.0]]]], np.float32)
    found = keras.ops.convert_to_numpy(student.pair_grams(features))
    assert found.tolist() == [[[5.0, 7.0], [7.0, 10.0]], [[0.0, 0.0], [0.0, 2.0]]]


def test_unlikeness_is_blind_to_rotation_and_scale_of_the_channels() -> None:
    rng = np.random.default_rng(0)
    features = rng.random((2, 4, 4, 3)).astype(np.float32)
    turn, _ = np.linalg.qr(rng.standard_normal((3, 3)))
    same = student.unlikeness(features, (5 * features @ turn).astype(np.float32))
    other = student.unlikeness(features, rng.random((2, 4, 4, 3)).astype(np.float32))
    assert abs(float(same)) < 1e-5
    assert float(other) > 0.01


def test_the_basis_keeps_the_directions_with_most_energy_at_unit_variance() -> None:
    rng = np.random.default_rng(0)
    features = rng.standard_normal((1, 100, 100, 3)) * [3.0, 0.1, 4.0]
    basis = start.principal_basis(features.astype(np.float32), 2)
    assert basis.shape == (3, 2)
    assert np.abs(basis[1]).max() < 0.01 * np.abs(basis).max()
    assert np.var(features.reshape(-1, 3) @ basis, axis=0).mean() == pytest.approx(1, rel=0.01)


def test_painted_batches_put_the_picture_beside_the_style_it_is_on_its_way_to(tmp_path) -> None:
    for side in shape.SIDES:
        np.save(tmp_path / f"crops_000_{side}.npy", np.zeros((20, side, side, 3), np.uint8))
    (tmp_path / "painted").mkdir()
    run = np.zeros((5, 256, 256, 3), np.uint8)
    run += np.arange(256, dtype=np.uint8)[:, None, None]  # every row has a value of its own
    run[1] //= 2  # the style
    np.save(tmp_path / "painted" / "0000_0000.npy", run)
    batches = cache.Batches(tmp_path, 0)
    batches.painted = sorted((tmp_path / "painted").glob("*.npy"))
    for _ in range(5):
        batch = batches.painted_batch()
        assert len(batch) == 2
        assert batch.shape[1] in (160, 192, 256)
        assert (batch[0] // 2 == batch[1]).all()


def test_training_goes_by_the_number_of_batches_where_one_is_given() -> None:
    assert train_slim.Schedule(200, 1e-9).done(50) == 0.25
    assert train_slim.Schedule(None, 1e-9).done(0) >= 1.0


def test_missing_crops_name_the_step_that_makes_them(tmp_path) -> None:
    with pytest.raises(SystemExit, match="run the step 'cache' first"):
        cache.Batches(tmp_path, 0)
