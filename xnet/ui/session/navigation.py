"""Switching to another page from a button's callback, so that no click is lost.

When a click reaches the server during a refresh of a fragment, that refresh handles it without running the button's
line, so `if st.button(...)` would miss the click. Streamlit runs callbacks in either case: the callback stores the
page, and the next run of the app or of the fragment switches to it.
"""

from __future__ import annotations

import streamlit as st

from . import state


def go(path: str, **parameters: str) -> None:
    """Request a switch to the page `path` with these query parameters (a button's callback)."""
    st.session_state[state.PENDING_PAGE] = (path, parameters)


def follow() -> None:
    """Switch to the page that a callback requested, if there is such a request."""
    goal = st.session_state.pop(state.PENDING_PAGE, None)
    if goal is not None:
        st.switch_page(goal[0], query_params=goal[1])
