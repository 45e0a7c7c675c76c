"""Style transfer before neural networks: texture, colour, filters and brush strokes."""

from nstkit.classic.canvas import Canvas, Stroke
from nstkit.classic.colour import (
    LUMINANCE,
    from_lalphabeta,
    keep_colours,
    match_covariance,
    match_luminance,
    match_moments,
    to_lalphabeta,
    transfer_colour,
)
from nstkit.classic.filters import (
    abstract_picture,
    find_lines,
    kuwahara,
    quantise_luminance,
    smooth_edge_preserving,
)
from nstkit.classic.pyramid import Pyramid, collapse_pyramid, steerable_pyramid
from nstkit.classic.quilting import quilt_texture, transfer_texture
from nstkit.classic.sewing import Quilt, minimum_error_seam
from nstkit.classic.strokes import paint, painting_frames, plan_strokes
from nstkit.classic.texture import match_histogram, synthesise_texture

__all__ = [
    "LUMINANCE",
    "Canvas",
    "Pyramid",
    "Quilt",
    "Stroke",
    "abstract_picture",
    "collapse_pyramid",
    "find_lines",
    "from_lalphabeta",
    "keep_colours",
    "kuwahara",
    "match_covariance",
    "match_histogram",
    "match_luminance",
    "match_moments",
    "minimum_error_seam",
    "paint",
    "painting_frames",
    "plan_strokes",
    "quantise_luminance",
    "quilt_texture",
    "smooth_edge_preserving",
    "steerable_pyramid",
    "synthesise_texture",
    "to_lalphabeta",
    "transfer_colour",
    "transfer_texture",
]
