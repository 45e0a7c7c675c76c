"""What the explorers and the studio are put together from: boxes, and places in them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import ipywidgets as widgets

STYLESHEET = Path(__file__).with_name("stylesheet.css").read_text(encoding="utf-8")


class Panel(widgets.VBox):
    """A box of widgets that leaves a still picture where widgets cannot run.

    On GitHub, in a PDF, or in a notebook that is opened without its kernel, the picture stands
    in for the widgets. With ipywidgets 7 there is no such picture.

    Parameters
    ----------
    children : sequence of Widget
        What the box holds, from top to bottom.
    still : callable, optional
        Returns the JPEG to leave in the notebook.
    **options
        Passed to `ipywidgets.VBox`.
    """

    def __init__(
        self,
        children: Sequence[widgets.Widget] = (),
        *,
        still: Callable[[], bytes] | None = None,
        **options: Any,
    ):
        looks = widgets.HTML(f"<style>{STYLESHEET}</style>", layout={"display": "none"})
        super().__init__([looks, *children], **options)
        self.add_class("nstkit")
        self._still = still

    def _repr_mimebundle_(self, **kwargs: Any) -> Any:
        bundle = super()._repr_mimebundle_(**kwargs)
        if bundle and self._still is not None:
            bundle["image/jpeg"] = self._still()
        return bundle


def when_built(panel: Panel, act: Callable[[], Any]) -> None:
    """Call `act` each time that a page has built the panel and listens to all its widgets.

    What the kernel sends before that is lost: a page first asks for the state of every widget,
    then loads the code to build them with. It follows a link as soon as both ends are built, and
    a panel is built after what it holds; so a link is how a page says that it listens.
    """
    heard = widgets.Text()

    def answer(change: dict[str, Any]) -> None:
        if change["new"]:
            heard.value = ""  # for the next page
            act()

    heard.observe(answer, "value")
    widgets.jsdlink((panel, "_model_name"), (heard, "value"))


def send_again(widget: widgets.Widget) -> None:
    """Send what a widget and those in it show; not where controls stand, which may be moving."""
    if isinstance(widget, (widgets.HTML, widgets.Image, widgets.Button)):
        widget.send_state()
        widget.layout.send_state()
    for child in getattr(widget, "children", ()):
        send_again(child)


def picture(width: str = "260px", *, pixels: bool = False) -> widgets.Image:
    """Return an empty picture widget, with sharp pixels where `pixels`."""
    shown = widgets.Image(layout={"width": width, "flex": "0 0 auto", "margin": "2px"})
    if pixels:
        shown.add_class("nstkit-pixels")
    return shown


def caption(text: str = "") -> widgets.HTML:
    """Return a line of text under a picture; HTML is allowed."""
    return widgets.HTML(say(text))


def say(text: str) -> str:
    """Return the HTML of a caption."""
    return f'<div class="nstkit-caption">{text}</div>'


def chart(width: str = "460px") -> widgets.HTML:
    """Return an empty place for a chart."""
    return widgets.HTML(layout={"width": width, "margin": "2px", "overflow": "visible"})


def row(*children: widgets.Widget, **layout: Any) -> widgets.HBox:
    """Return widgets side by side, in as many lines as it takes."""
    style = {"flex_flow": "row wrap", "align_items": "flex-start", "grid_gap": "6px 14px"}
    return widgets.HBox(children, layout={**style, **layout})


def column(*children: widgets.Widget, **layout: Any) -> widgets.VBox:
    """Return widgets one below the other."""
    return widgets.VBox(children, layout=layout)
