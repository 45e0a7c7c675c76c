"""Adam and L-BFGS by name, over anything that returns a value and a gradient.

Both keep a picture inside its bounds, take one step at a time, and can hand out and take back
their whole state, so that a run can be stored and go on as if it had never stopped. A step that
is interrupted, or that ends in NaN, leaves the state as it was before.
"""

from __future__ import annotations

import inspect
from typing import Any

from nstkit.errors import choose
from nstkit.optimizers.adam import Adam
from nstkit.optimizers.interface import Optimizer
from nstkit.optimizers.lbfgs import Lbfgs

OPTIMIZERS: dict[str, type[Adam] | type[Lbfgs]] = {"lbfgs": Lbfgs, "adam": Adam}
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


def name_and_options(optimizer: Optimizer) -> tuple[str, dict[str, Any]]:
    """Return what `make_optimizer` would make an optimiser from that does the same.

    Parameters
    ----------
    optimizer : Optimizer
        One of `OPTIMIZERS`, or derived from one of them; any other has only its class's name.

    Returns
    -------
    name : str
        Its name.
    options : dict of str to object
        Its settings.
    """
    for name, kind in OPTIMIZERS.items():
        if isinstance(optimizer, kind):
            known = set(inspect.signature(kind).parameters) - {"bounds"}
            return name, {option: getattr(optimizer, option) for option in sorted(known)}
    return type(optimizer).__name__, {}
