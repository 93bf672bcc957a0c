"""Changes that a person makes to a table: renamed columns, units, edited cells, excluded rows.

A list of changes is a value: the table as it was read stays as it is, `change_application.apply_changes` gives the
changed one, and a change is undone by leaving it out of the list. A run's config holds the list under the key
`changes`, so the report, the bundle and a repeated search know what was done to the table.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any, TypeVar

from xnet.errors import DataError

from .row_names import LINE, ROW, named_rows
from .unit_words import unit_in_brackets

VERSION = 1
#: The most changes of one table, and the most rows that one change may name.
MOST_CHANGES, MOST_ROWS = 1000, 10_000
#: The longest condition, and the longest name of a column or text of a cell, in characters.
LONGEST_CONDITION, LONGEST_TEXT = 1000, 1000
#: Rows that a condition excluded are named up to this number.
NAMED_ROWS = 20
#: A number, a text, or None for a gap.
Cell = float | str | None
T = TypeVar("T")


class ChangeError(DataError):
    """A change cannot be read or applied; the message says why and what is expected."""


@dataclass(frozen=True)
class RenameColumn:
    """A column gets another name."""

    old: str
    new: str

    def describe(self) -> str:
        """The change as a sentence."""
        if self.old.startswith(self.new) and (unit := unit_in_brackets(self.old[len(self.new):])):
            return f"Unit {unit} taken out of the name {self.old!r}: the column is {self.new!r}."
        return f"Column {self.old!r} renamed to {self.new!r}."


@dataclass(frozen=True)
class SetUnit:
    """A column gets a unit; "" removes it. No number changes."""

    column: str
    unit: str

    def describe(self) -> str:
        """The change as a sentence."""
        return f"Unit of {self.column!r} set to {self.unit}." if self.unit else f"Unit of {self.column!r} removed."


@dataclass(frozen=True)
class EditCell:
    """A cell gets another value.

    Attributes:
        word, row: the name of the row (see `RowNames`).
        column: the column.
        old: the value before; a table that holds another value there is not the one that was edited.
        new: the value after.
    """

    word: str
    row: int
    column: str
    old: Cell
    new: Cell

    def describe(self) -> str:
        """The change as a sentence."""
        return (f"{_of_file(self.word, [self.row])}: {self.column!r} changed from {cell_text(self.old)} to "
                f"{cell_text(self.new)}.")


@dataclass(frozen=True)
class ExcludeRows:
    """Rows that are named one by one are left out."""

    word: str
    rows: tuple[int, ...]

    def describe(self) -> str:
        """The change as a sentence."""
        return f"{_of_file(self.word, self.rows[:NAMED_ROWS], len(self.rows))} excluded."


@dataclass(frozen=True)
class ExcludeWhere:
    """The rows that fulfil a condition are left out.

    Attributes:
        condition: as `conditions.read_condition` reads it.
        word, first, count: which rows they were: the names of the first `NAMED_ROWS`, and how many in all. Known
            after the change was applied; count is then at least 1.
        columns: the columns that the condition names, known after the change was applied.
    """

    condition: str
    word: str = ROW
    first: tuple[int, ...] = ()
    count: int = 0
    columns: tuple[str, ...] = ()

    def describe(self) -> str:
        """The change as a sentence."""
        if self.count == 1:
            return f"{_of_file(self.word, self.first)} excluded: {self.condition}."
        if not self.first:
            return f"Rows excluded where {self.condition}."
        return f"{self.count:,} rows excluded where {self.condition}: {named_rows(self.word, self.first, self.count)}."


@dataclass(frozen=True)
class UnitsRowAsData:
    """The row that was read as the units of the columns is a row of data after all."""

    line: int

    def describe(self) -> str:
        """The change as a sentence."""
        return f"Line {self.line} of the file is a row of data, not of units."


Change = RenameColumn | SetUnit | EditCell | ExcludeRows | ExcludeWhere | UnitsRowAsData
#: The kinds of changes, as they are called in JSON.
KINDS: dict[str, type[Change]] = {
    "rename_column": RenameColumn, "set_unit": SetUnit, "edit_cell": EditCell, "exclude_rows": ExcludeRows,
    "exclude_where": ExcludeWhere, "units_row_as_data": UnitsRowAsData}
_NAMES = {kind: name for name, kind in KINDS.items()}


def cell_text(cell: Cell) -> str:
    """A cell in a sentence.

    >>> cell_text(3.0), cell_text("red"), cell_text(None)
    ('3', "'red'", 'a gap')
    """
    if cell is None or cell == "":
        return "a gap"
    return repr(cell[:60]) if isinstance(cell, str) else f"{cell:.15g}"


def _of_file(word: str, numbers: Sequence[int], count: int | None = None) -> str:
    """Rows at the beginning of a sentence."""
    text = named_rows(word, numbers, count)
    return text[0].upper() + text[1:] + (" of the file" if word == LINE else "")


def changes_to_json(changes: Iterable[Change]) -> dict[str, Any]:
    """Changes as plain data for a config; `changes_from_json` reads them."""
    return {"version": VERSION, "list": [{"kind": _NAMES[type(change)], **_plain(change)} for change in changes]}


def _plain(change: Change) -> dict[str, Any]:
    return {key: list(value) if isinstance(value, tuple) else value for key, value in asdict(change).items()}


def changes_from_json(tree: object) -> tuple[Change, ...]:
    """Read changes as `changes_to_json` writes them; None (in configs of older releases) gives none.

    Raises:
        ChangeError: the tree holds no changes, too many of them, or one that is not valid.
    """
    if tree is None:
        return ()
    if not isinstance(tree, Mapping) or not isinstance(tree.get("list"), (list, tuple)):
        raise ChangeError(f"The changes of a table are {str(tree)[:100]}; expected an object with version and list.")
    if tree.get("version") != VERSION:
        raise ChangeError(f"The changes of a table have the version {str(tree.get('version'))[:20]!r}; this release "
                          f"reads version {VERSION}. Use a newer release.")
    if len(tree["list"]) > MOST_CHANGES:
        raise ChangeError(f"A table has {len(tree['list']):,} changes; at most {MOST_CHANGES:,} are possible. Change "
                          "the file instead.")
    return tuple(map(_change, tree["list"]))


def _change(tree: object) -> Change:
    if not isinstance(tree, Mapping) or tree.get("kind") not in KINDS:
        raise ChangeError(f"A change of a table is {str(tree)[:100]}; expected an object whose kind is one of "
                          f"{', '.join(KINDS)}.")
    kind = KINDS[tree["kind"]]
    given = {key: value for key, value in tree.items() if key != "kind"}
    fields = {key: read for key, read in _FIELDS.items() if key in kind.__dataclass_fields__}
    if kind is RenameColumn:
        fields = {"old": _text(LONGEST_TEXT), "new": _text(LONGEST_TEXT)}
    try:
        if set(given) != set(fields):
            raise ValueError(f"expected {', '.join(fields)}")
        return kind(**{key: fields[key](value) for key, value in given.items()})
    except ValueError as error:
        raise ChangeError(f"The change {tree['kind']} of a table is {str(given)[:100]}: {error}.") from None


def _text(longest: int, empty: bool = False) -> Callable[[object], str]:
    def read(value: object) -> str:
        if not isinstance(value, str) or len(value) > longest or not (value or empty) or not (
                value.isprintable() or not value):
            raise ValueError(f"expected a text of at most {longest} characters, not {str(value)[:30]!r}")
        return value

    return read


def _word(value: object) -> str:
    if value not in (LINE, ROW):
        raise ValueError(f"expected {LINE} or {ROW}, not {str(value)[:30]!r}")
    return str(value)


def _number(value: object) -> int:
    if type(value) is not int or not 0 < value < 2**40:
        raise ValueError(f"expected the number of a row, not {str(value)[:30]!r}")
    return value


def _count(value: object) -> int:
    return 0 if value == 0 else _number(value)


def _cell(value: object) -> Cell:
    if value is None or (isinstance(value, str) and len(value) <= LONGEST_TEXT):
        return value
    if isinstance(value, bool) or not isinstance(value, (int, float)) or not math.isfinite(value):
        raise ValueError(f"expected a finite number, a text or null, not {str(value)[:30]!r}")
    return float(value)


def _several(read: Callable[[object], T], fewest: int, most: int) -> Callable[[object], tuple[T, ...]]:
    def read_all(value: object) -> tuple[T, ...]:
        if not isinstance(value, (list, tuple)) or not fewest <= len(value) <= most:
            raise ValueError(f"expected a list of {fewest} to {most:,}")
        return tuple(map(read, value))

    return read_all


_FIELDS: dict[str, Callable[[object], Any]] = {
    "old": _cell, "new": _cell, "column": _text(LONGEST_TEXT), "unit": _text(LONGEST_TEXT, empty=True), "word": _word,
    "row": _number, "rows": _several(_number, 1, MOST_ROWS), "condition": _text(LONGEST_CONDITION),
    "first": _several(_number, 0, NAMED_ROWS), "count": _count, "line": _number,
    "columns": _several(_text(LONGEST_TEXT), 0, 200)}


def concerning(changes: Sequence[Change], columns: Iterable[str]) -> tuple[Change, ...]:
    """The changes that made some columns and rows what they are; the names and cells of other columns are left out.

    A run may be shared, and the rest of the table is nobody's business (D-115).

    Args:
        changes: in the order in which they were made.
        columns: names of columns after all changes.
    """
    needed, kept = set(columns), []
    for change in reversed(changes):
        if isinstance(change, RenameColumn):
            if change.new not in needed:
                continue
            needed = (needed - {change.new}) | {change.old}
        elif isinstance(change, (SetUnit, EditCell)):
            if change.column not in needed:
                continue
        elif isinstance(change, ExcludeWhere):
            needed |= set(change.columns)
        kept.append(change)
    return tuple(reversed(kept))


def with_unit(changes: Sequence[Change], column: str, unit: str) -> tuple[Change, ...]:
    """The changes with the unit of a column set; a unit that the last change set is replaced."""
    last = changes[-1] if changes else None
    if isinstance(last, SetUnit) and last.column == column:
        return (*changes[:-1], replace(last, unit=unit))
    return (*changes, SetUnit(column, unit))


def original_names(changes: Iterable[Change]) -> dict[str, str]:
    """The names of renamed columns: name after all changes -> name in the file."""
    names: dict[str, str] = {}
    for change in changes:
        if isinstance(change, RenameColumn):
            names[change.new] = names.pop(change.old, change.old)
    return {new: old for new, old in names.items() if new != old}
