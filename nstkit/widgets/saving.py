"""Take the picture, the animation or the settings away, and bring settings back."""

from __future__ import annotations

import base64
from collections.abc import Callable
from html import escape
from typing import Any

import ipywidgets as widgets
import numpy as np

from nstkit.images import encode, encode_animation, resize
from nstkit.session import Session, Settings
from nstkit.session.settings import title
from nstkit.widgets.controls import head
from nstkit.widgets.panel import column, row

LARGEST_ANIMATION = 1_300_000
"""Bytes of an animation: more in one piece and Jupyter would cut the line to the browser."""


class Saving:
    """Links to download, and the upload of a settings file.

    Parameters
    ----------
    session : Session
        Whose picture and settings.
    load : callable
        Called with the `Settings` of an uploaded file.
    failed : callable
        Called with the error of a file that is none.
    """

    def __init__(
        self,
        session: Session,
        load: Callable[[Settings], Any],
        failed: Callable[[Exception], Any],
    ):
        self._session, self._load, self._failed = session, load, failed
        self._offered: Any = None
        self.links = widgets.HTML(_note("Pause or stop to download the picture."))
        self.make = widgets.Button(description="Make an animation", icon="film")
        self.make.layout.width = "180px"
        self.animation = widgets.HTML()
        self.upload = widgets.FileUpload(
            accept=".json", multiple=False, description="Load settings", layout={"width": "160px"}
        )
        self.make.on_click(lambda _: self._animate())
        self.upload.observe(self._uploaded, "value")
        self.box = column(
            head("Take it away"),
            self.links,
            row(self.make, self.animation, align_items="center"),
            row(self.upload),
        )

    def offer(self) -> None:
        """Bring the links up to date; called when the session has come to rest."""
        session = self._session
        key = (session.step, session.settings)
        if session.step is None or key == self._offered:
            return
        self._offered = key
        name = file_name(session.settings)
        picture = link(
            encode(session.step.image, "png"), f"{name}.png", "image/png", "Picture (PNG)"
        )
        settings = link(
            session.settings.to_json().encode(),
            "nstkit-settings.json",
            "application/json",
            "Settings (to load again)",
        )
        self.links.value = _note(f"{picture} &nbsp;&nbsp; {settings}")

    def _animate(self) -> None:
        frames = self._session.history.pictures
        if len(frames) < 2:
            self.animation.value = _note("Paint a few steps first.")
            return
        data = animation([frame.image for frame in frames])
        name = f"{file_name(self._session.settings)}.webp"
        self.animation.value = _note(
            link(data, name, "image/webp", f"Animation (WebP, {len(data) / 1e6:.1f} MB)")
        )

    def _uploaded(self, event: dict[str, Any]) -> None:
        if not event["new"]:
            return
        try:
            value = event["new"]
            entry = next(iter(value.values())) if isinstance(value, dict) else value[-1]
            self._load(Settings.from_json(bytes(entry["content"])))
        except Exception as error:
            self._failed(error)


def animation(images: list[np.ndarray]) -> bytes:
    """Return a WebP animation of uint8 pictures, small enough to be sent in one piece."""
    height, width = images[-1].shape[:2]
    side = min(1.0, 320 / max(height, width))
    size = (round(height * side), round(width * side))
    pictures = [resize(image[None].astype(np.float32) / 255, *size) for image in images]
    while True:
        data = encode_animation(pictures, format="webp")
        if len(data) <= LARGEST_ANIMATION or len(pictures) < 8:
            return data
        pictures = pictures[::-2][::-1]


def link(data: bytes, name: str, kind: str, text: str) -> str:
    """Return an HTML link that downloads the data; nothing is written to disk."""
    encoded = base64.b64encode(data).decode()
    return (
        f'<a download="{escape(name, quote=True)}" href="data:{kind};base64,{encoded}">'
        f"⬇ {escape(text)}</a>"
    )


def file_name(settings: Settings) -> str:
    """Return a file name, without its ending, that tells the two pictures."""
    words = f"{title(settings.content)} in {title(settings.style)}"
    kept = "".join(c if c.isalnum() else "-" for c in words)
    return "-".join(part for part in kept.split("-") if part)[:60] or "nstkit"


def _note(text: str) -> str:
    return f'<div class="nstkit-note">{text}</div>'
