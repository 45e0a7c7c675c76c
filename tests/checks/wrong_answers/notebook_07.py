"""Notebook 07: answers to its exercises, wrong with a word of the message, and unusually right."""

import itertools

import numpy as np

from nstkit.runs import Settings


def over(step, whole):
    return {layer: loss / whole for layer, loss in step.style_layers.items()}


def shares(step):
    return over(step, step.total)


def shares_in_place(step):
    for layer in step.style_layers:
        step.style_layers[layer] /= step.total
    return step.style_layers


RIGHT = {
    "style_shares": [
        shares,
        lambda step: {layer: np.float16(share) for layer, share in shares(step).items()},
        lambda step: dict(reversed(shares(step).items())),
        lambda step: over(step, step.content + step.style + step.tv),
    ],
    "doubled_beta": [(2, 1), [2.0, 1.0], np.array([2, 1]), (np.float32(2), 1)],
    # what is right of `own_colours` is tried in test_checks_live.py, where it is painted
}

WRONG = {
    "style_shares": [
        ("losses themselves", lambda step: dict(step.style_layers)),
        ("shares of the style loss", lambda step: over(step, step.style)),
        ("percentages", lambda step: over(step, step.total / 100)),
        ("not a dict", lambda step: list(shares(step).values())),
        ("changes `step`", shares_in_place),
        ("content loss", lambda step: over(step, step.content)),
        ("without", lambda step: {"block1_conv1": 0.3, "block3_conv1": 0.1}),
        ("written", lambda step: over(step, 10.0)),
        ("keys", lambda step: {"style": step.style / step.total}),
        ("AttributeError", lambda step: step.layers),
        ("", lambda step: over(step, max(step.style_layers.values()))),
        ("", lambda step: over(step, len(step.style_layers))),
        ("", lambda step: {**shares(step), "content": step.content / step.total}),
        ("", lambda step: over(step, step.content + step.style)),
        ("", lambda step: {layer: f"{share:.0%}" for layer, share in shares(step).items()}),
        ("", lambda step: {layer: 1 - share for layer, share in shares(step).items()}),
        ("", lambda step: {layer: step.total / x for layer, x in step.style_layers.items()}),
        ("", lambda step: dict.fromkeys(step.style_layers, step.style / step.total)),
    ],
    "doubled_beta": [
        ("wrong way round", (1, 2)),
        ("not squared", (4, 1)),
        ("β does not occur", (2, 0.5)),
        ("β does not occur", (2, 2)),
        ("same", (1, 1)),
        ("same", (0.5, 1)),
        ("", (2, 0)),
        ("shape", 2),
        ("shape", (2, 1, 1)),
        ("", (3, 1)),
        ("text", ("2", "1")),
        ("text", "2, 1"),
        ("complex", (2 + 0j, 1)),
        ("not finite", (2, float("nan"))),
        *(
            ("", pair)
            for pair in itertools.product((0.25, 0.5, 1, 1.5, 2, 4), repeat=2)
            if pair != (2, 1)
        ),
    ],
    "own_colours": [
        ("not Settings", {"style_layers": {}}),
        ("not Settings", "preserve_colour"),
        ("not Settings", np.zeros((1, 96, 96, 3))),
        ("no strokes", Settings(style_weight=1e-6, preserve_colour=True)),
        ("no strokes", Settings(style_weight=300.0, preserve_colour=True, steps=1)),
        ("nothing is left", Settings(content_weight=0.0, init="noise", preserve_colour=True)),
        ("layers alone", Settings(style_weight=300.0)),
        ("layers alone", Settings(style_weight=300.0, style_layers={"block5_conv1": 1.0})),
        ("layers alone", Settings(style_layers={"block4_conv1": 1.0, "block5_conv1": 1.0})),
        ("", Settings(style_weight=1e-6, content_weight=0.0, init="noise", steps=1)),
        ("", Settings(style_weight=300.0, style_layers={"block1_conv1": 1.0})),
        ("", Settings(style_weight=300.0, init="style", preserve_colour=True)),
    ],
}
