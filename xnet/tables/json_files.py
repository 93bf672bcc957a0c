"""From JSON to the cells of a table. The JSON may hold records, one record per line, lists, or an object of columns."""

from __future__ import annotations

import json
from typing import Any

from xnet.name_lists import quoted_names

from . import limits as caps
from .alignment import Grid
from .cells import cell_text
from .json_parts import spread_lists, table_inside
from .limits import TableError

#: Records inside records are columns down to this depth.
_DEEPEST = 4
#: Records with fewer values in an object of as many entries are rows.
_FEW = 5


def is_json(data: bytes) -> bool:
    """Whether the file begins like JSON that holds a table: a list of records or lists, or an object."""
    start = data.removeprefix(b"\xef\xbb\xbf").lstrip()
    return start.startswith(b"{") or (start.startswith(b"[") and start[1:].lstrip()[:1] in (b"{", b"[", b"]"))


def read_json(text: str, name: str, notes: list[str], min_columns: int = 2) -> Grid:
    """Read a list of records, one record per line, a list of lists, or an object of columns.

    Args:
        text: the content of the file.
        name: of the file, for messages.
        notes: sentences for the report are appended to it.
        min_columns: the fewest columns that are accepted.

    Raises:
        TableError: the text is not JSON, or the JSON holds no table.
    """
    if text.count("{") + text.count("[") > 5 * caps.MAX_ROWS:
        raise TableError(f"{name} holds more than {caps.MAX_ROWS:,} records: keep fewer.")
    value = _parsed(text, name)
    try:
        names, columns = _json_columns(value, name, notes)
        if sum(not any(isinstance(v, (list, dict)) for v in values) for values in spread_lists(names, columns, [])[1]
               ) < min_columns:
            raise TableError(f"{name} is JSON whose records hold no single values.")
    except TableError:
        inside = table_inside(value)
        if inside is None:
            if isinstance(value, dict) or not isinstance(value, list):
                raise
        else:
            place, value = inside
            notes.append(f"Read the part {place!r} of the JSON.")
        names, columns = _json_columns(value, name, notes)
    names, columns = spread_lists(names, columns, notes)
    nested = [n for n, values in zip(names, columns, strict=True) if any(isinstance(v, (list, dict)) for v in values)]
    if nested:
        notes.append("Columns left out, because they hold lists or records instead of single values: "
                     f"{quoted_names(nested)}.")
    kept = [(n, values) for n, values in zip(names, columns, strict=True) if n not in nested]
    caps.note_columns(len(kept), notes)
    kept = kept[:caps.MAX_COLUMNS]
    rows = len(kept[0][1]) if kept else 0
    if len(kept) < min_columns or not rows:
        raise TableError(f"{name} has {rows:,} records of {len(kept)} single values: a table needs at least "
                         f"{min_columns} columns and a few rows, such as [{{\"a\": 1, \"b\": 2}}, ...].")
    step = caps.row_step(rows, len(kept))
    caps.note_rows(rows, step, notes)
    if any(isinstance(v, bool) for _, values in kept for v in values):
        notes.append("true and false became 1 and 0.")
    cells = [[_whole_characters(cell_text(v)) for v in values[::step]] for _, values in kept]
    return Grid([n for n, _ in kept], [list(row) for row in zip(*cells, strict=True)], "\t")


def _whole_characters(text: str) -> str:
    r"""A text without half characters, which JSON can hold as `"\ud800"` and which no file can.

    >>> _whole_characters("a\ud800b"), _whole_characters("\ud83d\ude00")
    ('a�b', '😀')
    """
    return text if text.isascii() else text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")


def _parsed(text: str, name: str) -> Any:
    try:
        return json.loads(text, parse_int=float)
    except RecursionError:
        raise TableError(f"{name} is nested too deeply for a table: give a list of records.") from None
    except ValueError as error:
        lines = [(k, line) for k, line in enumerate(text.splitlines(), 1) if line.strip()]
        try:  # one record per line
            return [json.loads(line, parse_int=float) for _, line in lines]
        except (ValueError, RecursionError):
            good = [k for k, line in lines[:2000] if _is_record(line)]
            where = next((k for k, _ in lines[:2000] if k not in set(good)), None) if len(good) > 1 else getattr(
                error, "lineno", None)
            place = f" in line {where}" if where else ""
            raise TableError(f"{name} begins like JSON but has a syntax error{place}: check the brackets and quotes "
                             "there.") from None


def _is_record(line: str) -> bool:
    """Whether a line is a record of JSON by itself."""
    if not line.lstrip().startswith("{"):
        return False
    try:
        return isinstance(json.loads(line), dict)
    except (ValueError, RecursionError):
        return False


def _flat(record: dict[str, Any], depth: int = _DEEPEST) -> dict[str, Any]:
    """The values of a record and of the records inside it, whose keys follow the key of theirs.

    >>> _flat({"person": {"mass": 70, "body": {"height": 1.8}}, "id": 1})
    {'person_mass': 70, 'person_body_height': 1.8, 'id': 1}
    """
    flat: dict[str, Any] = {}
    for key, value in record.items():
        inside = _flat(value, depth - 1) if isinstance(value, dict) and value and depth else None
        for name, cell in {key: value}.items() if inside is None else inside.items():
            name = name if inside is None else f"{key}_{name}"
            while name in flat or (inside is not None and name in record):
                name += "_"
            flat[name] = cell
    return flat


def _unwrapped(value: Any) -> Any:
    """The columns inside an object or a list that holds nothing else, as {"data": {"x": [1, 2], "y": [3, 4]}} does."""
    for _ in range(_DEEPEST):
        inside = list(value.values()) if isinstance(value, dict) else value if isinstance(value, list) else []
        columns = inside[0] if len(inside) == 1 else None
        lists = [v for v in columns.values() if isinstance(v, list)] if isinstance(columns, dict) else []
        if len(lists) > 1 and len(set(map(len, lists))) == 1 and len(lists[0]) > 1 and not isinstance(
                lists[0][0], (dict, list)):
            return {k: v for k, v in columns.items() if isinstance(v, list)} if isinstance(columns, dict) else value
        if not isinstance(columns, (dict, list)) or not isinstance(value, dict):
            return value
        value = columns
    return value


def _rows_below_names(value: Any) -> Any:
    """The rows of an object with names and rows apart, such as the orientation "split" of pandas; else the value."""
    if not isinstance(value, dict):
        return value
    names = next((value[k] for k in ("columns", "header", "headers", "fields", "names") if isinstance(
        value.get(k), list)), None)
    rows = next((value[k] for k in ("data", "values", "rows", "records") if isinstance(value.get(k), list)), None)
    if names is None or rows is None or not all(isinstance(r, list) and len(r) == len(names) for r in rows):
        return value
    return [[str(n.get("name", "")) if isinstance(n, dict) else str(n) for n in names], *rows]


def _are_named_records(value: dict[str, Any]) -> bool:
    """Whether an object holds records of a few values by their names, and not columns of cells by their rows.

    >>> _are_named_records({name: {"x": 1, "y": 2} for name in "abcde"}), _are_named_records({"x": {"0": 1, "1": 2}})
    (True, False)
    """
    first = next((v for v in value.values() if isinstance(v, dict)), {})
    return len(value) >= _FEW > len(first) > 0 and "row_name" not in first and not any(map(str.isdigit, first)) and all(
        isinstance(v, dict) and v.keys() == first.keys() for v in value.values())


def _json_columns(value: Any, name: str, notes: list[str]) -> tuple[list[str], list[list[Any]]]:
    """Names and columns of a parsed table."""
    value = _rows_below_names(_unwrapped(value))
    if isinstance(value, dict):
        if value and all(isinstance(v, dict) for v in value.values()) and all(str(k).isdigit() for k in value):
            return _json_columns(list(value.values()), name, notes)  # numbered records
        if _are_named_records(value):
            notes.append("The names of the records became the column row_name.")
            return _json_columns([{"row_name": key, **record} for key, record in value.items()], name, notes)
        if value and all(isinstance(v, (list, dict)) for v in value.values()):
            columns = [list(v.values()) if isinstance(v, dict) else v for v in value.values()]
            if len({len(c) for c in columns}) == 1 and not any(isinstance(c[0], dict) for c in columns if c):
                return [str(k) for k in value], columns
        inside = [v for v in value.values() if isinstance(v, list) and v and isinstance(v[0], (dict, list))]
        if len(inside) != 1:
            raise TableError(f"{name} is a JSON object without a table: expected columns of one length, or one list of "
                             "records.")
        (value,) = inside
    if not isinstance(value, list) or not value:
        raise TableError(f"{name} is JSON without a table: expected a list of records.")
    if all(isinstance(v, dict) for v in value):
        flat = [_flat(record) for record in value]
        inner = [key for now, before in zip(flat, value, strict=True) for key in now if key not in before]
        if inner:
            notes.append(f"Records inside the records became columns, such as {inner[0]!r}.")
        value = flat
        names = list(dict.fromkeys(key for record in value for key in record))[:10 * caps.MAX_COLUMNS]
        caps.refuse_sparse(len(value), len(names), name)
        return names, [[record.get(key) for record in value] for key in names]
    if not all(isinstance(v, list) and len(v) == len(value[0]) for v in value):
        raise TableError(f"{name} is a JSON list whose entries differ: expected records, or lists of one length.")
    header = value[0] if all(isinstance(v, str) for v in value[0]) else []
    rows = value[1:] if header else value
    names = [*header] or [f"column_{k + 1}" for k in range(len(value[0]))]
    return names, [list(column) for column in zip(*rows, strict=True)] if rows else [[] for _ in names]
