"""Go back and forth through the steps of a run."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import ipywidgets as widgets

from nstkit.errors import SettingsError
from nstkit.widgets.charts import line_chart, loss_lines, short
from nstkit.widgets.panel import Panel, caption, chart, column, picture, row, say
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
    lines = loss_lines(
        [record.step for record in records],
        [record.total for record in records],
        [record.content for record in records],
        [record.style for record in records],
    )
    last = len(records) - 1
    slider = widgets.IntSlider(
        min=0, max=last, value=last, description="step", readout=False, layout={"width": "420px"}
    )
    play = widgets.Play(min=0, max=last, value=last, interval=max(40, 4000 // len(records)))
    widgets.jslink((play, "value"), (slider, "value"))
    shown, curves, numbers = picture("340px"), chart("460px"), caption()

    def show(_: object = None) -> None:
        record = records[slider.value]
        shown.value = jpeg(record.image)
        curves.value = line_chart(lines, cursor=record.step)
        numbers.value = say(
            f"step <b>{record.step}</b> &nbsp; total <b>{short(record.total)}</b> &nbsp; "
            f"content <b>{short(record.content)}</b> &nbsp; style <b>{short(record.style)}</b>"
        )

    slider.observe(show, "value")
    show()
    picks = [records[round(part * last / 4)].image for part in range(5)]
    box = column(row(play, slider, numbers, align_items="center"), row(shown, curves))
    return Panel([box], still=lambda: beside(picks, 160))
