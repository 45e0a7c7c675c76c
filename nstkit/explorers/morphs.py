"""Fade a picture from the content into the style and watch both losses."""

from __future__ import annotations

import numpy as np

from nstkit.errors import check_number
from nstkit.explorers.scrubbing import place_slider, scrubbing
from nstkit.images import resize
from nstkit.transfer import Problem
from nstkit.widgets.panel import Panel, row
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
    slider = place_slider("fade", count)
    text, box = scrubbing(
        slider,
        [problem.evaluate(image) for image in pictures],
        [jpeg(image) for image in pictures].__getitem__,
        mixes.tolist(),
        x_name="t =",
        x_label="t: 0 content picture, 1 style picture",
    )

    def still() -> bytes:
        titles = [f"t = {mixes[slider.value]:.2f}", "content picture", "style picture"]
        return beside([pictures[slider.value], content, style], titles=titles)

    return Panel(row(slider, text, align_items="center"), box, still=still)
