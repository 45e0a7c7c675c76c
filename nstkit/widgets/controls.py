"""The studio's controls: from settings to widgets and back."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import ipywidgets as widgets

from nstkit import samples
from nstkit.session import Settings
from nstkit.session.settings import Picture, title
from nstkit.widgets.panel import column, row
from nstkit.widgets.presets import HINTS, LOOKS

SIZES = (96, 128, 160, 192, 224, 256, 320, 400, 512, 640, 800, 1024)
CONTENT_LAYERS = tuple(f"block{block}_conv2" for block in range(1, 6))
OWN = "own mix"
"""What the list of looks says when the sliders are at no look's weights."""


def head(text: str) -> widgets.HTML:
    """Return the small heading of a card."""
    return widgets.HTML(f'<div class="nstkit-head">{text}</div>')


def card(*children: widgets.Widget, **layout: Any) -> widgets.VBox:
    """Return a card with widgets one below the other."""
    box = column(*children, **layout)
    box.add_class("nstkit-card")
    return box


def logarithmic(
    name: str, low: float, high: float, digits: int, **layout: Any
) -> widgets.FloatLogSlider:
    """Return a slider over powers of ten, moving in twentieths of one."""
    return widgets.FloatLogSlider(
        min=low,
        max=high,
        step=0.05,
        description=name,
        readout_format=f".{digits}f",
        style={"description_width": "58px"},
        layout={"width": "auto", "margin": "1px 0", **layout},
    )


class Controls:
    """Sliders, toggles and lists for every setting but the pictures.

    Parameters
    ----------
    settings : Settings
        What they show first.
    changed : callable
        Called with the settings that a control was moved to, as keywords.
    """

    def __init__(self, settings: Settings, changed: Callable[..., Any]):
        self._changed = changed
        self._showing = False
        self.alpha = logarithmic("content α", -2, 2, 2)
        self.beta = logarithmic("style β", -1, 5, 0)
        self.tv = widgets.FloatSlider(
            min=0,
            max=200,
            step=1,
            description="smooth TV",
            style={"description_width": "58px"},
            layout={"width": "auto", "margin": "1px 0"},
        )
        for slider in (self.alpha, self.beta, self.tv):
            slider.style.description_width = "88px"
        self.look = _list("look", [OWN, *LOOKS])
        self.layers = {layer: _layer_row(layer) for layer in settings.style_layers}
        self.content_layer = _list("content layer", CONTENT_LAYERS)
        self.optimizer = _list("optimiser", [("L-BFGS", "lbfgs"), ("Adam", "adam")])
        self.init = _list("start from", ["content", "style", "noise"])
        self.size = _list("size", [(f"{size} px", size) for size in SIZES])
        self.crop = widgets.Checkbox(
            description="square", indent=False, layout={"width": "84px", "margin": "1px 0"}
        )
        self.backbone = _list("network", ["vgg19-slim", "vgg19"])
        self.steps = widgets.BoundedIntText(
            min=1, max=100_000, description="steps", layout={"width": "auto", "margin": "1px 0"}
        )
        self._listen()
        self.show(settings)

    def _listen(self) -> None:
        """Hear of every control; a layer's toggle and weight count as one."""
        single = {
            "content_weight": self.alpha,
            "style_weight": self.beta,
            "tv_weight": self.tv,
            "content_layer": self.content_layer,
            "optimizer": self.optimizer,
            "init": self.init,
            "size": self.size,
            "crop": self.crop,
            "backbone": self.backbone,
            "steps": self.steps,
        }
        for name, control in single.items():
            control.observe(lambda event, name=name: self._moved({name: event["new"]}), "value")
        for toggle, weight, _ in self.layers.values():
            for control in (toggle, weight):
                control.observe(lambda _: self._moved({"style_layers": self.style_layers}), "value")
        self.look.observe(lambda event: self._moved(LOOKS.get(event["new"], {})), "value")

    def _moved(self, changes: dict[str, Any]) -> None:
        if not self._showing and changes:
            self._changed(**changes)

    @property
    def style_layers(self) -> dict[str, float]:
        """The weights of the style layers, 0 where a toggle is off."""
        return {
            layer: float(f"{weight.value:.4g}") if toggle.value else 0.0
            for layer, (toggle, weight, _) in self.layers.items()
        }

    def show(self, settings: Settings) -> None:
        """Move every control to what the settings say, without reporting that as a move."""
        self._showing = True
        try:
            self.alpha.value = _inside(settings.content_weight, 1e-2, 1e2)
            self.beta.value = _inside(settings.style_weight, 0.1, 1e5)
            self.tv.value = min(settings.tv_weight, self.tv.max)
            for layer, (toggle, weight, _) in self.layers.items():
                value = settings.style_layers.get(layer, 0.0)
                toggle.value = value > 0
                if value > 0:
                    weight.value = _inside(value, 0.1, 10)
            _pick(self.content_layer, settings.content_layer, settings.content_layer)
            _pick(self.size, settings.size, f"{settings.size} px")
            self.optimizer.value, self.init.value = settings.optimizer, settings.init
            self.backbone.value, self.steps.value = settings.backbone, settings.steps
            self.crop.value = settings.crop
            self.look.value = next((n for n, look in LOOKS.items() if _has(settings, look)), OWN)
        finally:
            self._showing = False

    def cards(self) -> list[widgets.Widget]:
        """Return the controls in three cards: weights, style layers, set-up."""
        weights = card(
            head("What counts"), self.alpha, self.beta, self.tv, self.content_layer, self.look
        )
        layers = card(
            head("Style layers and their weights"),
            *(row(*parts, flex_flow="row nowrap") for parts in self.layers.values()),
        )
        setup = card(
            head("How it is painted"),
            row(self.size, self.crop, flex_flow="row nowrap", align_items="center"),
            self.steps,
            self.init,
            self.optimizer,
            self.backbone,
        )
        for box, basis in ((layers, "420px"), (setup, "330px")):
            box.layout.flex = f"1 1 {basis}"
        return [weights, layers, setup]


class PictureChoice:
    """Choose one of the two pictures: a sample, or a file of one's own.

    Parameters
    ----------
    which : {"content", "style"}
        Which of the two.
    settings : Settings
        What it shows first.
    changed : callable
        Called with the new picture as a keyword.
    failed : callable
        Called with the error of a file that is no picture.
    """

    def __init__(
        self,
        which: str,
        settings: Settings,
        changed: Callable[..., Any],
        failed: Callable[[Exception], Any],
    ):
        self._which, self._changed, self._failed = which, changed, failed
        self._own: Picture | None = None
        self._showing = False
        self.list = widgets.Dropdown(layout={"width": "auto", "margin": "4px 0 0"})
        self.upload = widgets.FileUpload(
            accept="image/*",
            multiple=False,
            description="Upload",
            layout={"width": "auto", "margin": "2px 0 0"},
        )
        self.list.observe(self._chosen, "value")
        self.upload.observe(self._uploaded, "value")
        self.show(settings)

    def show(self, settings: Settings) -> None:
        """Show which picture the settings have."""
        given = getattr(settings, self._which)
        self._own = given if isinstance(given, Picture) else self._own
        own_kind, other = ("content", "style") if self._which == "content" else ("style", "content")
        names = [*samples.names(own_kind), *samples.names(other)]
        options: list[tuple[str, Any]] = [(name.replace("_", " "), name) for name in names]
        if isinstance(given, str) and given not in names:
            options.append((given, given))
        if self._own is not None:
            options.insert(0, (f"yours: {title(self._own)}", self._own))
        self._showing = True
        try:
            self.list.options = options
            self.list.value = given
        finally:
            self._showing = False

    def _chosen(self, event: dict[str, Any]) -> None:
        if not self._showing and event["new"] is not None:
            self._changed(**{self._which: event["new"]})

    def _uploaded(self, event: dict[str, Any]) -> None:
        if not event["new"]:
            return
        try:
            picture = Picture.open(event["new"], upload_name(event["new"]))
            self._changed(**{self._which: picture})
        except Exception as error:
            self._failed(error)


def upload_name(value: Any) -> str:
    """Return the file's name in the value of a FileUpload of ipywidgets 7 or 8."""
    return str(next(iter(value))) if isinstance(value, dict) else str(value[-1]["name"])


def _list(name: str, options: Any) -> widgets.Dropdown:
    return widgets.Dropdown(
        options=options,
        description=name,
        style={"description_width": "88px"},
        layout={"width": "auto", "flex": "1 1 auto", "margin": "1px 0"},
    )


def _layer_row(layer: str) -> tuple[widgets.Checkbox, widgets.FloatLogSlider, widgets.HTML]:
    toggle = widgets.Checkbox(
        description=layer, indent=False, layout={"width": "118px", "margin": "1px 0"}
    )
    weight = logarithmic("weight", -1, 1, 1, flex="1 1 120px")
    weight.style.description_width = "46px"
    hint = widgets.HTML(
        f'<div class="nstkit-hint">{HINTS.get(layer, "")}</div>',
        layout={"width": "104px", "margin": "1px 0"},
    )
    return toggle, weight, hint


def _pick(control: widgets.Dropdown, value: Any, label: str) -> None:
    """Choose a value, after adding it to the list where it is missing."""
    options = [entry if isinstance(entry, tuple) else (entry, entry) for entry in control.options]
    if value not in [entry[1] for entry in options]:
        control.options = [*options, (label, value)]
    control.value = value


def _inside(value: float, low: float, high: float) -> float:
    return min(max(value, low), high)


def _has(settings: Settings, look: dict[str, Any]) -> bool:
    return all(getattr(settings, name) == value for name, value in look.items())
