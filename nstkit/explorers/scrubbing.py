"""A slider along a row of pictures: the one at which it stands, and the losses of them all."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import ipywidgets as widgets

from nstkit.losses import term_of
from nstkit.session.wording import short
from nstkit.transfer import Losses
from nstkit.widgets.charts import line_chart, loss_lines
from nstkit.widgets.panel import Moves, chart, html, picture, row, words


def place_slider(name: str, count: int, value: int = 0) -> widgets.IntSlider:
    """Return a slider over so many places, without a number beside it."""
    return widgets.IntSlider(
        min=0,
        max=count - 1,
        value=value,
        description=name,
        readout=False,
        layout={"width": "420px"},
    )


def scrubbing(
    slider: widgets.IntSlider,
    records: Sequence[Losses],
    encoded: Callable[[int], bytes],
    x: Sequence[float],
    *,
    x_name: str,
    x_label: str,
) -> tuple[widgets.HTML, widgets.HBox]:
    """Show the picture and the losses of the place at which a slider stands.

    Parameters
    ----------
    slider : IntSlider
        The slider.
    records : sequence of Losses
        The losses of each place.
    encoded : callable
        From a place to its picture as a JPEG.
    x : sequence of float
        Where each place lies on the axis below the curves.
    x_name, x_label : str
        What to call that in the text, and below the axis.

    Returns
    -------
    text : HTML
        The numbers in words.
    box : HBox
        Picture and curves.
    """
    sums = [record.sums() for record in records]
    lines = loss_lines(x, [{"total": sum(entry.values()), **entry} for entry in sums])
    counting = [name for name in sums[0] if any(entry[name] for entry in sums)]
    shown, curves, text = picture("340px"), chart("460px"), words("caption")

    def show(place: int) -> None:
        said = [f"{x_name} <b>{x[place]:.4g}</b>"]
        for name in counting:
            term = term_of(name)
            product = name if term is None or term.name != name else f"{term.symbol}·{name}"
            said.append(f"{product} = <b>{short(sums[place][name])}</b>")
        said.append(f"total = <b>{short(records[place].total)}</b>")
        shown.value = encoded(place)
        curves.value = line_chart(lines, cursor=x[place], x_label=x_label)
        text.value = html("caption", " &nbsp; ".join(said))

    Moves().tell(show, slider)
    show(slider.value)
    return text, row(shown, curves)
