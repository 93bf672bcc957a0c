"""The run that the session shows.

A run belongs to its folder, not to the session. The session remembers only the run's id, and the URL (`?run=<id>`)
holds it too, so that a reload or a second tab finds the run again.
"""

from __future__ import annotations

import ipaddress
import os
import secrets
import time

import streamlit as st

from xnet import runs
from xnet.engine import Problem
from xnet.runs import Run, RunError
from xnet.runs.housekeeping import start_housekeeping

from . import state

#: Longest time, in seconds, that a page waits for the first network of a search that was just started.
PATIENCE_S = 0.6

__all__ = ["Run", "RunError", "is_listed", "is_private_server", "is_read_only", "prewarm", "run_state", "session_run"]


def prewarm() -> None:
    """Keep one worker process ready for the next search, unless this session's own search is using the cores."""
    run = session_run()
    if run is None or not run.is_alive():
        runs.prewarm()


def housekeeping() -> None:
    """Start the housekeeping of this server's runs, once."""
    start_housekeeping(is_private_server())


def run_state(run: Run) -> str:
    """The state of a run, one of the keys of `RUN_STATES`."""
    return str(run.status()["state"])


def session_run() -> Run | None:
    """The run that the session shows: the one in the URL, else the remembered one; None if neither exists.

    `?run=<id>` names a run with full access, `?view=<token>` a run that is shared for reading.
    """
    query, held = st.query_params, st.session_state
    named = ((runs.open_shared, query.get("view")), (runs.open_run, query.get("run")),
             (runs.open_shared, held.get(state.SHARED_RUN)), (runs.open_run, held.get(state.RUN_ID)))
    for open_it, name in named:
        if name:
            try:
                run = open_it(name)
                run.config  # noqa: B018 - raises RunError if the folder is being deleted
            except RunError:
                continue
            return run
    return None


def wait_for_start(run: Run) -> None:
    """Wait briefly for a search that was just started: with a worker ready, the page need not be drawn twice."""
    if st.session_state.pop(state.JUST_STARTED, None) != run.id:
        return
    deadline = time.monotonic() + PATIENCE_S
    while run.status()["state"] in ("queued", "starting") and time.monotonic() < deadline:
        time.sleep(0.02)


def is_read_only(run: Run) -> bool:
    """Whether the run is shared with this session for reading only."""
    return isinstance(run, runs.SharedRun)


def is_private_server() -> bool:
    """Whether sessions are separate on this server: each lists only the runs that it opened.

    They are separate unless the server answers this computer only: at another address, behind a proxy, and always
    with XNET_PRIVATE=1. With XNET_PRIVATE=0 they never are.
    """
    chosen = os.environ.get("XNET_PRIVATE", "")
    if chosen:
        return chosen != "0"
    return not _is_loopback(st.get_option("server.address")) or "X-Forwarded-For" in st.context.headers


def _is_loopback(address: str | None) -> bool:
    """Whether a server at this address answers its own computer only; None is every address."""
    if address == "localhost":
        return True
    try:
        return ipaddress.ip_address(address or "0.0.0.0").is_loopback  # noqa: S104 - compared, not bound
    except ValueError:
        return False


def session_name() -> str:
    """The name of this session in the queue: a random one on a private server, else that of all."""
    if not is_private_server():
        return ""
    name: str = st.session_state.setdefault(state.SESSION_NAME, secrets.token_hex(8))
    return name


def opened_runs() -> list[Run]:
    """The runs that this session has opened and may change."""
    return [run for run in runs.list_runs() if run.id in st.session_state.get(state.OPENED_RUNS, ())]


def is_listed(run: Run) -> bool:
    """Whether the pages of this session list the run."""
    return not is_private_server() or run.id in st.session_state.get(state.OPENED_RUNS, ())


def run_query(run: Run) -> dict[str, str]:
    """The query parameters that name a run in the URL."""
    return {"view" if is_read_only(run) else "run": run.id}


@st.cache_resource(show_spinner=False, max_entries=8)
def _problem_of(folder: str, _run: Run) -> Problem:
    return _run.problem()


def problem_of(run: Run) -> Problem:
    """The problem of a run, with its split of the rows; cached, because a run's rows never change."""
    return _problem_of(str(run.folder), run)


def attached_run() -> Run | None:
    """The run of this page, stored in session and URL; the page warns if the URL names an unknown run."""
    requested = st.query_params.get("view") or st.query_params.get("run")
    run = session_run()
    if requested and (run is None or run.id != requested):
        st.warning("There is no search with this address. It may have been deleted, or the address is incomplete."
                   + (" The page shows your last search instead." if run else ""), icon=":material/link_off:")
    if run is not None:
        _remember(run)
    return run


def _remember(run: Run) -> None:
    """Store a run as the one that the session shows, in the session and in the URL."""
    held = (state.SHARED_RUN, state.RUN_ID) if is_read_only(run) else (state.RUN_ID, state.SHARED_RUN)
    st.session_state[held[0]] = run.id
    st.session_state.pop(held[1], None)
    if not is_read_only(run):
        st.session_state[state.OPENED_RUNS] = {*st.session_state.get(state.OPENED_RUNS, ()), run.id}
    (name,) = run_query(run)
    st.query_params.pop("run" if name == "view" else "view", None)
    if st.query_params.get(name) != run.id:
        st.query_params[name] = run.id
