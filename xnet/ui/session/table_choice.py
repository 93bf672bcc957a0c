"""The session's choices about its table: roles of columns, units, conversions of text and dates, rows.

The session keeps the table as it was read (`state.TABLE_AS_READ`) beside the converted one, so every conversion can
be undone.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pandas as pd
import streamlit as st

from xnet.config.class_runs import is_class
from xnet.config.losses import loss_with_weights
from xnet.config.run_options import RunOptions, table_options
from xnet.evidence.class_probability import LOGISTIC
from xnet.tables.class_target import class_labels, default_class, target_columns, with_class_column
from xnet.tables.column_recipes import ColumnRecipe, recipes_from_config
from xnet.tables.derivations import derived_name
from xnet.tables.group_column import with_group_numbers
from xnet.tables.holdout import BY_COLUMN, KINDS, Split
from xnet.tables.roles import Roles, in_order, siblings
from xnet.tables.table import Table
from xnet.tables.usable_rows import usable
from xnet.tables.weights import Weight

from . import state, table_changes


def roles() -> Roles:
    """The roles of the columns; columns that the table does not have (any more) are left out."""
    table, held = state.table(), st.session_state
    if table is None:
        return Roles(None)
    numeric, target = set(table.numeric_columns), held.get(state.TARGET)
    weight: Weight = held.get(state.WEIGHT) or Weight()
    group = held.get(state.GROUP)
    group = group if group in table.group_columns and group not in (target, weight.column) else None
    not_inputs = {target, weight.column, group, *siblings(table, target), *(held.get(state.MORE_TARGETS) or ())}
    inputs = [c for c in held.get(state.INPUTS) or [] if c in numeric and c not in not_inputs]
    row_name = held.get(state.ROW_NAME)
    return Roles(target if target in target_columns(table) else None, tuple(inputs),
                 weight if weight.column in numeric and weight.column != target else Weight(),
                 row_name if row_name in table.frame.columns and row_name not in (target, *inputs, weight.column) else
                 None, group)


def set_roles(chosen: Roles) -> None:
    """Set the roles of the columns; call it from a callback, because two of them are values of widgets."""
    st.session_state[state.TARGET], st.session_state[state.INPUTS] = chosen.target, list(chosen.inputs)
    st.session_state[state.WEIGHT], st.session_state[state.ROW_NAME] = chosen.weight, chosen.row_name
    st.session_state[state.GROUP] = chosen.group


def split() -> Split:
    """How rows are held out: by the first suitable column if the chosen one is gone, at random if there is none."""
    kind, column = st.session_state.get(state.SPLIT), st.session_state.get(state.SPLIT_COLUMN)
    if kind not in BY_COLUMN:
        return Split(kind) if kind in KINDS else Split()
    columns = split_columns(kind)
    return Split(kind, column if column in columns else columns[0]) if columns else Split()


def reset_split_column() -> None:
    """Forget the column that rows are held out by, because the kind of split has changed (a widget's callback)."""
    st.session_state[state.SPLIT_COLUMN] = None


def split_columns(kind: str) -> list[str]:
    """Columns that rows can be held out by: numeric ones except the target ("range"), or those of few values."""
    table = state.table()
    if table is None:
        return []
    if kind == "range":
        return [c for c in table.numeric_columns if c != st.session_state.get(state.TARGET)]
    return list(table.group_columns)


def apply_conversions() -> None:
    """Apply the chosen conversions, and make the new columns inputs (a widget's callback)."""
    before, old_roles = state.table(), roles()  # the roles of columns that the new table may lack
    table_changes.recompute()
    after = state.table()
    if before is None or after is None:
        return
    new = [c for c in after.numeric_columns if c not in before.frame.columns]
    # A column whose codes became gaps takes the place of its source; undone, the source comes back.
    instead = {after.derived[c].column: c for c in new if after.derived[c].way == "gaps"}
    instead |= {c: r.column for c, r in before.derived.items() if r.way == "gaps" and c not in after.frame.columns}
    target = instead.get(old_roles.target or "", old_roles.target)
    if target not in target_columns(after):
        target = next(iter(after.numeric_columns), None)
    inputs = in_order([*(instead.get(c, c) for c in old_roles.inputs), *(c for c in new if c != target)], after)
    set_roles(replace(old_roles, target=target, inputs=inputs))


def derive(recipe: ColumnRecipe) -> None:
    """Derive a column, and make it an input unless it would reveal the target (a widget's callback)."""
    before = roles()
    if not table_changes.derive(recipe):
        return
    table, name = state.table(), derived_name(recipe)
    if table is not None and name not in siblings(table, before.target):
        set_roles(replace(before, inputs=in_order([*before.inputs, name], table)))


def undo_derivation(recipe: ColumnRecipe) -> None:
    """Remove a derived column; a target that goes with it is replaced by the first column of numbers."""
    before = roles()
    table_changes.undo_derivation(recipe)
    table = state.table()
    if table is not None and before.target not in target_columns(table):
        set_roles(replace(before, target=next(iter(table.numeric_columns), None)))


def reads_as_class(table: Table) -> bool:
    """Whether the target holds classes: text always, numbers as chosen (by default if they have two values)."""
    target = roles().target
    labels = class_labels(table, target) if target else ()
    if target is None or not labels:
        return False
    return target not in table.numeric_columns or bool(st.session_state.get(as_class_key(target), len(labels) == 2))


def as_class_key(column: str) -> str:
    """Key of the widget that chooses whether a numeric column holds classes."""
    return f"{state.AS_CLASS}_{column}"


def class_key(column: str) -> str:
    """Key of the widget that chooses the class of a column whose probability is searched."""
    return f"{state.CLASS}_{column}"


def selected_class(table: Table) -> str | None:
    """The class whose probability is searched; None if the target holds amounts."""
    if not reads_as_class(table):
        return None
    target = str(roles().target)
    labels, held = class_labels(table, target), st.session_state.get(class_key(target))
    return held if held in labels else default_class(labels)


def search_table(table: Table) -> tuple[Table, str]:
    """The table that a search uses, and its target; for a class the target is a new column of 0 and 1.

    Raises:
        TableError: the target has no such class.
    """
    target, label = str(roles().target), selected_class(table)
    return (table, target) if label is None else with_class_column(table, target, label)


def with_groups(table: Table, inputs: list[str], options: RunOptions) -> tuple[Table, list[str]]:
    """The table and the inputs of a search with the numbers of the groups; unchanged without a column of groups.

    Raises:
        TableError: the column of the groups cannot be used.
    """
    group = roles().group
    if group is None or reads_as_class(table):
        return table, inputs
    table, name = with_group_numbers(table, group)
    options["group"] = {"column": name, "own": None}
    options["derived"] = table_options(table)["derived"]
    return table, [*inputs, name]


def rows(table: Table) -> pd.DataFrame:
    """The rows that a search uses: inputs, then target; `attrs` count the dropped rows and filled cells.

    Raises:
        TableError: no search is possible with these choices.
    """
    chosen = roles()
    table, target = search_table(table)
    used = usable(table, target, chosen.inputs, fill_gaps=fill_gaps(), extra_columns=extra_columns())
    attrs = used.attrs
    used = used[[*chosen.inputs, target]]
    used.attrs = attrs
    return used


def extra_columns() -> list[str]:
    """Columns that a run needs in addition to inputs and target: those of the split and of the weights."""
    chosen = roles()
    needed = (split().column, chosen.weight.column)
    return list(dict.fromkeys(c for c in needed if c is not None and c not in (*chosen.inputs, chosen.target)))


def fill_gaps() -> bool:
    """Whether missing cells of inputs are filled; otherwise their rows are left out."""
    return bool(st.session_state.get(state.FILL_GAPS))


def cache_key() -> tuple[Any, ...]:
    """The choices that `rows` depends on, in addition to the table; for caching."""
    table = state.table()
    return (roles(), None if table is None else selected_class(table), fill_gaps(), tuple(extra_columns()))


def add_table_options(options: RunOptions, table: Table) -> None:
    """Add the choices about `table`, as returned by `search_table`, to the options of a run."""
    options.update(table_options(table))
    if reads_as_class(table):
        options["loss"] = LOGISTIC
    options["split"], options["weight"] = split().to_config(), roles().weight.to_config()
    options["loss"] = loss_with_weights(options["loss"], roles().weight)
    options["fill_gaps"], options["id_column"] = fill_gaps(), roles().row_name or ""


def class_recipe(config: Mapping[str, Any]) -> ColumnRecipe | None:
    """The recipe of the target of a search for a class; None where the target was a column of 0 and 1."""
    return recipes_from_config(config).get(config["target"]) if is_class(config) else None


def restore_choice(config: Mapping[str, Any]) -> None:
    """Load the choices about the table from a run's config (see `state.restore_settings` on when to call it)."""
    old_split, target, table = Split.from_config(config.get("split")), config["target"], state.table()
    made = class_recipe(config)
    if made is not None and table is not None and made.column in table.frame.columns:
        target = made.column
        st.session_state[class_key(target)] = made.label
    st.session_state[as_class_key(target)] = is_class(config)
    st.session_state.update({
        state.TARGET: target, state.INPUTS: list(config["inputs"]), state.SPLIT: old_split.kind,
        state.SPLIT_COLUMN: old_split.column, state.WEIGHT: Weight.from_config(config.get("weight")),
        state.FILL_GAPS: bool(config.get("fill_gaps"))})
    if config.get("group") and table is not None:  # the table of a run has the numbers of the groups, not their names
        number = config["group"]["column"]
        source = recipes_from_config(config)[number].column
        st.session_state[state.GROUP] = source if source in table.frame.columns else number
        st.session_state[state.INPUTS] = [c for c in config["inputs"] if c != number]
    if config.get("id_column"):
        st.session_state[state.ROW_NAME] = config["id_column"]
