from .agreement import (
    Agreement as Agreement,
    agreement as agreement,
    consistency as consistency,
    trust as trust,
)
from .ballot import (
    Ballot as Ballot,
    Question as Question,
)
from .evaluation import (
    Evaluation as Evaluation,
    MEASURES as MEASURES,
    Measure as Measure,
    Ruler as Ruler,
    evaluate as evaluate,
)
from .judge import (
    find_judge as find_judge,
    neutral_judge as neutral_judge,
)
from .pixels import (
    colour_distance as colour_distance,
    contour_agreement as contour_agreement,
    grain as grain,
    structural_similarity as structural_similarity,
)
from .ranking import (
    Ranking as Ranking,
    rank as rank,
)
from .scoreboard import (
    Rules as Rules,
    Standing as Standing,
    score as score,
)
from .statistics import (
    effectiveness_statistic as effectiveness_statistic,
    gaussian_divergence as gaussian_divergence,
    gram_distance as gram_distance,
    local_patterns as local_patterns,
    moment_distance as moment_distance,
    relative_distance as relative_distance,
)
from .votes import (
    Vote as Vote,
    pool as pool,
    read_votes as read_votes,
    write_votes as write_votes,
)
