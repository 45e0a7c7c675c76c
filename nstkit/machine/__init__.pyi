from .downloads import (
    TIMEOUT as TIMEOUT,
    DownloadError as DownloadError,
    fetch_file as fetch_file,
)
from .files import (
    check_writable as check_writable,
    replace_file as replace_file,
    table_text as table_text,
)
from .limits import (
    free_memory as free_memory,
    give_back_memory as give_back_memory,
    share_freed_memory as share_freed_memory,
    total_memory as total_memory,
    usable_cores as usable_cores,
)
