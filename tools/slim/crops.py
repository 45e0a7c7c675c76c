"""Pictures for training the slim VGG-19: square crops, strongly varied.

A style-transfer network meets pictures that no camera took: paint, noise, half-finished results.
So the crops vary in scale, orientation, colour, contrast and noise, two of them are sometimes
blended, and some show generated textures only.
"""

from collections.abc import Iterator
from pathlib import Path

import numpy as np
from PIL import Image
from scipy import ndimage

SUFFIXES = {".jpg", ".jpeg", ".png", ".webp", ".bmp", ".tif", ".tiff"}


def find_pictures(folders: list[Path], leave_out: list[str]) -> list[Path]:
    """Return every picture file in `folders`, without the stems named in `leave_out`."""
    found = [
        path
        for folder in folders
        for path in sorted(Path(folder).rglob("*"))
        if path.suffix.lower() in SUFFIXES and path.stem not in leave_out
    ]
    if not found:
        raise SystemExit(
            f"No pictures in {', '.join(map(str, folders))}. "
            f"Give --pictures a folder with files such as {', '.join(sorted(SUFFIXES))}."
        )
    return found


def open_pictures(paths: list[Path]) -> list[Image.Image]:
    """Open the pictures as RGB, all in memory."""
    return [Image.open(path).convert("RGB") for path in paths]


def photo_crop(picture: Image.Image, side: int, rng: np.random.Generator) -> np.ndarray:
    """Cut a square at a random place and a random scale; return (side, side, 3) in [0, 1]."""
    short = min(picture.size)
    # From "the whole width of the picture" to "four times closer than that".
    window = short * np.exp(rng.uniform(np.log(0.25), 0.0))
    left = rng.uniform(0, picture.width - window)
    top = rng.uniform(0, picture.height - window)
    box = (left, top, left + window, top + window)
    kind = rng.choice([Image.Resampling.BICUBIC, Image.Resampling.LANCZOS])
    crop = picture.resize((side, side), kind, box=box)
    return np.asarray(crop, np.float32) / 255


def texture_crop(side: int, rng: np.random.Generator) -> np.ndarray:
    """Draw noise of a random roughness, waves, cells or stripes in random colours."""
    y, x = np.mgrid[0:side, 0:side].astype(np.float32)
    kind = rng.integers(5)
    if kind == 0:  # noise whose spectrum falls like 1 / f^power; power 0 is white noise
        frequency = np.hypot(*np.meshgrid(np.fft.fftfreq(side), np.fft.fftfreq(side)))
        frequency[0, 0] = 1 / side
        spectrum = np.fft.fft2(rng.standard_normal((3, side, side)))
        fields = np.fft.ifft2(spectrum / frequency ** rng.uniform(0, 2)).real
    elif kind == 1:  # a few plane waves, bent by one another
        fields = np.zeros((3, side, side))
        for _ in range(rng.integers(1, 5)):
            angle, length = rng.uniform(0, np.pi), np.exp(rng.uniform(np.log(3), np.log(60)))
            phase = 2 * np.pi * (x * np.cos(angle) + y * np.sin(angle)) / length
            bend = rng.uniform(0, 2) * fields[:1]
            fields = fields + rng.uniform(-1, 1, (3, 1, 1)) * np.sin(phase + bend)
    elif kind == 2:  # cells: every pixel takes the colour of its nearest seed
        count = int(np.exp(rng.uniform(np.log(4), np.log(300))))
        seeds = rng.uniform(0, side, (count, 2))
        grid = np.full((side, side), -1)
        rows, columns = seeds.astype(int).T
        grid[rows, columns] = np.arange(count)
        nearest = ndimage.distance_transform_edt(grid < 0, return_indices=True)[1]
        fields = rng.uniform(-1, 1, (3, count))[:, grid[nearest[0], nearest[1]]]
    elif kind == 3:  # stripes or checks with sharp edges
        period = rng.uniform(3, 40, 2)
        rows, columns = (y + x * rng.uniform(-1, 1)) // period[0], x // period[1]
        level = (rows + columns * rng.integers(2)) % rng.integers(2, 5)
        fields = level[None] * rng.uniform(-1, 1, (3, 1, 1)) + rng.uniform(-1, 1, (3, 1, 1))
    else:  # brush dabs: short strokes of one direction
        angle = rng.uniform(0, 180)
        dabs = rng.uniform(-1, 1, (3, side, side)) * (rng.random((side, side)) < 0.1)
        dabs = ndimage.gaussian_filter1d(dabs, rng.uniform(1, 8), axis=1)
        dabs = ndimage.gaussian_filter1d(dabs, rng.uniform(0.3, 2), axis=2)
        fields = ndimage.rotate(dabs, angle, axes=(1, 2), reshape=False, mode="reflect")
    mix = rng.uniform(-1, 1, (3, 3)) + np.eye(3) * rng.uniform(0, 2)
    fields = np.tensordot(mix, fields, 1)
    fields = (fields - fields.mean()) / (fields.std() + 1e-6)
    colour = rng.uniform(0.2, 0.8, (3, 1, 1))
    return np.moveaxis(colour + rng.uniform(0.05, 0.35) * fields, 0, -1).astype(np.float32)


def vary(crop: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Turn, recolour, blur, sharpen and add noise, each with some probability."""
    crop = np.rot90(crop, rng.choice([0, 0, 0, 1, 2, 3]))
    if rng.random() < 0.5:
        crop = crop[:, ::-1]
    if rng.random() < 0.7:
        grey = crop.mean(axis=-1, keepdims=True)
        crop = grey + (crop - grey) * rng.uniform(0, 1.8)
        crop = (crop - 0.5) * rng.uniform(0.4, 1.5) + 0.5 + rng.uniform(-0.2, 0.2)
        crop = crop * rng.uniform(0.8, 1.2, 3)
    if rng.random() < 0.15:
        crop = crop[..., rng.permutation(3)]
    if rng.random() < 0.05:
        crop = 1 - crop
    if rng.random() < 0.15:
        crop = ndimage.gaussian_filter(crop, (sigma := rng.uniform(0.4, 2.5), sigma, 0))
    elif rng.random() < 0.15:
        crop = crop + rng.uniform(0.5, 2) * (crop - ndimage.gaussian_filter(crop, (1, 1, 0)))
    if rng.random() < 0.3:
        grain = rng.standard_normal(crop.shape)
        if rng.random() < 0.5:
            grain = ndimage.gaussian_filter(grain, (sigma := rng.uniform(0.4, 2), sigma, 0))
            grain /= grain.std()
        crop = crop + grain * np.exp(rng.uniform(np.log(0.01), np.log(0.25)))
    return np.clip(crop, 0, 1)


def blend(first: np.ndarray, second: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Mix two crops: as a double exposure, or side by side along a soft random border."""
    if rng.random() < 0.5:
        share = rng.uniform(0.2, 0.8)
    else:
        field = ndimage.gaussian_filter(rng.standard_normal(first.shape[:2]), 12)
        share = 1 / (1 + np.exp(-field[..., None] / field.std() * 20))
    return first * share + second * (1 - share)


def crops(paths: list[Path], side: int, seed: int, *, plain: float = 0.1) -> Iterator[np.ndarray]:
    """Yield varied crops without end, as (side, side, 3) 8-bit RGB.

    A share `plain` of them is left as the camera or the painter made it.
    """
    rng = np.random.default_rng(seed)
    pictures = open_pictures(paths)

    def one() -> np.ndarray:
        if rng.random() < 0.12:
            return texture_crop(side, rng)
        return photo_crop(pictures[rng.integers(len(pictures))], side, rng)

    while True:
        crop = one()
        if rng.random() >= plain:
            if rng.random() < 0.2:
                crop = blend(crop, one(), rng)
            crop = vary(crop, rng)
        yield np.round(np.clip(crop, 0, 1) * 255).astype(np.uint8)
