"""From a start picture to the finished one: a run and its steps, checkpoints, coarse to fine.

`stylize` is all of it in one call.
"""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
