from .curves import (
    COLOURS as COLOURS,
    show_layer_parts as show_layer_parts,
    show_losses as show_losses,
)
from .panels import (
    PictureFigure as PictureFigure,
    panels as panels,
)
from .pictures import (
    show_features as show_features,
    show_gram as show_gram,
    show_images as show_images,
)
from .quality import (
    show_quality as show_quality,
    show_ranking as show_ranking,
)
from .scoreboard import (
    write_board as write_board,
)
from .sweeps import (
    show_sweep as show_sweep,
)
