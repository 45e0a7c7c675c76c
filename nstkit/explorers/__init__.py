"""Explorers: small panels with sliders that answer at once, one call each.

Everything that takes long is computed before the sliders appear; moving one only picks and
draws. Each function returns a box of widgets: as the last line of a cell it is shown.
"""

from nstkit.explorers.grams import gram_explorer
from nstkit.explorers.grid import weight_grid
from nstkit.explorers.history import history_scrubber
from nstkit.explorers.layers import layer_viewer
from nstkit.explorers.morphs import morph

__all__ = ["gram_explorer", "history_scrubber", "layer_viewer", "morph", "weight_grid"]
