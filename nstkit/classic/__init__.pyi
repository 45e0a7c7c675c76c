from .canvas import (
    Canvas as Canvas,
    Stroke as Stroke,
)
from .colour import (
    LUMINANCE as LUMINANCE,
    colour_distance as colour_distance,
    from_lalphabeta as from_lalphabeta,
    keep_colours as keep_colours,
    match_covariance as match_covariance,
    match_luminance as match_luminance,
    match_moments as match_moments,
    to_lab as to_lab,
    to_lalphabeta as to_lalphabeta,
    transfer_colour as transfer_colour,
)
from .filters import (
    abstract_picture as abstract_picture,
    find_lines as find_lines,
    kuwahara as kuwahara,
    quantise_luminance as quantise_luminance,
    smooth_edge_preserving as smooth_edge_preserving,
)
from .pyramid import (
    Pyramid as Pyramid,
    collapse_pyramid as collapse_pyramid,
    steerable_pyramid as steerable_pyramid,
)
from .quilting import (
    quilt_texture as quilt_texture,
    transfer_texture as transfer_texture,
)
from .selecting import (
    draw_stroke as draw_stroke,
    feather as feather,
    select_by_brightness as select_by_brightness,
    select_by_colour as select_by_colour,
    select_by_strokes as select_by_strokes,
)
from .sewing import (
    Quilt as Quilt,
    minimum_error_seam as minimum_error_seam,
)
from .strokes import (
    paint as paint,
    painting_frames as painting_frames,
    plan_strokes as plan_strokes,
)
from .texture import (
    match_histogram as match_histogram,
    synthesise_texture as synthesise_texture,
)
