"""Pictures in and out: opened, oriented, resized, checked, encoded, animated.

Inside the package a picture is one thing only: RGB, float32, shape (1, height, width, 3),
values in [0, 1].
"""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
