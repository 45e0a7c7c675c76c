"""Checks of the exercises in notebook 02: padding, pooling, receptive fields, parameters."""

from __future__ import annotations

from typing import Any

import numpy as np
from scipy.ndimage import correlate, maximum_filter

from nstkit.checks.asking import ask_again, exercise
from nstkit.checks.comparing import expect

__all__ = ["conv_parameters", "convolve_same", "max_pool", "receptive_field"]

IMAGE = np.array([[1.0, 2, 0, 5, 1], [0, 3, 1, 2, 4], [2, 1, 4, 0, 3], [5, 0, 2, 1, 2]])
KERNEL = np.array([[0.0, 1, 2], [-1, 3, 0], [4, -2, 1]])


@exercise(
    "write convolve_same(image, kernel)",
    right="This one small loop is what all sixteen layers of VGG-19 do, many channels at a time.",
)
def convolve_same(answer: Any) -> None:
    """Check a 3×3 convolution of a grey picture with a border of zeros, stride 1.

    Parameters
    ----------
    answer : callable
        From an array (height, width) and a kernel (3, 3) to an array (height, width).
    """
    identity = np.array([[0.0, 0, 0], [0, 1, 0], [0, 0, 0]])
    mistakes = {
        "the border was lost: put a border of zeros around the picture first, np.pad(image, 1)": (
            IMAGE[1:-1, 1:-1]
        ),
        "your result is a mean over the window: take the sum; a kernel that wants a mean has its "
        "ninths in its own numbers": IMAGE / 9,
    }
    hint = "each output is the sum of kernel × window, the window being centred on that pixel"
    case = "for a kernel with a single 1 in its middle, which returns the picture itself,"
    expect(answer(IMAGE, identity), IMAGE, hint, mistakes, case=case)

    def slid(kernel: np.ndarray, border: str = "constant") -> np.ndarray:
        return correlate(IMAGE, kernel, mode=border)

    mistakes = {
        "your kernel is turned by 180°: that is a mathematician's convolution; networks lay the "
        "kernel on as it is: kernel[0, 0] meets the upper left neighbour": slid(KERNEL[::-1, ::-1]),
        "your kernel is transposed: the first axis of the picture and of the kernel are rows: "
        "kernel[r, c] goes with padded[row + r, column + c]": slid(KERNEL.T),
        "the inside is right, but the border repeats the edge pixels: VGG pads with zeros, which "
        "is the default of np.pad": slid(KERNEL, "nearest"),
        "the inside is right, but the border mirrors the picture: VGG pads with zeros, which is "
        "the default of np.pad": slid(KERNEL, "mirror"),
        "the inside is right, but the picture wraps around: np.roll brings back what leaves on the "
        "other side; put a border of zeros around the picture instead": slid(KERNEL, "wrap"),
    }
    hint = "work that row and column out by hand: nine products, one sum"
    expect(answer(IMAGE, KERNEL), slid(KERNEL), hint, mistakes)
    large = np.random.default_rng(2).normal(size=(6, 7))
    ask_again(
        answer, lambda image, kernel: correlate(image, kernel, mode="constant"), (large, KERNEL)
    )


@exercise(
    "write max_pool(image)",
    right="Half the height, half the width: a quarter of the numbers, and the strongest of each "
    "four survives.",
)
def max_pool(answer: Any) -> None:
    """Check 2×2 max pooling with stride 2.

    Parameters
    ----------
    answer : callable
        From an array (height, width) to one of (height // 2, width // 2).
    """
    image = np.array([[1.0, 2, 0, 5], [4, 3, 1, 2], [-2, -1, 4, 0], [-5, -3, 2, 1]])
    windows = image.reshape(2, 2, 2, 2).swapaxes(1, 2).reshape(2, 2, 4)
    right = windows.max(axis=-1)
    mistakes = {
        "the windows overlap; the stride is 2: go to every second row and column only": (
            maximum_filter(image, 2)[1:, 1:]
        ),
        "your result is the mean of each window: average pooling is a choice too (Gatys et al. "
        "preferred it); here take the largest": windows.mean(axis=-1),
        "your result is the smallest of each window: take max, not min": windows.min(axis=-1),
        "your result is one pixel of each window: slicing with a step of 2 keeps every second "
        "pixel; look at all four and keep the largest": image[::2, ::2],
        "your result has 0 where every pixel of a window is negative: start from the window's own "
        "values, not from 0": np.maximum(right, 0),
    }
    hint = "the values are not the largest of each 2 × 2 window"
    expect(answer(image), right, hint, mistakes, case="for a picture of 4 × 4")
    hint = (
        "VGG drops the row and column that are left over: cut the picture to an even size first, "
        "image[: 2 * (height // 2), : 2 * (width // 2)]"
    )
    for height, width in ((5, 7), (6, 3), (3, 8)):
        odd = np.random.default_rng(height).normal(size=(height, width))
        top, left = height % 2, width % 2
        pooled = [
            maximum_filter(odd[up:, across:], 2)[1::2, 1::2]
            for up, across in ((0, 0), (top, left), (top, 0), (0, left))
        ]
        mistakes = {"you drop the first row or column; VGG drops the last": tuple(pooled[1:])}
        case = f"for a picture of {height} × {width}"
        expect(answer(odd), pooled[0], hint, mistakes, case=case)


@exercise(
    "write receptive_field(layers)",
    right="Depth buys sight: every layer sees a little more, and every pooling doubles the pace.",
)
def receptive_field(answer: Any) -> None:
    """Check the side of the square of the picture that one value of the last layer depends on.

    Parameters
    ----------
    answer : callable
        From a list of (kernel side, stride), first layer first, to a number.
    """
    convolution, pooling = (3, 1), (2, 2)
    hint = "start at 1, the pixel itself; a kernel of side k adds k − 1"
    expect(answer([convolution]), 3, hint, case="for a single 3×3 layer")
    mistakes: dict[str, Any] = {
        "two windows of 3 overlap: the second adds only 2 more pixels": 6,
        "the sides do not multiply: 1 + 2 + 2": 9,
        "does your loop keep what the first layer had?": 3,
    }
    expect(answer([convolution] * 2), 5, mistakes=mistakes, case="for two 3×3 layers")
    mistakes = {
        "after a stride of 2 neighbours lie two pixels apart: keep the product of the strides so "
        "far, and let a kernel of side k add (k − 1) × that product": 6,
        "a layer's own stride counts only for those after it: add first, then multiply": (10, 9),
    }
    hint = "write down which pixels each value sees, from the last layer back"
    case = "for 3×3, 2×2 pooling with stride 2, 3×3"
    expect(answer([convolution, pooling, convolution]), 8, hint, mistakes, case=case)
    block = [convolution, convolution, pooling]
    mistakes = {"the strides multiply, they do not add: after 2 and 2 neighbours are 4 apart": 22}
    hint = "the distance between neighbours doubles at each pooling: 1, 2, 4, …"
    case = "for two blocks (3×3, 3×3, pooling) and a 3×3"
    expect(answer([*block, *block, convolution]), 24, hint, mistakes, case=case)
    hint = (
        "any kernel and any stride may come: a kernel of side k adds (k − 1) × the distance, a "
        "stride of s multiplies the distance by s"
    )
    case = "for kernels of 5, 4, 7 and 3 with strides of 1, 3, 2 and 1"
    expect(answer([(5, 1), (4, 3), (7, 2), (3, 1)]), 38, hint, case=case)


@exercise(
    "write conv_parameters(inputs, outputs, side)",
    right="Weights and biases, counted: exactly what Keras would say.",
)
def conv_parameters(answer: Any) -> None:
    """Check the number of parameters of a convolution layer.

    Parameters
    ----------
    answer : callable
        From input channels, output channels and kernel side to a number.
    """
    for inputs, outputs, side in [(2, 64, 3), (3, 64, 3), (64, 128, 3), (5, 7, 1), (4, 6, 5)]:
        count, weights = answer(inputs, outputs, side), side**2 * inputs * outputs
        mistakes = {
            "each output channel also has a bias, one number that is added": weights,
            "there is one bias per output channel, not per input channel": weights + inputs,
            "each output channel has a kernel for every input channel": side**2 * outputs + outputs,
            "there is one kernel stack for every output channel": side**2 * inputs + outputs,
            "a kernel of side k has k² numbers": side * inputs * outputs + outputs,
            "there is one bias for every output channel": weights + 1,
            "there is one bias per output channel, not per weight": 2 * weights,
        }
        hint = "kernels × their size, and a bias for each output channel"
        case = f"for {inputs} → {outputs} channels with {side}×{side} kernels"
        expect(count, weights + outputs, hint, mistakes, case=case, tolerance=0)
