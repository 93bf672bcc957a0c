"""A function of your own on the Setup page: definitions, their curves, and files of them."""

from __future__ import annotations

import streamlit as st

from xnet.drawings.curves import curves_svg, describe_curves
from xnet.engine import definitions_from, definitions_in_file
from xnet.errors import XNetError
from xnet.ui.session import state
from xnet.ui.text import escaped

_HELP = ("One function a line: a name, one or two arguments, and a formula of them. The search tries it like any other "
         "activation; formulas are printed with its name, and exported programs contain its formula.")


def own_functions() -> None:
    """Draw the field of definitions, the curves of the functions, and the buttons that save and open a file of them."""
    with st.expander("A function of your own", icon=":material/function:",
                     expanded=bool(st.session_state.get(state.OWN_FUNCTIONS))):
        left, right = st.columns([3, 2], gap="large")
        left.text_area("Functions of your own", key=state.OWN_FUNCTIONS, persist_state="session", height=100,
                       placeholder="hill(x, y) = x/(x + y)\nbell(x) = exp(-x**2)", help=_HELP)
        right.file_uploader("Open a file of functions", type=["txt"], key=state.FUNCTIONS_FILE, on_change=_open)
        texts = state.lines(st.session_state.get(state.OWN_FUNCTIONS))
        if texts:
            with left:
                _understood(texts)


def _understood(texts: tuple[str, ...]) -> None:
    """The curves of the functions, or why a definition is refused."""
    try:
        own = definitions_from(texts)
    except XNetError as error:
        st.error(escaped(str(error)), icon=":material/error:")
        return
    with st.container(horizontal=True, vertical_alignment="center"):
        st.image(curves_svg(own, own), alt=describe_curves(own, own))
        st.download_button("Save as a file", "\n".join(own) + "\n", "functions.txt", "text/plain",
                           icon=":material/download:", key="save_functions", on_click="ignore")


def _open() -> None:
    """Add the definitions of the chosen file to the field (the callback of the uploader)."""
    file = st.session_state.get(state.FUNCTIONS_FILE)
    if file is None:
        return
    known = state.lines(st.session_state.get(state.OWN_FUNCTIONS))
    text = file.getvalue()[:20_000].decode("utf-8", "replace")
    try:
        found: tuple[str, ...] = definitions_in_file(text)
    except XNetError:
        found = state.lines(text)  # the field shows them, and says what is wrong
    st.session_state[state.OWN_FUNCTIONS] = "\n".join(dict.fromkeys((*known, *found)))
