"""The live studio, and the parts that it and the explorers are made of.

`studio` opens the live studio; it resolves on first use, so that a part can be imported alone.
"""

from __future__ import annotations

from typing import Any

__all__ = ["studio"]


def __getattr__(name: str) -> Any:
    """Import the studio when it is first asked for."""
    if name == "studio":
        from nstkit.widgets.live import studio

        return studio
    raise AttributeError(f"module 'nstkit.widgets' has no attribute {name!r}")
