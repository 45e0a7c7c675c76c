"""How good is it: measures of style, content, colour and grain.

No number judges a picture alone. `evaluate` measures one, a `Ruler` many of one pair.
"""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
