"""Look at one cell of a Gram matrix: which two features occur together, and where."""

from __future__ import annotations

from typing import Any

import ipywidgets as widgets
import numpy as np
from PIL import Image, ImageDraw

from nstkit.backbones import Backbone
from nstkit.explorers.looking import Looking
from nstkit.losses import gram_matrix
from nstkit.session.wording import short
from nstkit.widgets.panel import Moves, Panel, column, dropdown, html, picture, row, words
from nstkit.widgets.pictures import beside, enlarge, heat, png

FRAME = (86, 180, 233)
"""Frame of the cell that is chosen: sky blue."""


def gram_explorer(
    image: Any, backbone: Backbone | None = None, layer: str = "block1_conv1"
) -> Panel:
    """Pick a cell (i, j) of a Gram matrix and see both feature maps and their product.

    G_ij = Σ_k F_ik F_jk: the sum over all positions k of the third picture.

    Parameters
    ----------
    image : array_like
        Shape (1, height, width, 3), float, RGB in [0, 1].
    backbone : Backbone, optional
        The network; by default whichever `load_backbone` chooses.
    layer : str
        The layer shown first.

    Returns
    -------
    Panel
        A box of widgets.

    Raises
    ------
    ImageError, SettingsError
        If the picture or the layer is not accepted.
    """
    return _GramExplorer(image, backbone, layer).panel


class _GramExplorer(Looking):
    """The pictures and the controls of `gram_explorer`."""

    def __init__(self, image: Any, backbone: Backbone | None, layer: str):
        super().__init__(image, backbone, layer)
        self.grams = {name: gram_matrix(array).numpy() for name, array in self.features.items()}
        self.i = widgets.IntSlider(description="row i", layout={"width": "280px"})
        self.j = widgets.IntSlider(description="column j", layout={"width": "280px"})
        self.pairs = dropdown("often together", [], wide=110, width="320px")
        self.pictures = [picture("264px", "pixels"), *(picture("212px", "pixels") for _ in "123")]
        self.said = [words("caption") for _ in self.pictures]
        shown = zip(("268px", *("216px",) * 3), self.pictures, self.said, strict=True)
        self.panel = Panel(
            row(self.layer, self.pairs, align_items="center"),
            row(self.i, self.j, align_items="center"),
            row(*(column(picture, said, width=width) for width, picture, said in shown)),
            still=self.still,
        )
        self.moves = Moves()
        self.moves.tell(lambda _: self.show_layer(), self.layer)
        self.moves.tell(self.go, self.pairs)
        self.moves.tell(lambda _: self.show_cell(), self.i, self.j)
        self.show_layer()

    def show_layer(self) -> None:
        """List the pairs of the layer that occur together most, and go to the first."""
        gram = self.grams[self.layer.value]
        order = np.argsort(-np.triu(gram, 1), axis=None)[:10]
        found = [tuple(int(k) for k in np.unravel_index(cell, gram.shape)) for cell in order]
        common = int(np.argmax(gram.diagonal()))
        with self.moves.untold():
            for slider in (self.i, self.j):
                slider.value, slider.max = 0, len(gram) - 1
            self.pairs.options = [
                *((f"{n}.  channels {i} and {j}", (i, j)) for n, (i, j) in enumerate(found, 1)),
                (f"channel {common} with itself", (common, common)),
            ]
            self.pairs.value = found[0]
        self.go(found[0])

    def go(self, pair: tuple[int, ...]) -> None:
        """Go to a pair of channels."""
        with self.moves.untold():
            self.i.value, self.j.value = pair
        self.show_cell()

    def show_cell(self) -> None:
        """Draw the cell chosen."""
        for shown, drawn in zip(self.pictures, [self.marked_gram(), *self.maps()], strict=True):
            shown.value = png(drawn)
        gram, i, j = self.grams[self.layer.value], self.i.value, self.j.value
        length = float(np.sqrt(gram[i, i] * gram[j, j]))
        ratio = f"{gram[i, j] / length:.2f}" if length else "– (a channel is silent)"
        texts = (
            f"<b>Gram matrix</b>, {len(gram)}×{len(gram)} "
            "<span class='soft'>(root of G, bright = often)</span>",
            f"<b>channel i = {i}</b>",
            f"<b>channel j = {j}</b>",
            "<b>product F<sub>i</sub>·F<sub>j</sub></b>; its sum is<br>"
            f"<b>G<sub>ij</sub> = {short(gram[i, j])}</b>"
            f"<br>G<sub>ij</sub> / √(G<sub>ii</sub>·G<sub>jj</sub>) = <b>{ratio}</b>"
            "<br><span class='soft'>0: never together, 1: always in step</span>",
        )
        for said, text in zip(self.said, texts, strict=True):
            said.value = html("caption", text)

    def maps(self) -> list[np.ndarray]:
        """Return the two feature maps and their product, coloured."""
        features = self.features[self.layer.value]
        first, second = features[..., self.i.value], features[..., self.j.value]
        return [enlarge(heat(part), 240) for part in (first, second, first * second)]

    def marked_gram(self) -> np.ndarray:
        """Colour the Gram matrix and frame the cell, its row and its column."""
        gram, i, j = self.grams[self.layer.value], self.i.value, self.j.value
        coloured = enlarge(heat(np.sqrt(np.maximum(gram, 0))), 256)
        times, side = coloured.shape[0] // len(gram), coloured.shape[0] - 1
        drawing = Image.fromarray(coloured)
        pen = ImageDraw.Draw(drawing, "RGBA")
        x, y, end = j * times, i * times, times - 1
        pen.rectangle((0, y, side, y + end), outline=(*FRAME, 130))
        pen.rectangle((x, 0, x + end, side), outline=(*FRAME, 130))
        reach = max(0, 4 - times // 2)
        near = (max(0, x - reach), max(0, y - reach))
        far = (min(side, x + end + reach), min(side, y + end + reach))
        pen.rectangle((*near, *far), outline=(*FRAME, 255), width=2)
        return np.asarray(drawing)

    def still(self) -> bytes:
        """Return what is shown as one picture."""
        gram, i, j = self.grams[self.layer.value], self.i.value, self.j.value
        both = f"product, sum {short(gram[i, j])}"
        titles = ["picture", f"Gram matrix of {self.layer.value}", f"channel {i}", f"channel {j}"]
        return beside([self.image, self.marked_gram(), *self.maps()], titles=[*titles, both])
