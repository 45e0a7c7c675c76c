from .architecture import (
    IMAGENET_MEAN_BGR as IMAGENET_MEAN_BGR,
    LAYERS as LAYERS,
    WIDTHS as WIDTHS,
    block_of as block_of,
    channels_of as channels_of,
    expected_shapes as expected_shapes,
)
from .backbone import (
    Backbone as Backbone,
    load_backbone as load_backbone,
    untrained_backbone as untrained_backbone,
)
from .cancellation import (
    ENDED as ENDED,
    GivenUp as GivenUp,
    gate as gate,
)
from .cost import (
    Estimate as Estimate,
    check_memory as check_memory,
    estimate as estimate,
    operations as operations,
)
from .kernels import (
    convolution_relu as convolution_relu,
    max_pool as max_pool,
    preprocess as preprocess,
)
from .weight_files import (
    VGG19_FILE as VGG19_FILE,
    cached_vgg19 as cached_vgg19,
    read_slim as read_slim,
)
