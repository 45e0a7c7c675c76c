"""A start for the student in closed form: channels chosen and kernels fitted, layer by layer."""

from dataclasses import dataclass
from pathlib import Path

import keras
import numpy as np
from keras import ops

from slim.crops import crops
from slim.shape import BATCH, INPUT_SCALE, KEPT, LAYERS, SIDE, WIDTH, layers_up_to, preprocess

# Every how many positions a block's layers are fitted.
FIT_STRIDE = {"1": 4, "2": 2, "3": 2, "4": 1, "5": 1}


def look(teacher: keras.Model, batch: np.ndarray) -> dict[str, list[np.ndarray]]:
    """Return what the teacher sees under max pooling, before and after ReLU, as float32."""
    average = np.zeros((len(batch), 1, 1, 1), np.float32)
    seen = teacher.predict_on_batch({"image": batch, "average": average})
    return {name: [np.asarray(x, np.float32) for x in pair] for name, pair in seen.items()}


def tap_bases(
    teacher: keras.Model, pictures: list[Path], path: Path, taps: list[str]
) -> dict[str, np.ndarray]:
    """Return for each tap the matrix (channels, kept) that turns and scales its features.

    The leading principal directions (about 0, as Gram matrices see them) keep nearly all that
    a student with fewer channels could learn; after scaling their mean variance is 1. They are
    kept in the file `path`: the projections of a checkpoint belong to them.
    """
    bases = dict(np.load(path)) if path.exists() else {}
    if missing := [tap for tap in taps if tap not in bases]:
        source = crops(pictures, SIDE, seed=12345)
        parts = [preprocess(np.stack([next(source) for _ in range(BATCH)])) for _ in range(6)]
        part = keras.Model(teacher.input, {tap: teacher.output[tap] for tap in missing})
        seen = [look(part, batch) for batch in parts]
        for tap in missing:
            features = np.concatenate([batch[tap][1] for batch in seen])
            bases[tap] = principal_basis(features, KEPT[tap[5]])
        path.parent.mkdir(parents=True, exist_ok=True)
        np.savez(path, **bases)
    return bases


def principal_basis(features: np.ndarray, kept: int) -> np.ndarray:
    """Return the `kept` leading directions of features, scaled to a mean variance of 1."""
    flat = features.reshape(-1, features.shape[-1]).astype(np.float32)
    _, directions = np.linalg.eigh((flat.T @ flat / len(flat)).astype(np.float64))
    basis = directions[:, ::-1][:, :kept]
    variance = np.square(flat @ basis).mean() - np.square(flat.mean(axis=0) @ basis).mean()
    return (basis / np.sqrt(variance)).astype(np.float32)


def best_channels(covariance: np.ndarray, count: int) -> np.ndarray:
    """Choose `count` channels, one by one, that explain most of all channels' variance."""
    left, chosen = covariance.astype(np.float64).copy(), []
    for _ in range(count):
        diagonal = np.maximum(np.diag(left), 1e-9 * np.diag(covariance).max())
        gain = np.square(left).sum(axis=0) / diagonal
        gain[chosen] = -1
        best = int(gain.argmax())
        chosen.append(best)
        left -= np.outer(left[:, best], left[best]) / diagonal[best]
    return np.array(chosen)


def patches(features: np.ndarray, stride: int) -> np.ndarray:
    """Return the 3 x 3 neighbourhoods (zero outside) at every stride-th position, and a 1."""
    padded = np.pad(features, ((0, 0), (1, 1), (1, 1), (0, 0)))
    height, width = features.shape[1:3]
    rows = [
        padded[:, i : i + height : stride, j : j + width : stride]
        for i in range(3)
        for j in range(3)
    ]
    flat = np.concatenate(rows, axis=-1).reshape(-1, 9 * features.shape[-1])
    return np.concatenate([flat, np.ones((len(flat), 1), flat.dtype)], axis=1)


def solve(inputs: np.ndarray, wanted: np.ndarray, ridge: float = 1e-4) -> np.ndarray:
    """Least squares with a little ridge."""
    square = (inputs.T @ inputs).astype(np.float64)
    square[np.diag_indices_from(square)] += ridge * np.trace(square) / len(square)
    return np.linalg.solve(square, (inputs.T @ wanted).astype(np.float64))


def start(model: keras.Model, teacher: keras.Model, images: np.ndarray, names: list[str]) -> None:
    """Set the student's layers `names`, from the teacher's features on `images`.

    The student pools by the average and the teacher by the maximum.
    """
    teacher = keras.Model(teacher.input, {name: teacher.output[name] for name in names})
    batches = [preprocess(images[i : i + BATCH]) for i in range(0, len(images), BATCH)]
    chosen = choose_channels(teacher, batches[:8])
    wanted = {name: [] for name in names}
    for batch in batches:
        for name, (before, _) in look(teacher, batch).items():
            step = FIT_STRIDE[name[5]]
            wanted[name].append(chosen[name].pick(before[:, ::step, ::step]).astype(np.float16))
    current = preprocess(images) / INPUT_SCALE
    for name in layers_up_to(names[-1]):
        if name.endswith("conv1") and name != LAYERS[0]:
            n, h, w, c = current.shape
            current = current.reshape(n, h // 2, 2, w // 2, 2, c).mean(axis=(2, 4))
        conv, step = model.get_layer(name), FIT_STRIDE[name[5]]
        if name in names:
            fit_convolution(conv, patches(current, step), stacked(wanted.pop(name)))
        current = np.concatenate(
            [ops.convert_to_numpy(conv(current[i : i + 32])) for i in range(0, len(current), 32)]
        )


def fit_projections(model: keras.Model, images: np.ndarray) -> None:
    """Set the student's projections by least squares, those for either way of pooling."""
    for pooling in ("max", "average"):
        square, product = dict.fromkeys(model.taps, 0.0), dict.fromkeys(model.taps, 0.0)
        for first in range(0, len(images), BATCH):
            batch = preprocess(images[first : first + BATCH])
            share = np.full((len(batch), 1, 1, 1), pooling == "average", np.float32)
            seen = model.predict_on_batch({"image": batch / INPUT_SCALE, "average": share})
            wanted = model.teacher.predict_on_batch({"image": batch, "average": 0 * share})
            for tap in model.taps:
                flat, target = (
                    np.asarray(x, np.float32).reshape(-1, x.shape[-1])
                    for x in (seen[f"{tap}/own"], wanted[tap])
                )
                square[tap] = square[tap] + (flat.T @ flat).astype(np.float64)
                product[tap] = product[tap] + (flat.T @ target).astype(np.float64)
        for tap in model.taps:
            matrix = square[tap]
            matrix[np.diag_indices_from(matrix)] += 1e-5 * np.trace(matrix) / len(matrix)
            solution = np.linalg.solve(matrix, product[tap]).astype(np.float32)
            model.get_layer(f"{tap}_{pooling}").set_weights([solution])


@dataclass
class Choice:
    """What a student's layer is fitted to: teacher's channels, some of them turned over.

    Where the teacher itself has channels that never fire, the student's are put to use for
    what ReLU cuts off from others: their values before ReLU about the mean, with sign changed.
    """

    channels: np.ndarray
    sign: np.ndarray
    centre: np.ndarray
    size: float

    def pick(self, before: np.ndarray) -> np.ndarray:
        """Return the values before ReLU to fit, (..., channels of the student)."""
        return (before[..., self.channels] - self.centre) * self.sign / self.size


def choose_channels(teacher: keras.Model, batches: list[np.ndarray]) -> dict[str, Choice]:
    """Choose for each layer the teacher's channels to fit."""
    names = list(teacher.output)
    second, mean, centre, spread = (dict.fromkeys(names, 0.0) for _ in range(4))
    for batch in batches:
        for name, (before, after) in look(teacher, batch).items():
            flat, under = (x.reshape(-1, x.shape[-1]) for x in (after, before))
            second[name] += flat.T @ flat / len(flat) / len(batches)
            mean[name] += flat.mean(axis=0) / len(batches)
            centre[name] += under.mean(axis=0) / len(batches)
            spread[name] += under.var(axis=0) / len(batches)
    found = {}
    for name in names:
        covariance, count = second[name] - np.outer(mean[name], mean[name]), WIDTH[name]
        every = np.arange(len(covariance))
        channels = every if len(every) == count else best_channels(covariance, count)
        energy = np.diag(second[name])
        silent = energy[channels] < 1e-4 * energy.mean()
        live = channels[~silent]
        widest = live[np.argsort(-spread[name][live])]
        channels = np.where(silent, np.resize(widest, count)[np.cumsum(silent) - 1], channels)
        found[name] = Choice(
            channels,
            np.where(silent, -1.0, 1.0),
            np.where(silent, centre[name][channels], 0.0),
            float(np.sqrt(energy[live].mean())),
        )
        if silent.any():
            print(f"{name}: {silent.sum()} channels of the teacher never fire", flush=True)
    return found


def fit_convolution(conv: keras.layers.Layer, inputs: np.ndarray, wanted: np.ndarray) -> None:
    """Set a convolution so that ReLU of its output comes close to ReLU of `wanted`."""
    solution = solve(inputs, wanted)
    for _ in range(2):  # where both are below zero ReLU hides the error: drop it
        guess = inputs @ solution.astype(np.float32)
        solution = solve(inputs, np.where((guess < 0) & (wanted < 0), guess, wanted))
    solution = solution.astype(np.float32)
    kernel = solution[:-1].reshape(3, 3, -1, wanted.shape[1])
    conv.set_weights([kernel, solution[-1]])
    missed = np.square(np.maximum(inputs @ solution, 0) - np.maximum(wanted, 0)).mean()
    energy = np.square(np.maximum(wanted, 0)).mean()
    print(f"{conv.name}: {1 - missed / energy:.3f} of the energy", flush=True)


def stacked(parts: list[np.ndarray]) -> np.ndarray:
    """Return the parts as one float32 matrix, a row per position."""
    return np.concatenate(parts).astype(np.float32).reshape(-1, parts[0].shape[-1])
