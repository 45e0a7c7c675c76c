"""Several styles, regions painted with a brush, stroke size and colours: shown when asked for."""

from __future__ import annotations

import functools
import operator
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import ipywidgets as widgets
import numpy as np
import traitlets
from matplotlib.colors import to_hex

from nstkit import samples
from nstkit.classic import draw_stroke, select_by_strokes
from nstkit.errors import SettingsError
from nstkit.images import Mask
from nstkit.runs import Picture, Style, title
from nstkit.session import Settings
from nstkit.widgets.panel import Moves, button, card, column, dropdown, row, upload_button, words
from nstkit.widgets.pictures import FINE, jpeg

try:
    from anywidget import AnyWidget
except ImportError:  # an installation from before there was a brush: all else works without
    AnyWidget = None

REGIONS = ("style 1", "style 2", "style 3", "keep")
TINTS = ((1.0, 1.0, 1.0), (0.90, 0.62, 0.0), (0.34, 0.71, 0.91), (0.0, 0.62, 0.45))
"""What can be painted, and in which colour; style 1 takes what the others leave."""

KEEP = 3
COLOURS = [("the painting's", False), ("the photograph's", True), ("matched first", "matching")]
MIXES = [("mixed Gram matrix", "gram"), ("sum of losses", "sum")]
LOW = {"margin": "1px 0", "width": "auto"}

if AnyWidget is not None:

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
    brush : Brush or None
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
        self._undo: list[dict[int, np.ndarray]] = []
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
        for index, control in enumerate(self.lists):
            self._moves.tell(functools.partial(self._choose, index), control)
        for index, control in enumerate(self.weights):
            self._moves.tell(functools.partial(self._weigh, index), control)
        for name, control in self.by_setting.items():
            self._moves.tell(functools.partial(self._report, name), control)
        options = [(name, index) for index, name in enumerate(REGIONS)]
        self.region = widgets.ToggleButtons(options=options, value=1)
        self.region.style.button_width = "76px"
        self.brush = None if AnyWidget is None else Brush()
        both = row(self._styles(), self._regions(), align_items="stretch")
        self.box = card("", both, margin="10px 0 0")
        traitlets.dlink((self.more, "value"), (self.box.layout, "display"), _shown)
        self.show(settings)

    def _styles(self) -> widgets.Widget:
        rows = [words("head", "Styles, and how much of each"), words("note", "style 1")]
        rows.append(self.weights[0])
        for index, chosen in enumerate(self.lists):
            take = functools.partial(self._upload, index)
            upload = upload_button("Upload", "image/*", take, self._failed, "124px")
            chosen.layout.flex = "1 1 150px"
            rows += [row(chosen, upload, flex_flow="row nowrap"), self.weights[index + 1]]
        of = self.by_setting
        last = words("head", "Strokes and colours"), of["style_scale"], of["preserve_colour"]
        return column(*rows, of["mix"], *last, flex="1 1 280px")

    def _regions(self) -> widgets.Widget:
        wide = _slider("brush", 0.02, 0.4, 0.01)
        tools = row(
            button("Undo", "undo", self._back, width="90px"),
            button("Clear", "eraser", functools.partial(self._put, {}), width="90px"),
            button("Grow to edges", "magic", self._grow, width="150px"),
            upload_button("Upload mask", "image/*", self._open, self._failed, "150px"),
        )
        where = words("note", "To paint with a brush: pip install anywidget, restart the kernel.")
        if self.brush is not None:
            widgets.link((self.brush, "width"), (wide, "value"))
            traitlets.dlink((self.region, "value"), (self.brush, "colour"), _css)
            self.brush.observe(self._paint, "stroke")
            where = column(self.brush, wide)
        head = words("head", "Regions: paint where each counts")
        kept = self.by_setting["keep_weight"]
        return column(head, self.region, where, tools, kept, flex="2 1 380px")

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
            self.more.value = self.more.value or settings.styles != () or settings.keep is not None
        self.draw(self._photo)

    def draw(self, photo: Any) -> None:
        """Show the regions over the photograph, shape (1, height, width, 3), where they changed."""
        self._photo = photo
        wanted = [photo, self._settings.keep, *(style.mask for style in self._settings.styles)]
        same = len(wanted) == len(self._drawn) and all(map(operator.is_, wanted, self._drawn))
        if photo is None or self.brush is None or same:
            return
        self._drawn, shown = wanted, photo[0]
        for index, mask in self._masks().items():
            shown = shown + 0.5 * mask[..., None] * (np.array(TINTS[index]) - shown)
        self.brush.picture = jpeg(shown.astype(np.float32), FINE)

    def _masks(self) -> dict[int, np.ndarray]:
        """Return each region at the photograph's size, 0 where there is none."""
        sides, found = self._photo.shape[1:3], {}
        given = {index + 1: style.mask for index, style in enumerate(self._settings.styles[:2])}
        for index, mask in {**given, KEEP: self._settings.keep}.items():
            fits = mask is not None and mask.fits(*sides)
            found[index] = mask.at(*sides) if fits else np.zeros(sides, np.float32)
        return found

    def _put(self, masks: dict[int, np.ndarray], *, undo: bool = True) -> None:
        """Make these the regions; where nothing is left of one, there is none."""
        if undo:
            self._undo.append(self._masks())
        made = {n: Mask(mask, REGIONS[n]) for n, mask in masks.items() if mask.max() > 0.5}
        styles = [replace(s, mask=made.get(n)) for n, s in enumerate(self._settings.styles, 1)]
        self._changed({"styles": styles, "keep": made.get(KEEP)})

    def _paint(self, change: dict[str, Any]) -> None:
        """Add a stroke to the region that is chosen, and take it from the others."""
        assert self.brush is not None
        if change["new"] and self._photo is not None:
            height, width = self._photo.shape[1:3]
            self._add(draw_stroke(change["new"], height, width, self.brush.width))
            self.brush.stroke = []  # the same one may come again

    def _add(self, stroke: np.ndarray) -> None:
        masks, chosen = self._masks(), self.region.value
        if chosen and chosen not in masks:
            self._failed(SettingsError(f"{REGIONS[chosen]} is not there: choose a painting for it"))
            self._drawn = []
            self.draw(self._photo)
            return
        masks = {n: mask * (1 - stroke) for n, mask in masks.items()}
        if chosen:
            masks[chosen] = np.maximum(masks[chosen], stroke)
        self._put(masks)

    def _back(self) -> None:
        if self._undo:
            self._put(self._undo.pop(), undo=False)

    def _grow(self) -> None:
        """Grow the chosen region to the edges of what was painted: the rest is not that."""
        masks = self._masks()
        inside = masks.pop(self.region.value, None)
        try:
            if inside is None:
                raise SettingsError("style 1 takes what the others leave: choose another region")
            outside = np.max([*masks.values(), _frame(inside)], axis=0)
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
        if not given:
            del styles[index : index + 1]
        elif index < len(styles):
            styles[index] = replace(styles[index], picture=given)
        else:
            styles.append(Style(given))
        self._changed({"styles": styles})

    def _weigh(self, index: int, weight: float) -> None:
        if index == 0:
            self._changed({"style_share": weight})
        elif index <= len(self._settings.styles):
            styles = list(self._settings.styles)
            styles[index - 1] = replace(styles[index - 1], weight=weight)
            self._changed({"styles": styles})

    def _report(self, name: str, value: Any) -> None:
        self._changed({name: value})


def _frame(inside: np.ndarray) -> np.ndarray:
    """Return the outermost pixels that are not inside."""
    outside = np.ones_like(inside)
    outside[2:-2, 2:-2] = 0
    return outside * (inside < 0.5)


def _slider(name: str, low: float, high: float, step: float) -> widgets.FloatSlider:
    style = {"description_width": "60px"}
    return widgets.FloatSlider(
        min=low, max=high, step=step, description=name, style=style, layout=LOW
    )


def _shown(on: bool) -> str:
    return "flex" if on else "none"


def _css(region: int) -> str:
    return to_hex(TINTS[region])
