"""The networks that look at pictures: what they are made of, their weights, what they cost.

A `Backbone` takes a picture and returns the features of exactly the layers asked for.
"""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
