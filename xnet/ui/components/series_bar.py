"""The searches that were started together, as links with their states, which follow the searches."""

from __future__ import annotations

import streamlit as st

from xnet.runs import ACTIVE
from xnet.runs.series import members, series_of
from xnet.ui.page_list import Page
from xnet.ui.session import current_run
from xnet.ui.text import RUN_STATES, escaped, shorten

#: Seconds between two looks at the states, while a search of the series waits or runs.
REFRESH_S = 2.0


def series_bar(run: current_run.Run, page: Page) -> None:
    """Draw a link to `page` for every search of the run's series; nothing for a search of its own.

    A run that is shared for reading shows no links, because they would open the other runs with full access.
    """
    if series_of(run.config) is None or current_run.is_read_only(run):
        return
    waits = _one_is_active(run)
    st.fragment(run_every=REFRESH_S if waits else None)(_links)(run, page, waits)


def _one_is_active(run: current_run.Run) -> bool:
    return any(current_run.run_state(other) in ACTIVE for other in members(run))


def _links(run: current_run.Run, page: Page, waits: bool) -> None:
    """Draw the links; rerun the whole page when the last search has ended, or one has begun."""
    try:
        changed = _one_is_active(run) != waits
    except current_run.RunError:  # the run was deleted; the whole page shows a message
        changed = True
    if changed:
        st.rerun()
    series = series_of(run.config)
    if series is None:
        return
    of = f"Classes of {escaped(shorten(series['column'], 40))}:" if series["kind"] == "classes" else "Columns:"
    with st.container(horizontal=True, vertical_alignment="center", gap="small", key="series"):
        st.caption(of, width="content")
        for other in members(run):
            entry = series_of(other.config)
            if entry is None:
                continue
            label, icon, _ = RUN_STATES[current_run.run_state(other)]
            st.page_link(page.path, label=escaped(shorten(entry["label"], 24)), icon=icon, help=label,
                         disabled=other.id == run.id, query_params=current_run.run_query(other))
