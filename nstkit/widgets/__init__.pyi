from .live import studio as studio
from .voting import voting as voting
