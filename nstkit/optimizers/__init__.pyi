from .adam import Adam as Adam
from .interface import (
    Bounds as Bounds,
    Evaluate as Evaluate,
    Evaluated as Evaluated,
    clip as clip,
)
from .lbfgs import Lbfgs as Lbfgs
from .patient_lbfgs import PatientLbfgs as PatientLbfgs
from .preconditioner import (
    FLOOR as FLOOR,
    weigh as weigh,
)
from .registry import (
    OPTIMIZERS as OPTIMIZERS,
    describe_optimizer as describe_optimizer,
    make_optimizer as make_optimizer,
)
