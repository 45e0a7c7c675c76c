"""Measures that need no network: likeness, contours, colours and grain."""

from __future__ import annotations

import itertools
from typing import Any

import numpy as np
from scipy.fft import dctn, idctn
from scipy.stats import wasserstein_distance
from skimage.color import rgb2gray, rgb2lab
from skimage.feature import structure_tensor
from skimage.filters import gaussian
from skimage.metrics import structural_similarity as ssim

from nstkit.errors import ImageError
from nstkit.images import check_image

CONTOUR_SCALE = 1 / 64
"""Width of the smoothing before contours are looked for, in shorter sides of the picture: most
brush strokes are finer, the outlines of things are not."""

COLOUR_DIRECTIONS = np.array([d for d in itertools.product((-1, 0, 1), repeat=3) if d > (0, 0, 0)])
"""Thirteen directions in L*a*b*: a cube's axes, and the diagonals of its faces and its space."""

TILE, FINEST = 12, 0.3
"""Side in pixels of the tiles in which grain is looked for, and the frequency, in cycles a pixel,
above which a wave is grain."""

QUANTILES = (np.arange(512) + 0.5) / 512


def structural_similarity(image: Any, content: Any) -> float:
    """Compute the mean structural similarity of the two pictures in grey, scikit-image's.

    Wang, Bovik, Sheikh and Simoncelli, "Image Quality Assessment: From Error Visibility to
    Structural Similarity", IEEE Transactions on Image Processing 13(4), 2004, equation 13, in
    windows of 7×7 pixels.

    Parameters
    ----------
    image, content : array_like
        Pictures of one size, shape (1, height, width, 3), float, in [0, 1].

    Returns
    -------
    float
        From −1 to 1; 1 for equal pictures.
    """
    return float(ssim(*_greys(image, content), data_range=1.0))


def contour_agreement(image: Any, content: Any) -> float:
    """Compare where contours are and which way they run.

    Both pictures are smoothed, Gaussian with σ = 1/64 of the shorter side. The structure tensor
    J = smoothed ∇L ∇Lᵀ (Bigün and Granlund 1987) of a place has its stronger direction as the
    vector v = (J₁₁ − J₂₂, 2 J₁₂), which does not change when dark and light are exchanged; its
    length is brought to its square root, so that the strongest contours do not count alone. The
    agreement is Σ v·w / √(Σ v·v Σ w·w) over all places.

    Parameters
    ----------
    image, content : array_like
        Pictures of one size, shape (1, height, width, 3), float, in [0, 1].

    Returns
    -------
    float
        From −1 to 1: 1 for the same contours, 0 for unrelated ones, −1 for crossing ones.
        0 where a picture has none.
    """
    v, w = (_contours(grey) for grey in _greys(image, content))
    both = float(np.sqrt(np.sum(v * v) * np.sum(w * w)))
    return float(np.sum(v * w) / both) if both else 0.0


def colour_distance(image: Any, style: Any) -> float:
    """Measure how far colours must be moved to become the other picture's, wherever they are.

    The mean over thirteen directions of CIE L*a*b* of the one-dimensional Wasserstein distance,
    SciPy's, of the colours' shadows on that direction, each in 512 quantiles.

    Parameters
    ----------
    image, style : array_like
        Two pictures of any sizes, shape (1, height, width, 3), float, in [0, 1].

    Returns
    -------
    float
        In ΔE, from 0 (the same colours in the same shares); black to white is about 48.
    """
    directions = COLOUR_DIRECTIONS / np.linalg.norm(COLOUR_DIRECTIONS, axis=1, keepdims=True)
    shadows = []
    for each in (image, style):
        cloud = rgb2lab(check_image(each, minimum=1)).reshape(-1, 3)
        levels = (QUANTILES * len(cloud)).astype(int)
        shadows.append(np.sort(directions.astype(np.float32) @ cloud.T)[:, levels])
    return float(np.mean([wasserstein_distance(*pair) for pair in zip(*shadows, strict=True)]))


def grain(image: Any) -> tuple[float, float]:
    """Measure the finest grain where a picture is quiet and where it is busy.

    From the grey picture everything below 0.3 cycles a pixel is taken out (by its cosine
    transform, which sees no seam at the frame; the frequency of a wave is the length of the vector
    of its frequencies along both sides). Of what is left the standard deviation in every tile of
    12×12 pixels is taken. White noise of deviation σ keeps about 0.85 σ in every tile; a
    photograph's sky has nearly nothing.

    Parameters
    ----------
    image : array_like
        A picture, shape (1, height, width, 3), float, in [0, 1], of 12×12 pixels or more; what is
        left over at the right and below after whole tiles is not looked at.

    Returns
    -------
    quiet, busy : float
        25th and 75th percentile of the tiles' deviations, from 0 to about ½. Grain in quiet
        places is `quiet` over that of the noisier of the two pictures painted from.
    """
    grey = rgb2gray(check_image(image, minimum=TILE)[0]).astype(np.float64)
    along = [np.arange(side) / (2 * side) for side in grey.shape]
    coarse = np.hypot(*np.meshgrid(*along, indexing="ij")) <= FINEST
    fine = idctn(np.where(coarse, 0.0, dctn(grey, norm="ortho")), norm="ortho")
    rows, columns = (side // TILE for side in grey.shape)
    tiles = fine[: rows * TILE, : columns * TILE].reshape(rows, TILE, columns, TILE)
    quiet, busy = np.percentile(tiles.std(axis=(1, 3)), [25, 75])
    return float(quiet), float(busy)


def _greys(image: Any, content: Any) -> list[np.ndarray]:
    pictures = [check_image(image), check_image(content, name="content")]
    (height, width), (h, w) = (picture.shape[1:3] for picture in pictures)
    if (height, width) != (h, w):
        raise ImageError(
            f"a result of {width}×{height} pixels, a content picture of {w}×{h}: "
            "give both at the size that was painted"
        )
    return [rgb2gray(picture[0]).astype(np.float64) for picture in pictures]


def _contours(grey: np.ndarray) -> np.ndarray:
    sigma = CONTOUR_SCALE * min(grey.shape)
    rows, mixed, columns = structure_tensor(gaussian(grey, sigma), sigma, mode="nearest")
    vectors = np.stack([rows - columns, 2 * mixed])
    return vectors / np.sqrt(np.maximum(np.linalg.norm(vectors, axis=0), 1e-12))
