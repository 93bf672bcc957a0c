"""Names for Streamlit's tables where the keyboard reaches them; a table gets its name by the argument `alt`."""

from __future__ import annotations

from pathlib import Path

import streamlit as st

_ASSETS = Path(__file__).parents[1] / "assets"
_COMPONENT = st.components.v2.component("xnet_grid_names", js=(_ASSETS / "grid_names.js").read_text("utf-8"))


def name_grids() -> None:
    """Name the tables of the page, also those that come later; page.css keeps the component out of the layout."""
    _COMPONENT(key="grid_names")
