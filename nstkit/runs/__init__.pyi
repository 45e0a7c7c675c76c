from .checkpoint import (
    fingerprint as fingerprint,
    read_checkpoint as read_checkpoint,
    write_checkpoint as write_checkpoint,
)
from .coarse_to_fine import (
    coarse_sizes as coarse_sizes,
    coarse_start as coarse_start,
)
from .at_once import (
    one_pass as one_pass,
    remembering as remembering,
)
from .picture import (
    Picture as Picture,
    title as title,
)
from .run import Run as Run
from .settings import (
    OF_CONVENTION as OF_CONVENTION,
    QUALITIES as QUALITIES,
    Settings as Settings,
)
from .start import (
    INITS as INITS,
    start_image as start_image,
)
from .step import Step as Step
from .styles import (
    MOST as MOST,
    Style as Style,
)
from .stylization import (
    drive as drive,
    paint as paint,
    stylize as stylize,
)
