"""Plots of pictures, feature maps and Gram matrices."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.colors import CenteredNorm, Normalize, PowerNorm
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from nstkit.errors import ImageError, SettingsError
from nstkit.plots.panels import PictureFigure, panels

FEATURE_MAP = "magma"


def show_images(
    images: Mapping[str, Any] | Sequence[Any] | np.ndarray,
    *,
    titles: Iterable[str] | None = None,
    columns: int | None = None,
    height: float = 2.6,
    title: str = "",
) -> Figure:
    """Show pictures side by side.

    Parameters
    ----------
    images : sequence or mapping of array_like
        Each of shape (1, height, width, 3), (height, width, 3) or, for grey, (height, width);
        float values in [0, 1], clipped where they leave it. The keys of a mapping become the
        titles. A single picture may come without a list around it.
    titles : iterable of str, optional
        One for each picture.
    columns : int, optional
        Pictures in a row; by default up to 5, in rows as even as possible.
    height : float
        Height of each picture in inches.
    title : str
        Title above them all.

    Returns
    -------
    matplotlib.figure.Figure
        The figure.

    Raises
    ------
    ImageError
        If something is not a picture, or there is none.
    SettingsError
        If there are not as many titles as pictures.
    """
    if isinstance(images, Mapping):
        titles = list(images) if titles is None else titles
        images = list(images.values())
    elif hasattr(images, "ndim") and images.ndim in (2, 3):
        images = [images]
    pictures = [_picture(image, number) for number, image in enumerate(images)]
    names = [""] * len(pictures) if titles is None else list(titles)
    if len(names) != len(pictures):
        raise SettingsError(f"{len(names)} titles for {len(pictures)} pictures: give one for each")
    if not pictures:
        raise ImageError("there is no picture to show: give at least one")
    rows = -(-len(pictures) // (columns or 5))
    columns = min(columns or -(-len(pictures) // rows), len(pictures))
    aspects = [picture.shape[1] / picture.shape[0] for picture in pictures]
    ratios = [max(aspects[column::columns]) for column in range(columns)]
    figure, axes = panels(
        rows,
        columns,
        width=height * sum(ratios) / columns + 0.1,
        height=height + 0.3,
        title=title,
        kind=PictureFigure,
    )
    axes[0].get_subplotspec().get_gridspec().set_width_ratios(ratios)
    _fill(axes, pictures, names, {"fontsize": 10}, cmap="gray", vmin=0, vmax=1)
    return figure


def show_features(
    features: Any,
    *,
    channels: Iterable[int] | None = None,
    columns: int = 8,
    title: str = "",
    size: float = 1.3,
) -> Figure:
    """Show feature maps of one layer, each as a small picture: dark is 0, bright its maximum.

    Parameters
    ----------
    features : array_like
        Shape (1, height, width, channels) or (height, width, channels).
    channels : iterable of int, optional
        Which to show; by default the first two rows' worth.
    columns : int
        Maps in a row.
    title : str
        Title above them all.
    size : float
        Width of each map in inches.

    Returns
    -------
    matplotlib.figure.Figure
        The figure; above each map its channel's number.

    Raises
    ------
    ImageError
        If `features` has another rank.
    SettingsError
        If a channel does not exist.
    """
    maps = np.asarray(features)
    maps = maps[0] if maps.ndim == 4 else maps
    if maps.ndim != 3:
        raise ImageError(
            f"features have shape {np.shape(features)}: give one layer's (1, height, width, "
            "channels)"
        )
    count = maps.shape[-1]
    chosen = list(range(min(count, 2 * columns)) if channels is None else channels)
    for channel in chosen:
        if not 0 <= channel < count:
            raise SettingsError(f"there is no channel {channel}: this layer has 0 to {count - 1}")
    columns = max(1, min(columns, len(chosen)))
    figure, axes = panels(
        -(-len(chosen) // columns),
        columns,
        width=size,
        height=size * maps.shape[0] / maps.shape[1] + 0.2,
        title=title,
        kind=PictureFigure,
    )
    shown = [maps[..., channel] for channel in chosen]
    _fill(axes, shown, map(str, chosen), {"fontsize": 8, "pad": 2}, cmap=FEATURE_MAP)
    return figure


def show_gram(gram: Any, *, ax: Axes | None = None, title: str = "") -> Figure:
    """Show a Gram matrix, or the difference of two.

    Parameters
    ----------
    gram : array_like
        Shape (channels, channels). Up to 6 channels the numbers are written in.
    ax : matplotlib.axes.Axes, optional
        Where to draw.
    title : str
        Title.

    Returns
    -------
    matplotlib.figure.Figure
        The figure. Without negative entries the colour goes with the square root, since a few
        entries are much larger than the rest; with them, 0 is white.

    Raises
    ------
    ImageError
        If `gram` is not a square matrix.
    """
    matrix = np.asarray(gram)
    if matrix.ndim != 2 or matrix.shape[0] != matrix.shape[1]:
        raise ImageError(f"gram has shape {matrix.shape}: a Gram matrix is (channels, channels)")
    ax = panels(width=4, height=3.4)[1][0] if ax is None else ax
    signed = bool(matrix.min() < 0)
    norm: Normalize = CenteredNorm() if signed else PowerNorm(0.5, vmin=0)
    drawn = ax.imshow(matrix, cmap="PuOr" if signed else "cividis", norm=norm)
    ax.figure.colorbar(drawn, ax=ax, shrink=0.85)
    ax.set(title=title, xlabel="channel j", ylabel="channel i")
    for axis in (ax.xaxis, ax.yaxis):
        axis.set_major_locator(MaxNLocator(integer=True, nbins=6))
    if len(matrix) <= 6:
        for (row, column), value in np.ndenumerate(matrix):
            red, green, blue, _ = drawn.cmap(drawn.norm(value))
            dark = 0.3 * red + 0.6 * green + 0.1 * blue < 0.5
            colour = "white" if dark else "black"
            ax.text(column, row, f"{value:g}", ha="center", va="center", color=colour)
    return ax.get_figure()  # type: ignore[return-value]


def _fill(axes: Any, pictures: Any, names: Any, written: dict[str, Any], **options: Any) -> None:
    """Show a picture in each of the axes, its name above it; axes left over stay empty."""
    for ax in axes:
        ax.set_axis_off()
    for ax, picture, name in zip(axes, pictures, names, strict=False):
        smooth = "lanczos" if picture.ndim == 3 else "nearest"  # maps and masks: pixel by pixel
        ax.imshow(picture, interpolation=smooth, **options)
        ax.set_title(name, **written)


def _picture(image: Any, number: int) -> np.ndarray:
    """Return a picture as `imshow` takes it: (height, width, 3) or (height, width)."""
    array = np.asarray(image, np.float32)
    array = array[0] if array.ndim == 4 and array.shape[0] == 1 else array
    if array.ndim not in (2, 3) or (array.ndim == 3 and array.shape[-1] not in (1, 3)):
        raise ImageError(
            f"picture {number} has shape {np.shape(image)}: give (1, height, width, 3), or "
            "(height, width) for grey; show_features shows features"
        )
    return np.clip(array, 0.0, 1.0)
