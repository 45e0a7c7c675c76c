"""Notebook 00: answers to its exercises, wrong with a word of the message, and unusually right."""

import itertools

import numpy as np

from nstkit import samples

RACCOON = samples.load("raccoon", size=160)

RIGHT = {
    "load_a_picture": [RACCOON, RACCOON.astype(np.float64), RACCOON.astype(np.float16)],
    "blend": [
        lambda c, s, share: (1 - share) * c + share * s,
        lambda c, s, share: c + share * (s - c),
        lambda c, s, share: np.average([c, s], axis=0, weights=[1 - share, share]),
        lambda c, s, share: ((1 - share) * c + share * s).astype(np.float16),
        lambda c, s, share: ((1 - share) * c + share * s).tolist(),
    ],
    "three_settings": [("content_weight", "steps", "tv_weight")],
}

WRONG = {
    "load_a_picture": [
        ("size=", samples.load("raccoon")),
        ("crop", samples.load("raccoon", size=160, crop=True)),
        ("name", samples.load("chelsea", size=160)),
        ("first axis", RACCOON[0]),
        ("255", 255 * RACCOON),
        ("not an array", "raccoon"),
        ("255", (255 * RACCOON).astype(np.uint8)),
        ("160", samples.load("raccoon", size=320)),
        ("values", RACCOON[..., ::-1]),
        ("values", RACCOON / 2),
        ("", RACCOON[:, ::-1]),
        ("", RACCOON.swapaxes(1, 2)),
        ("", RACCOON[..., :1]),
        ("", np.zeros((1, 160, 160, 3))),
        ("", samples.load),
    ],
    "blend": [
        ("swapped", lambda c, s, share: share * c + (1 - share) * s),
        ("content has to fade", lambda c, s, share: c + share * s),
        ("share = 0", lambda c, s, share: (c + s) / 2),
        ("share = 0", lambda c, s, share: share * s),
        ("style by share", lambda c, s, share: (1 - share) * c),
        ("rounded", lambda c, s, share: (1 - round(share)) * c + round(share) * s),
        ("squared", lambda c, s, share: (1 - share**2) * c + share**2 * s),
        ("", lambda c, s, share: c ** (1 - share) * s**share),
        ("", lambda c, s, share: c),
        ("", lambda c, s, share: s),
        ("", lambda c, s, share: np.maximum((1 - share) * c, share * s)),
        ("", lambda c, s, share: np.sqrt((1 - share) * c**2 + share * s**2)),
        ("shape", lambda c, s, share: ((1 - share) * c + share * s)[0]),
        ("shape", lambda c, s, share: ((1 - share) * c + share * s).mean()),
        ("", lambda c, s, share: c if share < 0.5 else s),
        ("returns nothing", lambda c, s, share: print(end="")),
    ],
    "three_settings": [
        *(
            ("", names)
            for names in itertools.product(["content_weight", "steps", "tv_weight"], repeat=3)
            if names != ("content_weight", "steps", "tv_weight")
        ),
        ("none of the three", ("alpha", "steps", "tv_weight")),
        ("none of the three", ("style_weight", "steps", "tv_weight")),
        ("none of the three", ("content_weight", "steps", 7)),
        ("appears twice", ("steps", "steps", "tv_weight")),
        ("fine detail", ("steps", "content_weight", "tv_weight")),
        ("flat area", ("content_weight", "tv_weight", "steps")),
    ],
}
