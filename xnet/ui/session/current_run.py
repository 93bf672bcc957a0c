"""The app's hold on tables and runs: thin calls into `xnet.samples`, `xnet.data` and `xnet.runs`, with errors shown.

A run belongs to its folder, not to this session: the session only remembers which run it looks at, and the URL
(`?run=<id>`) says the same, so that a reload or a second tab finds it again.
"""

from __future__ import annotations

import os
import time

import streamlit as st

from xnet import runs
from xnet.engine import Problem
from xnet.runs import Run, RunError

from . import state

#: Seconds that a page waits for a search that was just started before it shows itself without a network.
PATIENCE_S = 0.6

__all__ = ["Run", "RunError", "is_listed", "is_private_server", "is_read_only", "prewarm", "run_state", "session_run"]


def prewarm() -> None:
    """Keep one worker warm, so that the next search starts at once; not while this session's search needs the cores."""
    run = session_run()
    if run is None or not run.is_alive():
        runs.prewarm()


def run_state(run: Run) -> str:
    """The state of a run, one of the keys of `words.STATES`."""
    return str(run.status()["state"])


def session_run() -> Run | None:
    """The run that this session looks at: the URL's, else the remembered one; None if there is none (any more).

    `?run=<id>` is a run that may be steered, `?view=<token>` one that is shared for reading.
    """
    query, held = st.query_params, st.session_state
    named = ((runs.open_shared, query.get("view")), (runs.open_run, query.get("run")),
             (runs.open_shared, held.get(state.SHARED_RUN)), (runs.open_run, held.get(state.RUN_ID)))
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


def is_read_only(run: Run) -> bool:
    """Whether a run is only shared with this session: to be looked at, not to be steered or changed."""
    return isinstance(run, runs.SharedRun)


def is_private_server() -> bool:
    """Whether this server keeps sessions apart (XNET_PRIVATE=1): each lists the searches that it has opened itself."""
    return os.environ.get("XNET_PRIVATE", "0") not in ("", "0")


def is_listed(run: Run) -> bool:
    """Whether a run is to be listed to this session."""
    return not is_private_server() or run.id in st.session_state.get(state.OPENED_RUNS, ())


def run_query(run: Run) -> dict[str, str]:
    """The query parameters that lead to a run."""
    return {"view" if is_read_only(run) else "run": run.id}


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
    held = (state.SHARED_RUN, state.RUN_ID) if is_read_only(run) else (state.RUN_ID, state.SHARED_RUN)
    st.session_state[held[0]] = run.id
    st.session_state.pop(held[1], None)
    if not is_read_only(run):
        st.session_state[state.OPENED_RUNS] = {*st.session_state.get(state.OPENED_RUNS, ()), run.id}
    (name,) = run_query(run)
    st.query_params.pop("run" if name == "view" else "view", None)
    if st.query_params.get(name) != run.id:
        st.query_params[name] = run.id
