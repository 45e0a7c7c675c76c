"""Look at one cell of a Gram matrix: which two features occur together, and where."""

from __future__ import annotations

from typing import Any

import ipywidgets as widgets
import numpy as np
from PIL import Image, ImageDraw

from nstkit.backbones import Backbone, load_backbone
from nstkit.errors import choose
from nstkit.images import check_image
from nstkit.losses import gram_matrix
from nstkit.widgets.charts import short
from nstkit.widgets.panel import Panel, caption, column, picture, row, say
from nstkit.widgets.pictures import beside, enlarge, heat, png


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
    image = check_image(image)
    backbone = backbone or load_backbone()
    choose(layer, backbone.layers, "layer")
    return _GramExplorer(image, backbone, layer).panel


class _GramExplorer:
    """The pictures and the controls of `gram_explorer`."""

    def __init__(self, image: np.ndarray, backbone: Backbone, layer: str):
        self.image = image
        found = backbone.features(image, backbone.layers)
        self.features = {name: array.numpy()[0] for name, array in found.items()}
        self.grams = {name: gram_matrix(array).numpy() for name, array in found.items()}
        self.layer = widgets.Dropdown(
            options=backbone.layers, value=layer, description="Layer", layout={"width": "230px"}
        )
        self.i = widgets.IntSlider(description="row i", layout={"width": "280px"})
        self.j = widgets.IntSlider(description="column j", layout={"width": "280px"})
        self.pairs = widgets.Dropdown(
            description="often together",
            style={"description_width": "110px"},
            layout={"width": "320px"},
        )
        self.gram = picture("264px", pixels=True)
        self.maps = [picture("212px", pixels=True) for _ in range(3)]
        self.said = [caption() for _ in range(4)]
        self.panel = Panel(
            [
                row(self.layer, self.pairs, align_items="center"),
                row(self.i, self.j, align_items="center"),
                row(
                    column(self.gram, self.said[0], width="268px"),
                    *(
                        column(shown, said, width="216px")
                        for shown, said in zip(self.maps, self.said[1:], strict=True)
                    ),
                ),
            ],
            still=self.still,
        )
        self.showing = False
        self.layer.observe(lambda _: self.show_layer(), "value")
        self.pairs.observe(self.go, "value")
        self.i.observe(lambda _: self.show_cell(), "value")
        self.j.observe(lambda _: self.show_cell(), "value")
        self.show_layer()

    def show_layer(self) -> None:
        """List the pairs of the layer that occur together most, and go to the first."""
        gram = self.grams[self.layer.value]
        self.showing = True
        for slider in (self.i, self.j):
            slider.value, slider.max = 0, len(gram) - 1
        above = np.triu(gram, 1)
        order = np.argsort(-above, axis=None)[:10]
        found = [tuple(int(k) for k in np.unravel_index(cell, gram.shape)) for cell in order]
        common = int(np.argmax(gram.diagonal()))
        self.pairs.options = [
            *((f"{n}.  channels {i} and {j}", (i, j)) for n, (i, j) in enumerate(found, 1)),
            (f"channel {common} with itself", (common, common)),
        ]
        self.showing = False
        self.pairs.value = found[0]
        self.go()

    def go(self, _: Any = None) -> None:
        """Go to the pair chosen from the list."""
        if self.showing or self.pairs.value is None:
            return
        self.showing = True
        self.i.value, self.j.value = self.pairs.value
        self.showing = False
        self.show_cell()

    def show_cell(self) -> None:
        """Draw the cell chosen."""
        if self.showing:
            return
        self.gram.value = png(self.marked_gram())
        parts = self.three_maps()
        for shown, part in zip(self.maps, parts, strict=True):
            shown.value = png(part)
        gram, (i, j) = self.grams[self.layer.value], self.cell
        self.said[0].value = say(
            f"<b>Gram matrix</b>, {len(gram)}×{len(gram)} "
            "<span class='soft'>(root of G, bright = often)</span>"
        )
        self.said[1].value = say(f"<b>channel i = {i}</b>")
        self.said[2].value = say(f"<b>channel j = {j}</b>")
        length = float(np.sqrt(gram[i, i] * gram[j, j]))
        ratio = f"{gram[i, j] / length:.2f}" if length else "– (a channel is silent)"
        self.said[3].value = say(
            "<b>product F<sub>i</sub>·F<sub>j</sub></b>; its sum is<br>"
            f"<b>G<sub>ij</sub> = {short(gram[i, j])}</b>"
            f"<br>G<sub>ij</sub> / √(G<sub>ii</sub>·G<sub>jj</sub>) = <b>{ratio}</b>"
            "<br><span class='soft'>0: never together, 1: always in step</span>"
        )

    @property
    def cell(self) -> tuple[int, int]:
        return self.i.value, self.j.value

    def three_maps(self) -> list[np.ndarray]:
        features, (i, j) = self.features[self.layer.value], self.cell
        first, second = features[..., i], features[..., j]
        return [enlarge(heat(part), 240) for part in (first, second, first * second)]

    def marked_gram(self) -> np.ndarray:
        """Colour the Gram matrix and frame the cell, its row and its column."""
        gram, (i, j) = self.grams[self.layer.value], self.cell
        coloured = enlarge(heat(np.sqrt(np.maximum(gram, 0))), 256)
        times = coloured.shape[0] // len(gram)
        drawing = Image.fromarray(coloured)
        pen = ImageDraw.Draw(drawing, "RGBA")
        side = coloured.shape[0] - 1
        for y0, x0, y1, x1 in ((i, 0, i, len(gram) - 1), (0, j, len(gram) - 1, j)):
            box = (x0 * times, y0 * times, (x1 + 1) * times - 1, (y1 + 1) * times - 1)
            pen.rectangle(box, outline=(86, 180, 233, 130))
        reach = max(0, 4 - times // 2)
        pen.rectangle(
            (
                max(0, j * times - reach),
                max(0, i * times - reach),
                min(side, (j + 1) * times - 1 + reach),
                min(side, (i + 1) * times - 1 + reach),
            ),
            outline=(86, 180, 233, 255),
            width=2,
        )
        return np.asarray(drawing)

    def still(self) -> bytes:
        """Return what is shown as one picture."""
        return beside([self.image, self.marked_gram(), *self.three_maps()])
