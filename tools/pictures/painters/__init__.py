"""Six painters: each module draws one picture with its function `paint(size, rng)`."""

NAMES = (
    "night_sky",
    "woodblock_wave",
    "stained_glass",
    "pointillism",
    "ink_wash",
    "cubist_shards",
)
"""The paintings, in the order they are drawn."""
