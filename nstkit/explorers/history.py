"""Go back and forth through the steps of a run."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import ipywidgets as widgets

from nstkit.errors import SettingsError
from nstkit.explorers.scrubbing import place_slider, scrubbing
from nstkit.widgets.panel import Panel, row
from nstkit.widgets.pictures import beside, jpeg


def history_scrubber(steps: Iterable[Any]) -> Panel:
    """Scrub through the pictures of a run, with the loss curves beside them.

    Parameters
    ----------
    steps : iterable of Step
        The steps of a run, such as ``list(run)``; the picture of each is kept in memory.

    Returns
    -------
    Panel
        A box of widgets: a slider, a play button, the picture, the curves.

    Raises
    ------
    SettingsError
        If there are no steps.
    """
    records = list(steps)
    if not records:
        raise SettingsError("there are no steps to show: collect them with list(run)")
    last = len(records) - 1
    slider = place_slider("step", len(records), last)
    play = widgets.Play(min=0, max=last, value=last, interval=max(40, 4000 // len(records)))
    widgets.jslink((play, "value"), (slider, "value"))
    numbers = [record.step for record in records]
    text, box = scrubbing(
        slider,
        records,
        lambda place: jpeg(records[place].image),
        numbers,
        x_name="step",
        x_label="step",
    )
    places = sorted({0, last, *(round(last ** (part / 4)) for part in range(1, 4))})  # log-spaced
    picks = [records[place].image for place in places]
    titles = [f"step {numbers[place]}" for place in places]
    controls = row(play, slider, text, align_items="center")
    return Panel(controls, box, still=lambda: beside(picks, 200, titles))
