"""Pictures, feature maps, Gram matrices and loss curves.

Every function takes arrays and returns the figure it drew on; none calls ``plt.show()``. A new
figure belongs to nobody but the caller: as the last line of a notebook cell it appears once.
To put several plots side by side, ask `panels` for a figure with axes and hand them over.
"""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
