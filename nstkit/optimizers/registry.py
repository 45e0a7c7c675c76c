"""Adam and L-BFGS by name, over anything that returns a value and a gradient.

Both keep a picture inside its bounds, take one step at a time, and can hand out and take back
their whole state, so that a run can be stored and go on as if it had never stopped. A step that
is interrupted, or that ends in NaN, leaves the state as it was before.
"""

from __future__ import annotations

import inspect
from typing import Any

from nstkit.errors import SettingsError, choose
from nstkit.optimizers.adam import Adam
from nstkit.optimizers.lbfgs import Lbfgs

OPTIMIZERS: dict[str, type[Adam] | type[Lbfgs]] = {"lbfgs": Lbfgs, "adam": Adam}
"""The optimisers by name."""


def make_optimizer(optimizer: str | Adam | Lbfgs, **options: Any) -> Adam | Lbfgs:
    """Make an optimiser by name.

    Parameters
    ----------
    optimizer : {"lbfgs", "adam"} or Adam or Lbfgs
        Which one; an object comes back as it is.
    **options
        Settings of one that is given by name.

    Returns
    -------
    Adam or Lbfgs
        The optimiser.

    Raises
    ------
    SettingsError
        If the name or an option does not exist, or an option is out of range.
    """
    if not isinstance(optimizer, str):
        if options or not isinstance(optimizer, tuple(OPTIMIZERS.values())):
            raise SettingsError(
                f"the optimizer is of type {type(optimizer).__name__}: give 'lbfgs' or 'adam' with "
                "settings, or an Adam or Lbfgs object without"
            )
        return optimizer
    kind = OPTIMIZERS[choose(optimizer, OPTIMIZERS, "optimizer")]
    for option in options:
        accepted = inspect.signature(kind).parameters
        choose(option, accepted, f"setting of the optimizer {optimizer!r}")
    return kind(**options)


def describe_optimizer(optimizer: Adam | Lbfgs) -> dict[str, Any]:
    """Return the name and the options by which `make_optimizer` makes such an optimiser again."""
    name = next(name for name, kind in OPTIMIZERS.items() if isinstance(optimizer, kind))
    accepted = set(inspect.signature(OPTIMIZERS[name]).parameters) - {"bounds"}
    return {
        "optimizer": name,
        "options": {option: getattr(optimizer, option) for option in sorted(accepted)},
    }
