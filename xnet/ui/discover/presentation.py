"""The presentation of a search, for a projector: the network, its formula and its error in large type.

It is a mode of the Discover page, chosen in the address (`?present=1`), so that a reload keeps it. The page's menu is
hidden; a button in the drawing fills the screen.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import streamlit as st

from xnet.ui.components.formula_view import show_formula
from xnet.ui.components.network_view import network_view
from xnet.ui.session import state
from xnet.ui.text import escaped, shorten, unexplained_text
from xnet.wording.formula_notation import compact_text
from xnet.wording.score_text import accuracy_text

_PARAMETER = "present"
# Streamlit's sizes follow the size of the root's type; a window of 1920 pixels gets type of 24 pixels.
STYLE = """<style>
html { font-size: clamp(16px, 1.25vw, 40px); }
[data-testid="stHeader"], .st-key-strip { display: none; }
[data-testid="stMainBlockContainer"] { max-width: none; padding: 0.75rem 2rem; }
.st-key-present_formula .katex { font-size: clamp(1.2rem, 2.2vw, 2.4rem); }
</style>"""


def is_on() -> bool:
    """Whether the page is shown as a presentation."""
    return bool(st.query_params.get(_PARAMETER))


def button() -> None:
    """Draw the button that begins the presentation."""
    st.button("Present", icon=":material/present_to_all:", key="present", type="tertiary", on_click=begin,
              help="Large type and nothing but the network, its formula and its error, for a projector.")


def begin() -> None:
    """Show the page as a presentation (a button's callback)."""
    st.query_params[_PARAMETER] = "1"


def end() -> None:
    """Show the usual page (a button's callback)."""
    st.query_params.pop(_PARAMETER, None)


def frame(config: Mapping[str, Any]) -> None:
    """Draw what surrounds the refreshed part: the style, the heading and the way back."""
    st.html(STYLE)
    with st.container(horizontal=True, vertical_alignment="center", key="present_top"):
        st.title(f"Explaining {escaped(shorten(config['target'], 40))}", anchor=False, width="content")
        st.space("stretch")
        st.button("End the presentation", icon=":material/close_fullscreen:", key="present_end", on_click=end)


def draw(config: Mapping[str, Any], snapshot: Mapping[str, Any] | None, done: bool) -> None:
    """Draw one snapshot: the network being tried (the best one at the end), the best formula and its score."""
    best = snapshot["best"] if snapshot else None
    best_wanted = done or st.session_state.get(state.DRAWN_NETWORK) == "Best network"
    record = best and {**best, "changed": [] if done else best["changed"]}
    if snapshot and not best_wanted:
        record = snapshot["current"]
    network_view(record, target=config["target"], columns=config["inputs"], key="present_network", live=not done,
                 seq=snapshot["seq"] if snapshot else 0, large=True, empty="The first network appears in a moment.",
                 announce=f"Best so far: {compact_text(best['text'])}" if best else "")
    if best is None:
        return
    with st.container(key="present_formula"):
        show_formula(best, room=1.3, place="present")
    st.markdown(f"{escaped(accuracy_text(best))} · {escaped(unexplained_text(best['loss']))} left unexplained",
                text_alignment="center")
