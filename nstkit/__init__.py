"""nstkit: neural style transfer, taught by doing it.

Names load on first use, so importing the package is quick and loads no TensorFlow.
"""

import lazy_loader

__version__ = "0.1.0"

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
