"""The live studio, and the parts that it and the explorers are made of.

`studio` opens the live studio; it resolves on first use, so that a part can be imported alone.
"""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
