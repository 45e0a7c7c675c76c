"""The pictures that ship with the course, by name, and famous paintings for who is online.

`load` and `open_image` return pictures, `get` and `names` say what there is.
"""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
