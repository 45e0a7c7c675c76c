"""What the explorers and the studio are put together from: boxes, and places in them."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import ipywidgets as widgets

from nstkit.images import newest_upload

STYLESHEET = Path(__file__).with_name("stylesheet.css").read_text(encoding="utf-8")


class Panel(widgets.VBox):
    """A box of widgets that leaves a still picture where widgets cannot run.

    On GitHub, in a PDF, or in a notebook that is opened without its kernel, the picture stands
    in for the widgets. With ipywidgets 7 there is no such picture.

    Parameters
    ----------
    *children : Widget
        What the box holds, from top to bottom.
    still : callable
        Returns the JPEG to leave in the notebook.
    """

    def __init__(self, *children: widgets.Widget, still: Callable[[], bytes]):
        looks = widgets.HTML(f"<style>{STYLESHEET}</style>", layout={"display": "none"})
        super().__init__([looks, *children])
        self.add_class("nstkit")
        self._still = still

    def _repr_mimebundle_(self, **kwargs: Any) -> Any:
        bundle = super()._repr_mimebundle_(**kwargs)
        if bundle:
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
    if hasattr(widget, "picture"):
        widget.send_state("picture")
    for child in getattr(widget, "children", ()):
        send_again(child)


class Moves:
    """Tells of controls that a hand moves, and not of those that the program itself moves.

    Examples
    --------
    >>> moves, slider, seen = Moves(), widgets.IntSlider(), []
    >>> moves.tell(seen.append, slider)
    >>> slider.value = 3
    >>> with moves.untold():
    ...     slider.value = 5
    >>> seen
    [3]
    """

    def __init__(self) -> None:
        self._told = True

    def tell(self, act: Callable[[Any], Any], *controls: widgets.Widget) -> None:
        """Call `act` with the new value of any of the controls."""

        def hear(change: dict[str, Any]) -> None:
            if self._told:
                act(change["new"])

        for control in controls:
            control.observe(hear, "value")

    @contextlib.contextmanager
    def untold(self) -> Iterator[None]:
        """Move controls in this block without any word of it."""
        before, self._told = self._told, False
        try:
            yield
        finally:
            self._told = before


def picture(width: str = "100%", *kinds: str) -> widgets.Image:
    """Return an empty place for a picture, of kinds that the style sheet knows."""
    apart = {} if width == "100%" else {"flex": "0 0 auto", "margin": "2px"}
    shown = widgets.Image(layout={"width": width, **apart})
    for kind in kinds:
        shown.add_class(f"nstkit-{kind}")
    return shown


def chart(width: str = "auto") -> widgets.HTML:
    """Return an empty place for a chart."""
    return widgets.HTML(layout={"width": width, "overflow": "visible"})


def html(kind: str, text: str = "") -> str:
    """Return HTML of a kind that the style sheet knows, such as "caption", "note" or "head"."""
    return f'<div class="nstkit-{kind}">{text}</div>'


def words(kind: str, text: str = "", **layout: Any) -> widgets.HTML:
    """Return a widget with such words in it."""
    return widgets.HTML(html(kind, text), layout=layout)


def dropdown(name: str, options: Any, *, wide: int = 88, **layout: Any) -> widgets.Dropdown:
    """Return a list to choose from, `wide` pixels for its name."""
    style = {"description_width": f"{wide}px"}
    return widgets.Dropdown(options=options, description=name, style=style, layout=layout)


def button(
    name: str, icon: str, act: Callable[[], Any], style: str = "", **layout: Any
) -> widgets.Button:
    """Return a button."""
    made = widgets.Button(description=name, icon=icon, button_style=style, layout=layout)
    made.on_click(lambda _: act())
    return made


def upload_button(
    name: str,
    accept: str,
    take: Callable[[str, bytes], Any],
    failed: Callable[[Exception], Any],
    width: str = "auto",
) -> widgets.FileUpload:
    """Return a button that gives `take` each file uploaded, and `failed` the error of a bad one."""

    def uploaded(value: Any) -> None:
        try:
            if value:
                take(*newest_upload(value))
        except Exception as error:
            failed(error)

    layout = {"width": width, "margin": "2px 0 0"}
    button = widgets.FileUpload(accept=accept, multiple=False, description=name, layout=layout)
    Moves().tell(uploaded, button)
    return button


def row(*children: widgets.Widget, **layout: Any) -> widgets.HBox:
    """Return widgets side by side, in as many lines as it takes."""
    style = {"flex_flow": "row wrap", "align_items": "flex-start", "grid_gap": "6px 14px"}
    return widgets.HBox(children, layout={**style, **layout})


def column(*children: widgets.Widget, **layout: Any) -> widgets.VBox:
    """Return widgets one below the other."""
    return widgets.VBox(children, layout=layout)


def card(title: str, *children: widgets.Widget, **layout: Any) -> widgets.VBox:
    """Return a card: a small heading where there is one, and widgets one below the other."""
    box = column(*([words("head", title)] if title else []), *children, **layout)
    box.add_class("nstkit-card")
    return box
