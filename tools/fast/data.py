"""Training data: crops of photographs, and styles with all that is known of them beforehand."""

import queue
import threading
from pathlib import Path

import numpy as np
from PIL import Image
from scipy import ndimage

from fast.loss_network import STATISTICS_LAYERS, STYLE_LAYERS, build_loss_network, gram, statistics
from slim.crops import open_pictures, photo_crop, texture_crop, vary

SIDE, STYLE_SIDE = 128, 256  # of the crops painted; of the styles measured, as they are judged
TABLE = ("cubist_shards", "ink_wash", "night_sky", "pointillism", "stained_glass", "woodblock_wave")
# How often a style comes from the table, is a painting, is something else, is the photograph's own.
FLAT = 0.04  # deviation below which a crop shows nothing
SHARES = {"table": 0.25, "painting": 0.5, "other": 0.17, "own": 0.08}


def fill_contents(pictures: list[Path], work: Path, count: int, seed: int) -> None:
    """Store `count` crops to be painted, half of them as the camera made them."""
    path = work / "contents.npy"
    if path.exists():
        return
    rng, opened = np.random.default_rng(seed), open_pictures(pictures)
    stored = np.empty((count, SIDE, SIDE, 3), np.uint8)
    for number in range(count):
        crop = np.zeros(3)
        while crop.std() < FLAT:
            crop = photo_crop(opened[rng.integers(len(opened))], SIDE, rng)
            if rng.random() < 0.5:
                crop = np.clip(vary(crop, rng), 0, 1)
        stored[number] = np.round(np.clip(crop, 0, 1) * 255)
    np.save(path, stored)
    print(f"{path.name}: {count} crops", flush=True)


def style_square(picture: Image.Image, rng: np.random.Generator | None) -> np.ndarray:
    """Cut the centre square; with a generator, one anywhere, of any size, at times recoloured."""
    side = short = min(picture.size)
    left, top = (picture.width - side) / 2, (picture.height - side) / 2
    if rng is not None:
        side = short * np.exp(rng.uniform(np.log(0.45), 0))
        left, top = rng.uniform(0, picture.width - side), rng.uniform(0, picture.height - side)
    box = (left, top, left + side, top + side)
    size = (STYLE_SIDE, STYLE_SIDE)
    square = np.asarray(picture.resize(size, Image.Resampling.LANCZOS, box=box), np.float32) / 255
    if rng is None or rng.random() < 0.5:
        return square
    if rng.random() < 0.5:
        square = square[:, ::-1]
    if rng.random() < 0.3:
        square = square[..., rng.permutation(3)]
    grey = square.mean(axis=-1, keepdims=True)
    square = grey + (square - grey) * rng.uniform(0.3, 1.6)
    square = (square - 0.5) * rng.uniform(0.7, 1.3) + 0.5 + rng.uniform(-0.1, 0.1)
    return np.clip(square * rng.uniform(0.85, 1.15, 3), 0, 1).astype(np.float32)


def style_squares(paintings: list[Path], photos: list[Path], shipped: Path, each: int, seed: int):
    """Yield (kind, row of the table or -1, square) for every style of the bank."""
    rng = np.random.default_rng(seed)
    for row, name in enumerate(TABLE):
        picture = open_pictures([shipped / f"{name}.jpg"])[0]
        yield "table", row, style_square(picture, None)
    for number, path in enumerate(paintings):
        picture = open_pictures([path])[0]
        for count in range(each):
            yield "painting", -1, style_square(picture, rng if count else None)
        if number % 2:
            wild = ndimage.zoom(texture_crop(STYLE_SIDE, rng), 1)
            yield "other", -1, np.clip(wild, 0, 1)
    for path in photos:
        yield "other", -1, style_square(open_pictures([path])[0], rng)


def fill_styles(squares, network_path: Path, work: Path, batch: int = 8) -> None:
    """Store what training needs of every style: kind, row, statistics, Gram matrices."""
    if (work / "styles.npz").exists():
        return
    wanted = tuple(dict.fromkeys((*STYLE_LAYERS, *STATISTICS_LAYERS)))
    network = build_loss_network(network_path, wanted)
    contents = np.load(work / "contents.npy", mmap_mode="r")
    own = [
        statistics(network.predict_on_batch(contents[first : first + 4 * batch] / np.float32(255)))
        for first in range(0, len(contents), 4 * batch)
    ]
    squares = list(squares)
    grams: dict[str, list] = {name: [] for name in STYLE_LAYERS}
    seen = []
    for first in range(0, len(squares), batch):
        pictures = np.stack([square for _, _, square in squares[first : first + batch]])
        features = network.predict_on_batch(pictures)
        seen.append(statistics(features))
        for name in STYLE_LAYERS:
            grams[name].append(np.asarray(gram(features[name])))
    known = np.concatenate(seen)
    painted = np.array([kind != "other" for kind, _, _ in squares])
    mean, deviation = known[painted].mean(0), known[painted].std(0) + 0.05
    for name, parts in grams.items():
        array = np.concatenate(parts)
        size = np.sqrt(np.square(array).sum((1, 2)))
        np.save(work / f"gram_{name}.npy", (array / size[:, None, None]).astype(np.float16))
        np.save(work / f"size_{name}.npy", size)
    np.savez(
        work / "styles.npz",
        kind=np.array([kind for kind, _, _ in squares]),
        row=np.array([row for _, row, _ in squares]),
        statistics=np.clip((known - mean) / deviation, -4, 4).astype(np.float32),
        own=np.clip((np.concatenate(own) - mean) / deviation, -4, 4).astype(np.float32),
        mean=mean,
        deviation=deviation,
    )
    print(f"styles.npz: {len(squares)} styles", flush=True)


class Batches:
    """Batches without end, prepared on a thread."""

    def __init__(self, work: Path, size: int, seed: int, side: int = SIDE):
        self.rng, self.size, self.side = np.random.default_rng(seed), size, side
        self.contents = np.load(work / "contents.npy", mmap_mode="r")
        with np.load(work / "styles.npz") as arrays:
            self.kind, self.row = arrays["kind"], arrays["row"]
            self.statistics, self.own = arrays["statistics"], arrays["own"]
            self.mean, self.deviation = arrays["mean"], arrays["deviation"]
        self.grams = {
            name: np.load(work / f"gram_{name}.npy", mmap_mode="r") for name in STYLE_LAYERS
        }
        self.sizes = {name: np.load(work / f"size_{name}.npy") for name in STYLE_LAYERS}
        self.copying = False  # whether every style is the photograph's own
        self._ready: queue.Queue = queue.Queue(6)
        threading.Thread(target=self._prepare, daemon=True).start()

    def __iter__(self):
        """Yield inputs for `Teaching`."""
        while True:
            yield self._ready.get()

    def _prepare(self) -> None:
        members = {kind: np.flatnonzero(self.kind == kind) for kind in SHARES}
        while True:
            kinds = self.rng.choice(list(SHARES), self.size, p=list(SHARES.values()))
            if self.copying:
                kinds[:] = "own"
            own = kinds == "own"
            named = np.where(own, "painting", kinds)  # any will do where no style is learned
            picks = [self.rng.choice(members[kind]) for kind in named]
            rows = np.zeros((self.size, len(TABLE)), np.float32)
            for place in np.flatnonzero(kinds == "table"):
                # Now and then the predictor is asked for a style of the table.
                rows[place, self.row[picks[place]]] = self.rng.random() < 0.8
            seen = np.sort(self.rng.choice(len(self.contents), self.size, replace=False))
            top, left = self.rng.integers(0, SIDE - self.side + 1, 2)
            images = self.contents[seen, top : top + self.side, left : left + self.side]
            images = images.astype(np.float32) / 255
            if self.rng.random() < 0.5:
                images = images[:, :, ::-1]
            batch = {
                "image": np.ascontiguousarray(images),
                "statistics": np.where(own[:, None], self.own[seen], self.statistics[picks]),
                "row": rows,
                "styled": (~own).astype(np.float32),
            }
            for name in STYLE_LAYERS:
                batch[f"gram_{name}"] = self.grams[name][picks].astype(np.float32)
                batch[f"size_{name}"] = self.sizes[name][picks].astype(np.float32)
            self._ready.put(batch)
