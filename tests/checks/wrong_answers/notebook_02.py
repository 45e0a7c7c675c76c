"""Notebook 02: answers to its exercises, wrong with a word of the message, and unusually right."""

import math

import numpy as np
from scipy.ndimage import convolve, correlate, maximum_filter
from scipy.signal import correlate2d


def same(image, kernel, border="constant", value=0.0):
    return correlate(np.asarray(image, float), kernel, mode=border, cval=value)


def by_loops(image, kernel, height=None, width=None):
    height, width = height or image.shape[0], width or image.shape[1]
    padded = np.pad(image, 1)
    return [
        [np.sum(padded[r : r + 3, c : c + 3] * kernel) for c in range(width)] for r in range(height)
    ]


def pooled(image, take=np.max, top=0, left=0):
    image = np.asarray(image)[top:, left:]
    height, width = (side // 2 for side in image.shape)
    windows = image[: 2 * height, : 2 * width].reshape(height, 2, width, 2)
    return take(windows, axis=(1, 3))


def pooled_from_zero(image):
    return np.maximum(pooled(image), 0)


def pooled_with_remainder(image):
    rows, columns = image.shape
    padded = np.pad(image, ((0, rows % 2), (0, columns % 2)), constant_values=-np.inf)
    return pooled(padded)


def pooled_with_zeros_where_odd(image):
    result = pooled(image)
    if image.shape[0] % 2 or image.shape[1] % 2:
        return np.zeros_like(result)
    return result


def pooled_on_even_sizes_only(image):
    return image.reshape(image.shape[0] // 2, 2, image.shape[1] // 2, 2).max((1, 3))


def field(layers, add=lambda k, d: (k - 1) * d, start=1, own=False):
    side, distance = start, 1
    for kernel, stride in layers:
        if own:
            distance *= stride
        side += add(kernel, distance)
        if not own:
            distance *= stride
    return side


def field_from_the_end(layers):
    side = 1
    for kernel, stride in reversed(layers):
        side = (side - 1) * stride + kernel
    return side


def field_of_poolings(layers):
    side, distance = 1, 1
    for kernel, stride in layers:
        side += (kernel - 1) * distance
        if stride == 2:
            distance *= 2
    return side


def field_added_strides(layers):
    side, distance = 1, 1
    for kernel, stride in layers:
        side += (kernel - 1) * distance
        distance += stride - 1
    return side


RIGHT = {
    "convolve_same": [
        same,
        by_loops,
        lambda image, kernel: correlate2d(image, kernel, mode="same"),
        lambda image, kernel: convolve(image, kernel[::-1, ::-1], mode="constant"),
        lambda image, kernel: same(image, kernel).astype(np.float16),
        lambda image, kernel: same(image, kernel).astype(np.float32),
    ],
    "max_pool": [
        pooled,
        lambda image: maximum_filter(image, 2)[1::2, 1::2],
        lambda image: pooled(image).tolist(),
        lambda image: pooled(image).astype(np.float16),
        lambda image: np.array(
            [
                [image[r : r + 2, c : c + 2].max() for c in range(0, image.shape[1] - 1, 2)]
                for r in range(0, image.shape[0] - 1, 2)
            ]
        ),
    ],
    "receptive_field": [
        field,
        field_from_the_end,
        lambda layers: float(field(layers)),
        lambda layers: np.array([field(layers)]),
        lambda layers: (
            1
            + sum((k - 1) * math.prod(s for _, s in layers[:i]) for i, (k, _) in enumerate(layers))
        ),
    ],
    "conv_parameters": [
        lambda i, o, s: s * s * i * o + o,
        lambda i, o, s: float(o * (1 + i * s**2)),
        lambda i, o, s: np.zeros((s, s, i, o)).size + np.zeros(o).size,
        lambda i, o, s: sum(s * s * i + 1 for _ in range(o)),
    ],
}

WRONG = {
    "convolve_same": [
        ("border was lost", lambda image, kernel: correlate2d(image, kernel, mode="valid")),
        ("180°", lambda image, kernel: convolve(image, kernel, mode="constant")),
        ("transposed", lambda image, kernel: same(image, kernel.T)),
        ("edge pixels", lambda image, kernel: same(image, kernel, "nearest")),
        ("mirrors", lambda image, kernel: same(image, kernel, "mirror")),
        ("wraps", lambda image, kernel: same(image, kernel, "wrap")),
        ("mean over the window", lambda image, kernel: same(image, kernel) / 9),
        ("written in", lambda image, kernel: by_loops(image, kernel, 4, 5)),
        ("", lambda image, kernel: same(image, kernel, value=1.0)),
        ("", lambda image, kernel: image),
        ("", lambda image, kernel: np.maximum(same(image, kernel), 0)),
        ("", lambda image, kernel: same(image, kernel[::-1])),
        ("", lambda image, kernel: same(image, kernel[:, ::-1])),
        ("", lambda image, kernel: np.abs(same(image, kernel))),
        ("shape", lambda image, kernel: correlate2d(image, kernel, mode="full")),
        ("shape", lambda image, kernel: same(image, kernel).sum()),
        ("", lambda image, kernel: same(image, kernel / kernel.sum())),
        ("ZeroDivisionError", lambda image, kernel: 1 // 0),
    ],
    "max_pool": [
        ("mean of each window", lambda image: pooled(image, np.mean)),
        ("smallest", lambda image: pooled(image, np.min)),
        ("one pixel", lambda image: image[::2, ::2]),
        ("overlap", lambda image: maximum_filter(image, 2)[1:, 1:]),
        ("not from 0", pooled_from_zero),
        ("VGG drops the last", lambda image: pooled(image, top=image.shape[0] % 2)),
        ("VGG drops the last", lambda image: pooled(image, left=image.shape[1] % 2)),
        ("left over", pooled_with_remainder),
        ("called with an array of shape (5, 7)", pooled_on_even_sizes_only),
        ("", pooled_with_zeros_where_odd),
        ("", lambda image: pooled(image, np.sum)),
        ("", lambda image: image[1::2, 1::2]),
        ("", lambda image: np.maximum(image[::2, ::2], image[1::2, 1::2])),
        ("", lambda image: pooled(np.abs(image))),
        ("shape", lambda image: maximum_filter(image, 2)),
        ("shape", lambda image: image.max()),
        ("", lambda image: pooled(image).T),
        ("", lambda image: pooled(image.T).T[::-1]),
        ("", lambda image: pooled(image)[:2, :2]),
        ("", lambda image: pooled(image, np.median)),
    ],
    "receptive_field": [
        ("overlap", lambda layers: sum(k for k, _ in layers)),
        ("multiply", lambda layers: math.prod(k for k, _ in layers)),
        ("loop keep", lambda layers: 3 if len(layers) < 3 else 8),
        ("two pixels apart", lambda layers: 1 + sum(k - 1 for k, _ in layers)),
        ("add first", lambda layers: field(layers, own=True)),
        ("start at 1", lambda layers: field(layers, start=0)),
        ("kernel", lambda layers: field(layers, lambda k, d: 2 * d if k == 3 else d)),
        ("kernel", lambda layers: field([(3 if s == 1 else 2, s) for k, s in layers])),
        ("stride", lambda layers: field([(k, min(s, 2)) for k, s in layers])),
        ("stride", field_of_poolings),
        ("strides multiply", field_added_strides),
        ("", lambda layers: field(layers, lambda k, d: 2 * d)),
        ("", lambda layers: field(layers[::-1])),
        ("", lambda layers: field(layers[:-1])),
        ("", lambda layers: field(layers) + 1),
        ("", lambda layers: {1: 3, 2: 5, 3: 8, 7: 24}.get(len(layers), 24)),
        ("", lambda layers: 2 * len(layers) + 1),
        ("", lambda layers: field(layers) ** 2),
    ],
    "conv_parameters": [
        ("bias", lambda i, o, s: s * s * i * o),
        ("not per input", lambda i, o, s: s * s * i * o + i),
        ("for every input channel", lambda i, o, s: s * s * o + o),
        ("for every output channel", lambda i, o, s: s * s * i + o),
        ("k² numbers", lambda i, o, s: s * i * o + o),
        ("bias for every output", lambda i, o, s: s * s * i * o + 1),
        ("", lambda i, o, s: 9 * i * o + o),
        ("", lambda i, o, s: s * s * i * o + i * o),
        ("", lambda i, o, s: s * s * (i + o) + o),
        ("", lambda i, o, s: (s * s + 1) * i * o),
        ("not per weight", lambda i, o, s: 2 * s * s * i * o),
        ("", lambda i, o, s: (s * s * i * o, o)),
        ("", lambda i, o, s: str(s * s * i * o + o)),
        ("", lambda i, o, s: s**3 * i * o + o),
        ("", lambda i, o, s: (s * s * i + 1) * i),
    ],
}
