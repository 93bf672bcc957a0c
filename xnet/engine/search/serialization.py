"""Search states as JSON: a search restored from a checkpoint continues exactly as if it had never stopped.

A state is a value, so its JSON is a plain walk through it: networks as their own trees, numbers to the last bit (JSON
writes the shortest decimal that reads back to the same number; numbers that JSON lacks are written as "inf" or "nan").
Sets are written sorted, so that equal states give equal files. No code runs on reading: unlike a pickle, a manipulated
file gives other networks at worst.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import fields, replace
from typing import Any

from xnet.engine.candidates.sizes import LibrarySize
from xnet.engine.front.entry import FrontEntry, with_shares
from xnet.engine.front.plain_models import PlainKind
from xnet.engine.networks.network import Network
from xnet.engine.networks.parts import Parts
from xnet.engine.problem.problem import Problem
from xnet.errors import StateError

from .records import Expansion, Trial
from .schedule import TaskKind
from .state import Front, Island, SearchState, combined_state
from .stopping import StopReason

VERSION = 2


def state_to_json(state: SearchState) -> dict[str, Any]:
    """A JSON tree from which `state_from_json` builds an equal state."""
    return {"version": VERSION, "seconds": state.seconds, "stop_reason": state.stop_reason,
            "front": [_record_to_json(e) for e in state.front],
            "islands": [_island_to_json(island) for island in state.islands]}


def state_from_json(tree: Mapping[str, Any]) -> SearchState:
    """The state of a JSON tree.

    Raises:
        StateError: the tree does not describe a state, or a state of another release.
    """
    if tree.get("version") != VERSION:
        raise StateError(f"The saved search is of version {tree.get('version')!r}; expected {VERSION}, so start again.")
    try:
        front = tuple(_entry_from_json(e) for e in tree["front"])
        # Older files hold the only island of a search in the tree itself.
        islands = tuple(_island_from_json(island) for island in tree.get("islands") or [tree])
        if not front:
            raise ValueError("its front is empty")
        return SearchState(islands, float(tree["seconds"]), front, _stop_reason(tree))
    except (KeyError, TypeError, ValueError, AttributeError, OverflowError, RecursionError) as error:
        raise StateError(f"The saved search cannot be read ({type(error).__name__}: {error}); start again.") from error


def resumable_state(state: SearchState) -> SearchState:
    """The state without its ending: the search continues for a while, and may end again for the same reason."""
    return combined_state(tuple(_resumable(island) for island in state.islands), state.seconds, state.front)


def with_own_shares(state: SearchState, problem: Problem) -> SearchState:
    """The state whose front entries have the shares that they leave unexplained, which older files do not hold."""
    def entries(front: Front) -> Front:
        return tuple(with_shares(entry, problem) for entry in front)

    def own(island: Island) -> Island:
        beside = island.with_constants
        return replace(island, front=entries(island.front), with_constants=None if beside is None else own(beside))

    return replace(state, front=entries(state.front), islands=tuple(map(own, state.islands)))


def _resumable(island: Island) -> Island:
    beside = None if island.with_constants is None else _resumable(island.with_constants)
    look = None if island.second_look is None else _resumable(island.second_look)
    return replace(island, stop_reason=None, last_change_step=island.step, exact_since_step=-1, noise_is_left=False,
                   with_constants=beside, second_look=look)


#: Fields of an island that are whole numbers.
_NUMBERS = ("step", "exact_since_step", "last_change_step", "number", "n_islands")

#: Fields of an island, and their names in older files.
_OLD_NAMES = {"exact_since_step": "exact_since", "last_change_step": "settled", "number": "island", "beam": "pool",
              "expansions": "expanded", "fitted_shapes": "seen", "with_constants": "fitted",
              "stop_reason": "finished"}


def _island_to_json(island: Island) -> dict[str, Any]:
    beside, look = island.with_constants, island.second_look
    return {"front": [_record_to_json(e) for e in island.front], "current": _record_to_json(island.current),
            "plain": [_record_to_json(e) for e in island.plain],
            "kept": [_record_to_json(e) for e in island.kept],
            "beam": [_record_to_json(t) for t in island.beam],
            "expansions": [[e.kind, int(e.size), e.shape] for e in sorted(island.expansions)],
            "fitted_shapes": sorted(island.fitted_shapes), "stop_reason": island.stop_reason,
            "noise_is_left": island.noise_is_left,
            "with_constants": None if beside is None else _island_to_json(beside),
            "second_look": None if look is None else _island_to_json(look),
            "second_look_step": island.second_look_step,
            "robust_pick": None if island.robust_pick is None else _record_to_json(island.robust_pick),
            **({} if island.group < 0 else {"group": island.group}), **_parts_to_json(island),
            **{name: getattr(island, name) for name in _NUMBERS}}


def _parts_to_json(island: Island) -> dict[str, Any]:
    """The fields of a form with unknown parts; none in other searches."""
    if island.parts is None:
        return {}
    return {"hole": island.hole, "parts": island.parts.to_json(), "visits": island.visits,
            "visit_step": island.visit_step}


def _parts_from_json(tree: Mapping[str, Any]) -> Parts | None:
    return Parts.from_json(tree["parts"]) if tree.get("parts") else None


def _island_from_json(tree: Mapping[str, Any]) -> Island:
    front = tuple(_entry_from_json(e) for e in tree["front"])
    if not front:
        raise ValueError("its front is empty")
    beside, look, robust = _field(tree, "with_constants"), tree.get("second_look"), tree.get("robust_pick")
    numbers = {name: int(_field(tree, name)) for name in _NUMBERS}
    return Island(front=front, current=_entry_from_json(tree["current"]),
                  plain=tuple(_entry_from_json(e) for e in tree.get("plain", ())),
                  kept=tuple(_entry_from_json(e) for e in tree.get("kept", ())),
                  beam=tuple(_trial_from_json(t) for t in _field(tree, "beam")),
                  expansions=frozenset(_expansion_from_json(e) for e in _field(tree, "expansions")),
                  fitted_shapes=frozenset(map(str, _field(tree, "fitted_shapes"))), stop_reason=_stop_reason(tree),
                  noise_is_left=bool(tree.get("noise_is_left", False)),
                  with_constants=None if beside is None else _island_from_json(beside),
                  second_look=None if look is None else _island_from_json(look),
                  second_look_step=int(tree.get("second_look_step", -1)),
                  robust_pick=None if robust is None else _entry_from_json(robust),
                  group=int(tree.get("group", -1)), hole=int(tree.get("hole", -1)), parts=_parts_from_json(tree),
                  visits=int(tree.get("visits", 0)), visit_step=int(tree.get("visit_step", 0)), **numbers)


def _field(tree: Mapping[str, Any], name: str) -> Any:
    return tree[name] if name in tree else tree[_OLD_NAMES.get(name, name)]


def _stop_reason(tree: Mapping[str, Any]) -> StopReason | None:
    reason = _field(tree, "stop_reason")
    return StopReason(reason) if reason else None


def _expansion_from_json(tree: Any) -> Expansion:
    """An expansion of kind, size and shape; older files join them in a string."""
    if not isinstance(tree, str):
        kind, size, shape = tree
        return Expansion(TaskKind(kind), LibrarySize(size), str(shape))
    *words, shape = tree.split(" ")
    if words[:1] == ["within"]:
        return Expansion(TaskKind.TERMS, LibrarySize(int(words[1])), shape)
    if words == ["tangent"]:
        return Expansion(TaskKind.TANGENT, LibrarySize.MEDIUM, shape)
    return Expansion(TaskKind.EXPAND, LibrarySize(int(words[0])) if words else LibrarySize.LARGE, shape)


def _record_to_json(record: FrontEntry | Trial) -> dict[str, Any]:
    tree = {f.name: getattr(record, f.name) for f in fields(record) if f.name != "support"}  # it is computed again
    if tree.get("parts", 0) is None:
        del tree["parts"]
    return {name: _value_to_json(value) for name, value in tree.items()}


def _value_to_json(value: Any) -> Any:
    if isinstance(value, Network | Parts):
        return value.to_json()
    if isinstance(value, tuple):
        return list(value)
    if isinstance(value, PlainKind):
        return value.value
    if isinstance(value, float):  # NumPy's float64 is one
        return float(value) if math.isfinite(value) else str(float(value))
    return bool(value) if isinstance(value, bool) or type(value).__name__ == "bool" else value


def _entry_from_json(tree: Mapping[str, Any]) -> FrontEntry:
    held_out, kind = tree["loss_holdout"], tree.get("plain")
    return FrontEntry(Network.from_json(tree["network"]), int(tree["complexity"]), int(tree["n_parameters"]),
                      float(tree["loss"]), None if held_out is None else float(held_out),
                      float(tree["holdout_error"]), str(tree["reason"]), float(tree["exact"]), bool(tree["admitted"]),
                      bool(tree.get("is_defined", not tree.get("pole", False))), _share(tree, "train"),
                      _share(tree, "holdout"), PlainKind(kind) if kind else None, bool(tree.get("is_robust", False)),
                      _parts_from_json(tree))


def _share(tree: Mapping[str, Any], part: str) -> float | None:
    """The share that an entry leaves unexplained; files of releases without it have the normalised loss alone."""
    share = tree.get(f"unexplained_{part}", tree["loss" if part == "train" else "loss_holdout"])
    return None if share is None else float(share)


def _trial_from_json(tree: Mapping[str, Any]) -> Trial:
    return Trial(Network.from_json(tree["network"]), float(tree["loss"]), str(tree["shape"]), str(tree["reason"]),
                 float(tree["matched"]), tuple(float(c) for c in tree["begun"]))
