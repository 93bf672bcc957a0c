"""The search of the Motion page: the run that the session shows, its commands, and starting another one."""

from __future__ import annotations

import streamlit as st

from xnet import runs
from xnet.config.dynamics_runs import MotionRoles, is_dynamics
from xnet.dynamics.trajectories import Trajectories
from xnet.errors import XNetError
from xnet.runs import Run
from xnet.runs.dynamics_run import create_dynamics_run, table_of, trajectories_of
from xnet.runs.housekeeping import check_room
from xnet.tables.table import Table
from xnet.ui.page_list import MOTION
from xnet.ui.session import current_run, navigation, state
from xnet.ui.session.callbacks import reported

from . import keys


def motion_run() -> Run | None:
    """The search for laws of motion that the session shows; None if there is none."""
    run = current_run.session_run()
    return current_run.attached_run() if run is not None and is_dynamics(run.config) else None


@st.cache_resource(show_spinner=False, max_entries=8)
def _trajectories(folder: str, _run: Run) -> Trajectories:
    return trajectories_of(_run)


def data_of(run: Run) -> Trajectories:
    """The trajectories of a run; cached, because its rows never change."""
    return _trajectories(str(run.folder), run)


def start(table: Table, roles: MotionRoles) -> None:
    """Start a search; the sentence of an error is kept for the page (a button's callback)."""
    st.session_state[keys.ERROR] = None
    seconds = float(st.session_state[keys.SECONDS])
    try:
        check_room(current_run.is_private_server(), seconds)
        run = create_dynamics_run(table.frame, roles, source=table.name, units=table.units, seconds=seconds)
        _launch(run)
    except XNetError as error:
        st.session_state[keys.ERROR] = str(error)


@reported
def carry_on(run: Run) -> None:
    """Continue an interrupted search from its checkpoint, else from its beginning (a button's callback)."""
    _launch(run)


def _launch(run: Run) -> None:
    runs.launch(run, current_run.session_name())
    st.session_state[state.RUN_ID] = st.session_state[state.JUST_STARTED] = run.id
    navigation.go(MOTION.path, run=run.id)


@reported
def send(run: Run, command: str) -> None:
    """Send a command to a search (a button's callback)."""
    if command == "stop" and run.is_hung():
        runs.end_worker(run)
    else:
        run.command(command)


@reported
def search_again(run: Run) -> None:
    """Show the roles of a run, on its table, so that another search can be started (a button's callback)."""
    config, table = run.config, state.table()
    roles = MotionRoles.from_config(config)
    if table is None or table.name != config["source"] or not set(roles.columns) <= set(table.frame.columns):
        state.set_table(Table(frame=table_of(run), name=config["source"], units=config["units"]))
    st.session_state[keys.PROPOSED] = config["source"], roles
    leave()


def leave() -> None:
    """Show no search any more (a button's callback); it stays in the Library."""
    for key in (state.RUN_ID, state.SHARED_RUN):
        st.session_state.pop(key, None)
    navigation.go(MOTION.path)
