from .architecture import (
    ARCHITECTURES as ARCHITECTURES,
    IMAGENET_MEAN_BGR as IMAGENET_MEAN_BGR,
    LAYERS as LAYERS,
    Architecture as Architecture,
    block_of as block_of,
    channels_of as channels_of,
    expected_shapes as expected_shapes,
    first_layers as first_layers,
    positions as positions,
)
from .backbone import (
    Backbone as Backbone,
    load_backbone as load_backbone,
    preprocess as preprocess,
    untrained_backbone as untrained_backbone,
)
from .cancellation import (
    ENDED as ENDED,
    GivenUp as GivenUp,
    gate as gate,
)
from .cost import (
    Estimate as Estimate,
    TYPICAL_SPEED as TYPICAL_SPEED,
    check_memory as check_memory,
    duration as duration,
    estimate as estimate,
    operations as operations,
)
from .kernels import (
    convolution_relu as convolution_relu,
    differences as differences,
    max_pool as max_pool,
    second_moments as second_moments,
)
from .weight_files import (
    cached_weights as cached_weights,
    published as published,
    read_slim as read_slim,
)
