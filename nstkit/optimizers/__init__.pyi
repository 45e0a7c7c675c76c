from .adam import Adam as Adam
from .interface import (
    Bounds as Bounds,
    Evaluate as Evaluate,
    Evaluated as Evaluated,
    Optimizer as Optimizer,
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
    make_optimizer as make_optimizer,
    name_and_options as name_and_options,
)
