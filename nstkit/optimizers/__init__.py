"""Adam and L-BFGS, one step at a time, over anything that returns a value and a gradient.

Both hand out and take back their whole state; an interrupted step leaves it as it was before.
"""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
