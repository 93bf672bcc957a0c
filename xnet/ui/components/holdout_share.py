"""The share of rows that is held out, in words."""

from __future__ import annotations

import streamlit as st

from xnet.config.settings import LIMITS
from xnet.ui.session import state


def holdout_slider() -> None:
    """The slider for how many rows are held out."""
    st.slider("Share of the rows held out (%)", *LIMITS["holdout_percent"], step=5, key=state.HOLDOUT,
              persist_state="session",
              help="The search never learns from these rows; they show whether a formula holds for new data.")
