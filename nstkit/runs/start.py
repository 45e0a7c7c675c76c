"""The picture that a run starts from: content, style, noise, one pass, or one of your own."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from nstkit.errors import check_number, choose
from nstkit.images import check_image, resize

if TYPE_CHECKING:
    from nstkit.transfer import Problem

INITS = ("content", "style", "noise", "fast")
"""Names of the pictures that a run can start from."""

GREY, FAINT = np.float32(0.5), np.float32(0.01)
"""Mean and deviation of noise. VGG-19 hardly sees the finest grain, so nothing takes strong noise
out of a picture again; Johnson's neural-style begins with noise that is fainter still."""


def start_image(problem: Problem, init: Any, seed: int = 0) -> np.ndarray:
    """Return the picture that a run starts from.

    Parameters
    ----------
    problem : Problem
        Gives the size and the two pictures.
    init : {"content", "style", "noise", "fast"} or array_like
        Which; the style picture is resized, noise is faint: grey, ±0.01, and "fast" is what
        `nstkit.paint` makes of the two in one pass.
    seed : int
        Seed of the noise.

    Returns
    -------
    numpy.ndarray
        Shape (1, height, width, 3), float32, in [0, 1].
    """
    height, width = problem.shape[1:3]
    if not isinstance(init, str):
        image = check_image(init, name="init", minimum=1)
        return image if image.shape == problem.shape else resize(image, height, width)
    choose(init, INITS, "start picture (init)")
    if init == "content":
        return problem.content_image.copy()
    if init == "style":
        return resize(problem.style_image, height, width)
    if init == "fast":
        from nstkit.fast import paint

        return paint(problem.content_image, problem.style_image)
    seed = int(check_number(seed, "seed", whole=True))
    waves = np.random.default_rng(seed).standard_normal(problem.shape, np.float32)
    return np.clip(GREY + FAINT * waves, 0, 1)
