"""The searches that were started together, as links with their states."""

from __future__ import annotations

import streamlit as st

from xnet.runs.series import members, series_of
from xnet.ui.page_list import Page
from xnet.ui.session import current_run
from xnet.ui.text import RUN_STATES, escaped, shorten


def series_bar(run: current_run.Run, page: Page) -> None:
    """Draw a link to `page` for every search of the run's series; nothing for a search of its own.

    A run that is shared for reading shows no links, because they would open the other runs with full access.
    """
    series = series_of(run.config)
    if series is None or current_run.is_read_only(run):
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
