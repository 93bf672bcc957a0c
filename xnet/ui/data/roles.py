"""The roles of columns: selectors of target and inputs, and a table with role and unit of every column."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
import pandas as pd
import streamlit as st

from xnet.config.advice import counts_note, decades_note
from xnet.config.group_advice import group_advice
from xnet.config.input_proposal import MOST_PROPOSED, candidates
from xnet.config.settings import Settings
from xnet.counts import counted
from xnet.name_lists import abbreviated_list
from xnet.runs.series import MOST
from xnet.tables.changes import RenameColumn
from xnet.tables.class_target import class_labels, target_columns
from xnet.tables.columns import printable_name
from xnet.tables.limits import MAX_INPUTS
from xnet.tables.roles import GROUP, IGNORED, ROLES, RoleError, Roles, column_summary, siblings
from xnet.tables.table import Table
from xnet.ui.session import series_choice, state, table_changes, table_choice
from xnet.ui.text import escaped, shorten

from .derived import derive_form, only_column


def role_selectors(table: Table) -> None:
    """Draw the selectors of the column to explain and of the input columns."""
    columns, roles = table.numeric_columns, table_choice.roles()
    numeric = set(columns)

    def unit(column: str) -> str:
        name = table.units.get(column) if column in numeric else "text"
        return f"{column} ({name})" if name and name not in column else column

    st.session_state[state.TARGET] = roles.target  # a converted column may be gone
    st.selectbox("Explain this column", target_columns(table), format_func=unit, key=state.TARGET,
                 persist_state="session", placeholder="Choose a column", on_change=_target_chosen, args=(table,))
    _class(table)
    inputs = st.container()  # above the further targets, which are chosen first because they are no inputs
    _more_targets(table)
    with inputs:
        _inputs(table, unit)
    roles = table_choice.roles()
    if sentence := roles.weight.describe():
        st.caption(escaped(sentence[0].upper() + sentence[1:] + "."))
    squared = state.settings().loss == Settings().loss and not table_choice.reads_as_class(table)
    y = table.frame[roles.target].dropna().to_numpy() if squared and roles.target in columns else np.zeros(0)
    if note := decades_note(y) or counts_note(y):
        st.caption(escaped(note))
    _groups(table, roles)


def _groups(table: Table, roles: Roles) -> None:
    """Say which column groups the rows; without one, offer a column of names where their rows differ clearly."""
    if roles.group is not None:
        st.caption(escaped(series_choice.groups_sentence(table)))
        st.button("The same constants for all rows", key="drop_groups", type="tertiary", icon=":material/undo:",
                  on_click=table_choice.set_roles, args=(roles.with_role(roles.group, IGNORED, table),))
        return
    together = table_choice.reads_as_class(table) or series_choice.more_targets(table)  # these have no groups
    if together or (advice := group_advice(table, roles)) is None:
        return
    st.info(escaped(advice.text), icon=":material/group_work:")
    chosen = roles.with_role(advice.column, GROUP, table)
    st.button(f"Give each {escaped(shorten(advice.column, 30))} its own constants", key="take_groups",
              on_click=table_choice.set_roles, args=(chosen,))


def _inputs(table: Table, unit: Callable[[str], str]) -> None:
    """Draw the selector of the input columns.

    Args:
        table: the session's table.
        unit: gives the name of a column with its unit.
    """
    roles = table_choice.roles()
    not_inputs = {roles.target, roles.weight.column, *siblings(table, roles.target),
                  *series_choice.more_targets(table)}
    others = [c for c in table.numeric_columns if c not in not_inputs]
    st.session_state[state.INPUTS] = list(roles.inputs)
    st.multiselect("from these columns", others, format_func=unit, key=state.INPUTS, persist_state="session",
                   placeholder="Choose at least one column", wrap=True)
    _proposal(table, roles.inputs)
    if not others and len(table.numeric_columns) > 1:
        st.info("No column of numbers is left as an input: all others are explained too, weight the rows, or belong to "
                "the target.", icon=":material/info:")
    elif not others:
        converts = "The tab “Gaps, text and dates” converts text and dates."
        if not table.numeric_columns:
            st.info(f"The table has no column of numbers yet. {converts}", icon=":material/info:")
            return
        st.info("The table has only one column of numbers. If its rows are in order of time, earlier rows may explain "
                f"later ones. {converts}", icon=":material/info:")
        only_column(table)
    elif not roles.inputs:
        st.info("Choose at least one input column.", icon=":material/info:")


def _target_chosen(table: Table) -> None:
    """Propose inputs for another target, unless the user has changed the inputs (a callback).

    Inputs that the user has changed stay; one that becomes the target is an input again once another is explained.
    """
    held = st.session_state
    target, inputs = held.get(state.TARGET), set(held.get(state.INPUTS) or ())
    before, held[state.INPUT_AS_TARGET] = held.get(state.INPUT_AS_TARGET), target if target in inputs else None
    if target is None:
        return
    if inputs - {target} == set(held.get(state.PROPOSED) or ()) - {target}:
        state.propose_inputs(table)
    else:
        inputs = (inputs | {before}) - {target}
        held[state.INPUTS] = [column for column in table.numeric_columns if column in inputs]


def _proposal(table: Table, inputs: tuple[str, ...]) -> None:
    """Say that only the most relevant of many columns are chosen, and offer all of them where a search takes them."""
    roles = table_choice.roles()
    if roles.target is None:
        return
    known = candidates(table, roles.target)
    if len(known) <= MOST_PROPOSED or set(inputs) >= set(known):
        return
    if set(inputs) == set(st.session_state.get(state.PROPOSED) or ()):
        st.caption(f"{counted(len(inputs), 'column')} of {len(known):,} are chosen: those that explain "
                   f"{escaped(roles.target)} best in a sample of the rows. Left out: "
                   f"{escaped(_left_out(known, inputs))}. Add others that you know to matter.")
    with st.container(horizontal=True):
        if set(inputs) != set(st.session_state.get(state.PROPOSED) or ()):
            st.button("Choose the most relevant columns", key="propose", type="tertiary", icon=":material/filter_list:",
                      on_click=state.propose_inputs, args=(table,))
        if len(known) <= MAX_INPUTS:
            st.button(f"Use all {len(known)} columns", key="use_all", type="tertiary", icon=":material/select_all:",
                      on_click=_use_all, args=(known,))


def _left_out(known: tuple[str, ...], inputs: tuple[str, ...]) -> str:
    """The first columns that are not chosen, and the number of the others."""
    return abbreviated_list((shorten(column, 30) for column in known if column not in inputs), 5)


def _use_all(columns: tuple[str, ...]) -> None:
    st.session_state[state.INPUTS] = list(columns)


def _class(table: Table) -> None:
    """Draw the choices about classes: whether the target holds classes, and the class whose probability is searched."""
    target = table_choice.roles().target
    labels = class_labels(table, target) if target else ()
    if target is None or not labels:
        return
    if target in table.numeric_columns:
        key = table_choice.as_class_key(target)
        st.session_state[key] = table_choice.reads_as_class(table)
        st.segmented_control("Read its values as", [False, True], format_func=_read_as, key=key, required=True,
                             persist_state="session", help="An amount: 2 is between 1 and 3. A class: the numbers "
                             "are names, and the search looks for the probability of one of them.")
    if (label := table_choice.selected_class(table)) is None:
        return
    if series_choice.offers_all_classes(table):
        key = series_choice.all_classes_key(target)
        st.session_state[key] = series_choice.all_classes(table)
        st.toggle("All classes at once", key=key, persist_state="session",
                  help="A search for each class, and a page with the formulas of all classes, whose probabilities add "
                       "up to 1. The searches share the time budget.")
    if series_choice.all_classes(table):
        st.caption(f"{len(labels)} searches together: a formula for each class of {escaped(target)}.")
        return
    st.session_state[table_choice.class_key(target)] = label
    st.selectbox("Probability of" if len(labels) == 2 else "Probability of this class against all others", labels,
                 key=table_choice.class_key(target), persist_state="session")
    st.caption(escaped(f"The formula will give the probability that {target} is {shorten(label, 40)}."))


def _more_targets(table: Table) -> None:
    """Draw the choice of further columns that are explained by searches of their own."""
    roles = table_choice.roles()
    if roles.target not in table.numeric_columns or table_choice.reads_as_class(table):
        return
    others = [c for c in table.numeric_columns if c not in (roles.target, roles.weight.column)]
    if not others:
        return
    st.session_state[state.MORE_TARGETS] = series_choice.more_targets(table)
    st.multiselect("and explain these columns too", others, key=state.MORE_TARGETS, persist_state="session",
                   placeholder="Only the column above", max_selections=MOST - 1,
                   help="Explain several columns: each has a search of its own with the whole time budget, from the "
                        "same inputs. One page shows all formulas.")


def _read_as(as_class: bool) -> str:
    return "a class" if as_class else "an amount"


def columns_tab(table: Table) -> None:
    """Draw a table with name, role, unit and contents of every column; the first three can be edited."""
    st.caption("Double-click a cell to rename a column, choose its role or write its unit, such as km or m/s. Results "
               "show the units; units never change a number.")
    st.data_editor(_shown(table), key=_key(), on_change=_take_edits, args=(table,), hide_index=True,
                   disabled=["Holds", "Values", "Missing"], alt="Role and unit of every column",
                   column_config={
                       "Column": st.column_config.TextColumn(pinned=True, required=True, max_chars=80),
                       "Role": st.column_config.SelectboxColumn(options=list(ROLES), required=True),
                       "Unit": st.column_config.TextColumn(width="small"),
                       "Missing": st.column_config.NumberColumn(width="small")})
    if problem := st.session_state.pop(state.ROLE_ERROR, None):
        st.warning(escaped(problem), icon=":material/info:")
    derive_form(table)


def _key() -> str:
    return f"roles_{st.session_state.get(state.ROLES_VERSION, 0)}"


def _shown(table: Table) -> pd.DataFrame:
    """The table that the editor gets.

    An editor stores its edits separately from its table. So the table stays the same as long as table plus edits equal
    the current roles. If they differ (a selector was used, or an edit changed another row), a new editor starts.
    """
    wanted, held = _wanted(table), st.session_state.get(state.ROLES_SHOWN)
    if held is None or held[0] is not table.frame or not _edited(held[1], _edits()).equals(wanted):
        st.session_state[state.ROLES_VERSION] = st.session_state.get(state.ROLES_VERSION, 0) + 1
        st.session_state[state.ROLES_SHOWN] = held = (table.frame, wanted)
    shown: pd.DataFrame = held[1]
    return shown


def _wanted(table: Table) -> pd.DataFrame:
    roles, frame = table_choice.roles(), _summary(table)
    frame.insert(1, "Role", [roles.role_of(column) for column in frame["Column"]])
    frame.insert(2, "Unit", [table.units.get(column, "") for column in frame["Column"]])
    return frame


def _summary(table: Table) -> pd.DataFrame:
    """`xnet.tables.roles.column_summary`, cached for the table because it reads every cell."""
    held = st.session_state.get(state.COLUMN_SUMMARY)
    if held is None or held[0] is not table.frame:
        held = st.session_state[state.COLUMN_SUMMARY] = (table.frame, column_summary(table))
    found: pd.DataFrame = held[1]
    return found.copy()


def _edits() -> Mapping[int, Mapping[str, Any]]:
    edits: Mapping[int, Mapping[str, Any]] = (st.session_state.get(_key()) or {}).get("edited_rows", {})
    return edits


def _edited(frame: pd.DataFrame, edits: Mapping[int, Mapping[str, Any]]) -> pd.DataFrame:
    frame = frame.copy()
    for row, cells in edits.items():
        for column, value in cells.items():
            frame.loc[int(row), column] = "" if value is None else value
    return frame


def _take_edits(table: Table) -> None:
    """Apply the edits of names, roles and units (the editor's callback).

    A refused edit is undone in the editor, and its reason stored.
    """
    names = list(table.kinds)
    for row, cells in _edits().items():
        if not 0 <= int(row) < len(names):
            continue
        column = names[int(row)]
        if (new := printable_name(str(cells.get("Column") or column))) != column:
            names[int(row)] = column = _rename(column, new, table)
        if "Unit" in cells:
            table_changes.set_unit(column, cells["Unit"])
        if cells.get("Role"):
            try:
                table_choice.set_roles(table_choice.roles().with_role(column, str(cells["Role"]), table))
            except RoleError as error:
                st.session_state[state.ROLE_ERROR] = str(error)
                st.session_state[state.ROLES_SHOWN] = None


def _rename(column: str, new: str, table: Table) -> str:
    """Rename a column, and return the name that it then has; a refused name is explained and undone in the editor."""
    refused = "It is derived from another column: rename that one." if column in table.derived else ""
    if not refused and table_changes.make(RenameColumn(column, new)):
        return new
    st.session_state[state.ROLE_ERROR] = refused or table_changes.problem()
    st.session_state[state.ROLES_SHOWN] = None
    return column
