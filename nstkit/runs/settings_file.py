"""Settings as a file: JSON, with a picture or a mask of one's own in it."""

from __future__ import annotations

import base64
import io
import json
import os
from collections.abc import Mapping
from typing import Any

from nstkit.errors import SettingsError
from nstkit.images import Mask, encode
from nstkit.losses import Convention
from nstkit.runs.picture import Picture
from nstkit.runs.styles import Style

KIND, KIND_BEFORE = "nstkit settings 2", "nstkit settings 1"
"""First entry of a settings file: what it is, and which version."""


def write_settings(values: Mapping[str, Any]) -> str:
    """Write settings down, given by name; a picture of one's own goes in as a JPEG."""
    entries = {"kind": KIND, **values}
    return json.dumps(entries, indent=1, ensure_ascii=False, default=_written)


def read_settings(text: str | bytes) -> dict[str, Any]:
    """Read what `write_settings` wrote.

    Raises
    ------
    SettingsError
        If it is not a settings file.
    """
    try:
        entries = json.loads(text, object_hook=_read)
        kind = entries.pop("kind")
        if kind == KIND_BEFORE:  # it had one content layer, and a rate for both optimisers
            entries["content_layers"] = entries.pop("content_layer", None)
            if entries.get("optimizer") != "adam":
                entries.pop("learning_rate", None)
        elif kind != KIND:
            raise KeyError("kind")
    except (ValueError, KeyError, AttributeError, TypeError) as error:
        raise SettingsError(
            f"this is not a file of nstkit's settings ({error}): choose one that the studio "
            "saved, named like nstkit-settings.json"
        ) from error
    return dict(entries)


def _written(value: Any) -> Any:
    """Return what JSON holds in the place of a value that it cannot."""
    if isinstance(value, Style):
        return vars(value)
    if isinstance(value, Mask):
        stream = io.BytesIO()
        value.save(stream)
        return {"name": value.name, "mask": base64.b64encode(stream.getvalue()).decode()}
    if isinstance(value, Picture):
        data = base64.b64encode(encode(value.image, "jpeg")).decode()
        return {"name": value.name, "jpeg": data}
    return value.name if isinstance(value, Convention) else os.fspath(value)


def _read(entries: dict[str, Any]) -> Any:
    """Take back what `_written` returned for a picture or a mask."""
    if "name" not in entries:
        return entries
    if "mask" in entries:
        data = base64.b64decode(entries["mask"], validate=True)
        return Mask.open(data, str(entries["name"]))
    data = base64.b64decode(entries["jpeg"], validate=True)
    return Picture.open(data, str(entries["name"]))
