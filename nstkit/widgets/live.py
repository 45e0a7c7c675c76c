"""The live studio: move a slider and watch the painting change while it is being painted."""

from __future__ import annotations

import functools
import threading
import weakref
from collections.abc import Callable
from dataclasses import fields
from typing import Any

import ipywidgets as widgets

from nstkit.backbones import Backbone
from nstkit.session import LONG, Session, Settings
from nstkit.widgets.comparing import Comparing
from nstkit.widgets.controls import Controls, PictureChoice
from nstkit.widgets.panel import Panel, button, card, column, row, send_again, when_built, words
from nstkit.widgets.pictures import beside
from nstkit.widgets.presets import FURTHER_PRESETS, PRESETS
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
        settings = Settings(content=content, style=style, steps=LONG)
    for other in list(OPEN):
        other.session.pause()
    return Studio(Session(settings.replace(**changes), load=load, at_once=load is None))


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
        self.controls = Controls(settings, self._change, self.view.say)
        self.choices = {
            which: PictureChoice(which, settings, self._change, self.view.say)
            for which in self.view.sources
        }
        self.saving = Saving(session, self._load, self.view.say)
        self.comparing = Comparing(session, self.view.say)
        self._shown_settings = settings
        self._seen_state = ""
        self._drawing = threading.Lock()
        super().__init__(*self._layout(), still=self._still)
        self.add_class("nstkit-studio")
        OPEN.add(self)
        when_built(self, self._catch_up)
        session.watch(self._draw)
        session.prepare()

    def _layout(self) -> list[widgets.Widget]:
        view = self.view
        sources = [
            card(which.capitalize(), view.sources[which], choice.list, choice.upload)
            for which, choice in self.choices.items()
        ]
        weights, layers, setup = self.controls.cards()
        several = self.controls.several
        several.box.children += (row(*self._presets(FURTHER_PRESETS), align_items="center"),)
        result = card("", view.heading, view.result, flex="1 1 auto")
        parts = words("head", "Which part counts")
        charts = card("Losses while painting", view.curves, parts, view.bars, flex="2.2 1 330px")
        top = [
            column(*sources, flex="1 1 170px", grid_gap="10px"),
            column(result, weights, flex="3.4 1 400px", grid_gap="10px"),
            charts,
        ]
        tabs = widgets.Tab([self.saving.box, self.comparing.box])
        for index, name in enumerate(("Save and load", "Compare")):
            tabs.set_title(index, name)
        return [
            card("", self._toolbar(), view.status, view.message),
            row(*top, align_items="stretch"),
            several.box,
            row(layers, setup, align_items="stretch"),
            tabs,
        ]

    def _toolbar(self) -> widgets.HBox:
        session = self.session
        self.start = self._button("Start", session.start, "play", "success")
        self.pause = self._button("Pause", session.pause, "pause")
        single = self._button("One step", session.advance, "step-forward")
        self.stop = self._button("Stop", session.stop, "stop")
        reset = self._button("Reset", session.reset, "undo")
        middle = {"align_items": "center", "grid_gap": "6px 6px"}
        recipes = row(*self._presets(PRESETS), margin="0 0 0 auto", **middle)
        tools = row(self.start, self.pause, single, self.stop, reset, recipes, **middle)
        tools.add_class("nstkit-tools")
        return tools

    def _presets(self, presets: dict[str, Callable[[Session], Settings]]) -> list[widgets.Widget]:
        label = widgets.HTML('<span class="nstkit-head">presets</span>')
        take = self._take_preset
        return [label, *(self._button(n, functools.partial(take, m)) for n, m in presets.items())]

    def _button(
        self, name: str, command: Callable[[], Any], icon: str = "", style: str = ""
    ) -> widgets.Button:
        """Return a button for a command, which takes back what was said of the one before."""

        def act() -> None:
            self.view.say(None)
            command()

        return button(name, icon, act, style)

    def _change(self, changes: dict[str, Any]) -> None:
        """Pass on what a control was moved to; called on the kernel's main thread."""
        self.view.say(None)
        try:
            self.session.change(**changes)
        except Exception as error:
            self.view.say(error)
        self._show(self.session.settings)

    def _take_preset(self, make: Callable[[Session], Settings]) -> None:
        self._load(make(self.session))

    def _load(self, settings: Settings) -> None:
        """Take over whole settings, from a preset or a file, and go back to the start."""
        self.session.reset()
        self._change({entry.name: getattr(settings, entry.name) for entry in fields(settings)})

    def _show(self, settings: Settings) -> None:
        """Bring the controls up to date with the settings."""
        if settings is not self._shown_settings:
            self._shown_settings = settings
            self.controls.show(settings)
            for choice in self.choices.values():
                choice.show(settings)

    def _draw(self, session: Session) -> None:
        """Draw; called on the session's thread after each step and change."""
        with self._drawing:
            self.view.draw(session)
            if session.step is not None:
                self.controls.several.draw(session.engine.problem.content_image)
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
        session, settings = self.session, self.session.settings
        if session.step is None:
            return beside([settings.picture(which) for which in self.view.sources], 240)
        problem = session.engine.problem
        return beside([problem.content_image, problem.style_image, session.shown], 240)
