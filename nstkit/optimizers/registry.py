"""Adam and L-BFGS by name, over anything that returns a value and a gradient.

Both keep a picture inside its bounds, take one step at a time, and can hand out and take back
their whole state, so that a run can be stored and go on as if it had never stopped. A step that
is interrupted, or that ends in NaN, leaves the state as it was before.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable
from typing import Any

from nstkit.errors import choose
from nstkit.optimizers.adam import Adam
from nstkit.optimizers.lbfgs import Lbfgs

OPTIMIZERS: dict[str, Callable[..., Adam | Lbfgs]] = {"lbfgs": Lbfgs, "adam": Adam}
"""The optimisers by name."""


def make_optimizer(name: str, **options: Any) -> Adam | Lbfgs:
    """Make an optimiser by name.

    Parameters
    ----------
    name : {"lbfgs", "adam"}
        Which one.
    **options
        Its settings.

    Returns
    -------
    Adam or Lbfgs
        The optimiser.

    Raises
    ------
    SettingsError
        If the name or an option does not exist, or an option is out of range.
    """
    kind = OPTIMIZERS[choose(name, OPTIMIZERS, "optimizer")]
    for option in options:
        choose(option, inspect.signature(kind).parameters, f"setting of the optimizer {name!r}")
    return kind(**options)
