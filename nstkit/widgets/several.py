"""Several styles, regions painted with a brush, stroke size and colours: shown when asked for."""

from __future__ import annotations

import functools
import itertools
import operator
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import ipywidgets as widgets
import numpy as np
import traitlets
from anywidget import AnyWidget
from matplotlib.colors import to_hex

from nstkit import samples
from nstkit.classic import draw_stroke, select_by_strokes
from nstkit.errors import SettingsError
from nstkit.images import Mask
from nstkit.runs import Picture, Style, title
from nstkit.session import Settings
from nstkit.widgets.panel import Moves, button, card, column, dropdown, row, upload_button, words
from nstkit.widgets.pictures import FINE, jpeg

REGIONS = ("style 1", "style 2", "style 3", "keep")
TINTS = ((1.0, 1.0, 1.0), (0.90, 0.62, 0.0), (0.34, 0.71, 0.91), (0.0, 0.62, 0.45))
"""What can be painted, and in which colour; style 1 takes what the others leave."""

KEEP = 3
COLOURS = [("the painting's", False), ("the photograph's", True), ("matched first", "matching")]
MIXES = [("mixed Gram matrix", "gram"), ("sum of losses", "sum")]
LOW = {"margin": "1px 0", "width": "auto"}


class Brush(AnyWidget):
    """A picture to paint on; `stroke` is the last one: (x, y) in parts of width and height."""

    _esm = Path(__file__).with_name("brush.js").read_text(encoding="utf-8")
    picture = traitlets.Bytes().tag(sync=True)
    colour = traitlets.Unicode("#fff").tag(sync=True)
    width = traitlets.Float(0.12).tag(sync=True)
    stroke: Any = traitlets.List().tag(sync=True)


class Several:
    """Controls for what several styles need; the settings hold all of it.

    Parameters
    ----------
    settings : Settings
        What they show first.
    changed : callable
        Called with the settings that a control was moved to, a dict.
    failed : callable
        Called with the error of what is not possible.

    Attributes
    ----------
    more : ToggleButton
        Whether they are shown.
    box : Widget
        All of them.
    brush : Brush
        Where regions are painted.
    """

    def __init__(
        self,
        settings: Settings,
        changed: Callable[[dict[str, Any]], Any],
        failed: Callable[[Exception], Any],
    ):
        self._settings, self._changed, self._failed = settings, changed, failed
        self._photo: Any = None
        self._drawn: list[Any] = []
        self._undo: list[list[Mask | None]] = []
        self._moves = Moves()
        self.more = widgets.ToggleButton(description="styles, regions, colours", icon="plus")
        self.more.add_class("nstkit-more")
        self.lists = [dropdown(name, [], wide=52, **LOW) for name in REGIONS[1:KEEP]]
        self.weights = [_slider("weight", 0, 2, 0.05) for _ in REGIONS[:KEEP]]
        self.by_setting = {
            "mix": dropdown("mix by", MIXES, wide=60, **LOW),
            "style_scale": _slider("strokes", 0.3, 2, 0.05),
            "preserve_colour": dropdown("colours", COLOURS, wide=60, **LOW),
            "keep_weight": _slider("keep by", 0, 100, 1),
        }
        self.region = widgets.ToggleButtons(
            options=[(name, index) for index, name in enumerate(REGIONS)], value=1
        )
        self.region.style.button_width = "76px"
        self.brush = Brush()
        for act, controls in ((self._choose, self.lists), (self._weigh, self.weights)):
            for index, control in enumerate(controls):
                self._moves.tell(functools.partial(act, index), control)
        for name, control in self.by_setting.items():
            self._moves.tell(functools.partial(self._report, name), control)
        self.box = card("", row(*self._columns(), align_items="stretch"), margin="10px 0 0")
        display = self.box.layout, "display"
        traitlets.dlink((self.more, "value"), display, lambda on: "flex" if on else "none")
        self.show(settings)

    def _columns(self) -> tuple[widgets.Widget, widgets.Widget]:
        """Return what belongs to the styles, and what belongs to their regions."""
        of = self.by_setting
        rows = [words("head", "Styles, and how much of each"), words("note", "style 1")]
        rows.append(self.weights[0])
        for index, chosen in enumerate(self.lists):
            take = functools.partial(self._upload, index)
            upload = upload_button("Upload", "image/*", take, self._failed, "124px")
            chosen.layout.flex = "1 1 150px"
            rows += [row(chosen, upload, flex_flow="row nowrap"), self.weights[index + 1]]
        rows += [of["mix"], words("head", "Strokes and colours")]
        left = column(*rows, of["style_scale"], of["preserve_colour"], flex="1 1 280px")
        width = _slider("brush", 0.02, 0.4, 0.01)
        widgets.link((self.brush, "width"), (width, "value"))
        colour = self.brush, "colour"
        traitlets.dlink((self.region, "value"), colour, lambda index: to_hex(TINTS[index]))
        self.brush.observe(self._paint, "stroke")
        tools = row(
            button("Undo", "undo", self._back, width="90px"),
            button("Clear", "eraser", functools.partial(self._put, {}), width="90px"),
            button("Grow to edges", "magic", self._grow, width="150px"),
            upload_button("Upload mask", "image/*", self._open, self._failed, "150px"),
        )
        head = words("head", "Regions: paint where each counts")
        return left, column(
            head, self.region, self.brush, width, tools, of["keep_weight"], flex="2 1 380px"
        )

    def show(self, settings: Settings) -> None:
        """Move every control to what the settings say, without reporting that as a move."""
        self._settings = settings
        with self._moves.untold():
            styles = [*settings.all_styles, *[Style("", 0.0)] * len(self.lists)]
            for style, weight in zip(styles, self.weights, strict=False):
                weight.value, weight.disabled = min(style.weight, weight.max), not style.picture
            for style, chosen in zip(styles[1:], self.lists, strict=False):
                names = [*samples.names("style"), *samples.names("content")]
                own = [style.picture] if style.picture not in (*names, "") else []
                options = [(title(name).replace("_", " "), name) for name in (*own, *names)]
                chosen.options, chosen.value = [("none", ""), *options], style.picture
            for name, control in self.by_setting.items():
                control.value = getattr(settings, name)
            self.more.value = self.more.value or bool(settings.styles or settings.keep)
        self.draw(self._photo)

    def draw(self, photo: Any) -> None:
        """Show the regions over the photograph, shape (1, height, width, 3), where they changed."""
        self._photo = photo
        wanted = [photo, self._settings.keep, *(style.mask for style in self._settings.styles)]
        same = len(wanted) == len(self._drawn) and all(map(operator.is_, wanted, self._drawn))
        if photo is None or same:
            return
        self._drawn, shown = wanted, photo[0]
        for index, mask in self._masks().items():
            shown = shown + 0.5 * mask[..., None] * (np.array(TINTS[index]) - shown)
        self.brush.picture = jpeg(shown.astype(np.float32), FINE)

    def _masks(self) -> dict[int, np.ndarray]:
        """Return each region at the photograph's size, 0 where there is none."""
        sides = self._photo.shape[1:3]
        given = dict(enumerate((style.mask for style in self._settings.styles[:2]), 1))
        return {
            index: mask.at(*sides) if mask and mask.fits(*sides) else np.zeros(sides, np.float32)
            for index, mask in {**given, KEEP: self._settings.keep}.items()
        }

    def _put(self, masks: dict[int, np.ndarray]) -> None:
        """Make these the regions; where nothing is left of one, there is none."""
        before = self._settings
        self._undo.append([before.keep, *(style.mask for style in before.styles)])
        made = {n: Mask(mask, REGIONS[n]) for n, mask in masks.items() if mask.max() > 0.5}
        styles = [replace(style, mask=made.get(n)) for n, style in enumerate(before.styles, 1)]
        self._changed({"styles": styles, "keep": made.get(KEEP)})

    def _back(self) -> None:
        if self._undo:
            keep, *masks = self._undo.pop()
            both = itertools.zip_longest(self._settings.styles, masks)
            styles = [replace(style, mask=mask) for style, mask in both if style]
            self._changed({"styles": styles, "keep": keep})

    def _paint(self, change: dict[str, Any]) -> None:
        """Take a stroke of the brush."""
        if change["new"] and self._photo is not None:
            height, width = self._photo.shape[1:3]
            self._add(draw_stroke(change["new"], height, width, change["owner"].width))
            change["owner"].stroke = []  # the same one may come again

    def _add(self, stroke: np.ndarray) -> None:
        """Add a stroke to the region that is chosen, and take it from the others."""
        masks, chosen = self._masks(), self.region.value
        if chosen and chosen not in masks:
            self._failed(SettingsError(f"{REGIONS[chosen]} is not there: choose a painting for it"))
            self._drawn = []  # the page shows the stroke
            self.draw(self._photo)
            return
        masks = {n: mask * (1 - stroke) for n, mask in masks.items()}
        if chosen:
            masks[chosen] = np.maximum(masks[chosen], stroke)
        self._put(masks)

    def _grow(self) -> None:
        """Grow the chosen region to the edges of what was painted: the rest is not that."""
        masks = self._masks()
        inside = masks.pop(self.region.value, None)
        try:
            if inside is None:
                raise SettingsError("style 1 takes what the others leave: choose another region")
            frame = np.pad(np.zeros_like(inside[2:-2, 2:-2]), 2, constant_values=1)
            outside = np.max([*masks.values(), frame * (inside < 0.5)], axis=0)
            self._add(select_by_strokes(self._photo, inside, outside).values)
        except SettingsError as error:
            self._failed(error)

    def _open(self, name: str, content: bytes) -> None:
        self._add(Mask.open(content, name).at(*self._photo.shape[1:3]))

    def _upload(self, index: int, name: str, content: bytes) -> None:
        self._choose(index, Picture.open({"name": name, "content": content}, name))

    def _choose(self, index: int, given: Any) -> None:
        """Take a painting as a further style, or leave that style out."""
        styles = list(self._settings.styles)
        new = [replace(style, picture=given) for style in styles[index : index + 1]]
        styles[index : index + 1] = (new or [Style(given)]) if given else []
        self._changed({"styles": styles})

    def _report(self, name: str, value: Any) -> None:
        self._changed({name: value})

    def _weigh(self, index: int, weight: float) -> None:
        """Change how much of a style there is."""
        styles = list(self._settings.styles)
        styles[index - 1 : index] = [replace(of, weight=weight) for of in styles[index - 1 : index]]
        self._changed({"styles": styles} if index else {"style_share": weight})


def _slider(name: str, low: float, high: float, step: float) -> widgets.FloatSlider:
    style = {"description_width": "60px"}
    return widgets.FloatSlider(
        min=low, max=high, step=step, description=name, style=style, layout=LOW
    )
