"""Notebook 08: answers to its exercises, wrong with a word of the message, and unusually right."""

import numpy as np


def guided(features, mask):
    return features.T @ (mask[:, None] * features)


def rest(masks):
    return np.clip(1 - sum(masks), 0, 1)


def rest_taking_away(masks):
    left = masks[0]
    left *= -1
    left += 1
    for mask in masks[1:]:
        left -= mask
    return left.clip(0)


def rest_emptying_the_list(masks):
    left = np.ones(masks[0].shape)
    while masks:
        left -= masks.pop()
    return left.clip(0)


def apart(first, second):
    return np.hypot(*np.moveaxis((first - second)[..., 1:], -1, 0)).mean()


RIGHT = {
    "guided_gram": [
        guided,
        lambda f, m: np.einsum("p,pi,pj->ij", m, f, f),
        lambda f, m: (np.sqrt(m)[:, None] * f).T @ (np.sqrt(m)[:, None] * f),
        lambda f, m: sum(w * np.outer(v, v) for w, v in zip(m, f, strict=True)).tolist(),
        lambda f, m: guided(f, m).astype(np.float16),
        lambda f, m: f.T @ np.diag(m) @ f,
    ],
    "rest_of_masks": [
        rest,
        lambda masks: np.maximum(1 - np.sum(masks, axis=0), 0),
        lambda masks: [max(0, 1 - sum(here)) for here in zip(*masks, strict=True)],
        lambda masks: rest(masks).astype(np.float16),
    ],
    "colours_apart": [
        apart,
        lambda a, b: np.linalg.norm(a[..., 1:] - b[..., 1:], axis=-1).mean(),
        lambda a, b: float(np.abs((a - b) @ [0, 1, 1j]).mean()),
        lambda a, b: np.float16(apart(a, b)),
        lambda a, b: np.array([[apart(b, a)]]),
    ],
}

WRONG = {
    "guided_gram": [
        ("mask does not count", lambda f, m: f.T @ f),
        ("take its root", lambda f, m: (m[:, None] * f).T @ (m[:, None] * f)),
        ("raw sum", lambda f, m: guided(f, m) / m.sum()),
        ("transpose belongs first", lambda f, m: (m[:, None] * f) @ f.T),
        ("ValueError", lambda f, m: f.T @ (m * f)),
        ("", lambda f, m: guided(f, 1 - m)),
        ("", lambda f, m: guided(f, m > 0)),
        ("", lambda f, m: guided(f, m > 0.5)),
        ("", lambda f, m: guided(f, m) / len(f)),
        ("", lambda f, m: guided(f, m) / 2),
        ("", lambda f, m: np.diag(np.diag(guided(f, m)))),
        ("shape", lambda f, m: (m[:, None] * f**2).sum(0)),
        ("", lambda f, m: guided(f, m)[None]),
        ("", lambda f, m: guided(f, np.sqrt(m))),
        ("written in", lambda f, m: guided(f[:4], m[:4])),
        ("returns nothing", lambda f, m: print(end="")),
    ],
    "rest_of_masks": [
        ("less than nothing", lambda masks: 1 - sum(masks)),
        ("both take their part", lambda masks: 1 - np.max(masks, axis=0)),
        ("1 minus", lambda masks: np.clip(sum(masks), 0, 1)),
        ("multiply", lambda masks: np.prod([1 - mask for mask in masks], axis=0)),
        ("changes `masks`", rest_emptying_the_list),
        ("changes `masks`", rest_taking_away),
        ("written in", lambda masks: np.clip(1 - masks[0] - masks[1], 0, 1)),
        ("", lambda masks: np.abs(1 - sum(masks))),
        ("", lambda masks: 1 - masks[0]),
        ("", lambda masks: 1 - np.mean(masks, axis=0)),
        ("", lambda masks: np.equal(sum(masks), 0) * 1.0),
        ("shape", lambda masks: np.clip(1 - np.sum(masks), 0, 1)),
        ("shape", lambda masks: [1 - mask for mask in masks]),
        ("", lambda masks: np.clip(1 - np.min(masks, axis=0), 0, 1)),
        ("", lambda masks: (np.clip(1 - sum(masks), 0, 1) > 0.5) * 1.0),
        ("True", lambda masks: rest(masks) > 0),
    ],
    "colours_apart": [
        ("brightness", lambda a, b: np.linalg.norm(a - b, axis=-1).mean()),
        ("take the mean", lambda a, b: np.linalg.norm((a - b)[..., 1:], axis=-1).sum()),
        ("without the root", lambda a, b: ((a - b)[..., 1:] ** 2).sum(-1).mean()),
        ("mean comes last", lambda a, b: np.linalg.norm((a - b)[..., 1:].mean((0, 1)))),
        ("sum of squares", lambda a, b: np.abs((a - b)[..., 1:]).sum(-1).mean()),
        ("", lambda a, b: np.abs((a - b)[..., 1:]).mean()),
        ("", lambda a, b: np.sqrt(((a - b)[..., 1:] ** 2).sum(-1).mean())),
        ("", lambda a, b: np.linalg.norm((a - b)[..., :2], axis=-1).mean()),
        ("", lambda a, b: np.abs((a - b)[..., 0]).mean()),
        ("single number", lambda a, b: np.linalg.norm((a - b)[..., 1:], axis=-1)),
        ("", lambda a, b: np.linalg.norm((a - b)[..., 1:])),
        ("", lambda a, b: np.linalg.norm((a - b)[..., 1:], axis=-1).max()),
        ("", lambda a, b: np.median(np.linalg.norm((a - b)[..., 2:], axis=-1))),
        ("", lambda a, b: abs(apart(a, 0 * a) - apart(b, 0 * b))),
        ("written in", lambda a, b: np.linalg.norm((a - b)[..., 1:], axis=-1).sum() / 2),
    ],
}
