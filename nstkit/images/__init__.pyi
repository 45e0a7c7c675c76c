from .animation import encode_animation as encode_animation
from .arrays import (
    check_image as check_image,
    fit as fit,
    load_image as load_image,
    resize as resize,
    to_uint8 as to_uint8,
)
from .encoding import (
    check_format as check_format,
    encode as encode,
    save_image as save_image,
)
from .masks import Mask as Mask
from .opening import (
    newest_upload as newest_upload,
    open_rgb as open_rgb,
)
