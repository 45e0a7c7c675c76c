"""Notebook 02's checks: right answers pass, each likely mistake gets its own hint."""

import numpy as np
import pytest

from nstkit import checks


def assert_hint(result, *words):
    assert result.status == "not yet", result
    text = f"{result.message} {result.hint}"
    assert all(word in text for word in words), text


def convolution(mode="constant", turn=lambda kernel: kernel, collect=np.sum):
    def convolve(image, kernel):
        padded = np.pad(image, 1, mode=mode)
        result = np.zeros(image.shape)
        for row, column in np.ndindex(*image.shape):
            window = padded[row : row + 3, column : column + 3]
            result[row, column] = collect(turn(kernel) * window)
        return result

    return convolve


def without_padding(image, kernel):
    height, width = image.shape
    rows, columns = range(height - 2), range(width - 2)
    return [[(image[r : r + 3, c : c + 3] * kernel).sum() for c in columns] for r in rows]


def rolled(image, kernel):
    shifts = [(1 - r, 1 - c) for r in range(3) for c in range(3)]
    moved = [np.roll(image, shift, (0, 1)) for shift in shifts]
    return sum(weight * plane for weight, plane in zip(kernel.ravel(), moved, strict=True))


def test_a_right_convolution_passes():
    assert checks.convolve_same(convolution())


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        (without_padding, ["(2, 3)", "np.pad"]),
        (convolution(turn=lambda kernel: kernel[::-1, ::-1]), ["turned by 180°"]),
        (convolution(turn=np.transpose), ["transposed"]),
        (convolution("edge"), ["repeats the edge"]),
        (convolution("reflect"), ["mirrors"]),
        (rolled, ["wraps around"]),
        (convolution(collect=np.mean), ["sum"]),
        (convolution(collect=np.max), ["nine products"]),
        (lambda image, kernel: image, ["row", "by hand"]),
        (lambda image, kernel: image.sum(), ["shape ()"]),
        (lambda image, kernel: image * kernel, ["ValueError"]),
    ],
)
def test_a_wrong_convolution_gets_its_hint(answer, words):
    assert_hint(checks.convolve_same(answer), *words)


def pooling(collect, stride=2, start=-np.inf):
    def pool(image):
        rows = range(0, image.shape[0] - 1, stride)
        columns = range(0, image.shape[1] - 1, stride)
        return [[max(start, collect(image[r : r + 2, c : c + 2])) for c in columns] for r in rows]

    return pool


def test_right_pooling_passes():
    assert checks.max_pool(pooling(np.max))


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        (pooling(np.max, stride=1), ["overlap"]),
        (pooling(np.mean), ["mean"]),
        (pooling(np.min), ["smallest"]),
        (lambda image: image[::2, ::2], ["one pixel"]),
        (pooling(np.max, start=0), ["negative"]),
        (pooling(np.median), ["not the largest"]),
        (lambda image: image, ["(4, 4)"]),
        (lambda image: image.reshape(2, 2, 2, 2).max(axis=(1, 3)), ["ValueError"]),
        (
            lambda image: (
                np.pad(image, [(0, n % 2) for n in image.shape])
                .reshape((image.shape[0] + 1) // 2, 2, -1, 2)
                .max(axis=(1, 3))
            ),
            ["5 × 7", "drops"],
        ),
    ],
)
def test_wrong_pooling_gets_its_hint(answer, words):
    assert_hint(checks.max_pool(answer), *words)


def field(layers):
    side, distance = 1, 1
    for kernel, stride in layers:
        side += (kernel - 1) * distance
        distance *= stride
    return side


def field_too_early(layers):
    side, distance = 1, 1
    for kernel, stride in layers:
        distance *= stride
        side += (kernel - 1) * distance
    return side


def test_a_right_receptive_field_passes():
    assert checks.receptive_field(field)


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        (lambda layers: 2 * len(layers), ["single", "start at 1"]),
        (lambda layers: sum(kernel for kernel, _ in layers), ["overlap"]),
        (lambda layers: np.prod([kernel for kernel, _ in layers]), ["multiply"]),
        (lambda layers: layers[-1][0], ["keep"]),
        (lambda layers: 1 + sum(kernel - 1 for kernel, _ in layers), ["two pixels apart"]),
        (field_too_early, ["add first"]),
        (
            lambda layers: (
                1 + sum((k - 1) * 2 ** min(1, n // 2) for n, (k, _) in enumerate(layers))
            ),
            ["24", "doubles"],
        ),
        (lambda layers: "large", ["cannot be read as numbers"]),
    ],
)
def test_a_wrong_receptive_field_gets_its_hint(answer, words):
    assert_hint(checks.receptive_field(answer), *words)


def test_a_right_count_passes():
    assert checks.conv_parameters(
        lambda inputs, outputs, side: side**2 * inputs * outputs + outputs
    )


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        (lambda i, o, k: k * k * i * o, ["bias"]),
        (lambda i, o, k: k * k * i * o + i, ["not per input"]),
        (lambda i, o, k: k * k * o + o, ["every input channel"]),
        (lambda i, o, k: k * k * i + o, ["every output channel"]),
        (lambda i, o, k: k * i * o + o, ["k²"]),
        (lambda i, o, k: k * k * i * o + 1, ["every output channel"]),
        (lambda i, o, k: 2 * k * k * i * o, ["per weight"]),
        (lambda i, o, k: 7, ["1,216"]),
    ],
)
def test_a_wrong_count_gets_its_hint(answer, words):
    assert_hint(checks.conv_parameters(answer), *words)


CHECKS = [
    checks.convolve_same,
    checks.max_pool,
    checks.receptive_field,
    checks.conv_parameters,
]


@pytest.mark.parametrize("check", CHECKS)
def test_unwritten_answers_are_to_do_and_nonsense_never_raises(check):
    assert check(None).status == "to do"
    assert check(lambda *_: ...).status == "to do"
    for nonsense in (0, "x", np.zeros((1, 1)), lambda *_: "x", lambda: 1, lambda *_: np.nan):
        assert check(nonsense).status == "not yet"
