"""nstkit: neural style transfer, taught by doing it.

Names resolve on first use, so importing the package is quick and loads no TensorFlow.
"""

from __future__ import annotations

import importlib
from typing import Any

__version__ = "0.1.0"

_HOMES = {
    "stylize": "api",
    "drive": "api",
    "load_image": "images",
    "save_image": "images",
    "gram_matrix": "losses",
    "content_loss": "losses",
    "style_loss": "losses",
    "total_variation_loss": "losses",
    "CONVENTIONS": "conventions",
    "Weights": "conventions",
    "translate_weights": "conventions",
    "LAYERS": "architecture",
    "load_backbone": "backbones",
    "Problem": "transfer",
    "Run": "runs",
    "Step": "runs",
}
_MODULES = ("images", "samples", "losses", "conventions", "backbones", "transfer", "optimizers")

__all__ = ["__version__", *sorted(_HOMES), *_MODULES]


def __getattr__(name: str) -> Any:
    """Import a public name, or a module of the package, when it is first asked for."""
    if name in _HOMES:
        value = getattr(importlib.import_module(f"nstkit.{_HOMES[name]}"), name)
        globals()[name] = value
        return value
    try:
        return importlib.import_module(f"nstkit.{name}")
    except ModuleNotFoundError as error:
        if error.name != f"nstkit.{name}":
            raise
    raise AttributeError(f"module 'nstkit' has no attribute {name!r}")


def __dir__() -> list[str]:
    """List the public names."""
    return sorted(__all__)
