"""The open table of a session, kept in the server's memory for a while, so that a reload of the page finds it again.

A reload begins a new session. The address of every page holds a random key (`?table=`) that finds the table, the
choices about it and the settings. The new session gets a key of its own, so two sessions never change one entry.
Whoever has the address gets a copy, as with `?run=` (D-147, D-149).
"""

from __future__ import annotations

import secrets
import threading
import time
from collections import OrderedDict
from collections.abc import Mapping
from copy import copy
from types import MappingProxyType
from typing import Any, NamedTuple

import streamlit as st

from . import state

PARAMETER = "table"
#: Seconds that an entry stays after its last use, the most entries, and the most bytes of the tables together.
LONGEST_S, MOST, MOST_BYTES = 2 * 3600.0, 200, 256 * 2**20
#: Values of the session that belong to the table, and the beginnings of keys that hold such values for a column.
_KEYS = (state.TABLE_AS_READ, state.TABLE, state.SAMPLE, state.TARGET, state.INPUTS, state.PROPOSED,
         state.INPUT_AS_TARGET, state.MORE_TARGETS, state.WEIGHT, state.ROW_NAME, state.GROUP, state.CHANGES,
         state.UNDONE, state.CONVERSIONS, state.DERIVATIONS, state.FILL_GAPS, state.SPLIT, state.SPLIT_COLUMN,
         state.WORKBOOK)
_OF_COLUMNS = tuple(f"{key}_" for key in (state.AS_CLASS, state.CLASS, state.ALL_CLASSES))


class _Entry(NamedTuple):
    """What is kept: the values of a session, the bytes of its table, and when they were last used."""

    values: dict[str, Any]
    bytes: int
    used: float


_entries: OrderedDict[str, _Entry] = OrderedDict()
_lock = threading.Lock()


def keep(beside: Mapping[str, str] = MappingProxyType({})) -> None:
    """Keep the session's table under the session's key, and write the key into the address.

    Args:
        beside: parameters that are written into the address in the same step.
    """
    held = st.session_state
    if held.get(state.TABLE) is None:
        return
    key: str = held.setdefault(state.TABLE_KEY, secrets.token_urlsafe(16))
    kept = state.setting_keys().union(_KEYS)
    values = _copied({name: held[name] for name in map(str, held) if name in kept or name.startswith(_OF_COLUMNS)})
    with _lock:
        before = _entries.get(key)
        same = before is not None and before.values[state.TABLE_AS_READ] is values[state.TABLE_AS_READ]
        size = before.bytes if before is not None and same else _size(values)
        _entries[key] = _Entry(values, size, time.monotonic())
        _entries.move_to_end(key)
        _forget()
    if st.query_params.get(PARAMETER) != key:
        st.query_params.update({PARAMETER: key, **beside})


def restore() -> None:
    """Give a session without a table the one that the address names; call it before any widget is drawn."""
    with _lock:
        _forget()
        entry = _entries.get(st.query_params.get(PARAMETER, ""))
    if entry is not None and st.session_state.get(state.TABLE) is None:
        st.session_state.update(_copied(entry.values))


def is_gone() -> bool:
    """Whether the address names a table that is not kept any more, and the session has none."""
    key = st.query_params.get(PARAMETER)
    with _lock:
        return key is not None and key not in _entries and st.session_state.get(state.TABLE) is None


def _copied(values: dict[str, Any]) -> dict[str, Any]:
    """The values, with lists that no other session holds; all others are never changed in place."""
    return {name: copy(value) if isinstance(value, list) else value for name, value in values.items()}


def _size(values: dict[str, Any]) -> int:
    """The bytes of a table as it was read, and of a workbook with further sheets."""
    frame = values[state.TABLE_AS_READ].frame
    return int(frame.memory_usage(deep=True).sum()) + len(values.get(state.WORKBOOK) or b"")


def _forget() -> None:
    """Forget entries that nobody used for long, and the oldest ones of too many."""
    oldest = time.monotonic() - LONGEST_S
    while _entries and (next(iter(_entries.values())).used < oldest or len(_entries) > MOST
                        or sum(entry.bytes for entry in _entries.values()) > MOST_BYTES):
        _entries.popitem(last=False)
