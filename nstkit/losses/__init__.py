"""The papers' equations as pure functions, terms made of them, conventions, and weights.

A term is a value: what it makes of features, and how two of those are compared.
"""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
