"""The files that hold network weights: find, check, read; a damaged one is never deleted."""

from __future__ import annotations

import functools
import hashlib
import io
import os
from pathlib import Path

import numpy as np

from nstkit.backbones.architecture import ARCHITECTURES, WeightsFile
from nstkit.errors import SettingsError, WeightsError, choose
from nstkit.machine import DownloadError, fetch_file

SLIM_FILE = Path(__file__).parents[1] / "weights" / "vgg19_slim.npz"
SLIM_SHA256 = "41ccc41322b20066263a8f64cdd0bf31007d5e0ce2607aabfacd7f65d9713b9f"

Parameters = dict[str, tuple[np.ndarray, np.ndarray]]


def cached_weights(name: str = "vgg19") -> Path:
    """Return where Keras keeps a network's ImageNet weights on this machine."""
    home = os.environ.get("KERAS_HOME", Path("~", ".keras").expanduser())
    return Path(home) / "models" / published(name).name


def published(name: str) -> WeightsFile:
    """Return the weights file that Keras publishes for a network, "vgg19" or "vgg16"."""
    found = ARCHITECTURES[choose(name, ARCHITECTURES, "backbone")].weights
    if found is None:
        raise SettingsError(f"{name} ships with its own weights: name 'vgg19' or 'vgg16'")
    return found


@functools.cache
def read_slim() -> Parameters:
    """Read the weights that ship, after checking that the file is whole."""
    advice = "install nstkit again (python -m pip install --force-reinstall --no-deps nstkit)"
    if not SLIM_FILE.exists():
        raise WeightsError(f"the slim network's weights are missing ({SLIM_FILE}): {advice}")
    data = SLIM_FILE.read_bytes()
    if hashlib.sha256(data).hexdigest() != SLIM_SHA256:
        raise WeightsError(f"{SLIM_FILE} is damaged: its SHA-256 should be {SLIM_SHA256}; {advice}")
    with np.load(io.BytesIO(data), allow_pickle=False) as arrays:
        return {
            layer: (
                arrays[f"{layer}/kernel"].astype(np.float32),
                arrays[f"{layer}/bias"].astype(np.float32),
            )
            for layer in ARCHITECTURES["vgg19-slim"].layers
        }


def find_weights(name: str, weights: str | os.PathLike[str] | None, download: bool) -> Path:
    """Return the path of a network's ImageNet weights, downloading them where that is allowed."""
    file = published(name)
    path = Path(weights).expanduser() if weights is not None else cached_weights(name)
    if path.is_file():
        return path
    if weights is not None:
        fault = f"{path} is a folder" if path.is_dir() else f"there is no weights file {path}"
        raise WeightsError(f"{fault}: give the path of Keras's {file.name} ({file.bytes:,} bytes)")
    if not download:
        raise WeightsError(
            f"{name}'s weights are not on this machine ({path}): allow the download of "
            f"{file.bytes / 1e6:.0f} MB with load_backbone({name!r}, download=True), give "
            "weights=PATH, or take 'vgg19-slim', which needs no network"
        )
    try:
        return fetch_file(file.address, path, md5=file.md5)
    except DownloadError as error:
        raise WeightsError(
            f"{error}. Without a network take 'vgg19-slim', or bring the file on a stick and give "
            "weights=PATH"
        ) from error


def read_weights(name: str, path: Path) -> Parameters:
    """Read a network's convolutions out of a Keras weights file."""
    import keras

    file, size = published(name), path.stat().st_size
    try:
        model = getattr(keras.applications, file.application)(include_top=False, weights=None)
        model.load_weights(path)
    except Exception as error:
        raise WeightsError(
            f"{path} ({size:,} bytes) does not hold the weights of {file.application} without its "
            f"top: expected {file.name}, {file.bytes:,} bytes, MD5 {file.md5}. The file is left as "
            "it is; move it away and load again with download=True, or give weights=PATH"
        ) from error
    layers = ARCHITECTURES[name].layers
    return {layer: tuple(model.get_layer(layer).get_weights()) for layer in layers}
