"""Callbacks of buttons that can fail.

Streamlit runs a callback before the page, outside of the `try` of `xnet.ui.shell.open_app`. So an error in it, such as
that of a run that was deleted in another window, would end the page.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import ParamSpec

import streamlit as st

from xnet.errors import XNetError
from xnet.ui.text import escaped

P = ParamSpec("P")


def reported(act: Callable[P, None]) -> Callable[P, None]:
    """A callback that shows an `XNetError` of `act` as a message."""
    @wraps(act)
    def callback(*args: P.args, **kwargs: P.kwargs) -> None:
        try:
            act(*args, **kwargs)
        except XNetError as error:
            st.toast(escaped(error), icon=":material/error:", duration="long")

    return callback
