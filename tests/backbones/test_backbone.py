from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import tensorflow as tf
from tiny import features_in_numpy, picture, tiny_backbone

from nstkit.backbones import (
    ARCHITECTURES,
    LAYERS,
    Architecture,
    Backbone,
    block_of,
    convolution_relu,
    expected_shapes,
    load_backbone,
    max_pool,
    preprocess,
    untrained_backbone,
)
from nstkit.backbones import backbone as backbones
from nstkit.errors import SettingsError, WeightsError

TEACHER = "vgg19_imagenet_blocks1-3.npz"


def test_layers_are_keras_s_sixteen_convolutions(vgg19: Any) -> None:
    names = [layer.name for layer in vgg19.layers if "conv" in layer.name]
    assert list(LAYERS) == names
    assert expected_shapes("vgg19") == {name: vgg19.get_layer(name).kernel.shape for name in names}


@pytest.fixture(scope="module")
def vgg19() -> Any:
    """Return Keras's VGG-19 with random weights, biases included."""
    import keras

    keras.utils.set_random_seed(0)
    model = keras.applications.VGG19(include_top=False, weights=None)
    random = np.random.default_rng(0)
    for name in LAYERS:
        kernel, bias = model.get_layer(name).get_weights()
        model.get_layer(name).set_weights([kernel * 1.5, random.normal(0, 1, bias.shape)])
    return model


@pytest.mark.parametrize("pooling", ["max", "average"])
def test_features_equal_keras_s(vgg19: Any, pooling: str) -> None:
    import keras

    wanted = ["block1_conv1", "block2_conv2", "block3_conv4", "block4_conv2", "block5_conv4"]
    parameters = {name: tuple(vgg19.get_layer(name).get_weights()) for name in LAYERS}
    backbone = Backbone("vgg19", parameters, pooling=pooling)
    image = picture(1, 35, 52)  # odd on purpose: poolings drop a row
    model = vgg19
    if pooling == "average":

        def swap(layer: Any) -> Any:
            if isinstance(layer, keras.layers.MaxPooling2D):
                return keras.layers.AveragePooling2D(2, 2, name=layer.name)
            return layer.__class__.from_config(layer.get_config())

        model = keras.models.clone_model(vgg19, clone_function=swap)
        model.set_weights(vgg19.get_weights())
    taps = keras.Model(model.input, [model.get_layer(name).output for name in wanted])
    expected = taps(keras.applications.vgg19.preprocess_input(image * 255.0))
    found = backbone.features(image, wanted)
    assert list(found) == wanted
    for name, features in zip(wanted, expected, strict=True):
        features = features.numpy()
        assert found[name].shape == features.shape
        assert features.shape[1:] == backbone.feature_shape(name, 35, 52)
        scale = np.abs(features).max()
        assert scale > 0
        np.testing.assert_allclose(found[name] / scale, features / scale, atol=2e-5)


@pytest.mark.parametrize("pooling", ["max", "average"])
def test_features_equal_a_float64_definition(pooling: str) -> None:
    backbone, image = tiny_backbone(pooling=pooling), picture(1, 33, 38)
    found = backbone.features(image, LAYERS)
    for name, features in features_in_numpy(backbone, image, LAYERS).items():
        np.testing.assert_allclose(
            found[name][0].numpy(), features, rtol=1e-4, atol=1e-5 * features.max()
        )


def test_preprocessing_is_keras_s() -> None:
    import keras

    expected = keras.applications.vgg19.preprocess_input(picture(1) * 255.0)
    np.testing.assert_allclose(preprocess(tf.constant(picture(1))), expected, atol=1e-4)


@pytest.mark.parametrize("size", [(1, 6, 7), (1, 1, 1), (2, 5, 4)])
def test_the_quick_gradient_equals_automatic_differentiation(size: tuple[int, ...]) -> None:
    random = np.random.default_rng(0)
    kernel = tf.constant(random.normal(size=(3, 3, 5, 4)), tf.float32)
    bias = tf.constant(random.normal(size=4), tf.float32)
    x = tf.constant(random.normal(size=(*size, 5)), tf.float32)
    upstream = tf.constant(random.normal(size=(*size, 4)), tf.float32)

    def plain(x: tf.Tensor) -> tf.Tensor:
        return tf.nn.relu(tf.nn.conv2d(x, kernel, 1, "SAME") + bias)

    results = []
    for function in (convolution_relu(kernel, bias), plain):
        with tf.GradientTape() as tape:
            tape.watch(x)
            y = function(x)
        results.append((y, tape.gradient(y, x, output_gradients=upstream)))
    np.testing.assert_allclose(results[0][0], results[1][0], atol=1e-5)
    np.testing.assert_allclose(results[0][1], results[1][1], atol=1e-5)


@pytest.mark.parametrize("size", [(1, 6, 8), (2, 7, 5), (1, 2, 2), (1, 3, 3)])
def test_the_quick_pooling_gradient_is_tensorflow_s_for_equal_values_too(
    size: tuple[int, ...],
) -> None:
    random = np.random.default_rng(0)
    x = tf.constant(random.integers(0, 3, (*size, 4)), tf.float32)  # many windows hold equals
    rows, columns = size[1] // 2, size[2] // 2
    upstream = tf.constant(random.normal(size=(size[0], rows, columns, 4)), tf.float32)

    def plain(x: tf.Tensor) -> tf.Tensor:
        return tf.nn.max_pool2d(x, 2, 2, "VALID")

    results = []
    for function in (max_pool, plain):
        with tf.GradientTape() as tape:
            tape.watch(x)
            y = function(x)
        results.append((y, tape.gradient(y, x, output_gradients=upstream)))
    np.testing.assert_array_equal(results[0][0], results[1][0])
    np.testing.assert_array_equal(results[0][1], results[1][1])


@pytest.mark.parametrize(("layer", "depth"), [("block1_conv1", 1), ("block3_conv2", 6)])
def test_the_network_runs_no_deeper_than_asked(
    layer: str, depth: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    runs: list[str] = []
    backbone = tiny_backbone()
    inner = backbone._convolution

    def counted(name: str) -> Any:
        runs.append(name)
        return inner(name)

    monkeypatch.setattr(backbone, "_convolution", counted)
    found = backbone.features(picture(1), ["block1_conv1", layer])
    assert runs == list(LAYERS[:depth])
    assert set(found) == {"block1_conv1", layer}


def test_a_shallow_network_needs_only_its_own_pixels() -> None:
    features = tiny_backbone().features(np.zeros((1, 1, 1, 3), np.float32), ["block1_conv2"])
    assert features["block1_conv2"].shape == (1, 1, 1, 4)


def test_several_pictures_at_once_are_each_as_alone() -> None:
    both = np.concatenate([picture(1), picture(2)])
    found = tiny_backbone().features(both, ["block3_conv1"])["block3_conv1"]
    alone = tiny_backbone().features(picture(2), ["block3_conv1"])["block3_conv1"]
    np.testing.assert_allclose(found[1], alone[0], rtol=1e-5, atol=1e-4)


@pytest.mark.parametrize("name", ARCHITECTURES)
def test_untrained_networks_have_the_real_shapes_and_say_so(name: str) -> None:
    backbone = untrained_backbone(name)
    assert backbone.name == f"{name}-untrained"
    assert "untrained" in backbone.describe()
    assert "untrained" in repr(backbone)
    assert backbone.layers == ARCHITECTURES[name].layers
    for layer, width in zip(backbone.layers, ARCHITECTURES[name].channels, strict=True):
        assert backbone.channels(layer) == width
        kernel, bias = backbone.parameters(layer)
        assert kernel.shape == expected_shapes(name)[layer]
        assert bias.shape == kernel.shape[3:]


def test_widths_are_those_of_a_block_or_of_each_of_its_convolutions() -> None:
    assert Architecture((2, 3), (4, (5, 6, 7))).channels == (4, 4, 5, 6, 7)
    assert ARCHITECTURES["vgg16"].channels == (64, 64, 128, 128, *[256] * 3, *[512] * 6)
    with pytest.raises(ValueError, match="zip"):
        Architecture((2, 3), (4, 5, 6)).channels  # noqa: B018


def test_untrained_networks_are_drawn_from_their_seed() -> None:
    one, same, other = (untrained_backbone("vgg19-slim", seed=seed) for seed in (1, 1, 2))
    np.testing.assert_array_equal(
        one.parameters("block5_conv4")[0], same.parameters("block5_conv4")[0]
    )
    assert not np.array_equal(
        one.parameters("block5_conv4")[0], other.parameters("block5_conv4")[0]
    )


def test_describe_counts_parameters_and_names_pooling_and_source() -> None:
    assert untrained_backbone("vgg19").describe() == (
        "vgg19-untrained: 20,024,384 parameters, average pooling, from seed 0"
    )


def test_an_unknown_layer_is_told_with_all_sixteen_and_the_nearest() -> None:
    with pytest.raises(SettingsError, match="did you mean 'block4_conv2'") as caught:
        tiny_backbone().features(picture(1), ["block4_con2"])
    assert all(layer in str(caught.value) for layer in LAYERS)
    for ask in (tiny_backbone().channels, tiny_backbone().parameters, block_of):
        with pytest.raises(SettingsError, match="unknown layer 'relu4_2'"):
            ask("relu4_2")


def test_no_layer_is_refused_and_one_name_is_a_list_of_one() -> None:
    with pytest.raises(SettingsError, match="no layer given: choose at least one of block1_conv1"):
        tiny_backbone().features(picture(1), [])
    assert tiny_backbone().check_layers("block2_conv1") == ("block2_conv1",)
    twice = tiny_backbone().check_layers(["block2_conv1", "block1_conv1", "block2_conv1"])
    assert twice == ("block1_conv1", "block2_conv1")


def test_unknown_backbones_and_poolings_are_told() -> None:
    with pytest.raises(SettingsError, match="unknown backbone 'vgg18': did you mean 'vgg1"):
        load_backbone("vgg18")
    with pytest.raises(SettingsError, match=r"unknown pooling 'mean'.*max, average"):
        tiny_backbone(pooling="mean")


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda p: p.pop("block1_conv1"), "has the layers block1_conv2"),
        (lambda p: p.clear(), "has the layers none"),
        (lambda p: p.update(block1_conv1=(np.zeros((3, 3, 4, 4)), np.zeros(4))), "kernel of shape"),
        (lambda p: p.update(block1_conv1=(np.zeros((3, 3, 3, 4)), np.zeros(5))), "bias of shape"),
        (lambda p: p.update(block1_conv1=(np.zeros(9), np.zeros(4))), "expected"),
        (lambda p: p.update(block1_conv2=(np.full((3, 3, 4, 4), np.nan), np.zeros(4))), "NaN"),
    ],
)
def test_parameters_that_are_no_vgg_s_are_refused(change: Any, message: str) -> None:
    backbone = tiny_backbone(layers=2)
    parameters: dict[str, Any] = {layer: backbone.parameters(layer) for layer in backbone.layers}
    change(parameters)
    with pytest.raises(WeightsError, match=message):
        Backbone("broken", parameters, source="somewhere")


def test_the_slim_network_takes_no_other_weights(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="ships with its own: leave weights out"):
        load_backbone("vgg19-slim", weights=tmp_path / "x.h5")


def test_without_a_name_vgg19_is_taken_only_where_it_is_already(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("KERAS_HOME", str(tmp_path))
    slim = untrained_backbone("vgg19-slim")
    parameters = {layer: slim.parameters(layer) for layer in LAYERS}
    monkeypatch.setattr(backbones, "read_slim", lambda: parameters)
    assert load_backbone().name == "vgg19-slim"
    assert "vgg19-slim: 1," in capsys.readouterr().out

    cached = backbones.cached_weights()
    assert tmp_path in cached.parents
    cached.parent.mkdir(parents=True)
    cached.write_bytes(b"stands for the weights")
    full = untrained_backbone("vgg19")
    parameters = {layer: full.parameters(layer) for layer in LAYERS}
    monkeypatch.setattr(backbones, "read_weights", lambda name, path: parameters)
    assert load_backbone(pooling="average").name == "vgg19"
    assert "average pooling, from " + str(cached) in capsys.readouterr().out


def test_blocks_one_to_three_of_the_real_vgg19() -> None:
    """The ImageNet weights, where they are at hand: features of a flat grey picture are known."""
    folder = Path(os.environ.get("NSTKIT_TEACHERS", "../shared/weights"))
    if not (folder / TEACHER).is_file():
        pytest.skip(f"no {TEACHER} in {folder} (set NSTKIT_TEACHERS)")
    with np.load(folder / TEACHER) as arrays:
        layers = LAYERS[:8]
        parameters = {name: (arrays[f"{name}/kernel"], arrays[f"{name}/bias"]) for name in layers}
    backbone = Backbone("vgg19", parameters, source=TEACHER)
    assert backbone.layers == layers
    assert [backbone.channels(layer) for layer in layers] == [64, 64, 128, 128, *[256] * 4]
    image = picture(1, 32, 32)
    found = backbone.features(image, layers)
    for layer, expected in features_in_numpy(backbone, image, layers).items():
        np.testing.assert_allclose(
            found[layer][0].numpy(), expected, rtol=1e-3, atol=1e-5 * expected.max()
        )
    with pytest.raises(SettingsError, match="unknown layer 'block4_conv1'"):
        backbone.features(image, ["block4_conv1"])
    # Trained features are large: random kernels of this scale would have them near 100.
    assert found["block3_conv4"].numpy().max() > 1000
