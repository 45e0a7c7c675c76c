"""What the explorers and the studio are put together from: panels, pictures, captions, style."""

from __future__ import annotations

import io
from collections.abc import Callable, Sequence
from typing import Any

import ipywidgets as widgets
import numpy as np
from matplotlib import colormaps
from PIL import Image, ImageDraw

from nstkit.images import to_uint8

FINE = 92
"""Quality from which a JPEG keeps colours at full resolution: for pictures to look at in peace."""

CSS = """
<style>
.nstkit { --ink: var(--jp-ui-font-color1, var(--colab-primary-text-color, #212121));
  --soft: var(--jp-ui-font-color2, #757575); --line: var(--jp-border-color2, #bdbdbd);
  color: var(--ink); }
.nstkit .widget-label, .nstkit .widget-readout { color: var(--ink); }
.nstkit .widget-html-content { line-height: 1.4; overflow: visible; }
.nstkit-caption { font-size: 13px; color: var(--ink); padding: 0 2px; }
.nstkit-caption b { font-weight: 600; }
.nstkit-caption .soft { color: var(--soft); }
.nstkit img { border-radius: 3px; display: block; height: auto; }
.nstkit .nstkit-pixels { image-rendering: pixelated; }
.nstkit-chart { width: 100%; height: auto; display: block; color: var(--ink);
  font: 12px system-ui, -apple-system, "Segoe UI", "Liberation Sans", sans-serif; }
.nstkit-chart text { fill: var(--ink); font-variant-numeric: tabular-nums; }
.nstkit-chart text.soft { fill: var(--soft); }
.nstkit-chart text.name { font-weight: 600; }
.nstkit-chart .grid { stroke: var(--line); stroke-width: .7; opacity: .6; }
.nstkit-chart .axis { stroke: var(--soft); }
.nstkit-chart .cursor { stroke: var(--ink); stroke-width: 1.2; }
.nstkit-chart .mark line { stroke: var(--soft); stroke-width: 1.2; stroke-dasharray: 2 2; }
.nstkit-chart .mark path { fill: var(--soft); }
.nstkit-chart .pale { opacity: .45; }
.nstkit-chart rect { fill: var(--soft); }
</style>
"""


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
        super().__init__([widgets.HTML(CSS, layout={"display": "none"}), *children], **options)
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


def jpeg(image: Any, quality: int = 88) -> bytes:
    """Encode a picture, shape (1, H, W, 3) or (H, W, 3), float or uint8, for the screen."""
    buffer = io.BytesIO()
    full = {"subsampling": 0} if quality >= FINE else {}
    Image.fromarray(_bytes(image)).save(buffer, "JPEG", quality=quality, **full)
    return buffer.getvalue()


def png(image: Any) -> bytes:
    """Encode a picture without loss, for maps whose pixels count."""
    buffer = io.BytesIO()
    Image.fromarray(_bytes(image)).save(buffer, "PNG", compress_level=3)
    return buffer.getvalue()


def _bytes(image: Any) -> np.ndarray:
    array = np.asarray(image)
    return array if array.dtype == np.uint8 else to_uint8(array)


def heat(values: Any, top: float | None = None) -> np.ndarray:
    """Colour a map from black (0) over red to white.

    Parameters
    ----------
    values : array_like
        Shape (H, W), not negative.
    top : float, optional
        The value that becomes the brightest colour; by default the largest.

    Returns
    -------
    numpy.ndarray
        Shape (H, W, 3), uint8.
    """
    array = np.asarray(values, np.float32)
    top = float(array.max()) if top is None else top
    scaled = array / top if top > 0 else array
    return colormaps["magma"](np.clip(scaled, 0, 1), bytes=True)[..., :3]


def enlarge(image: np.ndarray, side: int) -> np.ndarray:
    """Repeat the pixels of a uint8 picture so that its longer side is about `side`."""
    times = max(1, round(side / max(image.shape[:2])))
    return image.repeat(times, axis=0).repeat(times, axis=1)


def sheet(
    pictures: Sequence[np.ndarray], *, columns: int, chosen: int | None = None, gap: int = 4
) -> np.ndarray:
    """Lay uint8 pictures of one size out in rows, with a frame around the chosen one."""
    height, width = pictures[0].shape[:2]
    rows = -(-len(pictures) // columns)
    size = (columns * (width + gap) + gap, rows * (height + gap) + gap)
    page = Image.new("RGBA", size, (0, 0, 0, 0))
    for index, picture in enumerate(pictures):
        row, column = divmod(index, columns)
        at = (gap + column * (width + gap), gap + row * (height + gap))
        page.paste(Image.fromarray(picture), at)
        if index == chosen:
            corner = (at[0] + width, at[1] + height)
            ImageDraw.Draw(page).rectangle(
                (at[0] - gap, at[1] - gap, corner[0] + gap - 1, corner[1] + gap - 1),
                outline=(213, 94, 0, 255),
                width=gap,
            )
    return np.asarray(page)


def beside(pictures: Sequence[Any], height: int = 220) -> bytes:
    """Return a JPEG with the pictures in a row, brought to one height, on white."""
    images = [Image.fromarray(_bytes(picture)).convert("RGBA") for picture in pictures]
    images = [
        image.resize((max(1, round(image.width * height / image.height)), height), _filter(image))
        for image in images
    ]
    page = Image.new("RGBA", (sum(image.width + 8 for image in images) - 8, height))
    across = 0
    for image in images:
        page.paste(image, (across, 0))
        across += image.width + 8
    flat = Image.new("RGB", page.size, "white")
    flat.paste(page, mask=page)
    return jpeg(np.asarray(flat), FINE)


def _filter(image: Image.Image) -> Image.Resampling:
    return Image.Resampling.NEAREST if image.height < 200 else Image.Resampling.LANCZOS


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
