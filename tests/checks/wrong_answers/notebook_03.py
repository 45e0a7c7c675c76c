"""Notebook 03: answers to its exercises, wrong with a word of the message, and unusually right."""

import numpy as np


def squares(features, target):
    return np.sum((np.asarray(features) - target) ** 2)


def variation(image, take=np.abs):
    down, right = image[:, 1:] - image[:, :-1], image[:, :, 1:] - image[:, :, :-1]
    return take(down).sum() + take(right).sum()


def rolled(image):
    down, right = image - np.roll(image, 1, axis=1), image - np.roll(image, 1, axis=2)
    return np.abs(down).sum() + np.abs(right).sum()


def one_direction(image, axis):
    return np.abs(np.diff(image, axis=axis)).sum()


RIGHT = {
    "content_loss": [
        lambda f, p: squares(f, p) / 2,
        lambda f, p: 0.5 * np.linalg.norm((f - p).ravel()) ** 2,
        lambda f, p: np.vdot(f - p, f - p) / 2,
        lambda f, p: np.array([[squares(f, p) / 2]]),
        lambda f, p: np.float16(squares(f, p) / 2),
        lambda f, p: sum(d * d for d in (f - p).ravel().tolist()) / 2,
    ],
    "content_gradient": [
        lambda f, p: f - p,
        lambda f, p: -(p - f),
        lambda f, p: (f - p).tolist(),
        lambda f, p: (f - p).astype(np.float16),
        lambda f, p: np.subtract(f, p, out=f),
    ],
    "total_variation": [
        variation,
        lambda image: sum(one_direction(image, axis) for axis in (1, 2)),
        lambda image: sum(variation(image[..., c : c + 1]) for c in range(3)),
        lambda image: np.array([variation(image)]),
        lambda image: np.float16(variation(image)),
    ],
}

WRONG = {
    "content_loss": [
        ("½", squares),
        ("mean", lambda f, p: np.mean((f - p) ** 2)),
        ("mean", lambda f, p: np.mean((f - p) ** 2) / 2),
        ("absolute", lambda f, p: np.abs(f - p).sum()),
        ("square root", lambda f, p: np.sqrt(squares(f, p))),
        ("square each difference first", lambda f, p: np.sum(f - p) ** 2 / 2),
        ("negative", lambda f, p: (f - p).sum() / 2),
        ("differences", lambda f, p: np.sum(f * p) / 2),
        ("single number", lambda f, p: (f - p) ** 2 / 2),
        ("", lambda f, p: np.sum(f**2 - p**2) / 2),
        ("", lambda f, p: squares(f, p) / 4),
        ("", lambda f, p: squares(f[0, 0], p[0, 0]) / 2),
        ("", lambda f, p: squares(f, p) / 2 / f.shape[-1]),
        ("", lambda f, p: 0.0),
        ("", lambda f, p: squares(f, p) * 30 / f.size),
        ("", lambda f, p: squares(f[:, :4, :5, :3], p[:, :4, :5, :3]) / 2),
        ("complex", lambda f, p: complex(squares(f, p) / 2)),
        ("text", lambda f, p: f"{squares(f, p) / 2:.3f}"),
    ],
    "content_gradient": [
        ("wrong sign", lambda f, p: p - f),
        ("twice", lambda f, p: 2 * (f - p)),
        ("half", lambda f, p: (f - p) / 2),
        ("squared difference", lambda f, p: (f - p) ** 2),
        ("loss of each feature", lambda f, p: (f - p) ** 2 / 2),
        ("divided by", lambda f, p: (f - p) / f.size),
        ("only the sign", lambda f, p: np.sign(f - p)),
        ("single number", lambda f, p: (f - p).sum()),
        ("ReLU", lambda f, p: np.maximum(f - p, 0)),
        ("", lambda f, p: np.abs(f - p)),
        ("", lambda f, p: f),
        ("", lambda f, p: f - p.mean()),
        ("shape", lambda f, p: (f - p)[0]),
        ("", lambda f, p: f + p),
        ("", lambda f, p: (f - p) / np.abs(f - p).max()),
        ("", lambda f, p: 120 * (f - p) / f.size),
        ("shape", lambda f, p: (f - p)[:, :4, :5]),
        ("", lambda f, p: np.where(np.arange(f.size).reshape(f.shape) == 0, 0, f - p)),
    ],
    "total_variation": [
        ("wrap around", rolled),
        ("both axes", lambda image: one_direction(image, 1)),
        ("both axes", lambda image: one_direction(image, 2)),
        ("squares", lambda image: variation(image, np.square)),
        ("cancel", lambda image: variation(image, np.array)),
        ("three colours", lambda image: variation(image[..., :1])),
        ("twice", lambda image: 2 * variation(image)),
        ("mean", lambda image: variation(image) / image.size),
        ("colours are no neighbours", lambda image: variation(image) + one_direction(image, 3)),
        ("outside", lambda image: variation(np.pad(image, ((0, 0), (1, 1), (1, 1), (0, 0))))),
        ("", lambda image: variation(image) / 3),
        ("", lambda image: np.sqrt(variation(image, np.square))),
        ("", lambda image: np.abs(image).sum()),
        ("", lambda image: image.std()),
        ("", lambda image: variation(image) / 2),
        ("", lambda image: variation(image[:, :4, :5])),
        ("", lambda image: one_direction(image, 1) + one_direction(image, 1)),
        ("", lambda image: variation(image[:, ::2, ::2])),
        ("single number", lambda image: [one_direction(image, 1), one_direction(image, 2)]),
    ],
}
