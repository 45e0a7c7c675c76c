from .animation import encode_animation as encode_animation
from .arrays import (
    check_format as check_format,
    check_image as check_image,
    encode as encode,
    fit as fit,
    load_image as load_image,
    resize as resize,
    save_image as save_image,
    to_uint8 as to_uint8,
)
from .opening import (
    newest_upload as newest_upload,
    open_rgb as open_rgb,
)
