"""Scripts that every page runs: names for tables, one history entry a page, the focus, the menu, a lost connection.

Streamlit's tables are named by the argument `alt`, which their canvas does not have. Its addresses add an entry to the
browser's history at every change, so that Back did nothing once or twice. A button that is disabled or replaced loses
the focus, which then goes to the one at its place. Its menu of a narrow window stays open over the chosen page.
Its dialog on a lost connection asks for a command in a terminal.
"""

from __future__ import annotations

from pathlib import Path

import streamlit as st

_ASSETS = Path(__file__).parents[1] / "assets"
_STARTS = {"grid_names.js": "watchGrids", "page_history.js": "keepOneEntry", "keep_focus.js": "keepFocus",
           "close_menu.js": "closeMenu", "connection_words.js": "explainLoss"}
_COMPONENT = st.components.v2.component(
    "xnet_page_scripts",
    js="".join((_ASSETS / name).read_text("utf-8") for name in _STARTS)
    + f"\nexport default () => {{ {' '.join(f'{start}();' for start in _STARTS.values())} }};\n")


def run_page_scripts() -> None:
    """Start the scripts, before the address is changed; page.css keeps the component out of the layout."""
    _COMPONENT(key="page_scripts")
