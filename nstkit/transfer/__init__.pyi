from .evaluation import (
    Evaluation as Evaluation,
    Losses as Losses,
)
from .problem import Problem as Problem
