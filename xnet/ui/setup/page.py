"""The Setup page: activations, size of the formula, time budget, further settings, and the start of the search."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd
import streamlit as st

from xnet.config.advice import class_note, complexity_note, estimate, holdout_note
from xnet.config.dry_run import dry_run
from xnet.config.dynamics_runs import is_dynamics
from xnet.config.losses import loss_title
from xnet.config.settings import BUDGETS, LIMITS, Settings
from xnet.counts import counted
from xnet.errors import XNetError
from xnet.tables.table import Table
from xnet.ui.page_list import DATA
from xnet.ui.session import actions, current_run, series_choice, state, table_choice
from xnet.ui.shell import page_title
from xnet.ui.text import duration, escaped, shorten

from .activation_library import library
from .advanced import advanced


def setup_page() -> None:
    """Draw the Setup page."""
    page_title("Setup", "The defaults suit most tables. Change them if you know more about yours.")
    chosen, rows, initial, problem = state.settings(), None, None, ""
    try:
        rows = actions.prepared_rows()
        initial = None if rows is None else dry_run(chosen, rows, _as_class(), _units())
    except XNetError as error:
        problem = str(error)
    _subject(rows)
    library(rows)
    _numbers_and_time(chosen, rows)
    advanced(rows, initial, problem, _as_class(), _units())
    _go(chosen, rows, problem)


def _subject(rows: pd.DataFrame | None) -> None:
    table = state.table()
    if table is None:
        _no_table()
        return
    inputs = st.session_state.get(state.INPUTS) or []
    target = table_choice.roles().target if rows is None else rows.columns[-1]
    prefix = "the probability of " if _as_class() else ""
    if (together := series_choice.series_choice(table)) is not None:
        labels = ", ".join(escaped(part.label) for part in together.parts)
        kind = f"all classes of **{escaped(together.column)}** ({labels})" if together.column else f"**{labels}**"
        columns = ", ".join(escaped(c) for c in table_choice.roles().inputs) or "no column yet"
        st.markdown(f"Explain {kind} from {columns}: {len(together.parts)} searches. {_groups(table)}")
        return
    columns = ", ".join(escaped(c) for c in inputs) or "no column yet"
    st.markdown(f"Explain {prefix}**{escaped(target)}** from {columns} "
                f"({escaped(shorten(table.display_name(table_choice.roles().target), 70))}). {_groups(table)}")
    if rows is not None and not _as_class() and (note := class_note(str(target), rows.iloc[:, -1].to_numpy())):
        st.info(escaped(note), icon=":material/category:")


def _groups(table: Table) -> str:
    return escaped(series_choice.groups_sentence(table))


def _no_table() -> None:
    """Say that no table is open, and offer that of the search that is open; a reload after hours can lose the table."""
    st.info("No table is open. The settings below will apply to the table that you choose.", icon=":material/info:")
    run = current_run.session_run()
    with st.container(horizontal=True, vertical_alignment="center"):
        st.page_link(DATA.path, label="Choose a table", icon=DATA.icon)
        if run is not None and not current_run.is_read_only(run) and not is_dynamics(run.config):
            # The strip above names the search; a phone would cut a label that names it too.
            st.button("Use the table and settings of the open search", icon=":material/history:", type="tertiary",
                      key="table_of_search", on_click=actions.search_again, args=(run,))


def _as_class() -> bool:
    """Whether the output is the probability of a class."""
    table = state.table()
    return table is not None and table_choice.reads_as_class(table)


def _units() -> Mapping[str, str]:
    """The units of the table's columns."""
    table = state.table()
    return {} if table is None else table.units


def _numbers_and_time(chosen: Settings, rows: pd.DataFrame | None) -> None:
    left, right = st.columns(2, gap="large")
    with left:
        st.header("What may the formula contain?", anchor=False)
        st.slider("Maximum complexity (neurons and numbers)", *LIMITS["max_complexity"], key=state.MAX_COMPLEXITY,
                  persist_state="session", help="A straight line takes 5, distance × √distance takes 4, most laws of "
                  "physics take 5 to 25. A lower maximum gives shorter formulas and a faster search.")
        st.toggle("No fitted numbers (activations only)", key=state.NO_PARAMETERS, persist_state="session",
                  help="Off: the formula may contain numbers fitted to your data, as in 365.26 × distance^1.5. "
                       "On: the formula contains only columns and activations, as in √distance × distance.")
    with right:
        st.header("How long may the search take?", anchor=False)
        st.segmented_control("Time budget", list(BUDGETS), key=state.BUDGET, format_func=_budget,
                             on_change=state.apply_budget, persist_state="session", wrap=True)
        st.number_input("or a number of seconds", *LIMITS["seconds"], key=state.SECONDS, step=10, width=200,
                        on_change=state.sync_budget, persist_state="session",
                        help="The seconds that the search computes. Where other programs use the cores too, it takes "
                             "longer by the clock, at most four times.")
        if rows is not None:
            st.caption(estimate(len(rows), rows.shape[1] - 1, chosen.seconds))


def _budget(name: str) -> str:
    return f"{name} · {duration(BUDGETS[name])}"


def _go(chosen: Settings, rows: pd.DataFrame | None, problem: str) -> None:
    if problem:
        st.error(escaped(problem), icon=":material/error:")
    st.caption(f"Current settings: {escaped(_in_force(chosen, rows))}.")
    source_run = actions.warm_start_source()
    if source_run is not None:
        st.checkbox(f"Start from the {counted(len(source_run[1]), 'formula')} of the last search (warm start)",
                    key=state.WARM_START,
                    help="Formulas with activations that are no longer allowed are rewritten or left out, and all "
                         "numbers are fitted again. The last search stays in the Library; if it is paused, it stops. "
                         "If you change the split, the last search has already learnt from rows that are now held "
                         "out, so their score is too good.")
    with st.container(horizontal=True, vertical_alignment="center"):
        if st.button("Discover a formula", icon=":material/play_arrow:", type="primary", key="discover",
                     disabled=rows is None or bool(problem)):
            actions.start_search()
        st.button("Reset to defaults", icon=":material/restart_alt:", type="tertiary", key="reset_settings",
                  on_click=state.reset_settings)


def _lower_first(title: str) -> str:
    return title[:1].lower() + title[1:]


def _in_force(chosen: Settings, rows: pd.DataFrame | None) -> str:
    """The settings in one line, without those that are off."""
    prior = chosen.prior if rows is None else chosen.prior.restricted_to(list(rows.columns[:-1]))
    parts = (
        duration(chosen.seconds), counted(len(chosen.activations), "activation"),
        "" if chosen.parameters else "no fitted numbers", complexity_note(
            None if rows is None else len(rows), chosen.holdout_percent, chosen.max_complexity, table_choice.split()),
        holdout_note(None if rows is None else len(rows), chosen.holdout_percent, table_choice.split()),
        table_choice.roles().weight.describe(),
        "" if _as_class() or chosen.loss == Settings().loss else _lower_first(loss_title(chosen.loss)),
        f"{chosen.n_jobs} processes" if chosen.n_jobs > 1 else "",
        counted(prior.n_constraints, "constraint") if prior.n_constraints else "", f"seed {chosen.seed}")
    return ", ".join(part for part in parts if part)
