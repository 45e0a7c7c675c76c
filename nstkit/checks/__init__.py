"""Checks of the course's exercises, one module per notebook: ``checks.gram_matrix(answer)``.

Every public name of the modules beside this file is available here and loads on first use.
"""

from __future__ import annotations

import importlib
import pkgutil
from typing import Any

from nstkit.checks.asking import exercise
from nstkit.checks.report import Result

__all__ = ["Result", "exercise"]

HELPERS = {"report", "comparing", "asking"}
"""The modules that hold no checks, but what checks are made of."""


def _modules() -> list[str]:
    """Return the names of the modules that hold checks, each with its own `__all__`."""
    found = [module.name for module in pkgutil.iter_modules(__path__)]
    return [name for name in found if name not in HELPERS]


def __getattr__(name: str) -> Any:
    """Find a check by name in the modules of this package."""
    modules = _modules()
    if name in modules:
        return importlib.import_module(f"{__name__}.{name}")
    if not name.startswith("_"):
        for module in modules:
            found = importlib.import_module(f"{__name__}.{module}")
            if name in found.__all__:
                return getattr(found, name)
    raise AttributeError(f"there is no check {name!r}: those that exist are {', '.join(__dir__())}")


def __dir__() -> list[str]:
    """List every check."""
    checks = [importlib.import_module(f"{__name__}.{module}").__all__ for module in _modules()]
    return sorted({*__all__, *(name for names in checks for name in names)})
