from .live import studio as studio
