"""Several styles in the studio, without a browser: what controls make of settings."""

from __future__ import annotations

import io
from typing import Any

import numpy as np
import pytest
from PIL import Image
from tiny import tiny_backbone

pytest.importorskip("ipywidgets")

from nstkit.images import Mask
from nstkit.session import Settings
from nstkit.widgets import studio
from nstkit.widgets.several import KEEP, Several

TINY = tiny_backbone()
SMALL: dict[str, Any] = {
    "size": 48,
    "steps": 30,
    "content_layers": "block2_conv2",
    "style_weight": 100.0,
}
PATIENCE = 60


@pytest.fixture
def app():
    made = studio("chelsea", "coffee", load=lambda _: TINY, **SMALL)
    made.controls.several.more.value = True
    assert made.session.wait(PATIENCE)
    yield made
    made.session.close()


def rest(app) -> Settings:
    assert app.session.wait(PATIENCE)
    return app.session.settings


def stroke(app, region: int, *points: tuple[float, float]) -> Settings:
    """Do what the page does when a stroke ends."""
    several = app.controls.several
    several.region.value = region
    several.brush.stroke = [list(point) for point in points]
    return rest(app)


def test_it_is_shown_when_asked_for(app) -> None:
    several = app.controls.several
    assert several.box.layout.display == "flex"
    several.more.value = False
    assert several.box.layout.display == "none"
    plain = studio("chelsea", "coffee", load=lambda _: TINY, **SMALL)
    assert plain.controls.several.box.layout.display == "none"
    plain.session.close()


def test_a_second_and_a_third_style_come_and_go(app) -> None:
    second, third = app.controls.several.lists
    second.value = "ink_wash"
    third.value = "night_sky"
    settings = rest(app)
    assert [style.picture for style in settings.styles] == ["ink_wash", "night_sky"]
    assert "style 3 block1_conv1" in app.session.engine.problem.parts
    second.value = ""
    assert [style.picture for style in rest(app).styles] == ["night_sky"]
    assert second.value == "night_sky"  # what was third is second now


def test_the_mix_changes_without_a_new_problem(app) -> None:
    several = app.controls.several
    several.lists[0].value = "ink_wash"
    rest(app)
    problem, run = app.session.engine.problem, app.session.engine.run
    several.weights[1].value = 0.5
    several.weights[0].value = 0.25
    several.by_setting["keep_weight"].value = 40
    parts = rest(app).weights.parts
    assert (parts["style"], parts["style 2"]) == pytest.approx((25, 50))
    assert app.session.engine.problem is problem
    assert app.session.engine.run is run
    assert problem.traces <= 2


def test_strokes_size_mix_and_colours_are_settings(app) -> None:
    by = app.controls.several.by_setting
    by["style_scale"].value = 0.5
    by["mix"].value = "sum"
    by["preserve_colour"].value = "matching"
    settings = rest(app)
    assert (settings.style_scale, settings.mix, settings.preserve_colour) == (
        0.5,
        "sum",
        "matching",
    )
    assert max(app.session.engine.problem.style_image.shape) == 24


def test_a_stroke_makes_a_region_and_takes_it_from_the_others(app) -> None:
    app.controls.several.lists[0].value = "ink_wash"
    rest(app)
    settings = stroke(app, 1, (0.2, 0.1), (0.2, 0.9))
    mask = settings.styles[0].mask.values
    rows, columns = app.session.engine.problem.shape[1:3]
    assert mask.shape == (rows, columns)
    assert mask[rows // 2, round(0.2 * columns)] > 0.9
    assert mask[:, columns // 2 :].max() < 0.05
    before = app.controls.several.brush.picture
    settings = stroke(app, KEEP, (0.2, 0.1), (0.2, 0.9))
    assert settings.styles[0].mask is None
    assert settings.keep.values[rows // 2, round(0.2 * columns)] > 0.9
    assert app.controls.several.brush.picture != before
    assert stroke(app, 0, (0.2, 0.05), (0.2, 0.95)).keep is None
    app.controls.several._back()
    assert rest(app).keep is not None


def test_a_stroke_for_a_style_that_is_not_there_is_told(app) -> None:
    settings = stroke(app, 2, (0.5, 0.5), (0.6, 0.6))
    assert settings.styles == ()
    assert "choose a painting for it" in app.view.message.value


def test_a_dot_that_no_layer_resolves_is_told_and_the_run_kept(app) -> None:
    app.controls.several.lists[0].value = "ink_wash"
    rest(app)
    app.session.advance(2)
    rest(app)
    app.session.change(style_layers={"block5_conv1": 1.0})
    app.controls.several.brush.width = 0.1
    settings = stroke(app, 1, (0.5, 0.5))
    assert app.session.error is not None
    assert "paint it larger" in app.view.message.value
    assert settings.styles[0].mask is None
    assert app.session.step.step == 2


def test_a_mask_is_uploaded_and_one_of_other_proportions_is_told(app) -> None:
    several = app.controls.several
    several.region.value = KEEP
    stream = io.BytesIO()
    half = np.zeros((426, 640), np.uint8)
    half[:, :320] = 255
    Image.fromarray(half).save(stream, "PNG")
    several._open("half.png", stream.getvalue())
    assert rest(app).keep.values.mean() == pytest.approx(0.5, abs=0.05)


def test_a_region_grows_to_the_edges(app) -> None:
    several = app.controls.several
    several.lists[0].value = "ink_wash"
    rest(app)
    before = stroke(app, 1, (0.4, 0.4), (0.6, 0.6)).styles[0].mask
    several._grow()
    assert rest(app).styles[0].mask is not before
    several.region.value = 0
    several._grow()
    assert "choose another region" in app.view.message.value


def test_settings_with_regions_show_what_they_have() -> None:
    half = np.zeros((32, 48), np.float32)
    half[:, :24] = 1
    settings = Settings(styles=[("ink_wash", 0.5, Mask(half))], style_share=1.5, style_scale=2)
    several = Several(settings, lambda _: None, lambda _: None)
    assert several.more.value
    assert [weight.value for weight in several.weights[:2]] == [1.5, 0.5]
    assert several.lists[0].value == "ink_wash"
    several.draw(np.zeros((1, 64, 96, 3), np.float32))
    shown = np.asarray(Image.open(io.BytesIO(several.brush.picture)))
    assert shown[:, :40].max() > 90
    assert shown[:, 60:].max() < 20
