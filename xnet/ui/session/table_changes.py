"""The changes that the person makes to the session's table, with undo and redo.

The session keeps the list of changes; the table is computed from the table as it was read. All functions that change
the list are called from callbacks, because choices that name columns are values of widgets.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any

import streamlit as st

from xnet.errors import XNetError
from xnet.tables.change_application import prepared, renamed_by
from xnet.tables.changes import (
    Change,
    ExcludeRows,
    ExcludeWhere,
    RenameColumn,
    changes_from_json,
    concerning,
    with_unit,
)
from xnet.tables.column_conversion import Conversion, possible_conversions
from xnet.tables.column_recipes import ColumnRecipe
from xnet.tables.derivations import derived_name, with_derivations
from xnet.tables.roles import clean_unit
from xnet.tables.table import Table

from . import state

#: Values of the session that are lists of names of columns.
_LISTS = (state.INPUTS, state.FORBIDDEN, state.REQUIRED, state.INCREASING, state.DECREASING, state.PICTURE_COLUMNS)


def changes() -> tuple[Change, ...]:
    """The changes of the session's table, oldest first."""
    return tuple(st.session_state.get(state.CHANGES) or ())


def undone() -> tuple[Change, ...]:
    """The changes that were undone and can be made again, the next one last."""
    return tuple(st.session_state.get(state.UNDONE) or ())


def problem() -> str | None:
    """Why the last change was refused; None if it was not. Asking forgets it."""
    said: str | None = st.session_state.pop(state.CHANGE_ERROR, None)
    return said


def make(*new: Change) -> bool:
    """Make changes; returns whether they were possible (`problem` says why not)."""
    if not _set((*changes(), *new)):
        return False
    st.session_state[state.UNDONE] = ()
    return True


def exclude(word: str, number: int) -> None:
    """Exclude the row of this name (a button's callback)."""
    make(ExcludeRows(word, (number,)))


def set_unit(column: str, unit: object) -> None:
    """Set the unit of a column; "" removes it."""
    table, text = state.table(), clean_unit(unit)
    if table is not None and text != table.units.get(column, "") and _set(with_unit(changes(), column, text)):
        st.session_state[state.UNDONE] = ()


def undo(position: int) -> None:
    """Undo the change at a position of the list; it is refused if a later change needs it."""
    held = changes()
    if not 0 <= position < len(held):
        return
    rest = (*held[:position], *held[position + 1:])
    if _set(rest):
        st.session_state[state.UNDONE] = (*undone(), held[position])
    else:
        st.session_state[state.CHANGE_ERROR] = (
            f"“{held[position].describe()}” cannot be undone alone: {st.session_state[state.CHANGE_ERROR]} Undo the "
            "later change first.")


def redo() -> None:
    """Make the change again that was undone last."""
    waiting = undone()
    if waiting and _set((*changes(), waiting[-1])):
        st.session_state[state.UNDONE] = waiting[:-1]


def restore(config: Mapping[str, Any], columns: Iterable[str]) -> None:
    """Make the changes of a run again, unless the session's table has them already.

    Args:
        config: the config of a run on the session's table.
        columns: the columns that the run used.
    """
    wanted, table = changes_from_json(config.get("changes")), state.table()
    recipes = table.derived.values() if table is not None else ()
    sources = {column for recipe in recipes for column in (recipe.column, *recipe.file_columns)}
    earlier = _read().changes if table is not None else ()
    if table is not None and concerning(table.changes, {*columns, *sources}) != wanted and (
            wanted[:len(earlier)] == earlier):
        _set(wanted[len(earlier):])
        st.session_state.pop(state.CHANGE_ERROR, None)


def excluded_rows(made: Sequence[Change]) -> int:
    """How many rows some changes exclude."""
    return sum(len(c.rows) if isinstance(c, ExcludeRows) else c.count if isinstance(c, ExcludeWhere) else 0
               for c in made)


def recompute() -> None:
    """Compute the session's table from the table as it was read, the changes and the conversions."""
    if st.session_state.get(state.TABLE_AS_READ) is not None:
        table = prepared(_read(), changes(), chosen_conversions())
        if derivations():
            table = prepared(_read(), changes(), chosen_conversions(), _possible_derivations(table))
        st.session_state[state.TABLE] = table


def derivations() -> list[ColumnRecipe]:
    """The recipes of the columns that the person derived, oldest first."""
    return list(st.session_state.get(state.DERIVATIONS) or [])


def derive(recipe: ColumnRecipe) -> bool:
    """Derive a column; returns whether it was possible (`problem` says why not)."""
    table = state.table()
    if table is None:
        return False
    try:
        st.session_state[state.TABLE] = with_derivations(table, [recipe])
    except XNetError as error:
        st.session_state[state.CHANGE_ERROR] = str(error)
        return False
    st.session_state[state.CHANGE_ERROR] = None
    st.session_state[state.DERIVATIONS] = [*derivations(), recipe]
    return True


def undo_derivation(recipe: ColumnRecipe) -> None:
    """Remove a derived column, and those that are derived from it."""
    gone = {derived_name(recipe)}
    kept = []
    for other in derivations():
        if other == recipe or gone & set(other.file_columns):
            gone.add(derived_name(other))
        else:
            kept.append(other)
    st.session_state[state.DERIVATIONS] = kept
    recompute()


def _possible_derivations(table: Table) -> list[ColumnRecipe]:
    """The derivations that a table allows; one that is not possible any more is forgotten, with the reason stored."""
    kept = []
    for recipe in derivations():
        try:
            table = with_derivations(table, [recipe])
            kept.append(recipe)
        except XNetError as error:
            st.session_state[state.CHANGE_ERROR] = f"{derived_name(recipe)!r} was removed. {error}"
    st.session_state[state.DERIVATIONS] = kept
    return kept


def chosen_conversions() -> list[Conversion]:
    """The chosen conversions that the table allows."""
    return [wish for wish in offered_conversions() if wish in (st.session_state.get(state.CONVERSIONS) or [])]


def offered_conversions() -> list[Conversion]:
    """Every conversion that the changed table allows."""
    return possible_conversions(_changed_table())


def _changed_table() -> Table:
    """The table after the changes and before the conversions; kept, because finding the kinds of columns takes time."""
    held = st.session_state.get(state.CHANGED_TABLE)
    if held is None or held[0] is not _read() or held[1] != changes():
        held = st.session_state[state.CHANGED_TABLE] = (_read(), changes(), prepared(_read(), changes()))
    found: Table = held[2]
    return found


def _read() -> Table:
    table: Table = st.session_state[state.TABLE_AS_READ]
    return table


def _set(wanted: tuple[Change, ...]) -> bool:
    """Replace the list of changes; a list that does not fit the table is refused, with the reason stored."""
    before, old = state.table(), changes()
    if before is None:
        return False
    rename = _renaming(old, wanted)
    kept = [Conversion(rename(column), way) for column, way in st.session_state.get(state.CONVERSIONS) or []]
    try:
        changed = prepared(_read(), wanted)
        possible = [wish for wish in possible_conversions(changed) if wish in kept] if kept else []
        derived = _renamed_derivations(rename)
        after = prepared(_read(), wanted, possible, derived) if possible or derived else changed
    except XNetError as error:
        st.session_state[state.CHANGE_ERROR] = str(error)
        return False
    st.session_state[state.CHANGE_ERROR] = None
    # The list holds what a condition excluded, for its sentence; units of converted columns are not among them.
    done = iter(after.changes[len(_read().changes):])
    st.session_state[state.CHANGES] = tuple(
        next((d for d in done if type(d) is type(c)), c) if isinstance(c, ExcludeWhere) else c for c in wanted)
    st.session_state[state.CONVERSIONS], st.session_state[state.TABLE] = kept, after
    st.session_state[state.DERIVATIONS] = derived
    st.session_state[state.CHANGED_TABLE] = (_read(), changes(), changed)
    if any(isinstance(change, RenameColumn) for change in (*old, *wanted)):
        _rename_choices(before, after, rename)
    return True


def _renamed_derivations(rename: Callable[[str], str]) -> list[ColumnRecipe]:
    """The derivations after columns were renamed; a derived column takes its name from its source."""
    names: dict[str, str] = {}
    recipes = []
    for recipe in derivations():
        recipes.append(recipe.renamed(lambda column: names.get(column) or rename(column)))
        names[derived_name(recipe)] = derived_name(recipes[-1])
    return recipes


def _renaming(old: Sequence[Change], new: Sequence[Change]) -> Callable[[str], str]:
    """The function that gives a column its name after the new changes; it gets the name after the old ones."""
    before, after = renamed_by(old), renamed_by(new)
    names = {before(str(c)): after(str(c)) for c in _read().frame.columns}
    return lambda column: names.get(column, column)


def _rename_choices(before: Table, after: Table, rename: Callable[[str], str]) -> None:
    """Give the columns in the session's choices their new names; converted columns keep their places."""
    names = {str(c): rename(str(c)) for c in before.frame.columns}
    if len(before.frame.columns) == len(after.frame.columns):
        names = dict(zip(map(str, before.frame.columns), map(str, after.frame.columns), strict=True))
    held = st.session_state

    def name(column: str | None) -> str | None:
        return None if column is None else names.get(column, column)

    for key in _LISTS:
        if held.get(key):
            held[key] = [name(column) for column in held[key]]
    held[state.PROPOSED] = tuple(names.get(c, c) for c in held.get(state.PROPOSED) or ())
    for key in (state.TARGET, state.SPLIT_COLUMN):
        held[key] = name(held.get(key))
    if held.get(state.WEIGHT) is not None:
        held[state.WEIGHT] = replace(held[state.WEIGHT], column=name(held[state.WEIGHT].column))
    for prefix in (state.AS_CLASS, state.CLASS, state.ALL_CLASSES):
        chosen = {new: held[f"{prefix}_{old}"] for old, new in names.items() if f"{prefix}_{old}" in held}
        held.update({f"{prefix}_{column}": value for column, value in chosen.items()})
