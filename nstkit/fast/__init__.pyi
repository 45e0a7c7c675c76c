from .folders import paint_folder as paint_folder, pictures_in as pictures_in
from .network import (
    Shape as Shape,
    build_network as build_network,
    build_predictor as build_predictor,
)
from .numbers import StyleNumbers as StyleNumbers, mix as mix
from .packing import pack as pack
from .painter import Painter as Painter
from .painting import load_painter as load_painter, paint as paint
from .tuning import tune as tune
