"""Fade a picture from the content into the style and watch both losses."""

from __future__ import annotations

import ipywidgets as widgets
import numpy as np

from nstkit.errors import check_number
from nstkit.images import resize
from nstkit.transfer import Problem
from nstkit.widgets.charts import line_chart, loss_lines, short
from nstkit.widgets.panel import Panel, caption, chart, column, picture, row, say
from nstkit.widgets.pictures import beside, jpeg


def morph(problem: Problem, *, points: int = 21) -> Panel:
    """Fade from the content picture to the style picture; see both losses on the way.

    The pictures (1 − t)·content + t·style are evaluated before the slider appears.

    Parameters
    ----------
    problem : Problem
        Gives the pictures, the layers, the convention and the weights.
    points : int
        Number of pictures from t = 0 to t = 1.

    Returns
    -------
    Panel
        A box of widgets.

    Raises
    ------
    SettingsError
        If `points` is not a whole number of at least 2.
    """
    count = int(check_number(points, "points", minimum=2, whole=True))
    height, width = problem.shape[1:3]
    content, style = problem.content_image, resize(problem.style_image, height, width)
    mixes = np.linspace(0, 1, count)
    pictures = [((1 - t) * content + t * style).astype(np.float32) for t in mixes]
    results = [problem.evaluate(image) for image in pictures]
    lines = loss_lines(
        mixes.tolist(),
        [result.total for result in results],
        [result.content for result in results],
        [result.style for result in results],
    )
    encoded = [jpeg(image) for image in pictures]

    slider = widgets.IntSlider(
        min=0, max=count - 1, description="fade", readout=False, layout={"width": "420px"}
    )
    shown, curves, numbers = picture("340px"), chart("460px"), caption()

    def show(_: object = None) -> None:
        index = slider.value
        t, result = mixes[index], results[index]
        shown.value = encoded[index]
        curves.value = line_chart(lines, cursor=t, x_label="t: 0 content picture, 1 style picture")
        numbers.value = say(
            f"t = <b>{t:.2f}</b> &nbsp; α·content = <b>{short(result.content)}</b> &nbsp; "
            f"β·style = <b>{short(result.style)}</b> &nbsp; total = <b>{short(result.total)}</b>"
        )

    slider.observe(show, "value")
    show()
    box = column(row(slider, numbers, align_items="center"), row(shown, curves))
    return Panel([box], still=lambda: beside([pictures[slider.value], content, style]))
