"""Values that several sessions need in the same moment, such as the drawing of a newest snapshot: made once."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable
from typing import Any, TypeVar

from xnet.runs import Run
from xnet.runs.schema import Snapshot

T = TypeVar("T")
#: Values that are kept: a few of each run that is watched.
MOST = 128
_values: OrderedDict[Hashable, Any] = OrderedDict()
_lock = threading.Lock()


def made_once(key: Hashable, make: Callable[[], T]) -> T:
    """The value of this key, made by the first session that asks; no session may change it.

    Args:
        key: names everything that the value depends on.
        make: makes the value. Two sessions that ask at once may both make it.
    """
    with _lock:
        if key in _values:
            _values.move_to_end(key)
            found: T = _values[key]
            return found
    value = make()
    with _lock:
        _values[key] = value
        while len(_values) > MOST:
            _values.popitem(last=False)
    return value


def newest_snapshot(run: Run, run_state: str) -> Snapshot | None:
    """The last snapshot of a run, read by one session for all; None before the first network.

    Args:
        run: the run.
        run_state: its state, on which the snapshot of a run without a process depends.
    """
    path = run.folder / "snapshot.json"
    try:
        file = path.stat()
    except OSError:
        return None
    return made_once(("snapshot", path, file.st_mtime_ns, file.st_ino, file.st_size, run_state), run.snapshot)
