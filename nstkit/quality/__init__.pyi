from .evaluation import (
    Evaluation as Evaluation,
    MEASURES as MEASURES,
    Measure as Measure,
    Ruler as Ruler,
    evaluate as evaluate,
    find_judge as find_judge,
)
from .pixels import (
    colour_distance as colour_distance,
    contour_agreement as contour_agreement,
    grain as grain,
    structural_similarity as structural_similarity,
)
from .statistics import (
    effectiveness_statistic as effectiveness_statistic,
    gaussian_divergence as gaussian_divergence,
    gram_distance as gram_distance,
    local_patterns as local_patterns,
    moment_distance as moment_distance,
    relative_distance as relative_distance,
)
