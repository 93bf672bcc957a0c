"""Going to another page by a button's callback, so that the click cannot be lost.

A click that reaches the server while the live part of a page ticks is handled by that tick, which never comes past
the button: `if st.button(...)` would miss it. A callback runs whatever part of the page is run next, leaves a note,
and the next run of the app, whole or a tick, follows it.
"""

from __future__ import annotations

import streamlit as st

from . import state


def go(path: str, **parameters: str) -> None:
    """Ask for the page `path` with these query parameters (a button's callback)."""
    st.session_state[state.PENDING_PAGE] = (path, parameters)


def follow() -> None:
    """Go where a callback asked to go, if one did."""
    goal = st.session_state.pop(state.PENDING_PAGE, None)
    if goal is not None:
        st.switch_page(goal[0], query_params=goal[1])
