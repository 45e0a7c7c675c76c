"""Notebook 10: answers to its exercises, wrong with a word of the message, and unusually right."""

import math

import numpy as np


def norm(x, scale, shift, axes=(0, 1), ddof=0):
    mean, deviation = x.mean(axes, keepdims=True), x.std(axes, keepdims=True, ddof=ddof)
    return scale * (x - mean) / deviation + shift


def norm_in_place(x, scale, shift):
    x -= x.mean((0, 1))
    x /= x.std((0, 1))
    return scale * x + shift


def mix(numbers, weights):
    return weights / weights.sum() @ numbers


def statistics(f):
    return np.log1p([*f.mean((0, 1)), *f.std((0, 1))])


def pays(training, optimised, one_pass):
    return math.ceil(training / (optimised - one_pass))


RIGHT = {
    "instance_norm": [
        norm,
        norm_in_place,
        lambda x, a, b: norm(x, a, b).tolist(),
        lambda x, a, b: norm(x, a, b).astype(np.float16),
        lambda x, a, b: np.stack(
            [norm(x[..., c], a[c], b[c]) for c in range(x.shape[-1])], axis=-1
        ),
    ],
    "mixed_numbers": [
        mix,
        lambda n, w: np.average(n, axis=0, weights=w),
        lambda n, w: sum(share * row for share, row in zip(w / sum(w), n, strict=True)),
        lambda n, w: mix(n, w).astype(np.float16),
        lambda n, w: list(mix(n, w)),
    ],
    "style_statistics": [
        statistics,
        lambda f: np.log(1 + np.concatenate([f.mean((0, 1)), f.std((0, 1))])),
        lambda f: np.log1p(np.ravel([f.mean((0, 1)), f.var((0, 1)) ** 0.5])),
        lambda f: statistics(f).astype(np.float16),
    ],
    "pays_after": [
        pays,
        lambda training, optimised, one_pass: -(-training // (optimised - one_pass)),
        lambda training, optimised, one_pass: np.ceil(training / (optimised - one_pass)),
        lambda training, optimised, one_pass: np.float16(pays(training, optimised, one_pass)),
    ],
}

WRONG = {
    "instance_norm": [
        ("scale and shift do not count", lambda x, a, b: norm(x, 1, 0)),
        ("root of the variance", lambda x, a, b: a * (x - x.mean((0, 1))) / x.var((0, 1)) + b),
        ("one mean over everything", lambda x, a, b: norm(x, a, b, axes=None)),
        ("over the channels", lambda x, a, b: norm(x, a, b, axes=-1)),
        ("shift comes last", lambda x, a, b: a * (norm(x, 1, 0) + b)),
        ("ddof=1", lambda x, a, b: norm(x, a, b, ddof=1)),
        ("subtract the mean", lambda x, a, b: a * x / x.std((0, 1)) + b),
        ("", lambda x, a, b: norm(x, b, a)),
        ("", lambda x, a, b: norm(x, a, 0)),
        ("", lambda x, a, b: norm(x, 1, b)),
        ("", lambda x, a, b: norm(x, a, b, axes=0)),
        ("", lambda x, a, b: norm(x, a, b, axes=1)),
        ("", lambda x, a, b: x),
        ("shape", lambda x, a, b: norm(x, a, b).mean((0, 1))),
        ("", lambda x, a, b: a * (x - x.mean((0, 1))) + b),
        ("written in", lambda x, a, b: norm(x[:, :, :2], a[:2], b[:2])),
    ],
    "mixed_numbers": [
        ("divided by their sum", lambda n, w: w @ n),
        ("weights do not count", lambda n, w: n.mean(0)),
        ("not by the number of styles", lambda n, w: w @ n / len(n)),
        ("wrong way round", lambda n, w: mix(n, w[::-1])),
        ("no exponentials", lambda n, w: mix(n, np.exp(w))),
        ("", lambda n, w: mix(n, w**2)),
        ("", lambda n, w: mix(n, np.sqrt(w))),
        ("", lambda n, w: n[np.argmax(w)]),
        ("", lambda n, w: w @ n / np.linalg.norm(w)),
        ("", lambda n, w: w @ n / w.max()),
        ("shape", lambda n, w: w[:, None] / w.sum() * n),
        ("ValueError", lambda n, w: n @ w),
        ("written in", lambda n, w: w @ n / 8),
        ("written in", lambda n, w: (w[0] * n[0] + w[1] * n[1]) / (w[0] + w[1])),
        ("", lambda n, w: mix(n, w).sum()),
    ],
    "style_statistics": [
        ("logarithm is missing", lambda f: np.concatenate([f.mean((0, 1)), f.std((0, 1))])),
        ("not the variance", lambda f: np.log1p([*f.mean((0, 1)), *f.var((0, 1))])),
        (
            "first the means",
            lambda f: np.log1p(np.stack([f.mean((0, 1)), f.std((0, 1))], 1)).ravel(),
        ),
        ("means come first", lambda f: np.roll(statistics(f), f.shape[-1])),
        (
            "logarithm comes last",
            lambda f: np.array([*np.log1p(f).mean((0, 1)), *np.log1p(f).std((0, 1))]),
        ),
        ("", lambda f: np.log([*f.mean((0, 1)), *f.std((0, 1))])),
        ("", lambda f: np.log10(1 + np.array([*f.mean((0, 1)), *f.std((0, 1))]))),
        ("shape", lambda f: np.log1p(f.mean((0, 1)))),
        ("shape", lambda f: np.log1p([f.mean((0, 1)), f.std((0, 1))])),
        ("", lambda f: np.log1p([*f.mean((0, 1)), *f.std((0, 1), ddof=1)])),
        ("", lambda f: np.log1p([*f.mean((0, 2)), *f.std((0, 2))])),
        ("", lambda f: np.log1p([*f.max((0, 1)), *f.std((0, 1))])),
        ("", lambda f: np.log2(1 + np.array([*f.mean((0, 1)), *f.std((0, 1))]))),
        ("", lambda f: np.array([*np.log1p(f.mean((0, 1))), *f.std((0, 1))])),
        ("written in", lambda f: statistics(f[..., :2])),
    ],
    "pays_after": [
        ("subtract it", lambda t, o, p: math.ceil(t / o)),
        ("round up", lambda t, o, p: t / (o - p)),
        ("round up", lambda t, o, p: math.floor(t / (o - p))),
        ("not their sum", lambda t, o, p: math.ceil(t / (o + p))),
        ("", lambda t, o, p: math.ceil(t / p)),
        ("", lambda t, o, p: round(t / (o - p))),
        ("", lambda t, o, p: pays(t, o, p) + 1),
        ("", lambda t, o, p: math.ceil((t + p) / o)),
        ("", lambda t, o, p: math.ceil((o - p) / t)),
        ("", lambda t, o, p: t - o + p),
        ("", lambda t, o, p: -pays(t, o, p)),
        ("", lambda t, o, p: math.ceil(4500 / (o - p))),
        ("text", lambda t, o, p: str(pays(t, o, p))),
        ("", lambda t, o, p: pays(t, o, p) * o),
        ("", lambda t, o, p: int(t / (o - p)) + 1),
    ],
}
