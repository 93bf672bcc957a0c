"""What buttons do: use a sample, start a search, give it more time, go on from it."""

from __future__ import annotations

from typing import Any

import pandas as pd
import streamlit as st

from xnet import runs
from xnet.config.class_runs import is_class
from xnet.config.run_problem import further_columns
from xnet.config.settings import Settings
from xnet.errors import XNetError
from xnet.runs import Run, RunError
from xnet.tables import samples
from xnet.tables.column_recipes import recipes_from_config
from xnet.tables.table import Table
from xnet.ui.page_list import DISCOVER, SETUP
from xnet.ui.text import escaped

from . import navigation, state, table_choice

#: The table behind "Try an example", and how long it is searched.
EXAMPLE, EXAMPLE_SECONDS = "planet_moons", 30

#: A search that broke off with less time left than this gets a minute more.
LITTLE_S = 5.0


@st.cache_data(show_spinner=False, max_entries=1)
def available_samples() -> tuple[samples.Sample, ...]:
    """The sample tables, as they are listed."""
    return samples.list_samples()


def use_sample(name: str) -> None:
    """Take a sample table into this session (a widget's callback)."""
    state.set_table(samples.load_sample(name), sample=name)


def try_example() -> None:
    """Load the example, start a short search with standard settings and go and watch it."""
    use_sample(EXAMPLE)
    start_search(Settings(seconds=EXAMPLE_SECONDS))


def add_time(run: Run, seconds: float) -> None:
    """Let a search go on for longer, whether it is still on, has ended or broke off (a button's callback)."""
    try:
        run.add_time(seconds)
        if not run.is_alive():
            runs.launch(run)
            st.session_state[state.JUST_STARTED] = run.id
    except XNetError as error:
        st.toast(escaped(error), icon=":material/error:")


def resume_interrupted(run: Run) -> None:
    """Take a search that broke off up again, with the time it had left or one more minute (a button's callback)."""
    snapshot = run.snapshot()
    left = float(run.config["seconds"]) - (float(snapshot["seconds"]) if snapshot else 0.0)
    add_time(run, 0.0 if left > LITTLE_S else 60.0)


def repeat_step_by_step(run: Run) -> None:
    """The same search once more, waiting for the person at every step (a button's callback)."""
    config = run.config
    try:
        again = runs.create_run(run.table(), target=config["target"], inputs=config["inputs"], source=config["source"],
                                **runs.options_from_config(config))
        again.command("step_by_step")  # before it begins, so that no step goes by unseen
        runs.launch(again)
    except XNetError as error:
        st.toast(escaped(error), icon=":material/error:")
        return
    st.session_state[state.RUN_ID] = st.session_state[state.JUST_STARTED] = again.id
    st.session_state[state.PENDING_PACE] = (again.id, "step_by_step")
    navigation.go(DISCOVER.path, run=again.id)


def change_settings(run: Run) -> None:
    """Go to Setup with the run's settings; the next search starts from what this one found (a button's callback)."""
    st.session_state[state.WARM_START_RUN], st.session_state[state.WARM_START] = run.id, True
    search_again(run)


def warm_start_source() -> tuple[Run, list[dict[str, Any]]] | None:
    """The run that the next search can start from, with its networks; None where it explained something else."""
    try:
        run = runs.open_run(st.session_state.get(state.WARM_START_RUN) or "")
        config, snapshot = run.config, run.snapshot()
    except RunError:
        return None
    table = state.table()
    asked = None if table is None else table_choice.search_table(table)[1], list(table_choice.roles().inputs)
    same = (config["target"], config["inputs"]) == asked and is_class(config) == (
        table is not None and table_choice.reads_as_class(table))
    return (run, [row["network"] for row in snapshot["front"]]) if same and snapshot else None


def search_again(run: Run) -> None:
    """Take the table, target, inputs and settings of a run into this session and go to Setup (a button's callback).

    After a reload the session has forgotten the table; the run's folder still holds the columns that it used.
    """
    config, table = run.config, state.table()
    made = recipes_from_config(config).get(config["target"]) if is_class(config) else None
    needed = {*config["inputs"], config["target"] if made is None else made.column, *further_columns(config)}
    if (table is None or config["source"] not in (table.name, table.title, table.display_name(config["target"]))
            or not needed <= set(table.frame.columns)):
        state.set_table(Table(frame=run.table(), name=config["source"], units=config["units"],
                              derived=recipes_from_config(config)))
    table_choice.restore_choice(config)
    state.restore_settings(config)
    navigation.go(SETUP.path)


def prepared_rows() -> pd.DataFrame | None:
    """The rows that a search on the session's choice would see: inputs, then target; None while nothing is chosen.

    Raises:
        TableError: the choice cannot be searched.
    """
    table, chosen = state.table(), table_choice.roles()
    if table is None or not chosen.target or not chosen.inputs:
        return None
    known = st.session_state.get(state.PREPARED_ROWS)  # taken out of a large table once, not at every click
    if known is None or known[0] is not table or known[1] != table_choice.cache_key():
        known = (table, table_choice.cache_key(), table_choice.rows(table))
        st.session_state[state.PREPARED_ROWS] = known
    rows: pd.DataFrame = known[2]
    return rows


def start_search(chosen: Settings | None = None) -> None:
    """Start a search on the session's table, with its settings or others, and go to the live page.

    What keeps the search from starting is shown here.
    """
    table = state.table()
    if table is None:
        st.error("No table is chosen yet. Choose a sample or upload one on the Data page.")
        return
    inputs, source = list(table_choice.roles().inputs), table.display_name(table_choice.roles().target)
    try:
        table, target = table_choice.search_table(table)
        options = (chosen or state.settings()).to_options(inputs)
        table_choice.add_table_options(options, table)
        earlier = warm_start_source() if st.session_state.get(state.WARM_START) else None
        if earlier is not None:
            options["warm_start"] = earlier[1]
        run = runs.create_run(table.frame, target=target, inputs=inputs, source=source, **options)
        runs.launch(run)
    except XNetError as error:
        st.error(escaped(error), icon=":material/error:")
        return
    st.session_state[state.WARM_START_RUN] = None
    if earlier is not None and earlier[0].is_alive():
        earlier[0].command("stop")  # it was paused; its formulas stay in the library
    st.session_state[state.RUN_ID] = st.session_state[state.JUST_STARTED] = run.id
    st.session_state.pop(state.SHARED_RUN, None)
    st.switch_page(DISCOVER.path, query_params={"run": run.id})
