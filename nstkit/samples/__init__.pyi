from .famous import (
    FAMOUS as FAMOUS,
    Painting as Painting,
    fetch as fetch,
)
from .opening import open_image as open_image
from .shipped import (
    KINDS as KINDS,
    Sample as Sample,
    data_folder as data_folder,
    get as get,
    load as load,
    names as names,
)
