"""Checks of the exercises in notebook 00: a picture as an array, a blend, three settings."""

from __future__ import annotations

from typing import Any

import numpy as np

from nstkit import samples
from nstkit.checks.asking import exercise
from nstkit.checks.comparing import array_of, close, expect
from nstkit.checks.report import require

__all__ = ["blend", "load_a_picture", "three_settings"]

SETTINGS = {"A": "content_weight", "B": "steps", "C": "tv_weight"}
"""Which setting was turned for each picture of exercise 3."""


@exercise(
    "load the raccoon with its longest side 160 pixels",
    kind="value",
    right="One picture, its rows, its columns, three colours, between 0 and 1: that is all a "
    "picture is to the network.",
)
def load_a_picture(picture: Any) -> None:
    """Check that `picture` is the raccoon, 160 pixels wide, as the package means a picture.

    Parameters
    ----------
    picture : array_like
        The learner's picture, shape (1, height, 160, 3).
    """
    require(
        hasattr(picture, "shape"),
        f"your picture is a {type(picture).__name__}, not an array",
        "nstkit.load_image opens a file; samples.load('raccoon', ...) opens a sample by its name",
    )
    array = array_of(picture, "your picture")
    require(
        array.max() <= 1.0,
        f"your picture has values up to {array.max():g}; here they lie between 0 and 1",
        "8-bit values have to be divided by 255; samples.load does it for you",
    )
    require(
        array.ndim == 4,
        f"your picture has shape {array.shape}: one axis is missing",
        "the network takes a batch of pictures, so even a single one has a first axis of length 1",
    )
    longest = max(array.shape[1:3])
    require(
        longest == 160,
        f"the longest side of your picture has {longest} pixels; it should have 160",
        "samples.load has the option size=",
    )
    expected = samples.load("raccoon", size=160)
    require(
        array.shape == expected.shape,
        f"your picture is {array.shape[2]} × {array.shape[1]} pixels, the raccoon "
        f"{expected.shape[2]} × {expected.shape[1]}",
        "leave crop out, so that nothing is cut off, and check the name of the sample",
    )
    require(
        close(array, expected, tolerance=0.01),
        "the size is right, but this is not the raccoon as it was loaded",
        "check the name of the sample, and leave the values as they come",
    )


@exercise(
    "write blend(content, style, share)",
    right="And look at the picture: a blend shows both at once, like a double exposure. Style "
    "transfer is something else.",
)
def blend(answer: Any) -> None:
    """Check a function that mixes two pictures, (1 − share) · content + share · style.

    Parameters
    ----------
    answer : callable
        From two arrays of one shape and a number from 0 to 1 to an array of that shape.
    """
    random = np.random.default_rng(0)
    content, style = random.random((2, 1, 3, 4, 3))
    mistakes = {
        "the two are swapped: share is the part of the style, 1 − share that of the content": style
    }
    case = "with share = 0, which should give the content picture,"
    hint = "multiply the content by 1 − share"
    expect(answer(content, style, 0.0), content, hint, mistakes, case=case)
    mistakes = {
        "your blend is the sum of both pictures: the content has to fade as the style appears; "
        "multiply it by 1 − share": content + style
    }
    case = "with share = 1, which should give the style picture alone,"
    expect(answer(content, style, 1.0), style, "multiply the style by share", mistakes, case=case)
    hint = (
        "that is three parts content and one part style: is share used as it is, neither rounded "
        "nor squared?"
    )
    case = "both ends are right, but with share = 0.25"
    expect(answer(content, style, 0.25), 0.75 * content + 0.25 * style, hint, case=case)


@exercise(
    "write a name for each of the three pictures",
    kind="value",
    right="You can read a painting's settings off the painting.",
)
def three_settings(a: Any, b: Any, c: Any) -> None:
    """Check which setting was turned for each of the pictures A, B and C.

    Parameters
    ----------
    a, b, c : str
        The name of a setting for each picture.
    """
    answer = dict(zip(SETTINGS, (a, b, c), strict=True))
    names = sorted(SETTINGS.values())
    for key, value in answer.items():
        require(
            value in names,
            f"{key} is {value!r}, which is none of the three settings",
            f"write one of {', '.join(map(repr, names))}",
        )
    require(
        len({a, b, c}) == len(SETTINGS),
        "one setting appears twice; each was turned for exactly one picture",
        "begin with the picture of which you are surest, and give its name to no other",
    )
    wrong = [key for key in SETTINGS if answer[key] != SETTINGS[key]]
    signs = {
        "A": "A: how much of the photograph's fine detail came through?",
        "B": "B: does the paint cover everything, or has it only begun to spread?",
        "C": "C: look at a flat area; how much do neighbouring pixels differ?",
    }
    require(
        not wrong,
        f"{len(SETTINGS) - len(wrong)} of 3 are right",
        " ".join(signs[key] for key in wrong),
    )
