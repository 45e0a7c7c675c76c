"""What stands in a stored notebook for the widgets of a cell: the last picture that they showed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from nbformat import NotebookNode

WIDGET = "application/vnd.jupyter.widget-view+json"
STATE = "application/vnd.jupyter.widget-state+json"
WIDGET_NOTE = "[controls: run this cell to use them]"
PICTURES = ("image/png", "image/jpeg", "image/gif")

_CHILD = "IPY_MODEL_"


def states_of(notebook: NotebookNode) -> Mapping[str, Any]:
    """Return what nbclient knows of every widget, by the name of its model."""
    return notebook.metadata.get("widgets", {}).get(STATE, {}).get("state", {})


def leave_still(output: NotebookNode, states: Mapping[str, Any]) -> bool:
    """Put a picture, or else a note, in the place of a view of widgets.

    Parameters
    ----------
    output : NotebookNode
        An output of a cell. Without a view of widgets it stays as it is; with one, that view is
        of no use without the kernel that made it.
    states : mapping
        The widgets' states; see `states_of`.

    Returns
    -------
    bool
        Whether to keep the output: all of them but a bar of progress, which is done.
    """
    if WIDGET not in output.get("data", {}):
        return True
    model = output.data.pop(WIDGET).get("model_id", "")
    family = list(_family(model, states))
    if not set(output.data) & set(PICTURES):
        shown = [still for state in family for still in _stills(state["state"])]
        output.data.update(shown[-1] if shown else {})
    output.data["text/plain"] = WIDGET_NOTE
    output.metadata = NotebookNode()
    kinds = {state["model_name"] for state in family}
    return "FloatProgressModel" not in kinds or bool(set(output.data) & set(PICTURES))


def _family(model: str, states: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    """Yield the states of a widget and of all widgets in it, from top to bottom."""
    if model in states:
        yield states[model]
        for child in states[model]["state"].get("children", ()):
            yield from _family(child.removeprefix(_CHILD), states)


def _stills(state: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    """Yield the pictures among the outputs that a widget caught."""
    for output in state.get("outputs", ()):
        data = output.get("data", {})
        yield from [{kind: data[kind]} for kind in PICTURES if kind in data][:1]
