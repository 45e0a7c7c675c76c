"""Load TensorFlow without its start-up messages, and for what this process may use.

The messages look like errors and mean nothing here: compiled code writes them before any setting
is read, that there is no graphics card, that some instructions are used and others not. Import `tf`
from here in the place of TensorFlow itself.
"""

from __future__ import annotations

import contextlib
import os
import re
import sys
import tempfile
from collections.abc import Iterator

from nstkit.machine.limits import share_freed_memory, usable_cores

START_UP_MESSAGE = re.compile(
    r"WARNING: All log messages before absl|[IWE]\d{4} \d\d:\d\d:\d+\.\d+"
    r"|\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\d+: [IWE] tensorflow/|To enable the following instructions"
)
"""How a line begins that TensorFlow's compiled code writes while it starts."""


@contextlib.contextmanager
def without_start_up_messages() -> Iterator[None]:
    """Hold standard error back within a block, then pass on what is no start-up message.

    Works on the file descriptor, where compiled code writes. What a failing block wrote is passed
    on whole.
    """
    try:
        before = os.dup(2)
    except OSError:  # a program without a console has none
        yield
        return
    with tempfile.TemporaryFile() as kept:
        os.dup2(kept.fileno(), 2)
        failed = True
        try:
            yield
            failed = False
        finally:
            os.dup2(before, 2)
            os.close(before)
            kept.seek(0)
            lines = kept.read().decode(errors="replace").splitlines(keepends=True)
            rest = [line for line in lines if failed or not START_UP_MESSAGE.match(line)]
            if rest and sys.stderr is not None:
                sys.stderr.write("".join(rest))


@contextlib.contextmanager
def forgetting_gradients() -> Iterator[None]:
    """Have TensorFlow forget the gradient functions that it registers within a block.

    `tf.custom_gradient` registers one for every operation of a function that is being compiled,
    for a use that no gradient tape makes of them, and never lets go of them, nor of the compiled
    function that they belong to.
    """
    from tensorflow.python.framework import ops

    registered = getattr(ops.gradient_registry, "_registry", {})
    before = set(registered)
    try:
        yield
    finally:
        for name in set(registered) - before:
            if name.startswith("CustomGradient"):
                registered.pop(name, None)


os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")  # later messages: no mere information
with without_start_up_messages():
    import tensorflow as tf

    tf.config.list_physical_devices()  # it looks for graphics cards when first asked
with contextlib.suppress(RuntimeError):  # another's program had it loaded, and computes already
    tf.config.threading.set_intra_op_parallelism_threads(usable_cores())
    tf.config.threading.set_inter_op_parallelism_threads(usable_cores())
share_freed_memory()

__all__ = ["forgetting_gradients", "tf", "without_start_up_messages"]
