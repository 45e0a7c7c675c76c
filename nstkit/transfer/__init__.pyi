from .evaluation import Evaluation as Evaluation
from .problem import Problem as Problem
from .targets import Targets as Targets
