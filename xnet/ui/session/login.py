"""The login of a server: Streamlit's own, with an OpenID provider; off unless XNET_LOGIN is 1."""

from __future__ import annotations

import os
from enum import StrEnum

import streamlit as st
from streamlit.errors import StreamlitSecretNotFoundError


class Login(StrEnum):
    """What a session may see: all pages, the login only, or a message that the login is not set up."""

    OPEN = "open"
    REQUIRED = "required"
    NOT_SET_UP = "not set up"


def login_of(wanted: str, is_set_up: bool, is_logged_in: bool) -> Login:
    """Whether a login is required of a session; a login that is wanted and not set up lets nobody in.

    Args:
        wanted: the variable XNET_LOGIN; empty and "0" mean that no login is wanted.
        is_set_up: whether the server's secrets name a provider.
        is_logged_in: whether the session has logged in.

    >>> [str(login_of(wanted, True, False)) for wanted in ("", "1")]
    ['open', 'required']
    """
    if wanted in ("", "0"):
        return Login.OPEN
    if not is_set_up:
        return Login.NOT_SET_UP
    return Login.OPEN if is_logged_in else Login.REQUIRED


def ask_for_login() -> bool:
    """Draw the login in place of the page where one is required; returns whether it was drawn."""
    state = login_of(os.environ.get("XNET_LOGIN", ""), _is_set_up(), bool(st.user.to_dict().get("is_logged_in")))
    if state is Login.OPEN:
        return False
    # Without a navigation of its own, Streamlit would list the files in pages/ beside the login.
    st.navigation([st.Page(lambda: None, title="X-Net")], position="hidden")
    st.title("X-Net", anchor=False)
    st.caption("This server shows its pages after a login.")
    if state is Login.NOT_SET_UP:
        st.error("This server asks for a login, but its provider is not set up. Whoever runs the server finds the "
                 "steps in docs/hosting.md.", icon=":material/error:")
    else:
        st.button("Log in", type="primary", icon=":material/login:", key="log_in", on_click=st.login)
    return True


def _is_set_up() -> bool:
    try:
        return "auth" in st.secrets
    except StreamlitSecretNotFoundError:
        return False
