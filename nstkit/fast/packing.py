"""The weights file of a network that paints in one pass."""

from __future__ import annotations

import hashlib
import io
import os
import zipfile
from collections.abc import Iterable, Mapping
from dataclasses import astuple
from pathlib import Path
from typing import Any

import numpy as np

from nstkit.errors import WeightsError
from nstkit.fast.network import Shape


def pack(
    shape: Shape,
    models: Iterable[Any],
    table: Mapping[str, np.ndarray],
    mean: np.ndarray,
    deviation: np.ndarray,
) -> dict[str, Any]:
    """Return what a weights file holds, to be given to `numpy.savez` or to `Painter`.

    Parameters
    ----------
    shape : Shape
        The network's widths.
    models : iterable of keras.Model
        The network and the predictor.
    table : mapping of str to numpy.ndarray
        The numbers of each style learned by heart, shape (count,).
    mean, deviation : numpy.ndarray
        Of the statistics over many paintings, shape (statistics,).

    Returns
    -------
    dict of str to numpy.ndarray
        float16, but for the statistics.
    """
    return {
        "shape": np.array(astuple(shape)),
        "statistics/mean": np.asarray(mean, np.float32),
        "statistics/deviation": np.asarray(deviation, np.float32),
        "table/names": np.array(list(table)),
        "table/values": np.array(list(table.values()), np.float16),
    } | {
        f"{model.name}/{layer.name}/{number}": np.asarray(array, np.float16)
        for model in models
        for layer in model.layers
        for number, array in enumerate(layer.get_weights())
    }


def unpack(path: str | os.PathLike[str]) -> tuple[dict[str, np.ndarray], str]:
    """Read a weights file.

    Parameters
    ----------
    path : path-like
        The file.

    Returns
    -------
    arrays : dict of str to numpy.ndarray
        What `pack` returned.
    mark : str
        What tells this file from others: the beginning of its SHA-256.

    Raises
    ------
    WeightsError
        If it is missing, damaged or something else.
    """
    try:
        data = Path(path).read_bytes()
        with np.load(io.BytesIO(data), allow_pickle=False) as arrays:
            return dict(arrays), hashlib.sha256(data).hexdigest()[:16]
    except FileNotFoundError:
        raise WeightsError(
            f"there is no weights file {path}: check the name, or install nstkit again"
        ) from None
    except (OSError, ValueError, EOFError, zipfile.BadZipFile) as error:
        raise not_a_painter(path, error) from error


def not_a_painter(path: str | os.PathLike[str], error: Exception) -> WeightsError:
    """Return the error for a file that holds no whole network."""
    return WeightsError(
        f"{path} is damaged, or holds no network that paints in one pass ({error}): give a file "
        "that tools/train_fast.py wrote, or install nstkit again"
    )
