"""Runs in files: write whole or not at all, read with suspicion."""

from __future__ import annotations

import hashlib
import io
import json
import os
from pathlib import Path
from typing import Any

import numpy as np

from nstkit.errors import CheckpointError, SettingsError
from nstkit.losses import Weights
from nstkit.machine import replace_file
from nstkit.transfer import Problem

FORMAT = 3

SETTINGS = {"optimizer", "options", "steps", "step", "seconds", "evaluations"}


def fingerprint(problem: Problem) -> str:
    """Return a short text that two problems share only if they are the same.

    Parameters
    ----------
    problem : Problem
        Its pictures, network, terms, layers and its convention's numbers count; its weights do
        not.

    Returns
    -------
    str
        64 hexadecimal digits.
    """
    digest = hashlib.sha256()
    pictures = [use.picture for use in problem.uses if use.picture is not None]
    for picture in pictures:
        digest.update(picture.tobytes())
    for use in problem.uses:
        if use.mask is not None:
            digest.update(np.asarray(use.mask, np.float32).tobytes())
    for layer in problem.backbone.layers:
        for array in problem.backbone.parameters(layer):
            digest.update(array.tobytes())
    digest.update(
        repr(
            (
                [picture.shape for picture in pictures],
                problem.shape,
                problem.backbone.pooling,
                problem.parts,
                problem.convention.tv_kind,
                problem.constants().tolist(),
            )
        ).encode()
    )
    return digest.hexdigest()


def write_checkpoint(
    path: str | os.PathLike[str],
    problem: Problem,
    weights: Weights,
    settings: dict[str, Any],
    arrays: dict[str, np.ndarray],
) -> Path:
    """Write a run's settings and arrays, with the problem's fingerprint, as a NumPy archive.

    Parameters
    ----------
    path : path-like
        The file.
    problem : Problem
        The problem that the run belongs to.
    weights : Weights
        The weights in use.
    settings : dict
        What JSON can hold.
    arrays : dict of str to numpy.ndarray
        The picture and the optimiser's state.

    Returns
    -------
    pathlib.Path
        The path written.
    """
    header = {
        "format": FORMAT,
        "problem": fingerprint(problem),
        "weights": weights.as_dict(),
        "settings": settings,
    }
    buffer = io.BytesIO()
    np.savez(buffer, header=np.array(json.dumps(header)), **arrays)  # type: ignore[arg-type]
    return replace_file(path, buffer.getvalue())


def read_checkpoint(
    path: str | os.PathLike[str], problem: Problem
) -> tuple[dict[str, Any], Weights, dict[str, np.ndarray]]:
    """Read what `write_checkpoint` wrote.

    Parameters
    ----------
    path : path-like
        The file.
    problem : Problem
        The problem that it must belong to.

    Returns
    -------
    settings, weights, arrays
        As they were given.

    Raises
    ------
    CheckpointError
        If the file is missing, damaged, or belongs to another problem.
    """
    if not Path(path).is_file():
        raise CheckpointError(f"there is no checkpoint {path}: check the path")
    try:
        # From memory: np.load leaves a damaged file open.
        with np.load(io.BytesIO(Path(path).read_bytes()), allow_pickle=False) as archive:
            arrays = {key: archive[key] for key in archive.files}
        header = json.loads(str(arrays.pop("header")))
        version, owner, settings = header["format"], header["problem"], header["settings"]
        weights = Weights(**header["weights"])
        whole = "image" in arrays and settings.keys() == SETTINGS
    except Exception as error:  # a damaged archive fails in many ways, none of them ours
        raise CheckpointError(
            f"{path} is not a checkpoint of nstkit, or is damaged ({error}): start a new run"
        ) from error
    if version != FORMAT or not whole:
        raise CheckpointError(f"{path} was written by another version of nstkit: start a new run")
    if owner != fingerprint(problem):
        raise CheckpointError(
            f"{path} belongs to another problem: resume it with the same pictures, size, backbone, "
            "layers and convention"
        )
    try:
        problem.check_weights(weights)
    except SettingsError as error:
        raise CheckpointError(f"{path} is damaged ({error}): start a new run") from error
    return settings, weights, arrays
