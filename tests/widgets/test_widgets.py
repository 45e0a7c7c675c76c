"""The studio without a browser: controls, uploads, what is drawn, what can be taken away."""

from __future__ import annotations

import base64
import datetime
import io
import json
import random
import re
import time
from typing import Any

import numpy as np
import pytest
from PIL import Image
from tiny import tiny_backbone
from tiny_painter import tiny_painter

pytest.importorskip("ipywidgets")

import ipywidgets as widgets

from nstkit.backbones import duration
from nstkit.errors import WeightsError
from nstkit.losses import FURTHER, TERMS
from nstkit.session import Session, Settings
from nstkit.widgets import studio
from nstkit.widgets.live import Studio
from nstkit.widgets.panel import html
from nstkit.widgets.pictures import FINE, jpeg
from nstkit.widgets.presets import LOOKS, PRESETS
from nstkit.widgets.saving import animation, file_name
from nstkit.widgets.view import share_rows

PATIENCE = 60
TINY = tiny_backbone()
SMALL: dict[str, Any] = {"size": 32, "steps": 30, "content_layers": "block2_conv2"}


def load(name: str) -> Any:
    if name == "vgg19":
        raise WeightsError("no weights for vgg19 on this machine")
    return TINY


@pytest.fixture
def app():
    made = studio("chelsea", "coffee", load=load, style_weight=100.0, **SMALL)
    assert made.session.wait(PATIENCE)
    yield made
    made.session.close()


def rest(app: Studio) -> Session:
    assert app.session.wait(PATIENCE)
    return app.session


def give(button: widgets.FileUpload, name: str, data: bytes) -> None:
    """Do what the page does when a file is chosen, with the ipywidgets installed."""
    if widgets.__version__.startswith("7"):
        value: Any = {name: {"metadata": {"name": name, "type": ""}, "content": data}}
    else:
        file = {"name": name, "type": "", "size": len(data), "content": memoryview(data)}
        value = ({**file, "last_modified": datetime.datetime.now(datetime.UTC)},)
    button.set_trait("value", value)


def photo(orientation: int = 1) -> bytes:
    """Return a JPEG of 60×40 pixels, red on the left, with that EXIF orientation."""
    image = Image.new("RGB", (60, 40), "blue")
    image.paste("red", (0, 0, 30, 40))
    exif = Image.Exif()
    exif[0x0112] = orientation
    buffer = io.BytesIO()
    image.save(buffer, "JPEG", exif=exif)
    return buffer.getvalue()


def shown(image: widgets.Image) -> np.ndarray:
    return np.asarray(Image.open(io.BytesIO(image.value)).convert("RGB"), float) / 255


def linked(html: str, name: str) -> bytes:
    """Return what the link with that file name downloads."""
    found = re.search(rf'download="{re.escape(name)}" href="data:[^;]+;base64,([^"]+)"', html)
    assert found, f"no link for {name} in {html[:300]}"
    return base64.b64decode(found.group(1))


def everything(box: Any) -> list[Any]:
    """Return all widgets in a box."""
    return [box, *(part for child in getattr(box, "children", ()) for part in everything(child))]


def rows_of_further_terms(app: Studio) -> Any:
    """Return the box that holds the toggles of the further terms."""
    toggle, _ = app.controls.terms.by_name["moments"]
    boxes = [box for box in everything(app) if toggle in getattr(box, "children", ())]
    return next(box for box in everything(app) if boxes[0] in getattr(box, "children", ()))


# Controls.


def test_sliders_change_the_session(app):
    app.controls.by_setting["content_weight"].value = 10.0
    app.controls.by_setting["style_weight"].value = 1000.0
    app.controls.by_setting["tv_weight"].value = 5.0
    now = app.session.settings
    assert (now.content_weight, now.style_weight, now.tv_weight) == (10.0, 1000.0, 5.0)
    assert app.controls.look.value == "own mix"


def test_a_layer_that_is_switched_off_has_no_share_and_comes_back_with_its_weight(app):
    toggle, weight = app.controls.layers.by_name["block3_conv1"]
    weight.value = 10**0.5
    before = app.session.settings.style_layers["block3_conv1"]
    toggle.value = False
    rest(app)
    shares = {label: (loss, gradient) for label, loss, gradient, _ in share_rows(app.session)}
    assert shares["style 3_1"] == (0.0, 0.0)
    assert shares["style 2_1"][0] > 0
    assert sum(loss for loss, _ in shares.values()) == pytest.approx(1)
    assert sum(gradient or 0 for _, gradient in shares.values()) == pytest.approx(1)
    toggle.value = True
    assert app.session.settings.style_layers["block3_conv1"] == before == 3.162


@pytest.mark.parametrize("name", FURTHER)
def test_a_further_term_is_asked_for_and_then_drawn_like_the_others(app, name):
    assert rows_of_further_terms(app).layout.display == "none"  # simple at first look
    assert name not in app.view.bars.value
    app.controls.more.value = True
    assert rows_of_further_terms(app).layout.display == "flex"
    app.session.advance(2)
    rest(app)
    toggle, weight = app.controls.terms.by_name[name]
    toggle.value = True
    app.session.advance(2)
    session = rest(app)
    assert session.settings.terms == {name: 100.0}
    term = TERMS[name]
    assert f"<title>step 2: {term.title} off → 100</title>" in app.view.curves.value
    assert f"stroke:{term.colour}" in app.view.curves.value
    shares = {label: loss for label, loss, _, _ in share_rows(session)}
    assert shares[f"{name} 1_1"] > 0
    assert sum(shares.values()) == pytest.approx(1)
    before = shares[f"{name} 1_1"]
    weight.value = 1.0
    shares = {label: loss for label, loss, _, _ in share_rows(rest(app))}
    assert shares[f"{name} 1_1"] < before / 10
    toggle.value = False
    assert rest(app).settings.terms == {}
    assert f"{name} 1_1" not in app.view.bars.value


def test_loaded_further_terms_show_their_sliders(app):
    text = app.session.settings.replace(terms={"histogram": 31.62}).to_json()
    give(app.saving.upload, "nstkit-settings.json", text.encode())
    assert rest(app).settings.terms == {"histogram": 31.62}
    assert rows_of_further_terms(app).layout.display == "flex"
    toggle, weight = app.controls.terms.by_name["histogram"]
    assert (toggle.value, weight.value) == (True, 31.62)
    app.controls.look.value = "smooth"  # a look is all of its weights
    assert rest(app).settings.terms == {}
    assert not toggle.value


@pytest.mark.parametrize("name", LOOKS)
def test_a_look_moves_the_sliders_and_is_recognised(app, name):
    app.controls.by_setting["style_weight"].value = 31.62
    app.controls.look.value = name
    wanted = LOOKS[name]
    assert app.session.settings.style_weight == wanted["style_weight"]
    assert app.session.settings.style_layers == wanted["style_layers"]
    assert app.controls.by_setting["style_weight"].value == wanted["style_weight"]
    assert app.controls.look.value == name


def test_every_control_arrives(app):
    controls = app.controls
    controls.by_setting["content_layers"].label = "block3_conv2"
    controls.by_setting["optimizer"].value = "adam"
    controls.by_setting["init"].value = "noise"
    controls.by_setting["size"].value = 96
    controls.by_setting["crop"].value = True
    controls.by_setting["steps"].value = 7
    app.choices["content"].list.value = "rocket"
    app.choices["style"].list.value = "hopper"
    now = rest(app).settings
    assert now == Settings(
        content="rocket",
        style="hopper",
        size=96,
        crop=True,
        optimizer="adam",
        steps=7,
        init="noise",
        content_layers={"block3_conv2": 1.0},
        style_weight=100.0,
    )
    assert shown(app.view.sources["content"]).shape == (96, 96, 3)


@pytest.mark.parametrize("name", PRESETS)
def test_presets_set_everything_and_go_back_to_the_start(app, name):
    app.session.advance(3)
    rest(app)
    buttons = [w for w in everything(app) if isinstance(w, widgets.Button)]
    next(button for button in buttons if button.description == name).click()
    session = rest(app)
    assert session.step is not None
    assert session.step.step == 0
    settings = session.settings
    assert app.controls.by_setting["size"].value == settings.size
    assert app.controls.by_setting["steps"].value == settings.steps
    if name == "Paper recipe":
        assert (settings.size, settings.crop, settings.optimizer) == (400, True, "adam")
        assert settings.steps == 10 * 100
    else:
        seconds = 5 if name.startswith("5") else 60
        assert session.estimate().seconds < 4 * seconds or settings.steps in (15, 40)


def test_the_start_button_becomes_continue_and_stop_keeps_the_picture(app):
    buttons = {w.description: w for w in everything(app) if isinstance(w, widgets.Button)}
    buttons["One step"].click()
    rest(app)
    assert app.start.description == "Continue"
    before = shown(app.view.result)
    buttons["Stop"].click()
    rest(app)
    assert app.start.description == "Start"
    assert "Stopped; the picture is kept" in app.view.status.value
    np.testing.assert_allclose(shown(app.view.result), before, atol=0.01)
    buttons["Reset"].click()
    rest(app)
    assert "step <b>0</b>" in app.view.status.value


# Uploads.


@pytest.mark.parametrize("which", ["content", "style"])
def test_an_upload_is_turned_upright_and_shown(app, which):
    choice = app.choices[which]
    give(choice.upload, "mine.jpg", photo(orientation=6))
    rest(app)
    now = shown(app.view.sources[which])
    assert now.shape[0] > now.shape[1]
    assert now[0, :, 0].mean() > 0.7 > 0.3 > now[0, :, 2].mean()
    assert choice.list.label == "yours: mine.jpg"
    choice.list.value = "rocket"
    rest(app)
    choice.list.value = choice._own
    rest(app)
    assert shown(app.view.sources[which]).shape[0] > now.shape[1]


@pytest.mark.parametrize(
    ("name", "data", "said"),
    [
        ("notes.txt", b"hello there", "cannot be read as a picture"),
        ("empty.png", b"", "zero bytes"),
        ("half.jpg", photo()[:300], "cannot be read as a picture"),
    ],
)
def test_a_file_that_is_no_picture_gives_a_message_and_changes_nothing(app, name, data, said):
    before = app.session.settings
    give(app.choices["content"].upload, name, data)
    assert said in app.view.message.value
    assert name in app.view.message.value
    assert app.view.message.layout.display == "block"
    assert app.session.settings is before
    app.start.click()  # what was said stays until the next command
    rest(app)
    assert app.view.message.layout.display == "none"


# What is drawn.


def test_the_picture_at_rest_is_the_sessions(app):
    app.session.advance(4)
    step = rest(app).step
    assert step is not None
    assert np.abs(shown(app.view.result) - step.image[0]).mean() < 0.03
    assert 'value="4"' in app.view.status.value
    assert "Paused" in app.view.status.value
    assert app.view.curves.value.startswith("<svg")


def test_a_change_of_layers_is_drawn_while_the_new_problem_is_being_made(app):
    app.session.advance(2)
    rest(app)
    time.sleep(0.3)  # the charts are due again
    app.controls.by_setting["content_layers"].label = "block3_conv2"
    assert rest(app).error is None
    app.session.advance()
    rest(app)
    assert 'value="3"' in app.view.status.value
    assert "content 3_2" in app.view.bars.value


def test_a_move_is_marked_on_the_curves(app):
    app.session.advance(2)
    rest(app)
    app.controls.by_setting["style_weight"].value = 1000.0
    app.session.advance(1)
    rest(app)
    assert "<title>step 2: β 100 → 1000</title>" in app.view.curves.value


def test_pictures_are_drawn_at_most_ten_times_a_second_and_at_rest_in_any_case(app):
    drawn: list[float] = []
    app.view.result.observe(lambda _: drawn.append(time.monotonic()), "value")
    app.session.change(steps=150)
    start = time.monotonic()
    app.session.start()
    step = rest(app).step
    assert step is not None
    assert 2 <= len(drawn) <= 10 * (time.monotonic() - start) + 3
    assert app.view.result.value == jpeg(step.image, FINE)


def test_an_error_is_shown_and_the_list_goes_back_to_the_network_that_works(app):
    app.session.advance(2)
    rest(app)
    app.controls.by_setting["backbone"].value = "vgg19"
    rest(app)
    assert "no weights for vgg19" in app.view.message.value
    assert "last good picture is kept" in app.view.status.value
    assert app.controls.by_setting["backbone"].value == "vgg19-slim"
    app.start.click()
    rest(app)
    assert app.session.state == "finished"
    assert app.view.message.layout.display == "none"


def test_a_new_studio_pauses_one_that_runs(app):
    app.session.change(steps=100_000)
    app.session.start()
    other = studio("chelsea", "coffee", load=load, **SMALL)
    rest(app)
    assert app.session.state in ("paused", "ready")
    other.session.close()


def test_clicking_everything_in_any_order_leaves_it_working(app):
    rng = random.Random(3)
    app.controls.by_setting["size"].options = [
        ("32 px", 32),
        ("48 px", 48),
    ]  # the real sizes would only take longer
    parts = everything(app)
    buttons = [w for w in parts if isinstance(w, widgets.Button) and w.description not in PRESETS]
    lists = [w for w in parts if isinstance(w, widgets.Dropdown)]
    toggles = [w for w in parts if isinstance(w, widgets.Checkbox)]
    sliders = [w for w in parts if isinstance(w, (widgets.FloatLogSlider, widgets.FloatSlider))]
    for _ in range(150):
        kind = rng.choice([buttons, lists, toggles, sliders, sliders])
        part = rng.choice(kind)
        if kind is buttons:
            part.click()
        elif kind is lists and len(part.options):
            part.index = rng.randrange(len(part.options))
        elif kind is toggles:
            part.value = not part.value
        elif kind is sliders:
            low, high = (-1, 1) if isinstance(part, widgets.FloatLogSlider) else (0, 100)
            value = rng.uniform(low, high)
            part.value = 10**value if isinstance(part, widgets.FloatLogSlider) else value
        time.sleep(0.005)
    app.session.pause()
    rest(app)
    app.controls.by_setting["steps"].value = 3
    app.session.reset()
    app.session.start()
    session = rest(app)
    assert session.error is None
    assert session.state == "finished"
    assert app.controls.by_setting["style_weight"].value == pytest.approx(
        session.settings.style_weight
    )


# What can be taken away, and compared.


def test_the_picture_and_the_settings_can_be_downloaded_and_loaded_again(app):
    app.controls.by_setting["style_weight"].value = 316.2
    app.session.advance(2)
    step = rest(app).step
    assert step is not None
    html = app.saving.links.value
    image = Image.open(io.BytesIO(linked(html, "chelsea-in-coffee.png")))
    expected = np.rint(step.image[0] * 255)
    assert np.abs(np.asarray(image, float) - expected).max() <= 1
    text = linked(html, "nstkit-settings.json")
    assert json.loads(text)["style_weight"] == 316.2
    app.controls.look.value = "balanced"
    give(app.saving.upload, "nstkit-settings.json", text)
    rest(app)
    assert app.controls.by_setting["style_weight"].value == 316.2
    give(app.saving.upload, "x.json", b"no")
    assert "not a file of nstkit" in app.view.message.value


def test_the_animation_has_the_pictures_of_the_run(app):
    app.session.advance(5)
    rest(app)
    app.saving.make.click()
    data = linked(app.saving.animation.value, "chelsea-in-coffee.webp")
    film = Image.open(io.BytesIO(data))
    assert 2 <= getattr(film, "n_frames", 1) <= 6  # pictures that look alike are joined
    assert film.size == shown(app.view.result).shape[1::-1]


def test_a_long_animation_stays_small_enough_to_be_sent():
    noise = np.random.default_rng(0)
    frames = [noise.integers(0, 256, (240, 320, 3), np.uint8) for _ in range(60)]
    data = animation(frames)
    assert len(data) < 1_300_000
    assert getattr(Image.open(io.BytesIO(data)), "n_frames", 1) >= 5


def test_file_names_are_tame():
    settings = Settings().replace(content="chelsea", style="night_sky")
    assert file_name(settings) == "chelsea-in-night-sky"


def test_two_results_are_compared_with_one_ruler_and_their_settings(app):
    app.session.advance(2)
    rest(app)
    app.comparing.keep.click()
    app.controls.by_setting["style_weight"].value = 1000.0
    app.session.advance(4)
    rest(app)
    app.comparing.keep.click()
    html = app.comparing.table.value
    assert "as in <b>gatys</b>" in html
    rows = dict(re.findall(r"<td>([^<]+)</td><td>([^<]+)</td>", html))
    assert rows["steps"] == "2"
    assert rows["β"] == "100"
    assert "style layers" not in rows
    for _ in range(10):
        app.comparing.keep.click()
    assert len(app.comparing.results) == 8
    app.comparing.convention.value = "johnson"
    assert "as in <b>johnson</b>" in app.comparing.table.value


@pytest.mark.skipif(widgets.__version__.startswith("7"), reason="ipywidgets 7 shows no still")
def test_the_studio_leaves_a_still_picture_in_the_notebook(app):
    still = Image.open(io.BytesIO(app._repr_mimebundle_()["image/jpeg"]))
    assert still.height == 240


def test_before_the_first_step_the_instant_picture_is_shown_named_and_kept(monkeypatch):
    painter = tiny_painter()
    monkeypatch.setattr("nstkit.runs.at_once.load_painter", lambda: painter)
    monkeypatch.setattr(Settings, "load_backbone", lambda self: TINY)
    app = studio("chelsea", "coffee", **SMALL)
    try:
        session = rest(app)
        assert session.instant is not None
        assert app.view.result.value == jpeg(session.instant, FINE)
        assert "Instant picture" in app.view.heading.value
        assert "Start begins from content" in app.view.heading.value
        saved = linked(app.saving.links.value, "chelsea-in-coffee.png")
        pixels = np.asarray(Image.open(io.BytesIO(saved)), float)[None] / 255
        np.testing.assert_allclose(pixels, session.instant, atol=0.003)
        app.comparing.keep.click()
        app.controls.by_setting["init"].value = "fast"
        rest(app)
        assert "goes on from it" in app.view.heading.value
        session.advance(2)
        rest(app)
        assert app.view.result.value == jpeg(session.shown, FINE)
        assert session.instant is None
        assert app.view.heading.value == html("head", "Result")
        app.comparing.keep.click()
        names = [result.name.rsplit(", ")[-1] for result in app.comparing.results]
        assert names == ["one pass", "step 2"]
    finally:
        session.close()


def test_a_studio_with_networks_of_its_own_shows_the_start_picture(app):
    assert app.session.instant is None
    assert app.view.heading.value == html("head", "Result")


def test_times_are_told_in_words():
    assert [duration(s) for s in (0.4, 59, 60, 3599)] == ["0 s", "59 s", "1 min 0 s", "59 min 59 s"]


def test_every_control_has_a_name(app):
    kinds = (widgets.Button, widgets.Checkbox, widgets.FloatSlider, widgets.FloatLogSlider)
    for part in everything(app):
        if isinstance(part, (*kinds, widgets.BoundedIntText, widgets.FileUpload)):
            assert part.description


def test_a_page_is_sent_what_was_drawn_while_it_was_being_built(monkeypatch):
    links: list[Any] = []
    monkeypatch.setattr(widgets, "jsdlink", lambda *ends: links.append(ends))
    app = studio("chelsea", "coffee", load=load, **SMALL)
    rest(app)
    sent: list[widgets.Widget] = []

    def send(widget: widgets.Widget, key: Any = None) -> None:
        if key is None:  # all that it is, not only what changed
            sent.append(widget)

    monkeypatch.setattr(widgets.Widget, "send_state", send)
    [((source, name), (target, value))] = links
    assert source is app  # built last of all: the page then has every part of it
    view = app.view
    drawn = [*view.sources.values(), view.result, view.status, view.curves, view.bars]
    drawn += [view.message, view.message.layout, app.saving.links]
    drawn += [app.start, app.pause, app.stop]
    for _ in range(2):  # each page, also when it is loaded again
        sent.clear()
        target.set_state({value: getattr(source, name)})
        assert all(sent.count(widget) == 1 for widget in drawn)
        assert app.controls.by_setting["style_weight"] not in sent  # it may be moving
        assert len(sent) == len(set(sent))
    app.session.close()
