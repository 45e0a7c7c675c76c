from .network import Shape as Shape
from .network import build_network as build_network
from .network import build_predictor as build_predictor
