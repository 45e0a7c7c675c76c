"""Pictures, feature maps, Gram matrices and loss curves.

Every function takes arrays and returns the figure it drew on; none calls ``plt.show()``. A new
figure belongs to nobody but the caller: as the last line of a notebook cell it appears once.
To put several plots side by side, ask `panels` for a figure with axes and hand them over.
"""

<<<<<<< HEAD
from nstkit.plots.curves import COLOURS, show_layer_parts, show_losses
from nstkit.plots.panels import PictureFigure, panels
from nstkit.plots.pictures import show_features, show_gram, show_images
from nstkit.plots.quality import show_quality

__all__ = [
    "COLOURS",
    "PictureFigure",
    "panels",
    "show_features",
    "show_gram",
    "show_images",
    "show_layer_parts",
    "show_losses",
    "show_quality",
]
=======
import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
>>>>>>> main
