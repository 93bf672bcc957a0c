"""The Motion page: roles of the columns, the search while it runs, and the systems that were found."""

from __future__ import annotations

import streamlit as st

from xnet.name_lists import quoted_names
from xnet.runs import ACTIVE, Run
from xnet.tables.table import Table
from xnet.ui.components.share import share_popover
from xnet.ui.page_list import DATA
from xnet.ui.session import actions, current_run, state
from xnet.ui.shell import page_title
from xnet.ui.text import RUN_STATES, escaped, shorten

from . import keys
from .live import live_part
from .result import show_result
from .roles import choose_roles, motion_samples
from .session import carry_on, leave, motion_run, search_again, send, start

#: Sample tables of trajectories, and what their buttons say.
EXAMPLES = {"lynx_hare": "Try lynx and hares", "pendulum_swing": "Try a pendulum",
            "coffee_cooling": "Try cooling coffee", "influenza_1978": "Try an epidemic",
            "yeast_1913": "Try growing yeast"}


def motion_page() -> None:
    """Draw the page."""
    page_title("Motion", "Find laws of motion: one formula for the time derivative of each state.")
    run, table = motion_run(), state.table()
    if run is not None:
        _search(run, table)
    elif table is not None:
        _setup(table)
    else:
        _without_table()


def _without_table() -> None:
    with st.container(border=True, horizontal_alignment="center", gap="medium"):
        st.markdown("There is no table yet. A table for this page has one row for each time.", text_alignment="center")
        with st.container(horizontal=True, horizontal_alignment="center"):
            for name, label in EXAMPLES.items():
                if name in motion_samples():
                    st.button(label, icon=":material/play_arrow:", type="primary", key=f"motion_example_{name}",
                              on_click=actions.use_sample, args=(name,))
            if st.button("Use my data", icon=":material/upload:", key="motion_data"):
                st.switch_page(DATA.path)


def _setup(table: Table) -> None:
    """The roles of the columns, and the button that starts a search."""
    if table.source:
        st.caption(escaped(f"{table.title}. {table.source}. Licence: {table.licence}.", links=True))
    roles = choose_roles(table)
    with st.container(horizontal=True, vertical_alignment="bottom"):
        st.slider("Seconds of searching", 5, 120, 20, 5, key=keys.SECONDS, width=320, persist_state="session")
        st.button("Find the laws", icon=":material/play_arrow:", type="primary", key="motion_start",
                  disabled=roles is None, on_click=start, args=(table, roles))
    if roles is None:
        st.caption("Choose the column of time and at least one state.")
        made = {recipe.column for recipe in table.derived.values()}
        if dates := [name for name, kind in table.kinds.items() if kind in ("dates", "times") and name not in made]:
            st.caption(f"Times have to be numbers. On the page Data, the tab “Gaps, text and dates” converts "
                       f"{escaped(quoted_names(dates[:3]))}.")
    if problem := st.session_state.get(keys.ERROR):
        st.error(escaped(problem), icon=":material/error:")


def _search(run: Run, table: Table | None) -> None:
    """A search: its name and buttons, and what it shows in its state."""
    status, snapshot = run.status(), run.snapshot()
    label, icon, color = RUN_STATES[status["state"]]
    with st.container(horizontal=True, vertical_alignment="center", gap="small", key="motion_top"):
        st.markdown(f"**{escaped(shorten(run.config['name'], 80))}**", width="content")
        st.badge(label, icon=icon, color=color)  # type: ignore[arg-type]
        st.space("stretch")
        if not current_run.is_read_only(run):
            _buttons(run, status["state"], table)
    if status["state"] in ACTIVE:
        live_part(run, status["state"])
        return
    found = snapshot is not None and bool(snapshot["front"])
    if status["state"] == "failed" or not found:
        st.error(escaped(status["message"]), icon=":material/error:")
    if snapshot is not None and found:
        show_result(run, snapshot)


def _buttons(run: Run, run_state: str, table: Table | None) -> None:
    if run_state in ACTIVE:
        if run_state == "running":
            st.button("Pause", icon=":material/pause:", key="motion_pause", on_click=send, args=(run, "pause"))
        elif run_state == "paused":
            st.button("Resume", icon=":material/play_arrow:", key="motion_resume", on_click=send,
                      args=(run, "resume"))
        st.button("Stop", icon=":material/stop:", key="motion_stop", on_click=send, args=(run, "stop"))
        return
    if run_state != "failed":
        share_popover(run)
    if run_state == "failed":
        stored = run.checkpoint() is not None
        st.button("Continue the search" if stored else "Start again", key="motion_carry_on", type="primary",
                  icon=":material/play_arrow:" if stored else ":material/restart_alt:", on_click=carry_on, args=(run,),
                  help="Continue from the last checkpoint before the interruption." if stored else
                  "The same search, from its beginning.")
    st.button("Change and search again", icon=":material/tune:", key="motion_again", on_click=search_again,
              args=(run,), help="Other roles or more time. This search stays in the Library.")
    if table is not None and table.name != run.config["source"]:
        st.button(f"Use {shorten(table.title, 30)}", icon=DATA.icon, key="motion_leave", on_click=leave,
                  help="Search the table that is open on the Data page.")
