from .grams import gram_explorer as gram_explorer
from .grid import weight_grid as weight_grid
from .history import history_scrubber as history_scrubber
from .layers import layer_viewer as layer_viewer
from .morphs import morph as morph
