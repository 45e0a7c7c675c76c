"""The files that hold network weights: find, check, read; a damaged one is never deleted."""

from __future__ import annotations

import functools
import hashlib
import io
import os
from pathlib import Path

import numpy as np

from nstkit.backbones.architecture import LAYERS
from nstkit.errors import WeightsError
from nstkit.machine import DownloadError, fetch_file

VGG19_FILE = "vgg19_weights_tf_dim_ordering_tf_kernels_notop.h5"
VGG19_URL = "https://storage.googleapis.com/tensorflow/keras-applications/vgg19/" + VGG19_FILE
VGG19_MD5 = "253f8cb515780f3b799900260a226db6"
VGG19_BYTES = 80_134_624

SLIM_FILE = Path(__file__).parents[1] / "weights" / "vgg19_slim.npz"
SLIM_SHA256 = "cff0073a6c28b25af6a315a8779367d59102c2f1d575601850a9ba27df42cf55"

Parameters = dict[str, tuple[np.ndarray, np.ndarray]]


def cached_vgg19() -> Path:
    """Return where Keras keeps VGG-19's ImageNet weights on this machine."""
    home = os.environ.get("KERAS_HOME", Path("~", ".keras").expanduser())
    return Path(home) / "models" / VGG19_FILE


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
            for layer in LAYERS
        }


def find_vgg19(weights: str | os.PathLike[str] | None, download: bool) -> Path:
    """Return the path of VGG-19's weights, downloading them where that is allowed."""
    path = Path(weights).expanduser() if weights is not None else cached_vgg19()
    if path.is_file():
        return path
    if weights is not None:
        fault = f"{path} is a folder" if path.is_dir() else f"there is no weights file {path}"
        raise WeightsError(
            f"{fault}: give the path of Keras's {VGG19_FILE} ({VGG19_BYTES:,} bytes)"
        )
    if not download:
        raise WeightsError(
            f"VGG-19's weights are not on this machine ({path}): allow the 80 MB download with "
            "load_backbone('vgg19', download=True), give weights=PATH, or take 'vgg19-slim', "
            "which needs no network"
        )
    try:
        return fetch_file(VGG19_URL, path, md5=VGG19_MD5)
    except DownloadError as error:
        raise WeightsError(
            f"{error}. Without a network take 'vgg19-slim', or bring the file on a stick and give "
            "weights=PATH"
        ) from error


def read_vgg19(path: Path) -> Parameters:
    """Read VGG-19's convolutions out of a Keras weights file."""
    import keras

    size = path.stat().st_size
    try:
        model = keras.applications.VGG19(include_top=False, weights=None)
        model.load_weights(path)
    except Exception as error:
        raise WeightsError(
            f"{path} ({size:,} bytes) does not hold the weights of VGG-19 without its top: "
            f"expected {VGG19_FILE}, {VGG19_BYTES:,} bytes, MD5 {VGG19_MD5}. The file is left as "
            "it is; move it away and load again with download=True, or give weights=PATH"
        ) from error
    return {layer: tuple(model.get_layer(layer).get_weights()) for layer in LAYERS}
