from .famous import (
    FAMOUS as FAMOUS,
    Painting as Painting,
    download as download,
)
from .shipped import (
    KINDS as KINDS,
    Sample as Sample,
    data_folder as data_folder,
    fetch as fetch,
    get as get,
    load as load,
    names as names,
    open_image as open_image,
)
