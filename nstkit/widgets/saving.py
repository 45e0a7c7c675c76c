"""Take the picture, the animation or the settings away, and bring settings back."""

from __future__ import annotations

import base64
from collections.abc import Callable
from html import escape
from typing import Any

import ipywidgets as widgets
import numpy as np

from nstkit.images import encode, encode_animation, fit
from nstkit.runs import title
from nstkit.session import Session, Settings
from nstkit.widgets.panel import button, column, html, row, upload_button, words

LONGEST = 320
"""Longest side of an animation in pixels."""

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
        self._session = session
        self._offered: Any = None
        self.links = words("note", "Pause or stop to download the picture.")
        self.make = button("Make an animation", "film", self._animate, width="180px")
        self.animation = widgets.HTML()
        self.upload = upload_button(
            "Load settings",
            ".json",
            lambda _, content: load(Settings.from_json(content)),
            failed,
            "160px",
        )
        self.box = column(
            words("head", "Take it away"),
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
        name, settings = file_name(session.settings), session.settings.to_json().encode()
        picture = encode(session.shown, "png")
        links = [
            link(picture, f"{name}.png", "image/png", "Picture (PNG)"),
            link(settings, "nstkit-settings.json", "application/json", "Settings (to load again)"),
        ]
        self.links.value = html("note", " &nbsp;&nbsp; ".join(links))

    def _animate(self) -> None:
        frames = self._session.history.pictures
        said = "Paint a few steps first."
        if len(frames) > 1:
            data = animation([frame.image for frame in frames])
            name = f"{file_name(self._session.settings)}.webp"
            said = link(data, name, "image/webp", f"Animation (WebP, {len(data) / 1e6:.1f} MB)")
        self.animation.value = html("note", said)


def animation(images: list[np.ndarray]) -> bytes:
    """Return a WebP animation of uint8 pictures, small enough to be sent in one piece."""
    pictures = [fit(image.astype(np.float32) / 255, LONGEST) for image in images]
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
