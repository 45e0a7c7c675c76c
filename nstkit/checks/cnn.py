"""Checks of the exercises in notebook 02: padding, pooling, receptive fields, parameters."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from nstkit.checks.report import array_of, close, exercise, require

__all__ = ["conv_parameters", "convolve_same", "max_pool", "receptive_field"]

IMAGE = np.array(
    [[1.0, 2, 0, 5, 1], [0, 3, 1, 2, 4], [2, 1, 4, 0, 3], [5, 0, 2, 1, 2]],
)
KERNEL = np.array([[0.0, 1, 2], [-1, 3, 0], [4, -2, 1]])


def _slide(image: np.ndarray, kernel: np.ndarray, mode: str = "constant") -> np.ndarray:
    """Slide a 3×3 kernel over a padded picture: the reference."""
    padded = np.pad(image, 1, mode=mode)  # type: ignore[call-overload]
    windows = np.lib.stride_tricks.sliding_window_view(padded, (3, 3))
    return np.einsum("ijkl,kl->ij", windows, kernel)


def _refuse(value: np.ndarray, mistakes: dict[str, np.ndarray], hints: dict[str, str]) -> None:
    """End the check if the value is what a known mistake gives."""
    for name, wrong in mistakes.items():
        require(not close(value, wrong), name, hints[name])


@exercise(
    "write convolve_same(image, kernel)",
    right="This one small loop is what all sixteen layers of VGG-19 do, many channels at a time.",
)
def convolve_same(answer: Callable[..., Any]) -> None:
    """Check a 3×3 convolution of a grey picture with a border of zeros, stride 1.

    Parameters
    ----------
    answer : callable
        From an array (height, width) and a kernel (3, 3) to an array (height, width).
    """
    value = array_of(answer(IMAGE, KERNEL), "your result")
    require(
        value.shape != (2, 3),
        "your result has shape (2, 3) for a picture of (4, 5): the border was lost",
        "put a border of zeros around the picture first: np.pad(image, 1)",
    )
    value = array_of(value, "your result for a picture of 4 × 5", shape=IMAGE.shape)
    identity = np.zeros((3, 3))
    identity[1, 1] = 1.0
    same = array_of(answer(IMAGE, identity), "your result", shape=IMAGE.shape)
    require(
        close(same, IMAGE),
        "a kernel with a single 1 in its middle should return the picture itself",
        "each output is the sum of kernel × window, the window being centred on that pixel",
    )
    hints = {
        "your kernel is turned by 180°": "that is a mathematician's convolution; networks lay the "
        "kernel on as it is: kernel[0, 0] meets the upper left neighbour",
        "your kernel is transposed": "the first axis of the picture and of the kernel are rows: "
        "kernel[r, c] goes with padded[row + r, column + c]",
        "the inside is right, but the border repeats the edge pixels": "VGG pads with zeros, "
        "which is the default of np.pad",
        "the inside is right, but the border mirrors the picture": "VGG pads with zeros, "
        "which is the default of np.pad",
        "the inside is right, but the picture wraps around": "np.roll brings back what leaves on "
        "the other side; put a border of zeros around the picture instead",
        "your result is a mean over the window": "take the sum; a kernel that wants a mean has "
        "its ninths in its own numbers",
    }
    mistakes = {
        "your kernel is turned by 180°": _slide(IMAGE, KERNEL[::-1, ::-1]),
        "your kernel is transposed": _slide(IMAGE, KERNEL.T),
        "the inside is right, but the border repeats the edge pixels": _slide(
            IMAGE, KERNEL, "edge"
        ),
        "the inside is right, but the border mirrors the picture": _slide(IMAGE, KERNEL, "reflect"),
        "the inside is right, but the picture wraps around": _slide(IMAGE, KERNEL, "wrap"),
        "your result is a mean over the window": _slide(IMAGE, KERNEL) / 9,
    }
    _refuse(value, mistakes, hints)
    right = _slide(IMAGE, KERNEL)
    row, column = np.unravel_index(np.abs(value - right).argmax(), right.shape)
    require(
        close(value, right),
        f"at row {row}, column {column} you have {value[row, column]:g}; by hand it is "
        f"{right[row, column]:g}",
        "work that one out on paper: nine products, one sum",
    )


@exercise(
    "write max_pool(image)",
    right="Half the height, half the width: a quarter of the numbers, and the strongest of each "
    "four survives.",
)
def max_pool(answer: Callable[..., Any]) -> None:
    """Check 2×2 max pooling with stride 2.

    Parameters
    ----------
    answer : callable
        From an array (height, width) to one of (height // 2, width // 2).
    """
    image = np.array([[1.0, 2, 0, 5], [4, 3, 1, 2], [-2, -1, 4, 0], [-5, -3, 2, 1]])
    value = array_of(answer(image), "your result")
    require(
        value.shape != (3, 3),
        "your result has shape (3, 3) for a picture of (4, 4): the windows overlap",
        "the stride is 2: go to every second row and column only",
    )
    value = array_of(value, "your result for a picture of 4 × 4", shape=(2, 2))
    windows = image.reshape(2, 2, 2, 2).swapaxes(1, 2).reshape(2, 2, 4)
    hints = {
        "your result is the mean of each window": "average pooling is a choice too (Gatys et al. "
        "preferred it); here take the largest",
        "your result is the smallest of each window": "take max, not min",
        "your result is one pixel of each window": "slicing with a step of 2 keeps every second "
        "pixel; look at all four and keep the largest",
        "your result has 0 where every pixel of a window is negative": "start from the window's "
        "own values, not from 0",
    }
    mistakes = {
        "your result is the mean of each window": windows.mean(-1),
        "your result is the smallest of each window": windows.min(-1),
        "your result is one pixel of each window": image[::2, ::2],
        "your result has 0 where every pixel of a window is negative": np.maximum(
            windows.max(-1), 0
        ),
    }
    _refuse(value, mistakes, hints)
    require(close(value, windows.max(-1)), "the values are not the largest of each 2 × 2 window")
    odd = array_of(answer(np.arange(35.0).reshape(5, 7)), "your result for a picture of 5 × 7")
    require(
        odd.shape == (2, 3),
        f"for a picture of 5 × 7 your result has shape {odd.shape}; VGG drops the row and column "
        "that are left over, which gives (2, 3)",
        "cut the picture to an even size first: image[: 2 * (height // 2), : 2 * (width // 2)]",
    )


@exercise(
    "write receptive_field(layers)",
    right="Depth buys sight: every layer sees a little more, and every pooling doubles the pace.",
)
def receptive_field(answer: Callable[..., Any]) -> None:
    """Check the side of the square of the picture that one value of the last layer depends on.

    Parameters
    ----------
    answer : callable
        From a list of (kernel side, stride), first layer first, to a number.
    """

    def side(layers: list[tuple[int, int]]) -> float:
        value = answer(list(layers))
        return float(array_of(value, f"your answer for {layers}", shape=()))

    one = side([(3, 1)])
    require(
        one == 3,
        f"for a single 3×3 layer you have {one:g}; it sees 3 pixels across",
        "start at 1, the pixel itself; a kernel of side k adds k − 1",
    )
    two = side([(3, 1), (3, 1)])
    hint = {
        6: "two windows of 3 overlap: the second adds only 2 more pixels",
        9: "the sides do not multiply: 1 + 2 + 2",
        3: "does your loop keep what the first layer had?",
    }
    require(two == 5, f"for two 3×3 layers you have {two:g}; it is 5", hint.get(int(two), ""))
    pooled = side([(3, 1), (2, 2), (3, 1)])
    hints = {
        6.0: "after a stride of 2 neighbours lie two pixels apart: keep the product of the "
        "strides so far, and let a kernel of side k add (k − 1) × that product",
        10.0: "a layer's own stride counts only for the layers after it: add first, then multiply",
        9.0: "a layer's own stride counts only for the layers after it: add first, then multiply",
    }
    require(
        pooled == 8,
        f"for 3×3, 2×2 pooling with stride 2, 3×3 you have {pooled:g}; it is 8",
        hints.get(pooled, "write down which pixels each value sees, from the last layer back"),
    )
    block = [(3, 1), (3, 1), (2, 2)]
    deep = side(block * 2 + [(3, 1)])
    require(
        deep == 24,
        f"for two blocks (3×3, 3×3, pooling) and a 3×3 you have {deep:g}; it is 24",
        "the distance between neighbours doubles at each pooling: 1, 2, 4, …",
    )


@exercise(
    "write conv_parameters(inputs, outputs, side)",
    right="Weights and biases, counted: exactly what Keras would say.",
)
def conv_parameters(answer: Callable[..., Any]) -> None:
    """Check the number of parameters of a convolution layer.

    Parameters
    ----------
    answer : callable
        From input channels, output channels and kernel side to a number.
    """
    cases = {
        (2, 64, 3): 1_216,
        (3, 64, 3): 1_792,
        (64, 128, 3): 73_856,
        (5, 7, 1): 42,
        (4, 6, 5): 606,
    }
    for (inputs, outputs, side), right in cases.items():
        name = f"{inputs} → {outputs} channels with {side}×{side} kernels"
        value = float(array_of(answer(inputs, outputs, side), "your count", shape=()))
        weights = side**2 * inputs * outputs
        hints = {
            weights: "each output channel also has a bias, one number that is added",
            weights + inputs: "there is one bias per output channel, not per input channel",
            side**2 * outputs + outputs: "each output channel has a kernel for every input channel",
            side**2 * inputs + outputs: "there is one kernel stack for every output channel",
            side * inputs * outputs + outputs: "a kernel of side k has k² numbers",
            (weights + 1): "there is one bias for every output channel",
            2 * weights: "there is one bias per output channel, not per weight",
        }
        require(
            value == right,
            f"for {name} you have {value:g}; it is {right:,}",
            hints.get(int(value), "kernels × their size, and a bias for each output channel"),
        )
