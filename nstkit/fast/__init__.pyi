from .folders import paint_folder as paint_folder, pictures_in as pictures_in
from .network import (
    Shape as Shape,
    build_network as build_network,
    build_predictor as build_predictor,
)
from .numbers import StyleNumbers as StyleNumbers, mix as mix
from .painter import (
    Painter as Painter,
    load_painter as load_painter,
    pack as pack,
    paint as paint,
)
from .tuning import tune as tune
