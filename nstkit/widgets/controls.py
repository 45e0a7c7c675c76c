"""The studio's controls: from settings to widgets and back."""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterable, Mapping
from typing import Any

import ipywidgets as widgets
import traitlets

from nstkit import samples
from nstkit.backbones import ARCHITECTURES
from nstkit.losses import CONTENT, FURTHER, STYLE, TERMS
from nstkit.optimizers import OPTIMIZERS
from nstkit.runs import INITS, title
from nstkit.session import Picture, Settings
from nstkit.widgets.panel import Moves, card, column, dropdown, row, upload_button, words
from nstkit.widgets.presets import HINTS, LOOKS
from nstkit.widgets.several import Several

SIZES = (96, 128, 160, 192, 224, 256, 320, 400, 512, 640, 800, 1024)
CONTENT_LAYERS = tuple(f"block{block}_conv2" for block in range(1, 6))
CALLED = {"lbfgs": "L-BFGS", "adam": "Adam", "fast": "fast: the instant picture"}
OWN = "own mix"
"""What the list of looks says when the sliders are at no look's weights."""

LOW = {"margin": "1px 0", "width": "auto"}
"""Layout of a control in a column of them."""


class Controls:
    """Sliders, toggles and lists for every setting but the pictures.

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
    by_setting : dict of str to Widget
        The control of each setting that has one of its own.
    layers, terms : Toggles
        Those of the style layers, and of the further terms.
    more : ToggleButton
        Whether the further terms are shown.
    look : Dropdown
        The list of looks.
    several : Several
        What several styles need.
    """

    def __init__(
        self,
        settings: Settings,
        changed: Callable[[dict[str, Any]], Any],
        failed: Callable[[Exception], Any],
    ):
        self.several = Several(settings, changed, failed)
        self._moves = Moves()
        whole = widgets.BoundedIntText(min=1, max=100_000, description="steps", layout=LOW)
        whole.style.description_width = "88px"
        square = widgets.Checkbox(
            description="square", indent=False, layout={**LOW, "width": "84px"}
        )
        self.by_setting: dict[str, widgets.Widget] = {
            "content_weight": logarithmic(f"{CONTENT.title} {CONTENT.symbol}", -2, 2, 2),
            "style_weight": logarithmic(f"{STYLE.title} {STYLE.symbol}", -1, 5, 0),
            "tv_weight": widgets.FloatSlider(
                max=200,
                step=1,
                description="smooth TV",
                style={"description_width": "88px"},
                layout=LOW,
            ),
            "content_layers": _list("content layer", [{name: 1.0} for name in CONTENT_LAYERS]),
            "size": _list("size", SIZES),
            "crop": square,
            "steps": whole,
            "init": _list("start from", INITS),
            "optimizer": _list("optimiser", OPTIMIZERS),
            "backbone": _list("network", ARCHITECTURES),
        }
        self.layers = Toggles(dict.fromkeys(settings.style_layers, "weight"), (118, 46), -1, 1, 1)
        symbols = {name: TERMS[name].symbol for name in FURTHER}
        self.terms = Toggles(symbols, (90, 24), -1, 4, 0, first=100.0)
        self.more = widgets.ToggleButton(description="further terms", icon="plus")
        self.more.add_class("nstkit-more")
        self.look = _list("look", (OWN, *LOOKS))
        for name, control in self.by_setting.items():
            self._moves.tell(functools.partial(_report, changed, name), control)
        layers, terms = self.layers, self.terms
        self._moves.tell(lambda _: changed({"style_layers": layers.weights}), *layers.controls)
        self._moves.tell(lambda _: changed({"terms": terms.positive}), *terms.controls)
        self._moves.tell(lambda name: name == OWN or changed(LOOKS[name]), self.look)
        self.show(settings)

    def show(self, settings: Settings) -> None:
        """Move every control to what the settings say, without reporting that as a move."""
        with self._moves.untold():
            for name, control in self.by_setting.items():
                _set(control, getattr(settings, name))
            self.layers.show(settings.style_layers)
            self.terms.show(settings.terms)
            self.several.show(settings)
            self.more.value = self.more.value or bool(settings.terms)
            self.look.value = next((n for n, look in LOOKS.items() if _has(settings, look)), OWN)

    def cards(self) -> list[widgets.Widget]:
        """Return the controls in three cards: weights, style layers, set-up."""
        of = self.by_setting
        weights = [of[f"{name}_weight"] for name in ("content", "style", "tv")]
        further = column(*self.terms.rows())
        traitlets.dlink((self.more, "value"), (further.layout, "display"), _shown)
        first = words("head", "What counts")
        more = row(self.several.more, self.more, grid_gap="4px")
        top = row(first, more, justify_content="space-between", align_items="center")
        size = row(of["size"], of["crop"], flex_flow="row nowrap", align_items="center")
        setup = [of[name] for name in ("steps", "init", "optimizer", "backbone")]
        return [
            card("", top, *weights, further, of["content_layers"], self.look),
            card("Style layers and their weights", *self.layers.rows(), flex="1 1 420px"),
            card("How it is painted", size, *setup, flex="1 1 330px"),
        ]


class Toggles:
    """Weights that can be switched off: for each name a toggle, a slider, and a hint.

    Parameters
    ----------
    names : mapping of str to str
        For each layer or term what its slider is called.
    wide : (int, int)
        Pixels for the toggle's name, and for the slider's.
    low, high : float
        Powers of ten between which the weights lie.
    digits : int
        Digits of a weight after the point.
    first : float
        Where the sliders stand at first.

    Attributes
    ----------
    by_name : dict of str to (Checkbox, FloatLogSlider)
        The controls.
    """

    def __init__(
        self,
        names: Mapping[str, str],
        wide: tuple[int, int],
        low: float,
        high: float,
        digits: int,
        first: float = 1.0,
    ):
        self.by_name: dict[str, tuple[widgets.Checkbox, widgets.FloatLogSlider]] = {}
        for name, weight in names.items():
            layout = {**LOW, "width": f"{wide[0]}px"}
            toggle = widgets.Checkbox(description=name, indent=False, layout=layout)
            slider = logarithmic(weight, low, high, digits, wide[1], flex="1 1 120px")
            slider.value = first
            self.by_name[name] = toggle, slider

    @property
    def controls(self) -> list[widgets.Widget]:
        """All toggles and sliders."""
        return [control for pair in self.by_name.values() for control in pair]

    @property
    def weights(self) -> dict[str, float]:
        """The weights, 0 where a toggle is off."""
        return {
            name: float(f"{weight.value:.4g}") if toggle.value else 0.0
            for name, (toggle, weight) in self.by_name.items()
        }

    @property
    def positive(self) -> dict[str, float]:
        """The weights of those that are on."""
        return {name: weight for name, weight in self.weights.items() if weight}

    def show(self, weights: Mapping[str, float]) -> None:
        """Move the controls to these weights; a slider that is off stays where it is."""
        for name, (toggle, weight) in self.by_name.items():
            toggle.value = weights.get(name, 0.0) > 0
            if toggle.value:
                _set(weight, weights[name])

    def rows(self) -> list[widgets.HBox]:
        """Return a row for each name."""
        hint = {**LOW, "width": "104px"}
        return [
            row(*pair, words("hint", HINTS.get(name, ""), **hint), flex_flow="row nowrap")
            for name, pair in self.by_name.items()
        ]


class PictureChoice:
    """Choose one of the two pictures: a sample, or a file of one's own.

    Parameters
    ----------
    which : {"content", "style"}
        Which of the two.
    settings : Settings
        What it shows first.
    changed : callable
        Called with the new picture, in a dict.
    failed : callable
        Called with the error of a file that is no picture.
    """

    def __init__(
        self,
        which: str,
        settings: Settings,
        changed: Callable[[dict[str, Any]], Any],
        failed: Callable[[Exception], Any],
    ):
        self._which = which
        self._own: Picture | None = None
        self._moves = Moves()
        self.list = widgets.Dropdown(layout={"width": "auto", "margin": "4px 0 0"})
        self.upload = upload_button(
            "Upload",
            "image/*",
            lambda name, content: changed(
                {which: Picture.open({"name": name, "content": content}, name)}
            ),
            failed,
        )
        self._moves.tell(lambda given: given is None or changed({which: given}), self.list)
        self.show(settings)

    def show(self, settings: Settings) -> None:
        """Show which picture the settings have."""
        given = getattr(settings, self._which)
        self._own = given if isinstance(given, Picture) else self._own
        kinds = sorted(("content", "style"), key=lambda kind: kind != self._which)
        names = [name for kind in kinds for name in samples.names(kind)]
        options: list[tuple[str, Any]] = [(name.replace("_", " "), name) for name in names]
        if isinstance(given, str) and given not in names:
            options.append((given, given))
        if self._own is not None:
            options.insert(0, (f"yours: {title(self._own)}", self._own))
        with self._moves.untold():
            self.list.options = options
            self.list.value = given


def logarithmic(
    name: str, low: float, high: float, digits: int, wide: int = 88, **layout: Any
) -> widgets.FloatLogSlider:
    """Return a slider over powers of ten, moving in twentieths of one."""
    return widgets.FloatLogSlider(
        min=low,
        max=high,
        step=0.05,
        description=name,
        readout_format=f".{digits}f",
        style={"description_width": f"{wide}px"},
        layout={**LOW, **layout},
    )


def _shown(on: bool) -> str:
    return "flex" if on else "none"


def _report(changed: Callable[[dict[str, Any]], Any], name: str, value: Any) -> None:
    changed({name: value})


def _list(name: str, values: Iterable[Any]) -> widgets.Dropdown:
    options = [(_named(value), value) for value in values]
    return dropdown(name, options, flex="1 1 auto", margin="1px 0", width="auto")


def _named(value: Any) -> str:
    """Return what a list calls a value: a size, layers, or what has a name."""
    if isinstance(value, int):
        return f"{value} px"
    if isinstance(value, Mapping):
        return " + ".join(value)
    return "whichever is here" if value is None else CALLED.get(value, title(value))


def _set(control: widgets.Widget, value: Any) -> None:
    """Move a control to a value: within its range, and after adding it to a list without it."""
    if isinstance(control, widgets.FloatLogSlider):
        value = min(max(value, 10**control.min), 10**control.max)
    elif isinstance(control, widgets.FloatSlider):
        value = min(value, control.max)
    elif isinstance(control, widgets.Dropdown) and value not in dict(control.options).values():
        control.options = [*control.options, (_named(value), value)]
    control.value = value


def _has(settings: Settings, look: dict[str, Any]) -> bool:
    return all(getattr(settings, name) == value for name, value in look.items())
