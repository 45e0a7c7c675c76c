"""Plots: what is drawn is what was given, and nothing is shown behind the caller's back."""

import base64
import dataclasses
import io

import matplotlib as mpl

mpl.use("Agg")

import matplotlib.pyplot as plt
import numpy as np
import pytest
from PIL import Image

from nstkit import plots
from nstkit.errors import ImageError, SettingsError
from nstkit.losses import TERMS
from nstkit.runs import Step

PICTURE = np.linspace(0, 1, 20 * 30 * 3, dtype=np.float32).reshape(1, 20, 30, 3)


def drawn(figure):
    """Return the arrays of all pictures in a figure."""
    return [ax.images[0].get_array() for ax in figure.axes if ax.images]


def step(number, content=5.0, style=3.0, tv=0.0):
    return Step(
        step=number,
        steps=2,
        parts={
            "content": {"block4_conv2": content},
            "style": {"block1_conv1": style},
            "tv": {"picture": tv},
        },
        seconds=number / 10,
        seconds_left=0.0,
        evaluations=2 * number,
        image=PICTURE,
    )


def test_pyplot_keeps_no_figure_so_that_a_notebook_shows_each_once():
    figures = [
        plots.show_images([PICTURE]),
        plots.show_features(PICTURE),
        plots.show_gram(np.eye(3)),
        plots.show_losses([step(0), step(1)]),
        plots.show_layer_parts({"a": 1.0}),
    ]
    assert plt.get_fignums() == []
    for figure in figures:
        figure.canvas.draw()


def test_pictures_are_drawn_as_they_are_with_their_titles():
    figure = plots.show_images({"one": PICTURE, "two": 1 - PICTURE}, title="both")
    first, second = drawn(figure)
    np.testing.assert_array_equal(first, PICTURE[0])
    np.testing.assert_array_equal(second, 1 - PICTURE[0])
    assert [ax.get_title() for ax in figure.axes] == ["one", "two"]
    assert figure.get_suptitle() == "both"


def test_one_picture_needs_no_list():
    assert len(drawn(plots.show_images(PICTURE))) == 1
    assert len(drawn(plots.show_images(PICTURE[0]))) == 1
    assert drawn(plots.show_images(PICTURE[0, :, :, 0]))[0].shape == (20, 30)


def test_values_outside_the_range_are_clipped():
    assert drawn(plots.show_images(PICTURE * 3))[0].max() == 1


def test_pictures_fill_rows():
    figure = plots.show_images([PICTURE] * 7, columns=3)
    assert len(figure.axes) == 9
    assert len(drawn(figure)) == 7
    assert len(plots.show_images([PICTURE] * 6).axes) == 6


def test_a_notebook_stores_pictures_as_jpeg_and_once(monkeypatch):
    shown = []
    display = "IPython.display.display"
    monkeypatch.setattr(display, lambda data, raw: shown.append((data, raw)))
    figure = plots.show_images(PICTURE)
    assert isinstance(figure, plots.PictureFigure)
    figure._ipython_display_()
    ((data, raw),) = shown
    assert raw
    assert set(data) == {"image/jpeg", "text/plain"}
    jpeg = Image.open(io.BytesIO(base64.b64decode(data["image/jpeg"])))
    assert jpeg.format == "JPEG"
    assert jpeg.width > jpeg.height


def test_what_is_not_a_picture_is_refused_by_shape():
    with pytest.raises(ImageError, match=r"picture 1 has shape \(1, 4, 4, 7\)"):
        plots.show_images([PICTURE, np.zeros((1, 4, 4, 7))])
    with pytest.raises(ImageError, match="at least one"):
        plots.show_images([])
    with pytest.raises(SettingsError, match="1 titles for 2 pictures"):
        plots.show_images([PICTURE, PICTURE], titles=["only one"])


def test_features_show_the_channels_asked_for():
    features = np.random.default_rng(0).random((1, 6, 8, 40), np.float32)
    figure = plots.show_features(features, channels=[3, 39])
    np.testing.assert_array_equal(drawn(figure)[1], features[0, :, :, 39])
    assert [ax.get_title() for ax in figure.axes] == ["3", "39"]
    assert len(drawn(plots.show_features(features))) == 16


def test_features_refuse_a_channel_or_shape_that_does_not_exist():
    with pytest.raises(SettingsError, match="no channel 3: this layer has 0 to 2"):
        plots.show_features(PICTURE, channels=[0, 3])
    with pytest.raises(ImageError, match=r"\(20, 30\)"):
        plots.show_features(PICTURE[0, :, :, 0])


def test_a_small_gram_matrix_has_its_numbers_written_in():
    figure = plots.show_gram([[10, 14], [14, 20]], title="by hand")
    assert [text.get_text() for text in figure.axes[0].texts] == ["10", "14", "14", "20"]
    assert figure.axes[0].get_title() == "by hand"


def test_a_difference_of_grams_has_zero_in_the_middle_of_its_colours():
    image = plots.show_gram([[1.0, -4.0], [-4.0, 2.0]]).axes[0].images[0]
    low, high = image.get_clim()
    assert low == -high == -4


def test_a_gram_matrix_is_square():
    with pytest.raises(ImageError, match=r"\(2, 3\)"):
        plots.show_gram(np.zeros((2, 3)))


def test_loss_curves_hold_every_step_and_leave_out_what_is_zero():
    figure = plots.show_losses([step(0), step(1, content=2.5, style=1.5)])
    lines = {line.get_label(): line for line in figure.axes[0].lines}
    assert set(lines) == {"total", "content", "style"}
    np.testing.assert_array_equal(lines["total"].get_ydata(), [8, 4])
    assert figure.axes[0].get_yscale() == "log"


def test_every_term_has_a_curve_of_its_own_colour_and_dashes():
    parts = {name: {"block1_conv1": 1.0} for name in (*TERMS, "style 2")}
    figure = plots.show_losses([dataclasses.replace(step(k), parts=parts) for k in range(2)])
    lines = {line.get_label(): line for line in figure.axes[0].lines}
    assert list(lines) == ["total", *(term.title for term in TERMS.values()), "style 2"]
    for term in TERMS.values():
        assert lines[term.title].get_color() == term.colour
    assert lines["style 2"].get_color() == TERMS["style"].colour
    assert len({line.get_color() for line in lines.values()}) == len(lines) - 1


def test_loss_curves_over_evaluations_or_seconds():
    steps = [step(0), step(1, tv=0.5)]
    over = plots.show_losses(steps, x="evaluations").axes[0].lines
    np.testing.assert_array_equal(over[0].get_xdata(), [0, 2])
    assert [line.get_label() for line in over][-1] == "total variation"
    with pytest.raises(SettingsError, match="accepted: step, evaluations, seconds"):
        plots.show_losses(steps, x="time")
    with pytest.raises(SettingsError, match="no steps"):
        plots.show_losses([])


def test_bars_carry_names_numbers_and_the_losses_colours():
    parts = {"content block4_conv2": 0.25, "style block1_conv1": 0.75, "block2_conv1": 1.5}
    ax = plots.show_layer_parts(parts, unit="share").axes[0]
    assert [label.get_text() for label in ax.get_yticklabels()] == list(parts)
    assert [bar.get_width() for bar in ax.containers[0]] == list(parts.values())
    blue = mpl.colors.to_rgba(plots.COLOURS["content"])
    assert ax.patches[0].get_facecolor() == blue
    losses = {mpl.colors.to_rgba(colour) for colour in plots.COLOURS.values()}
    assert ax.patches[2].get_facecolor() not in losses
    with pytest.raises(SettingsError, match="no parts"):
        plots.show_layer_parts({})


def test_plots_draw_into_axes_that_are_given():
    figure, axes = plots.panels(1, 3, title="three")
    assert plots.show_gram(np.eye(2), ax=axes[0]) is figure
    assert plots.show_losses([step(0)], ax=axes[1]) is figure
    assert plots.show_layer_parts({"a": 1}, ax=axes[2]) is figure
    assert plt.get_fignums() == []
    figure.canvas.draw()
    with pytest.raises(SettingsError, match="0 × 2"):
        plots.panels(0, 2)
