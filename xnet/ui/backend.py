"""The app's hold on tables and runs: thin calls into `xnet.samples`, `xnet.data` and `xnet.runs`, with errors shown.

A run belongs to its folder, not to this session: the session only remembers which run it looks at, and the URL
(`?run=<id>`) says the same, so that a reload or a second tab finds it again.
"""

from __future__ import annotations

import os
import time
from typing import Any

import pandas as pd
import streamlit as st

from .. import runs, samples
from ..data import Table
from ..engine import Problem
from ..engine.errors import XNetError
from ..probability import is_class
from ..recipes import recipes_of
from ..run_config import further_columns
from ..runs import Run, RunError
from ..settings import Settings
from . import choice, navigation, state, words

#: The table behind "Try an example", and how long it is searched.
EXAMPLE, EXAMPLE_SECONDS = "planet_moons", 30
#: A search that broke off with less time left than this gets a minute more.
LITTLE_S = 5.0
#: Seconds that a page waits for a search that was just started before it shows itself without a network.
PATIENCE_S = 0.6
DISCOVER_PAGE, SETUP_PAGE = "pages/discover.py", "pages/setup.py"

__all__ = ["Run", "RunError", "address", "listed", "prewarm", "private", "read_only", "run_state", "samples_on_offer",
           "session_run", "start", "try_example"]


def prewarm() -> None:
    """Keep one worker warm, so that the next search starts at once; not while this session's search needs the cores."""
    run = session_run()
    if run is None or not run.is_alive():
        runs.prewarm()


@st.cache_data(show_spinner=False, max_entries=1)
def samples_on_offer() -> tuple[samples.Sample, ...]:
    """The sample tables, as they are listed."""
    return samples.list_samples()


def use_sample(name: str) -> None:
    """Take a sample table into this session (a widget's callback)."""
    state.set_table(samples.load_sample(name), sample=name)


def run_state(run: Run) -> str:
    """The state of a run, one of the keys of `words.STATES`."""
    return str(run.status()["state"])


def session_run() -> Run | None:
    """The run that this session looks at: the URL's, else the remembered one; None if there is none (any more).

    `?run=<id>` is a run that may be steered, `?view=<token>` one that is shared for reading.
    """
    query, held = st.query_params, st.session_state
    named = ((runs.open_shared, query.get("view")), (runs.open_run, query.get("run")),
             (runs.open_shared, held.get(state.VIEW)), (runs.open_run, held.get(state.RUN)))
    for open_it, name in named:
        if name:
            try:
                run = open_it(name)
                run.config  # noqa: B018 - a folder that is being deleted has an id but no config any more
            except RunError:
                continue
            return run
    return None


def wait_for_start(run: Run) -> None:
    """Wait a moment for a search that was just started: a warm worker then saves a tick and a redraw."""
    if st.session_state.pop(state.JUST_STARTED, None) != run.id:
        return
    patience = time.monotonic() + PATIENCE_S
    while run.status()["state"] in ("queued", "starting") and time.monotonic() < patience:
        time.sleep(0.02)


def read_only(run: Run) -> bool:
    """Whether a run is only shared with this session: to be looked at, not to be steered or changed."""
    return isinstance(run, runs.SharedRun)


def private() -> bool:
    """Whether this server keeps sessions apart (XNET_PRIVATE=1): each lists the searches that it has opened itself."""
    return os.environ.get("XNET_PRIVATE", "0") not in ("", "0")


def listed(run: Run) -> bool:
    """Whether a run is to be listed to this session."""
    return not private() or run.id in st.session_state.get(state.OPENED, ())


def address(run: Run) -> dict[str, str]:
    """The query parameters that lead to a run."""
    return {"view" if read_only(run) else "run": run.id}


@st.cache_resource(show_spinner=False, max_entries=8)
def _problem_of(folder: str, _run: Run) -> Problem:
    return _run.problem()


def problem_of(run: Run) -> Problem:
    """The problem of a run, with its split of the rows; read once, as neither ever changes."""
    return _problem_of(str(run.folder), run)


def attached_run() -> Run | None:
    """The run of this page, remembered in the session and in the URL; an unknown id is explained on the page."""
    asked = st.query_params.get("view") or st.query_params.get("run")
    run = session_run()
    if asked and (run is None or run.id != asked):
        st.warning("The search in this address is not kept here; it may have been cleaned up, or the address was cut."
                   + (" Showing your last search instead." if run else ""), icon=":material/link_off:")
    if run is not None:
        _remember(run)
    return run


def _remember(run: Run) -> None:
    """Keep a run as the one that this session looks at, here and in the URL."""
    held = (state.VIEW, state.RUN) if read_only(run) else (state.RUN, state.VIEW)
    st.session_state[held[0]] = run.id
    st.session_state.pop(held[1], None)
    if not read_only(run):
        st.session_state[state.OPENED] = {*st.session_state.get(state.OPENED, ()), run.id}
    (name,) = address(run)
    st.query_params.pop("run" if name == "view" else "view", None)
    if st.query_params.get(name) != run.id:
        st.query_params[name] = run.id


def try_example() -> None:
    """Load the example, start a short search with standard settings and go and watch it."""
    use_sample(EXAMPLE)
    start(Settings(seconds=EXAMPLE_SECONDS))


def prolong(run: Run, seconds: float) -> None:
    """Let a search go on for longer, whether it is still on, has ended or broke off (a button's callback)."""
    try:
        run.add_time(seconds)
        if not run.is_alive():
            runs.launch(run)
            st.session_state[state.JUST_STARTED] = run.id
    except XNetError as error:
        st.toast(words.md(error), icon=":material/error:")


def carry_on(run: Run) -> None:
    """Take a search that broke off up again, with the time it had left or one more minute (a button's callback)."""
    snapshot = run.snapshot()
    left = float(run.config["seconds"]) - (float(snapshot["seconds"]) if snapshot else 0.0)
    prolong(run, 0.0 if left > LITTLE_S else 60.0)


def again_in_steps(run: Run) -> None:
    """The same search once more, waiting for the person at every step (a button's callback)."""
    config = run.config
    try:
        again = runs.create_run(run.table(), target=config["target"], inputs=config["inputs"], source=config["source"],
                                **runs.options_of(config))
        again.command("step_by_step")  # before it begins, so that no step goes by unseen
        runs.launch(again)
    except XNetError as error:
        st.toast(words.md(error), icon=":material/error:")
        return
    st.session_state[state.RUN] = st.session_state[state.JUST_STARTED] = again.id
    st.session_state[state.TOLD_PACE] = (again.id, "step_by_step")
    navigation.go(DISCOVER_PAGE, run=again.id)


def change_settings(run: Run) -> None:
    """Go to Setup with the run's settings; the next search starts from what this one found (a button's callback)."""
    st.session_state[state.GO_ON_FROM], st.session_state[state.GO_ON] = run.id, True
    search_again(run)


def earlier_search() -> tuple[Run, list[dict[str, Any]]] | None:
    """The run that the next search can start from, with its networks; None where it explained something else."""
    try:
        run = runs.open_run(st.session_state.get(state.GO_ON_FROM) or "")
        config, snapshot = run.config, run.snapshot()
    except RunError:
        return None
    table = state.table()
    asked = None if table is None else choice.searched(table)[1], list(choice.roles().inputs)
    same = (config["target"], config["inputs"]) == asked and is_class(config) == (
        table is not None and choice.reads_as_class(table))
    return (run, [row["network"] for row in snapshot["front"]]) if same and snapshot else None


def search_again(run: Run) -> None:
    """Take the table, target, inputs and settings of a run into this session and go to Setup (a button's callback).

    After a reload the session has forgotten the table; the run's folder still holds the columns that it used.
    """
    config, table = run.config, state.table()
    made = recipes_of(config).get(config["target"]) if is_class(config) else None
    needed = {*config["inputs"], config["target"] if made is None else made.column, *further_columns(config)}
    if (table is None or config["source"] not in (table.name, table.title, table.called(config["target"]))
            or not needed <= set(table.frame.columns)):
        state.set_table(Table(frame=run.table(), name=config["source"], units=config["units"],
                              made_of=recipes_of(config)))
    choice.take(config)
    state.take_settings(config)
    navigation.go(SETUP_PAGE)


def prepared() -> pd.DataFrame | None:
    """The rows that a search on the session's choice would see: inputs, then target; None while nothing is chosen.

    Raises:
        TableError: the choice cannot be searched.
    """
    table, chosen = state.table(), choice.roles()
    if table is None or not chosen.target or not chosen.inputs:
        return None
    known = st.session_state.get(state.PREPARED)  # taken out of a large table once, not at every click
    if known is None or known[0] is not table or known[1] != choice.key():
        known = (table, choice.key(), choice.rows(table))
        st.session_state[state.PREPARED] = known
    rows: pd.DataFrame = known[2]
    return rows


def start(chosen: Settings | None = None) -> None:
    """Start a search on the session's table, with its settings or others, and go to the live page.

    What keeps the search from starting is shown here.
    """
    table = state.table()
    if table is None:
        st.error("No table is chosen yet. Choose a sample or upload one on the Data page.")
        return
    inputs, source = list(choice.roles().inputs), table.called(choice.roles().target)
    try:
        table, target = choice.searched(table)
        options = (chosen or state.settings()).options(inputs)
        choice.add_to(options, table)
        earlier = earlier_search() if st.session_state.get(state.GO_ON) else None
        if earlier is not None:
            options["known"] = earlier[1]
        run = runs.create_run(table.frame, target=target, inputs=inputs, source=source, **options)
        runs.launch(run)
    except XNetError as error:
        st.error(words.md(error), icon=":material/error:")
        return
    st.session_state[state.GO_ON_FROM] = None
    if earlier is not None and earlier[0].is_alive():
        earlier[0].command("stop")  # it was paused; its formulas stay in the library
    st.session_state[state.RUN] = st.session_state[state.JUST_STARTED] = run.id
    st.session_state.pop(state.VIEW, None)
    st.switch_page(DISCOVER_PAGE, query_params={"run": run.id})
