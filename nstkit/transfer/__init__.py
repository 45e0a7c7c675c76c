"""The problem of style transfer: pictures to compare with, and the value and gradient of the loss.

`Problem` is the one name that most readers need.
"""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
