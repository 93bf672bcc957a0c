"""The table inside a larger JSON object, and lists inside records, as services and libraries of charts write them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

#: Parts are looked for down to this depth, among so many of them.
_DEEPEST, _MOST_PARTS = 5, 2000
#: Lists of at most so many values become columns.
_LONGEST = 6
#: The fewest rows with such lists.
_FEWEST = 3


def table_inside(value: Any) -> tuple[str, Any] | None:
    """The place and the value of the largest part of a JSON value that is a table; None if there is none.

    A part is an object with lists of one length, a list of objects, or a list of lists of one length.

    >>> table_inside({"hourly_units": {"t": "h"}, "hourly": {"t": [1, 2, 3], "T": [4, 5, 7]}})
    ('hourly', {'t': [1, 2, 3], 'T': [4, 5, 7]})
    >>> table_inside({"labels": [1, 2, 3], "datasets": [{"label": "y", "data": [2, 4, 9]}]})
    ('datasets', {'labels': [1, 2, 3], 'y': [2, 4, 9]})
    """
    tables: list[tuple[int, str, Any]] = []
    parts: list[tuple[str, Any, int]] = [("", value, 0)]
    for count, (place, part, depth) in enumerate(parts):
        if count > _MOST_PARTS:
            break
        chart = _chart(part)
        found = chart or _as_table(part)
        if found is not None and (place or chart or isinstance(part, dict)):
            tables.append((found[0], place or ("datasets" if chart else "lists"), found[1]))
        if depth < _DEEPEST and isinstance(part, (dict, list)) and len(parts) < 2 * _MOST_PARTS:
            inside = part.items() if isinstance(part, dict) else enumerate(part[:20])
            parts += [(f"{place}.{key}" if place else str(key), item, depth + 1) for key, item in inside
                      if isinstance(item, (dict, list))]
    tables.sort(key=lambda table: -table[0])
    if not tables or any(2 * cells >= tables[0][0] and not place.startswith(tables[0][1]) and tables[0][1] != "lists"
                         for cells, place, _ in tables[1:]):
        return None  # none, or two of nearly one size
    return tables[0][1], tables[0][2]


def _as_table(part: Any) -> tuple[int, Any] | None:
    """The number of cells of a part that is a table, and the table."""
    if isinstance(part, dict):
        lists = {key: item for key, item in part.items() if isinstance(item, list) and item
                 and not isinstance(item[0], (list, dict))}
        lengths = [len(item) for item in lists.values()]
        length = max(set(lengths), key=lambda n: (lengths.count(n) * n, n), default=0)
        columns = {key: item for key, item in lists.items() if len(item) == length}
        return (len(columns) * length, columns) if len(columns) > 1 < length else None
    if not isinstance(part, list) or len(part) < 2:
        return None
    if all(isinstance(item, dict) for item in part):
        width = sum(not isinstance(cell, (dict, list)) for cell in part[0].values())
        return (len(part) * width, part) if width > 1 else None
    even = all(isinstance(item, list) and len(item) == len(part[0]) for item in part)
    plain = even and len(part[0]) > 1 and not any(isinstance(cell, (dict, list)) for cell in part[0])
    return (len(part) * len(part[0]), part) if plain else None


def _chart(part: Any) -> tuple[int, Any] | None:
    """The labels and the series of a chart of Chart.js, as columns."""
    if not isinstance(part, dict) or not isinstance(part.get("labels"), list) or not isinstance(
            part.get("datasets"), list):
        return None
    columns: dict[str, Any] = {"labels": part["labels"]}
    for k, series in enumerate(part["datasets"]):
        data = series.get("data") if isinstance(series, dict) else None
        if isinstance(data, list) and len(data) == len(part["labels"]):
            columns[str(series.get("label") or f"series {k + 1}")] = data
    return (len(columns) * len(part["labels"]), columns) if len(columns) > 1 else None


def spread_lists(names: Sequence[str], columns: Sequence[list[Any]],
                 notes: list[str]) -> tuple[list[str], list[list[Any]]]:
    """Names and columns with a column for each place of short lists of one length, such as coordinates.

    >>> spread_lists(["p"], [[[1.0, 2.0], [3.0, 4.0], [5.0, 6.0]]], [])
    (['p_1', 'p_2'], [[1.0, 3.0, 5.0], [2.0, 4.0, 6.0]])
    """
    found: list[str] = []
    spread: list[list[Any]] = []
    said: list[str] = []
    for name, values in zip(names, columns, strict=True):
        lists = [value for value in values if value is not None]
        length = len(lists[0]) if lists and isinstance(lists[0], list) else 0
        if not 1 < length <= _LONGEST or len(lists) < _FEWEST or not all(
                isinstance(value, list) and len(value) == length and all(
                    isinstance(cell, float) or cell is None for cell in value) for value in lists):
            found.append(name)
            spread.append(values)
            continue
        said.append(name)
        for k in range(length):
            found.append(f"{name}_{k + 1}")
            spread.append([None if value is None else value[k] for value in values])
    if said:
        notes.append(f"Lists of one length became columns, such as {said[0] + '_1'!r}.")
    return found, spread
