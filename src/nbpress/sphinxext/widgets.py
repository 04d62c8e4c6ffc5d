"""What widgets showed when their notebook was saved: its metadata hold their state."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import groupby
from typing import Any

STATE = "application/vnd.jupyter.widget-state+json"
TEXTS = {"HTMLModel", "HTMLMathModel", "LabelModel"}  # widgets whose value is text to read
REFERENCE = "IPY_MODEL_"


def saved_outputs(metadata: Mapping[str, Any], view: Any) -> list[dict[str, Any]]:
    """The outputs and texts of the widget that `view` names, and of those in it; none where nothing is saved."""
    name = view.get("model_id") if isinstance(view, dict) else None
    try:
        states = metadata["widgets"][STATE]["state"]
        found = list(_found(states, str(name), set()))
    except (KeyError, TypeError, AttributeError):  # not the state of a widget as ipywidgets saves it
        return []
    return [output for _, pieces in groupby(found, key=type) for output in _outputs(list(pieces))]


def _outputs(pieces: list[Any]) -> list[dict[str, Any]]:
    """Outputs as they are, and texts as one output of HTML."""
    if not isinstance(pieces[0], str):
        return pieces
    return [{"output_type": "display_data", "data": {"text/html": " ".join(pieces)}, "metadata": {}}]


def _found(states: Mapping[str, Any], name: str, seen: set[str]) -> Iterator[Any]:
    if name in seen or name not in states:
        return
    seen.add(name)
    model = states[name]
    state = model["state"]
    yield from (output for output in state.get("outputs", ()) if "output_type" in output)
    if model.get("model_name") in TEXTS and state.get("value", "").strip():
        yield state["value"]
    for child in state.get("children", ()):
        yield from _found(states, child.removeprefix(REFERENCE), seen)
