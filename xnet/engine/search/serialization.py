"""States as JSON: a search that was put away and taken up again goes on as if nothing had been.

A state is a value, so its JSON is a plain walk through it: networks as their own trees, numbers to the last bit (JSON
writes the shortest decimal that reads back to the same number; what it has no word for is written as "inf" or "nan").
Sets are written sorted, so that equal states give equal files. Nothing here can run code: unlike a pickle, a file that
somebody tampered with gives other networks at worst.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import fields, replace
from typing import Any

from xnet.engine.front.entry import FrontEntry
from xnet.engine.networks.network import Network
from xnet.errors import StateError

from .records import Trial
from .state import IslandsState, SearchState, together
from .stopping import StopReason

VERSION = 2


def state_to_json(state: SearchState) -> dict[str, Any]:
    """A JSON tree from which `state_from_json` builds an equal state."""
    return {"version": VERSION} | _of_state(state)


def state_from_json(tree: Mapping[str, Any]) -> SearchState:
    """The state of a JSON tree.

    Raises:
        StateError: the tree does not describe a state, or one of another release.
    """
    if tree.get("version") != VERSION:
        raise StateError(f"The saved search is of version {tree.get('version')!r}; expected {VERSION}, so start again.")
    try:
        return _to_state(tree)
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise StateError(f"The saved search cannot be read ({type(error).__name__}: {error}); start again.") from error


def reopened(state: SearchState) -> SearchState:
    """The state without its ending: a search that ended goes on for a while, and may end again for the same reason."""
    fitted = None if state.fitted is None else reopened(state.fitted)
    state = replace(state, stop_reason=None, settled=state.step, exact_since=-1, fitted=fitted)
    if isinstance(state, IslandsState) and state.islands:
        return together(tuple(reopened(island) for island in state.islands), state.seconds, state.front)
    return state


def _of_state(state: SearchState) -> dict[str, Any]:
    written = {"front": [_of_record(e) for e in state.front], "current": _of_record(state.current),
               "pool": [_of_record(t) for t in state.pool], "expanded": sorted(state.expanded),
               "seen": sorted(state.seen), "seconds": state.seconds,
               "fitted": None if state.fitted is None else _of_state(state.fitted)}
    if isinstance(state, IslandsState):
        written["islands"] = [_of_state(island) for island in state.islands]
    return written | {name: getattr(state, name) for name in ("stop_reason", *_NUMBERS)}


def _to_state(tree: Mapping[str, Any]) -> SearchState:
    read: dict[str, Any] = {
        "front": tuple(_to_entry(e) for e in tree["front"]), "current": _to_entry(tree["current"]),
        "pool": tuple(_to_trial(t) for t in tree["pool"]), "expanded": frozenset(map(str, tree["expanded"])),
        "seen": frozenset(map(str, tree["seen"])), "seconds": float(tree["seconds"]),
        "fitted": None if tree["fitted"] is None else _to_state(tree["fitted"])}
    if not read["front"]:
        raise ValueError("its front is empty")
    reason = tree["stop_reason"] if "stop_reason" in tree else tree["finished"]  # the name in older files
    read |= {"stop_reason": StopReason(reason) if reason else None} | {name: int(tree[name]) for name in _NUMBERS}
    if "islands" in tree:
        return IslandsState(**read, islands=tuple(_to_state(island) for island in tree["islands"]))
    return SearchState(**read)


#: Fields of a state that are whole numbers.
_NUMBERS = ("step", "n_train", "exact_since", "settled", "island", "n_islands")


def _of_record(record: FrontEntry | Trial) -> dict[str, Any]:
    tree = {f.name: getattr(record, f.name) for f in fields(record)}
    return {name: _of_value(value) for name, value in tree.items()}


def _of_value(value: Any) -> Any:
    if isinstance(value, Network):
        return value.to_json()
    if isinstance(value, tuple):
        return list(value)
    if isinstance(value, float):  # NumPy's float64 is one
        return float(value) if math.isfinite(value) else str(float(value))
    return bool(value) if isinstance(value, bool) or type(value).__name__ == "bool" else value


def _to_entry(tree: Mapping[str, Any]) -> FrontEntry:
    held_out, losses = tree["loss_holdout"], tree["holdout_losses"]
    return FrontEntry(Network.from_json(tree["network"]), int(tree["complexity"]), int(tree["n_parameters"]),
                      float(tree["loss"]), None if held_out is None else float(held_out),
                      float(tree["holdout_error"]), str(tree["reason"]), float(tree["exact"]), bool(tree["admitted"]),
                      bool(tree["pole"]), None if losses is None else tuple(float(loss) for loss in losses))


def _to_trial(tree: Mapping[str, Any]) -> Trial:
    return Trial(Network.from_json(tree["network"]), float(tree["loss"]), str(tree["shape"]), str(tree["reason"]),
                 float(tree["matched"]), tuple(float(c) for c in tree["begun"]))
