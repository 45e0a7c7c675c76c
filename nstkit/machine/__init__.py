"""What this process may use of the machine (cores, memory), and files written and downloaded.

Import `tf` from `nstkit.machine.tensorflow`, which loads it without its start-up
messages and with this machine's limits.
"""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
