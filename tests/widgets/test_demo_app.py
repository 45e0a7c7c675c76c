"""What `course.py demo-app` shows an audience, in a real browser."""

from __future__ import annotations

import random
import time
from typing import Any

import numpy as np
import pytest

pytest.importorskip("ipywidgets")
pytest.importorskip("playwright")
pytest.importorskip("voila")

import lab
from conftest import find_browser
from studio_page import PATIENCE, Page, until

pytestmark = pytest.mark.browser


def test_the_demo_app_is_the_studio_alone_and_survives_a_child_at_the_mouse(pictures, tmp_path):
    rng = random.Random(5)
    with (
        lab.demo_app(tmp_path) as address,
        lab.opened(find_browser(), width=1920, height=1080) as page,
    ):
        page.set_default_timeout(PATIENCE * 1000)
        page.goto(address)
        app = Page(page, pictures)
        app.state("Ready")
        assert page.title() == "nstkit live studio"
        assert page.locator(".jp-InputArea, .highlight").count() == 0
        studio = page.locator(".nstkit-studio").bounding_box()
        assert studio["width"] > 0.9 * 1920  # a projector's whole width
        app.press("Start")
        app.until_step(3)
        app.picture("8 demo app")
        for _ in range(60):
            kind = rng.choice(["button:enabled", "select", "input[type=checkbox]", "[role=slider]"])
            parts = page.locator(f".nstkit-studio {kind}:visible")
            part = parts.nth(rng.randrange(parts.count()))
            if kind == "select":
                part.select_option(index=rng.randrange(part.locator("option").count()))
            elif kind == "[role=slider]":
                part.focus()
                page.keyboard.press(rng.choice(["ArrowLeft", "ArrowRight", "PageUp", "PageDown"]))
            elif "Upload" not in part.inner_text() and "Load" not in part.inner_text():
                part.click()
        # The network chosen last may be one that is not on this machine.
        network = page.locator(".widget-dropdown", has_text="network").locator("select")
        network.select_option("vgg19-slim")
        app.press("5-second preview")
        app.state("Ready")
        app.press("Start")
        app.until_step(5)
        app.picture("9 demo app after 60 clicks")


def test_what_is_drawn_while_the_page_is_being_built_shows(pictures, tmp_path):
    """A busy machine brings the widgets' code late, after the last thing that was drawn."""
    told: list[bytes] = []
    held: list[Any] = []

    def hear(frame: str | bytes) -> None:
        told.append(frame if isinstance(frame, bytes) else frame.encode())

    def bring(route: Any) -> None:
        if any(b"update_states" in frame for frame in told):
            held.append(route)
        else:
            route.continue_()

    with lab.demo_app(tmp_path) as address, lab.opened(find_browser()) as page:
        page.set_default_timeout(PATIENCE * 1000)
        page.on("websocket", lambda socket: socket.on("framereceived", hear))
        page.route("**/jupyterlab-manager/static/*.js*", bring)
        page.goto(address)
        end = time.monotonic() + PATIENCE
        while not held or not any(b"<b>Ready</b>" in frame for frame in told):
            assert time.monotonic() < end, "waited too long"
            page.wait_for_timeout(100)
        page.wait_for_timeout(1000)  # all that follows it has come, too
        for route in held:
            route.continue_()
        page.unroute("**/jupyterlab-manager/static/*.js*")
        Page(page, pictures).state("Ready")
        assert page.locator(".nstkit-studio button", has_text="Pause").first.is_disabled()
        links = page.locator(".nstkit-studio a[download]")
        links.nth(1).wait_for(state="attached")  # sent after the state, as it comes further down
        assert links.count() == 2


def test_the_brush_paints_here_too(pictures, tmp_path):
    pytest.importorskip("anywidget")
    with (
        lab.demo_app(tmp_path) as address,
        lab.opened(find_browser(), width=1300, height=1400) as page,
    ):
        page.set_default_timeout(PATIENCE * 1000)
        page.goto(address)
        app = Page(page, pictures)
        app.state("Ready")
        app.press("styles, regions, colours")
        page.locator("canvas.nstkit-brush").wait_for()
        until(lambda: app.canvas().shape[1] > 200)
        photo = app.canvas()
        page.get_by_role("button", name="keep", exact=True).click()
        app.paint((0.2, 0.3), (0.2, 0.7))
        until(lambda: np.abs(app.canvas() - photo)[80:100, 45:55].mean() > 20)
        app.picture("24 voila")
