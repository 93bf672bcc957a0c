"""The slider for the share of held-out rows, used by the pages Data and Setup."""

from __future__ import annotations

import streamlit as st

from xnet.config.settings import LIMITS
from xnet.ui.session import state


def holdout_slider() -> None:
    """Draw the slider."""
    st.slider("Share of held-out rows (%)", *LIMITS["holdout_percent"], step=5, key=state.HOLDOUT,
              persist_state="session",
              help="No formula is fitted to these rows. They show whether a formula holds for new data.")
