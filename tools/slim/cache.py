"""Batches of pictures for training: cached crops, and half-finished pictures from real runs."""

import itertools
import queue
import threading
from pathlib import Path

import numpy as np

from slim.crops import crops
from slim.shape import INPUT_SCALE, SIDES, preprocess

PAINTED_SHARE, AVERAGE_SHARE = 0.5, 0.75  # of the batches


def fill_cache(pictures: list[Path], work: Path, count: int, seed: int) -> None:
    """Store crops of every side, as many pixels of each side as `SIDES` will show of it.

    `count` is the number of crops of 128 pixels that all of them together weigh. Files that are
    there already stay.
    """
    work.mkdir(parents=True, exist_ok=True)
    for side, (batch, share) in SIDES.items():
        path = work / f"crops_{seed:03d}_{side}.npy"
        if path.exists():
            continue
        number = max(batch, round(count * share * 128**2 / side**2))
        source = crops(pictures, side, seed=1000 * seed + side)
        stored = np.stack([next(source) for _ in range(number)])
        np.save(path, stored)
        print(f"{path.name}: {number} crops", flush=True)


class Batches:
    """Batches without end, prepared on a thread: pictures, and each one's pooling.

    Neighbours in a batch are what Gram matrices are compared between. In a painted batch they
    are a picture on its way and the style it is on its way to.
    """

    def __init__(self, work: Path, seed: int):
        self.rng = np.random.default_rng(seed)
        self.crops = {
            side: [
                np.load(path, mmap_mode="r") for path in sorted(work.glob(f"crops_*_{side}.npy"))
            ]
            for side in SIDES
        }
        if not all(self.crops.values()):
            raise SystemExit(f"No cached crops in {work}: run the step 'cache' first.")
        self.work, self.painted = work, []
        self._ready: queue.Queue = queue.Queue(4)
        threading.Thread(target=self._prepare, daemon=True).start()

    def __iter__(self):
        """Yield inputs for the student."""
        while True:
            yield self._ready.get()

    def _prepare(self) -> None:
        for number in itertools.count():
            if number % 100 == 0:  # runs that were painted meanwhile join in
                self.painted = sorted((self.work / "painted").glob("*.npy"))
            if self.painted and self.rng.random() < PAINTED_SHARE:
                images = self.painted_batch()
            else:
                images = self.crop_batch()
            average = np.full((len(images), 1, 1, 1), self.rng.random() < AVERAGE_SHARE, np.float32)
            self._ready.put({"image": preprocess(images) / INPUT_SCALE, "average": average})

    def crop_batch(self) -> np.ndarray:
        """Draw crops of one side, turned and mirrored."""
        sides = list(SIDES)
        side = self.rng.choice(sides, p=[SIDES[side][1] for side in sides])
        source = self.crops[side][self.rng.integers(len(self.crops[side]))]
        rows = self.rng.choice(len(source), SIDES[side][0], replace=False)
        return np.stack([self._turn(source[row]) for row in rows])

    def painted_batch(self) -> np.ndarray:
        """Draw from one run the style, and the content or the picture at some stage."""
        side = int(self.rng.choice([160, 192, 256], p=[0.3, 0.5, 0.2]))
        run = np.load(self.painted[self.rng.integers(len(self.painted))], mmap_mode="r")
        content, style, *stages = range(len(run))
        picture = content if self.rng.random() < 0.15 else self.rng.choice(stages)
        top, left = self.rng.integers(0, run.shape[1] - side + 1, 2)
        pair = run[[picture, style], top : top + side, left : left + side]
        return pair[:, :, ::-1] if self.rng.random() < 0.5 else pair

    def _turn(self, crop: np.ndarray) -> np.ndarray:
        crop = np.rot90(crop, self.rng.integers(4))
        return crop[:, ::-1] if self.rng.random() < 0.5 else crop
