"""The explorers: what their sliders show, worked out a second way."""

from __future__ import annotations

import io
import re
from typing import Any

import numpy as np
import pytest
from PIL import Image

pytest.importorskip("ipywidgets")

import ipywidgets as widgets

from nstkit import explorers, samples
from nstkit.backbones import LAYERS, untrained_backbone
from nstkit.errors import ImageError, SettingsError
from nstkit.explorers.layers import receptive_field
from nstkit.runs import Run
from nstkit.session.wording import short
from nstkit.transfer import Problem
from nstkit.widgets.charts import Line, bar_chart, line_chart
from nstkit.widgets.pictures import beside


@pytest.fixture(scope="module")
def backbone():
    return untrained_backbone("vgg19-slim")


@pytest.fixture(scope="module")
def image():
    return samples.load("chelsea", size=48)


@pytest.fixture(scope="module")
def problem(image, backbone):
    style = samples.load("coffee", size=48)
    return Problem(
        image,
        style,
        backbone=backbone,
        content_layers=["block2_conv2"],
        style_layers=["block1_conv1", "block2_conv1"],
    )


def parts(panel: Any, kind: type) -> list[Any]:
    """Return all widgets of a kind in a panel, from top to bottom."""
    found = [panel] if isinstance(panel, kind) else []
    for child in getattr(panel, "children", ()):
        found += parts(child, kind)
    return found


def control(panel: Any, description: str) -> Any:
    """Return the control with that label."""
    every = parts(panel, widgets.Widget)
    return next(part for part in every if getattr(part, "description", "") == description)


def text(panel: Any) -> str:
    return " ".join(part.value for part in parts(panel, widgets.HTML))


def opened(shown: widgets.Image) -> np.ndarray:
    return np.asarray(Image.open(io.BytesIO(shown.value)))


def test_the_layer_viewer_shows_the_channel_that_is_chosen(image, backbone):
    panel = explorers.layer_viewer(image, backbone, layer="block2_conv1")
    maps = backbone.features(image, ["block2_conv1"])["block2_conv1"].numpy()[0]
    strongest = int(maps.mean(axis=(0, 1)).argmax())
    assert f"channel <b>{strongest}</b>" in text(panel)
    control(panel, "Channel").value = 5
    order = np.argsort(-maps.mean(axis=(0, 1)), kind="stable")
    assert f"channel <b>{order[4]}</b>" in text(panel)
    shown = opened(parts(panel, widgets.Image)[0])
    height, width = maps.shape[:2]
    times = shown.shape[0] // height
    assert shown.shape == (height * times, width * times, 3)
    brightness = shown[times // 2 :: times, times // 2 :: times].sum(axis=-1, dtype=float)
    assert np.corrcoef(brightness.ravel(), maps[..., order[4]].ravel())[0, 1] > 0.95


def test_every_layer_can_be_viewed_up_to_its_last_channel(image, backbone):
    panel = explorers.layer_viewer(image, backbone)
    for layer in LAYERS:
        control(panel, "Layer").value = layer
        slider = control(panel, "Channel")
        assert slider.max == backbone.channels(layer)
        slider.value = slider.max
        assert layer in text(panel)


@pytest.mark.parametrize("layer", ["block1_conv2", "block3_conv2", "block4_conv1"])
def test_receptive_fields_are_what_a_gradient_reaches(layer):
    # A network of one channel with positive kernels: every pixel in the field has a gradient.
    import tensorflow as tf

    from nstkit.backbones import block_of

    x = tf.Variable(np.random.default_rng(0).random((1, 160, 160, 1)), dtype=tf.float32)
    kernel = tf.ones((3, 3, 1, 1)) / 9
    with tf.GradientTape() as tape:
        y = x
        for name in LAYERS:
            if name.endswith("conv1") and block_of(name) > 1:
                y = tf.nn.avg_pool2d(y, 2, 2, "VALID")
            y = tf.nn.conv2d(y, kernel, 1, "SAME")
            if name == layer:
                break
        middle = y[0, y.shape[1] // 2, y.shape[2] // 2, 0]
    reached = np.flatnonzero(tape.gradient(middle, x).numpy()[0].sum(axis=(1, 2)))
    assert reached.max() - reached.min() + 1 == receptive_field(layer)


def test_the_gram_explorer_tells_the_cell_that_is_chosen(image, backbone):
    panel = explorers.gram_explorer(image, backbone, "block1_conv1")
    features = backbone.features(image, ["block1_conv1"])["block1_conv1"].numpy().reshape(-1, 16)
    control(panel, "row i").value, control(panel, "column j").value = 2, 7
    product = float((features[:, 2] * features[:, 7]).sum())
    assert f"G<sub>ij</sub> = {short(product)}" in text(panel)
    assert "channel i = 2" in text(panel)
    assert "channel j = 7" in text(panel)


def test_the_gram_explorer_goes_to_the_pair_that_occurs_together_most(image, backbone):
    panel = explorers.gram_explorer(image, backbone)
    control(panel, "Layer").value = "block3_conv1"
    features = backbone.features(image, ["block3_conv1"])["block3_conv1"].numpy()
    features = features.reshape(-1, features.shape[-1])
    gram = features.T @ features
    best = np.unravel_index(np.argmax(np.triu(gram, 1)), gram.shape)
    assert (control(panel, "row i").value, control(panel, "column j").value) == best


def test_the_morph_shows_the_losses_of_the_blend(problem):
    panel = explorers.morph(problem, points=5)
    assert "α·content = <b>0</b>" in text(panel)
    control(panel, "fade").value = 2
    blend = (problem.content_image + _style_like(problem)) / 2
    result = problem.evaluate(blend)
    assert f"β·style = <b>{short(result.style)}</b>" in text(panel)
    assert f"total = <b>{short(result.total)}</b>" in text(panel)


def _style_like(problem):
    from nstkit.images import resize

    return resize(problem.style_image, *problem.shape[1:3])


def test_the_weight_grid_shows_the_picture_of_the_values_chosen():
    grid = {(b, d): np.full((1, 16, 16, 3), 0.1 * b + 0.02 * d) for b in (1, 5) for d in (0, 9)}
    panel = explorers.weight_grid(grid, {"β": [1, 5], "depth": [0, 9]})
    for beta, depth in grid:
        control(panel, "β").value = [1, 5].index(beta)
        control(panel, "depth").value = [0, 9].index(depth)
        shown = opened(parts(panel, widgets.Image)[0])
        assert abs(float(shown.mean()) / 255 - grid[beta, depth].mean()) < 0.01
        assert f"β = <b>{beta}</b>, depth = <b>{depth}</b>" in text(panel)


def test_the_weight_grid_takes_one_axis_and_three():
    line = {(b,): np.full((1, 16, 16, 3), 0.1 * b) for b in range(4)}
    explorers.weight_grid(line, {"β": range(4)})
    cube = {(a, b, c): np.full((1, 16, 16, 3), 0.1) for a in "xy" for b in "uvw" for c in "pq"}
    panel = explorers.weight_grid(cube, {"a": "xy", "b": "uvw", "c": "pq"})
    assert (
        opened(parts(panel, widgets.Image)[1]).shape[1]
        > opened(parts(panel, widgets.Image)[1]).shape[0]
    )


def test_a_missing_picture_in_the_grid_is_named():
    with pytest.raises(SettingsError, match=r"no picture for \(5,\)"):
        explorers.weight_grid({(1,): np.zeros((1, 16, 16, 3))}, {"β": [1, 5]})
    with pytest.raises(SettingsError, match="at least one axis"):
        explorers.weight_grid({}, {})
    with pytest.raises(ImageError, match="images"):
        explorers.weight_grid({(1,): np.zeros((1, 16, 16, 4))}, {"β": [1]})


def test_the_scrubber_goes_to_any_step(problem):
    steps = list(Run(problem, steps=4))
    panel = explorers.history_scrubber(steps)
    slider = control(panel, "step")
    assert "step <b>4</b>" in text(panel)
    slider.value = 1
    assert "step <b>2</b>" in text(panel)
    shown = opened(parts(panel, widgets.Image)[0]).astype(float) / 255
    assert np.abs(shown - steps[1].image[0]).mean() < 0.05
    with pytest.raises(SettingsError, match="no steps"):
        explorers.history_scrubber([])


def test_names_and_pictures_are_checked_before_anything_is_computed(image, backbone):
    with pytest.raises(SettingsError, match="did you mean 'block1_conv2'"):
        explorers.layer_viewer(image, backbone, layer="block1_conv")
    with pytest.raises(SettingsError, match="unknown layer"):
        explorers.gram_explorer(image, backbone, "relu1_1")
    with pytest.raises(ImageError):
        explorers.layer_viewer(np.zeros((1, 48, 48, 4)), backbone)


@pytest.mark.skipif(widgets.__version__.startswith("7"), reason="ipywidgets 7 shows no still")
def test_every_explorer_leaves_a_still_picture_in_the_notebook(image, backbone, problem):
    panels = [
        explorers.layer_viewer(image, backbone),
        explorers.gram_explorer(image, backbone),
        explorers.morph(problem, points=3),
        explorers.weight_grid({(1,): image, (2,): image}, {"β": [1, 2]}),
        explorers.history_scrubber(list(Run(problem, steps=2))),
    ]
    for panel in panels:
        bundle = panel._repr_mimebundle_()
        still = Image.open(io.BytesIO(bundle["image/jpeg"]))
        still.load()
        assert len(bundle["image/jpeg"]) < 400_000
        assert "application/vnd.jupyter.widget-view+json" in bundle


def test_titles_stand_above_the_pictures_of_a_still(image):
    def opened(*titles):
        return np.asarray(Image.open(io.BytesIO(beside([image, image], 100, titles))).convert("L"))

    plain, titled = opened(), opened("step 0", "step 100")
    above = titled.shape[0] - plain.shape[0]
    assert 10 < above < 40
    assert abs(titled[above:].astype(int) - plain).mean() < 5
    assert titled[:above, :100].min() < 100
    assert titled[:above, 108:].min() < 100


def test_curves_stay_inside_their_chart_and_skip_what_has_no_logarithm():
    x = list(range(1000))
    y = [0.0] * 10 + [10 ** (3 - k / 300) for k in range(990)]
    svg = line_chart([Line("total", x, y, "black")], marks=[(500, "β <up>")], cursor=20)
    path = svg.split('<path d="M')[-1].split('"')[0]
    points = [tuple(map(float, point.split())) for point in path.split("L")]
    assert len(points) <= 260
    assert all(46 <= px <= 400 and 10 <= py <= 200 for px, py in points)
    assert points[0][1] < points[-1][1]
    assert "β &lt;up&gt;" in svg


@pytest.mark.parametrize(
    ("x", "labels"),
    [
        ([0], ["0", "1"]),
        ([0, 1, 2], ["0", "1", "2"]),
        ([0, 0.25, 1], ["0", "0.2", "0.4", "0.6", "0.8", "1"]),
    ],
)
def test_steps_are_counted_in_whole_numbers(x, labels):
    svg = line_chart([Line("total", x, [1.0] * len(x), "black")])
    found = re.findall(r'text-anchor="middle">([\d.]+)<', svg)
    assert found == labels


def test_bars_are_as_long_as_their_shares():
    svg = bar_chart([("style 1", 0.25, 0.5, "red"), ("content", 0.75, None, "blue")])
    lengths = [float(part.split('"')[0]) for part in svg.split('width="')[3:]]
    assert lengths[1] == pytest.approx(2 * lengths[0], rel=0.01)
    assert lengths[2] == pytest.approx(3 * lengths[0], rel=0.01)
    assert "25 %" in svg
