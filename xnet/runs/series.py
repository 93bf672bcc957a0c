"""Series: searches that were started together on one table, for all classes of a column or for several columns.

Every member is a run of its own, with its own place in the queue. The entry `series` of its config names the series, so
that a page can show all members.
"""

from __future__ import annotations

import secrets
from collections.abc import Mapping, Sequence
from typing import Any, Literal, TypedDict, cast

from xnet.config.run_options import RunError

from .run import Run
from .store import list_runs

#: The most members of a series.
MOST = 12
Kind = Literal["classes", "targets"]


class Series(TypedDict):
    """The place of a run in its series, the entry `series` of its config.

    Attributes:
        id: of the series.
        kind: "classes" of one column, or several "targets".
        column: the column of the classes; "" for targets.
        label: the class, or the target.
        position: from 0.
        size: the number of members.
    """

    id: str
    kind: Kind
    column: str
    label: str
    position: int
    size: int


def new_series(kind: Kind, column: str, labels: Sequence[str]) -> list[Series]:
    """The entries of a new series, one for each label.

    Raises:
        RunError: there are fewer than two or more than `MOST` members.
    """
    if not 2 <= len(labels) <= MOST:
        what = "classes" if kind == "classes" else "columns"
        raise RunError(f"{len(labels)} {what} were chosen; from 2 to {MOST} can be searched together.")
    name = secrets.token_hex(8)
    return [Series(id=name, kind=kind, column=column, label=label, position=i, size=len(labels))
            for i, label in enumerate(labels)]


def series_of(config: Mapping[str, Any]) -> Series | None:
    """The series of a run; None for a run of its own, and for an entry that is not one."""
    found = config.get("series")
    kinds = {"id": str, "kind": str, "column": str, "label": str, "position": int, "size": int}
    if not isinstance(found, Mapping) or any(not isinstance(found.get(key), kind) for key, kind in kinds.items()):
        return None
    return cast(Series, dict(found)) if found["kind"] in ("classes", "targets") else None


def members(run: Run) -> list[Run]:
    """The runs of a run's series that are still there, in their order; the run alone without a series."""
    series = series_of(run.config)
    if series is None:
        return [run]
    found: dict[int, Run] = {series["position"]: run}
    for other in list_runs(run.folder.parent):
        try:
            same = series_of(other.config)
        except RunError:  # it is being deleted
            continue
        if same is not None and same["id"] == series["id"]:
            found.setdefault(same["position"], other)
    return [found[position] for position in sorted(found)]
