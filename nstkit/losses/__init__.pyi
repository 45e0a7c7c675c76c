from .conventions import (
    CONVENTIONS as CONVENTIONS,
    Convention as Convention,
    get_convention as get_convention,
    translate_weights as translate_weights,
)
from .functions import (
    TV_KINDS as TV_KINDS,
    content_loss as content_loss,
    gram_matrix as gram_matrix,
    style_loss as style_loss,
    total_variation_loss as total_variation_loss,
)
from .weights import (
    FIRST_OF_EACH_BLOCK as FIRST_OF_EACH_BLOCK,
    Layer as Layer,
    Weights as Weights,
)
