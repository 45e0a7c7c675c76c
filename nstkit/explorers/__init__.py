"""Explorers: small panels with sliders that answer at once, one call each.

Everything that takes long is computed before the sliders appear; moving one only picks and
draws. Each function returns a box of widgets: as the last line of a cell it is shown.
"""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
