"""Style transfer before neural networks, for notebook 01: no network, no gradient.

Texture synthesis and quilting, colour transfer, filters that simplify, and brush strokes.
"""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
