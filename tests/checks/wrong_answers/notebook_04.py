"""Notebook 04: answers to its exercises, wrong with a word of the message, and unusually right."""

import numpy as np


def unrolled(features):
    return np.asarray(features, np.float64).reshape(-1, features.shape[-1])


def gram(features):
    flat = unrolled(features)
    return flat.T @ flat


def mixed_up(features):
    flat = np.asarray(features, np.float64).reshape(features.shape[-1], -1)
    return flat @ flat.T


def gram_by_loops(features):
    flat = unrolled(features)
    channels = range(flat.shape[1])
    return [[sum(flat[:, i] * flat[:, j]) for j in channels] for i in channels]


def zeroed(gram_of, features, mask):
    return gram_of(features) * mask(features.shape[-1])


def upper(features):
    return np.triu(gram(features))


def cosines(table, product=lambda s: np.outer(s, s)):
    products = product(np.sqrt(np.diag(table)))
    return table / np.where(products > 0, products, 1)


def loss(features, style, gram_of=gram):
    return np.sum((gram_of(features) - gram_of(style)) ** 2) / 2


def normalised(features):
    return gram(features) / np.linalg.norm(gram(features))


def by_pairs(points, style, power=2, between=2):
    def dots(a, b):
        return np.sum((a @ b.T) ** power)

    return dots(points, points) + dots(style, style) - between * dots(points, style)


RIGHT = {
    "gram_matrix": [
        gram,
        gram_by_loops,
        lambda f: np.einsum("bhwi,bhwj->ij", f, f),
        lambda f: np.tensordot(f, f, axes=([0, 1, 2], [0, 1, 2])),
        lambda f: gram(f).astype(np.float16),
        lambda f: sum(np.outer(v, v) for v in unrolled(f)),
    ],
    "gram_cosines": [
        cosines,
        lambda g: [list(row) for row in cosines(g)],
        lambda g: cosines(g).astype(np.float16),
        lambda g: np.nan_to_num(g / np.sqrt(np.diag(g))[:, None] / np.sqrt(np.diag(g))[None]),
        lambda g: np.divide(
            g, d := np.sqrt(np.outer(g.diagonal(), g.diagonal())), where=d > 0, out=np.zeros_like(g)
        ),
    ],
    "style_loss": [
        loss,
        lambda f, s: 0.5 * np.linalg.norm(gram(f) - gram(s)) ** 2,
        lambda f, s: by_pairs(unrolled(f), unrolled(s)) / 2,
        lambda f, s: np.array([loss(f, s)]),
        lambda f, s: np.trace((gram(f) - gram(s)) @ (gram(f) - gram(s))) / 2,
    ],
    "gram_distance_by_pairs": [
        by_pairs,
        lambda p, s: np.sum((p.T @ p - s.T @ s) ** 2),
        lambda p, s: np.array([[by_pairs(p, s)]]),
        lambda p, s: (
            sum((a @ b) ** 2 for a in p for b in p)
            + sum((a @ b) ** 2 for a in s for b in s)
            - 2 * sum((a @ b) ** 2 for a in p for b in s)
        ),
    ],
}

WRONG = {
    "gram_matrix": [
        ("transpose on the other", lambda f: unrolled(f) @ unrolled(f).T),
        ("reshaping straight", mixed_up),
        ("number of positions", lambda f: gram(f) / (f.shape[1] * f.shape[2])),
        ("positions × channels", lambda f: gram(f) / f.size),
        ("covariance", lambda f: np.cov(unrolled(f).T)),
        ("batch", lambda f: gram(f)[None]),
        ("diagonal at best", lambda f: (unrolled(f) ** 2).sum(0)),
        ("summed everything", lambda f: gram(f).sum()),
        ("Multiply first", lambda f: np.outer(unrolled(f).sum(0), unrolled(f).sum(0))),
        ("½", lambda f: gram(f) / 2),
        (
            "written in",
            lambda f: unrolled(f)[:, :5].T @ unrolled(f)[:, :5] if f.shape[-1] > 4 else np.eye(5),
        ),
        ("normalising", normalised),
        ("symmetric", upper),
        ("square root", lambda f: np.sqrt(gram(f))),
        ("every channel with itself", lambda f: np.diag(np.diag(gram(f)))),
        ("every channel with itself", lambda f: gram(f) - np.diag(np.diag(gram(f)))),
        ("", lambda f: gram(f) * 12 / (f.shape[1] * f.shape[2])),
        ("", lambda f: np.corrcoef(unrolled(f).T)),
        ("", lambda f: gram(f[:, 1:])),
        ("", lambda f: gram(f) / f.shape[-1]),
        ("", lambda f: gram(np.abs(f) ** 0.5)),
        ("", lambda f: np.linalg.inv(gram(f))),
    ],
    "gram_cosines": [
        ("square root is missing", lambda g: cosines(g, lambda s: np.outer(s, s) ** 2)),
        ("one of the two channels", lambda g: g / np.where(np.diag(g) > 0, np.sqrt(np.diag(g)), 1)),
        ("0 divided by 0", lambda g: g / np.sqrt(np.outer(np.diag(g), np.diag(g)))),
        ("largest number", lambda g: g / g.max()),
        ("", lambda g: g),
        ("", lambda g: g / (np.sqrt(np.outer(np.diag(g), np.diag(g))) + 1)),
        ("", lambda g: np.eye(len(g))),
        ("", lambda g: g / np.trace(g)),
        ("silent", lambda g: np.nan_to_num(cosines(g)) + np.diag(np.diag(g) == 0)),
        ("", lambda g: g / g.sum(axis=1, keepdims=True)),
        ("", lambda g: cosines(g) ** 2),
        ("", lambda g: np.arccos(np.clip(cosines(g), -1, 1))),
        ("shape", lambda g: cosines(g)[0]),
        ("", lambda g: 1 - cosines(g)),
        ("shape", lambda g: cosines(g)[np.diag(g) > 0][:, np.diag(g) > 0]),
        ("", lambda g: cosines(g[:5, :5]) if len(g) >= 5 else np.eye(5)),
    ],
    "style_loss": [
        ("½ is missing", lambda f, s: 2 * loss(f, s)),
        ("mean of the squares", lambda f, s: np.mean((gram(f) - gram(s)) ** 2)),
        ("Gatys", lambda f, s: loss(f, s) / (2 * f.size**2)),
        ("square root", lambda f, s: np.sqrt(2 * loss(f, s))),
        ("absolute", lambda f, s: np.abs(gram(f) - gram(s)).sum()),
        ("compare the features", lambda f, s: np.sum((f - s) ** 2) / 2),
        ("reshap", lambda f, s: loss(f, s, mixed_up)),
        ("positions", lambda f, s: loss(f, s) / (f.shape[1] * f.shape[2]) ** 2),
        ("before you square", lambda f, s: np.sum(gram(f) ** 2) / 2),
        ("before you square", lambda f, s: np.sum(gram(f) * gram(s)) / 2),
        ("", lambda f, s: loss(f, s, normalised)),
        ("", lambda f, s: loss(f, s, lambda x: unrolled(x).mean(0))),
        ("", lambda f, s: loss(f, s, upper)),
        ("positions", lambda f, s: loss(f, s, lambda x: unrolled(x) @ unrolled(x).T)),
        ("", lambda f, s: loss(f, s) * 12**2 / (f.shape[1] * f.shape[2]) ** 2),
        ("", lambda f, s: np.sum((gram(f) - gram(s)) ** 2, axis=0) / 2),
        ("", lambda f, s: (gram(f) - gram(s)).sum() ** 2 / 2),
        ("", lambda f, s: loss(f, s) * 25 / f.shape[-1] ** 2),
        ("", lambda f, s: 0.0),
    ],
    "gram_distance_by_pairs": [
        ("taken away", lambda p, s: by_pairs(p, s, between=-2)),
        ("counts twice", lambda p, s: by_pairs(p, s, between=1)),
        ("square every dot product", lambda p, s: by_pairs(p, s, power=1)),
        ("without the ½", lambda p, s: by_pairs(p, s) / 2),
        (
            "means",
            lambda p, s: (
                np.mean((p @ p.T) ** 2) + np.mean((s @ s.T) ** 2) - 2 * np.mean((p @ s.T) ** 2)
            ),
        ),
        (
            "not the sum's square",
            lambda p, s: np.sum(p @ p.T) ** 2 + np.sum(s @ s.T) ** 2 - 2 * np.sum(p @ s.T) ** 2,
        ),
        ("", lambda p, s: by_pairs(p, s, between=0)),
        ("", lambda p, s: np.sum((p.mean(0) - s.mean(0)) ** 2)),
        ("", lambda p, s: by_pairs(p, s, power=3)),
        ("", lambda p, s: np.sum((p[:, None] - s[None]) ** 2)),
        ("", lambda p, s: np.sqrt(by_pairs(p, s))),
        ("ValueError", lambda p, s: np.sum((p @ p.T - s @ s.T) ** 2)),
        ("", lambda p, s: by_pairs(p[:4], s)),
        ("", lambda p, s: by_pairs(p, s[:4]) if len(s) >= 4 else by_pairs(p, np.zeros((4, 3)))),
        ("", lambda p, s: -by_pairs(p, s)),
        ("", lambda p, s: 0.0),
        ("", lambda p, s: by_pairs(p / np.linalg.norm(p), s / np.linalg.norm(s))),
    ],
}
