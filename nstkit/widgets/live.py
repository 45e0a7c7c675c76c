"""The live studio: move a slider and watch the painting change while it is being painted."""

from __future__ import annotations

import functools
import threading
import weakref
from collections.abc import Callable
from typing import Any

import ipywidgets as widgets

from nstkit.backbones import Backbone
from nstkit.session import Session, Settings
from nstkit.widgets.comparing import Comparing
from nstkit.widgets.controls import Controls, PictureChoice, card, head
from nstkit.widgets.panel import Panel, column, row, send_again, when_built
from nstkit.widgets.pictures import beside
from nstkit.widgets.presets import PRESETS
from nstkit.widgets.saving import Saving
from nstkit.widgets.view import View

OPEN: weakref.WeakSet[Studio] = weakref.WeakSet()
"""The studios of this kernel: a new one pauses those that run, or they would share the machine."""


def studio(
    content: Any = "chelsea",
    style: Any = "night_sky",
    *,
    settings: Settings | None = None,
    load: Callable[[str], Backbone] | None = None,
    **changes: Any,
) -> Studio:
    """Open the live studio.

    Parameters
    ----------
    content, style : str or Picture
        Sample, famous painting or path; or `nstkit.session.Picture.open(source)`.
    settings : Settings, optional
        All settings, such as those of a file; `content` and `style` then count only where
        they are in it.
    load : callable, optional
        From a backbone's name to the `Backbone`; by default `load_backbone`.
    **changes
        Further settings: fields of `nstkit.session.Settings`, such as ``size=192``.

    Returns
    -------
    Studio
        A box of widgets; as the last line of a cell it is shown. Its `session` can be steered
        from code as well.

    Raises
    ------
    SettingsError
        If a setting is not accepted.
    """
    if settings is None:
        settings = Settings(content=content, style=style)
    for other in list(OPEN):
        other.session.pause()
    return Studio(Session(settings.replace(**changes), load=load))


class Studio(Panel):
    """The live studio over a session; see `studio`.

    Parameters
    ----------
    session : Session
        The session to show and steer.
    """

    def __init__(self, session: Session):
        self.session = session
        self.view = View()
        settings = session.settings
        self.controls = Controls(settings, self._change)
        self.choices = [
            PictureChoice(which, settings, self._change, self._failed)
            for which in ("content", "style")
        ]
        self.saving = Saving(session, self._load, self._failed)
        self.comparing = Comparing(session, self._failed)
        self._shown_settings = settings
        self._seen_state = ""
        self._drawing = threading.Lock()
        super().__init__(self._layout(), still=self._still)
        self.add_class("nstkit-studio")
        OPEN.add(self)
        when_built(self, self._catch_up)
        session.watch(self._draw)
        session.prepare()

    def _layout(self) -> list[widgets.Widget]:
        view = self.view
        sources = []
        for name, image, choice in zip(
            ("Content", "Style"), (view.content, view.style), self.choices, strict=True
        ):
            sources.append(card(head(name), image, choice.list, choice.upload))
        weights, layers, setup = self.controls.cards()
        result = column(card(head("Result"), view.result, flex="1 1 auto"), weights)
        result.layout.flex, result.layout.grid_gap = "3.4 1 400px", "10px"
        charts = card(
            head("Losses while painting"),
            view.curves,
            head("Which part counts"),
            view.bars,
            flex="2.2 1 330px",
        )
        pair = column(*sources, flex="1 1 170px", grid_gap="10px")
        top = row(pair, result, charts, flex_flow="row wrap", align_items="stretch")
        controls = row(layers, setup, flex_flow="row wrap", align_items="stretch")
        tabs = widgets.Tab([self.saving.box, self.comparing.box])
        for index, name in enumerate(("Save and load", "Compare")):
            tabs.set_title(index, name)
        return [
            card(self._toolbar(), view.status, view.message),
            top,
            controls,
            tabs,
        ]

    def _toolbar(self) -> widgets.HBox:
        session = self.session
        self.start = _button("Start", "play", self._command(session.start), "success")
        self.pause = _button("Pause", "pause", self._command(session.pause))
        self.single = _button("One step", "step-forward", self._command(session.advance))
        self.stop = _button("Stop", "stop", self._command(session.stop))
        self.reset = _button("Reset", "undo", self._command(session.reset))
        presets = [
            _button(name, "", functools.partial(self._take_preset, make))
            for name, make in PRESETS.items()
        ]
        label = widgets.HTML('<span class="nstkit-head">presets</span>')
        tools = row(
            self.start,
            self.pause,
            self.single,
            self.stop,
            self.reset,
            row(label, *presets, align_items="center", grid_gap="6px 6px", margin="0 0 0 auto"),
            align_items="center",
            grid_gap="6px 6px",
        )
        tools.add_class("nstkit-tools")
        return tools

    def _command(self, command: Callable[[], Any]) -> Callable[[], Any]:
        """Return the command, after taking back what was said of the one before."""

        def act() -> None:
            self.view.say(None)
            command()

        return act

    def _change(self, **changes: Any) -> None:
        """Pass on what a control was moved to; called on the kernel's main thread."""
        self.view.say(None)
        try:
            self.session.change(**changes)
        except Exception as error:
            self._failed(error)
        self._show(self.session.settings)

    def _take_preset(self, make: Callable[[Session], Settings]) -> None:
        self._load(make(self.session))

    def _load(self, settings: Settings) -> None:
        """Take over whole settings, from a preset or a file, and go back to the start."""
        names = settings.__dataclass_fields__
        self.view.say(None)
        self.session.reset()
        self.session.change(**{name: getattr(settings, name) for name in names})
        self._show(self.session.settings)

    def _show(self, settings: Settings) -> None:
        """Bring the controls up to date with the settings."""
        if settings is not self._shown_settings:
            self._shown_settings = settings
            self.controls.show(settings)
            for choice in self.choices:
                choice.show(settings)

    def _failed(self, error: Exception) -> None:
        self.view.say(error)

    def _draw(self, session: Session) -> None:
        """Draw; called on the session's thread after each step and change."""
        with self._drawing:
            self.view.draw(session)
            if session.error is not None:
                self._show(session.settings)
            if session.state not in ("running", "preparing"):
                self.saving.offer()
            self._draw_buttons(session.state)

    def _draw_buttons(self, state: str) -> None:
        if state == self._seen_state:
            return
        self._seen_state = state
        going = state in ("paused", "finished")
        self.start.description = "Continue" if going else "Start"
        self.start.disabled = state == "running"
        self.pause.disabled = state not in ("running", "preparing")
        self.stop.disabled = state in ("ready", "stopped", "failed")

    def _catch_up(self) -> None:
        """Show a page what was drawn while it was being built."""
        with self._drawing:  # else something older could be sent after something newer
            send_again(self)

    def _still(self) -> bytes:
        step, problem = self.session.step, getattr(self.session.engine, "problem", None)
        if step is None or problem is None:
            pictures = [self.session.settings.picture(which) for which in ("content", "style")]
            return beside(pictures, 240)
        return beside([problem.content_image, problem.style_image, step.image], 240)


def _button(name: str, icon: str, action: Callable[[], Any], style: str = "") -> widgets.Button:
    button = widgets.Button(description=name, icon=icon, button_style=style)
    button.on_click(lambda _: action())
    return button
