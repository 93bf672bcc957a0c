"""The Motion page: roles of the columns, the search while it runs, and the systems that were found."""

from __future__ import annotations

import streamlit as st

from xnet.errors import XNetError
from xnet.ui.page_list import DATA
from xnet.ui.session import actions, state
from xnet.ui.shell import page_title
from xnet.ui.text import escaped

from . import keys
from .live import live_part
from .result import show_result
from .roles import Roles, choose_roles
from .session import MotionJob, current_job, forget_job, start

#: The sample of the first button.
SAMPLE = "lynx_hare"


def motion_page() -> None:
    """Draw the page."""
    page_title("Motion", "Find laws of motion: one formula for the time derivative of each state.")
    table = state.table()
    if table is None:
        _without_table()
        return
    job = current_job()
    if job is not None and job.table != table.name:
        forget_job()
        job = None
    roles = choose_roles(table)
    _buttons(roles, job)
    problem = st.session_state.get(keys.ERROR)
    if problem:
        st.error(escaped(problem), icon=":material/error:")
    if job is None:
        return
    if job.running:
        live_part(job)
    else:
        show_result(job)


def _without_table() -> None:
    with st.container(border=True, horizontal_alignment="center", gap="medium"):
        st.markdown("There is no table yet. A table for this page has one row for each time.", text_alignment="center")
        with st.container(horizontal=True, horizontal_alignment="center"):
            st.button("Try lynx and hares", icon=":material/play_arrow:", type="primary", key="motion_example",
                      on_click=_use_sample)
            if st.button("Use my data", icon=":material/upload:", key="motion_data"):
                st.switch_page(DATA.path)


def _use_sample() -> None:
    actions.use_sample(SAMPLE)


def _buttons(roles: Roles, job: MotionJob | None) -> None:
    running = job is not None and job.running
    with st.container(horizontal=True, vertical_alignment="bottom"):
        st.slider("Seconds of searching", 5, 120, 20, 5, key=keys.SECONDS, disabled=running, width=320,
                  persist_state="session")
        st.button("Find the laws", icon=":material/play_arrow:", type="primary", key="motion_start",
                  disabled=running or not roles.complete, on_click=_start, args=(roles,))
        if running and job is not None:
            st.button("Stop", icon=":material/stop:", key="motion_stop", on_click=job.stop)


def _start(roles: Roles) -> None:
    """Start a search; the sentence of an error is kept for the page."""
    table = state.table()
    st.session_state[keys.ERROR] = None
    if table is None:
        return
    try:
        start(table, roles, int(st.session_state[keys.SECONDS]))
    except XNetError as error:
        forget_job()
        st.session_state[keys.ERROR] = str(error)
