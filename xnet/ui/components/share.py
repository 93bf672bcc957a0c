"""The Share button of the pages Results and Motion: creates and ends a link for reading."""

from __future__ import annotations

from collections.abc import Callable

import streamlit as st

from xnet import runs
from xnet.ui.session import current_run, state
from xnet.ui.text import escaped


def share_popover(run: current_run.Run) -> None:
    """Draw a popover with the run's link for reading, or the button that creates one."""
    with st.popover("Share", icon=":material/share:", key="share"):
        st.markdown("Anyone with the link and access to this server can see and download this search, its results and "
                    "the rows of the columns that it used. With the link alone, nobody can change or stop the search.")
        if not current_run.is_private_server():
            st.caption("On this server, everybody can see and change all searches in the Library. To separate the "
                       "users, start the server with XNET_PRIVATE=1 or at an address of the network.")
        token = runs.shared_as(run)
        if token is None:
            st.button("Create a link", icon=":material/link:", type="primary", key="make_link", on_click=_create,
                      args=(run,))
        else:
            st.code(link(st.context.url, token), language=None, wrap_lines=True)
            st.button("End sharing", icon=":material/link_off:", key="end_sharing", on_click=_end,
                      args=(run,), help="The link then stops working.")
        if problem := st.session_state.pop(state.SHARE_ERROR, None):
            st.error(escaped(problem), icon=":material/error:")


def link(page: str | None, token: str) -> str:
    """The address for reading; `page` is the address of the page in the browser, without a query.

    >>> link("http://127.0.0.1:8501/x/results", "t")
    'http://127.0.0.1:8501/x/results?view=t'
    """
    return f"{page or '/results'}?view={token}"


def _create(run: current_run.Run) -> None:
    _try(lambda: runs.share(run))


def _end(run: current_run.Run) -> None:
    _try(lambda: runs.end_sharing(run))


def _try(act: Callable[[], object]) -> None:
    """Call `act`; an error is stored, and the popover shows it."""
    try:
        act()
    except runs.RunError as error:
        st.session_state[state.SHARE_ERROR] = str(error)
