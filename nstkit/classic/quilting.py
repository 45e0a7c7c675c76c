"""Image quilting (Efros & Freeman 2001): a new texture cut and sewn from patches of the old."""

from __future__ import annotations

import math
from typing import Any

import cv2
import numpy as np

from nstkit.classic.colour import LUMINANCE
from nstkit.classic.patches import PatchBank
from nstkit.classic.sewing import Quilt, sew
from nstkit.classic.texture import chosen_size, match_histogram
from nstkit.errors import check_number
from nstkit.images import check_image

SMALLEST_PATCH = 6
"""Side of the smallest patch in pixels: its overlap is still two pixels wide."""

BANK_SIZES = {"texture": 24_000_000, "transfer": 2_000_000}
"""Numbers kept to compare patches with: a transfer lays far more patches than a texture."""


def quilt_texture(
    style: Any,
    *,
    height: int | None = None,
    width: int | None = None,
    patch: int = 32,
    tolerance: float = 0.1,
    seed: int = 0,
) -> Quilt:
    """Make a texture of any size from overlapping patches of the style picture.

    Parameters
    ----------
    style : array_like
        The texture, (1, H, W, 3), float, RGB in [0, 1].
    height, width : int, optional
        Size of the result in pixels; that of `style` when not given.
    patch : int
        Side of a patch in pixels: about the size of what repeats. Neighbours overlap by a
        sixth of it.
    tolerance : float
        A patch is drawn at random among those whose error in the overlap is at most
        ``1 + tolerance`` times the smallest.
    seed : int
        Seed of these draws; the same seed gives the same quilt.

    Returns
    -------
    Quilt
        The picture, the origin of every pixel and the costs of the seams.

    References
    ----------
    Efros & Freeman, "Image Quilting for Texture Synthesis and Transfer", SIGGRAPH 2001.
    """
    source = check_image(style, name="style")[0]
    shape = chosen_size(height, width, source)
    side = _check_patch(patch, source)
    allowed = check_number(tolerance, "tolerance")
    generator = np.random.default_rng(seed)
    bank = PatchBank(source, side, generator, size=BANK_SIZES["texture"])
    return sew(bank, shape, allowed, generator)


def transfer_texture(
    content: Any,
    style: Any,
    *,
    patch: int = 32,
    passes: int = 3,
    fidelity: float = 0.8,
    tolerance: float = 0.1,
    seed: int = 0,
) -> Quilt:
    """Rebuild the content picture from patches of the style picture.

    As `quilt_texture`, with one more demand on a patch: its brightness, blurred, should match
    the content picture's at the place where it goes.

    Parameters
    ----------
    content, style : array_like
        Pictures (1, H, W, 3), float, RGB in [0, 1].
    patch : int
        Side of the patches of the first pass in pixels.
    passes : int
        Number of times that the picture is sewn; each pass uses patches two thirds the size
        and also tries to match the pass before.
    fidelity : float
        From 0 (only fit the neighbouring patches) to 1 (only fit the content's brightness).
    tolerance : float
        A patch is drawn at random among those whose error is at most ``1 + tolerance`` times
        the smallest.
    seed : int
        Seed of these draws; the same seed gives the same quilt.

    Returns
    -------
    Quilt
        The result of the last pass, of the size of `content`.

    References
    ----------
    Efros & Freeman 2001, section 3. Different here: `fidelity` stays the same in all passes,
    and the content's brightness is first given the histogram of the style's.
    """
    target = check_image(content, name="content")[0]
    source = check_image(style, name="style")[0]
    side = _check_patch(patch, source)
    allowed = check_number(tolerance, "tolerance")
    weight = check_number(fidelity, "fidelity", maximum=1.0)
    count = int(check_number(passes, "passes", minimum=1, maximum=10, whole=True))
    generator = np.random.default_rng(seed)
    light = _blur(source @ LUMINANCE)
    goal = match_histogram(_blur(target @ LUMINANCE), light)
    size, share = BANK_SIZES["transfer"], math.sqrt((1 - weight) / max(weight, 0.01))
    wish, model = goal[..., None], light[..., None]
    for number in range(count):
        bank = PatchBank(source, side, generator, size=size, guide=model, weight=weight)
        quilt = sew(bank, goal.shape, allowed, generator, wish)
        side = max(SMALLEST_PATCH, round(side * 2 / 3))
        wish = np.concatenate([goal[..., None], share * quilt.image[0]], axis=-1)
        if number == 0:
            model = np.concatenate([model, share * source], axis=-1)
    return quilt


def _blur(plane: np.ndarray) -> np.ndarray:
    return cv2.GaussianBlur(plane, (0, 0), 2.0)


def _check_patch(patch: Any, source: np.ndarray) -> int:
    """Check the side of a patch against the picture it is cut from."""
    limit = min(source.shape[:2])
    return int(check_number(patch, "patch", minimum=SMALLEST_PATCH, maximum=limit, whole=True))
