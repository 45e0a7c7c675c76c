"""What the teachers see in varied crops, stored so that each crop is looked at only once."""

import math
import time
from pathlib import Path

import keras
import numpy as np
from keras import layers

from slim.crops import crops
from slim.shape import BATCH, INPUT_SCALE, KEPT, SHARD, SIDE, TAPS, preprocess


def tap_bases(teacher: keras.Model, batch: np.ndarray) -> dict[str, np.ndarray]:
    """Return for each tap the matrix (channels, kept) that turns and scales its features.

    The leading principal directions (about 0, as Gram matrices see them) keep nearly all that
    a student with fewer channels could learn; after scaling their mean variance is 1.
    """
    seen = teacher.predict_on_batch(preprocess(batch))
    return {tap: principal_basis(seen[tap][1], KEPT[tap[5]]) for tap in TAPS}


def principal_basis(features: np.ndarray, kept: int) -> np.ndarray:
    """Return the `kept` leading directions of features, scaled to a mean variance of 1."""
    flat = features.reshape(-1, features.shape[-1]).astype(np.float32)
    _, directions = np.linalg.eigh((flat.T @ flat / len(flat)).astype(np.float64))
    basis = directions[:, ::-1][:, :kept]
    variance = np.square(flat @ basis).mean() - np.square(flat.mean(axis=0) @ basis).mean()
    return (basis / np.sqrt(variance)).astype(np.float32)


def fill_cache(teacher: keras.Model, pictures: list[Path], work: Path, count: int, seed: int):
    """Store `count` crops and the teacher's tapped features, in folders of SHARD crops each.

    Folders that are there already stay.
    """
    work.mkdir(parents=True, exist_ok=True)
    bases_file = work / "bases.npz"
    if not bases_file.exists():
        source = crops(pictures, SIDE, seed=12345)
        np.savez(bases_file, **tap_bases(teacher, np.stack([next(source) for _ in range(48)])))
    taps = {}
    for tap, basis in np.load(bases_file).items():
        turn = layers.Dense(basis.shape[1], use_bias=False)
        stride = TAPS[tap][0]
        taps[tap] = turn(teacher.output[tap][1][:, ::stride, ::stride])
        turn.set_weights([basis])
    taps = keras.Model(teacher.input, taps)
    for number in range(math.ceil(count / SHARD)):
        final = work / f"shard_{seed:03d}_{number:03d}"
        if final.exists():
            continue
        began = time.perf_counter()
        source = crops(pictures, SIDE, seed=1000 * seed + number)
        images = np.stack([next(source) for _ in range(SHARD)])
        stored = {tap: [] for tap in TAPS}
        for first in range(0, SHARD, BATCH):
            seen = taps.predict_on_batch(preprocess(images[first : first + BATCH]))
            for tap in TAPS:
                stored[tap].append(seen[tap].astype(np.float16))
        draft = work / f"draft_{final.name}"
        draft.mkdir(exist_ok=True)
        np.save(draft / "crops.npy", images)
        for tap in TAPS:
            np.save(draft / f"{tap}.npy", np.concatenate(stored[tap]))
        draft.rename(final)
        print(f"{final.name}: {SHARD / (time.perf_counter() - began):.1f} crops/s", flush=True)


class CachedCrops(keras.utils.PyDataset):
    """Batches from the cache in random order; folders that arrive later join in."""

    def __init__(self, work: Path, batches: int, **options):
        super().__init__(**options)
        self.work, self.batches, self.shards = work, batches, {}
        self.rng = np.random.default_rng(time.time_ns())
        self.on_epoch_end()

    def __len__(self):
        return self.batches

    def on_epoch_end(self):
        """Open the folders that have arrived."""
        for folder in sorted(self.work.glob("shard_*")):
            if folder.name not in self.shards:
                self.shards[folder.name] = {
                    name: np.load(folder / f"{name}.npy", mmap_mode="r")
                    for name in ["crops", *TAPS]
                }
        if not self.shards:
            raise SystemExit(f"No cached crops in {self.work}: run the step 'cache' first.")

    def __getitem__(self, index):
        names = list(self.shards)
        picks = [
            (self.shards[names[self.rng.integers(len(names))]], self.rng.integers(SHARD))
            for _ in range(BATCH)
        ]
        images = np.stack([shard["crops"][row] for shard, row in picks])
        targets = {tap: np.stack([shard[tap][row] for shard, row in picks]) for tap in TAPS}
        return preprocess(images) / INPUT_SCALE, targets
