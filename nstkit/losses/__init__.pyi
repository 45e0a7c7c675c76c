from .conventions import (
    CONVENTIONS as CONVENTIONS,
    Convention as Convention,
    get_convention as get_convention,
    relative as relative,
    translate_weights as translate_weights,
)
from .functions import (
    TV_KINDS as TV_KINDS,
    content_loss as content_loss,
    gram_matrix as gram_matrix,
    squared_distance as squared_distance,
    style_loss as style_loss,
    total_variation_loss as total_variation_loss,
)
from .further import (
    channel_moments as channel_moments,
    channel_values as channel_values,
    histogram_loss as histogram_loss,
    moments_loss as moments_loss,
)
from .terms import (
    CONTENT as CONTENT,
    FURTHER as FURTHER,
    HISTOGRAM as HISTOGRAM,
    MOMENTS as MOMENTS,
    STYLE as STYLE,
    TERMS as TERMS,
    VARIATION as VARIATION,
    Term as Term,
    Use as Use,
    term_of as term_of,
    variation as variation,
)
from .weights import (
    FIRST_OF_EACH_BLOCK as FIRST_OF_EACH_BLOCK,
    PICTURE as PICTURE,
    Layer as Layer,
    Weights as Weights,
)
