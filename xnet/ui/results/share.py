"""The Share button of the Results page: a link for reading, made and taken back here."""

from __future__ import annotations

from collections.abc import Callable

import streamlit as st

from xnet import runs
from xnet.ui.session import current_run, state
from xnet.ui.text import escaped


def share_popover(run: current_run.Run) -> None:
    """A popover with the run's link for reading, or the button that makes one."""
    with st.popover("Share", icon=":material/share:", key="share"):
        st.markdown("Whoever has the link and reaches this server sees this search, its results and the rows of the "
                    "columns that it used, and can download them. The link itself steers and changes nothing.")
        if not current_run.is_private_server():
            st.caption("On this server everybody finds all searches in the Library, and may change them there. Whoever "
                       "runs it can keep people apart by starting it with XNET_PRIVATE=1.")
        token = runs.shared_as(run)
        if token is None:
            st.button("Make a link", icon=":material/link:", type="primary", key="make_link", on_click=_make,
                      args=(run,))
        else:
            st.code(link(st.context.url, token), language=None, wrap_lines=True)
            st.button("End sharing", icon=":material/link_off:", key="end_sharing", on_click=_end,
                      args=(run,), help="The link then opens nothing any more.")
        if problem := st.session_state.pop(state.SHARE_ERROR, None):
            st.error(escaped(problem), icon=":material/error:")


def link(page: str | None, token: str) -> str:
    """The address for reading; `page` is the address of the Results page as the browser has it, without a query.

    >>> link("http://127.0.0.1:8501/x/results", "t")
    'http://127.0.0.1:8501/x/results?view=t'
    """
    return f"{page or '/results'}?view={token}"


def _make(run: current_run.Run) -> None:
    _told(lambda: runs.share(run))


def _end(run: current_run.Run) -> None:
    _told(lambda: runs.end_sharing(run))


def _told(act: Callable[[], object]) -> None:
    """Do it; what stands in the way is kept to be shown in the popover."""
    try:
        act()
    except runs.RunError as error:
        st.session_state[state.SHARE_ERROR] = str(error)
