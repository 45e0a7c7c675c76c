"""What `course.py demo-app` shows an audience, in a real browser."""

from __future__ import annotations

import random

import pytest

pytest.importorskip("ipywidgets")
pytest.importorskip("playwright")
pytest.importorskip("voila")

import lab
from conftest import find_browser
from studio_page import PATIENCE, Page

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
        app.press("5-second preview")
        app.state("Ready")
        app.press("Start")
        app.until_step(5)
        app.picture("9 demo app after 60 clicks")
