"""The presentation of a search, for a projector: the network, its formula and its error in large type.

It is a mode of the Discover page, chosen in the address (`?present=1`), so that a reload keeps it. The page's menu is
hidden; a button in the drawing fills the screen. Escape ends it; while the card of a neuron is open, Escape closes the
card alone.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import streamlit as st

from xnet.runs import ACTIVE
from xnet.ui.components.formula_view import show_formula
from xnet.ui.components.network_view import network_view
from xnet.ui.session import current_run, state
from xnet.ui.text import escaped, shorten, unexplained_text
from xnet.wording.formula_notation import typeset_text
from xnet.wording.score_text import accuracy_text

from .steering import go_on
from .step_view import step_view

_PARAMETER = "present"
# Streamlit's sizes follow the size of the root's type; a window of 1920 pixels gets type of 24 pixels. The colour that
# Streamlit gives to the key of a shortcut has too little contrast.
STYLE = """<style>
html { font-size: clamp(16px, 1.25vw, 40px); }
[data-testid="stHeader"], .st-key-strip { display: none; }
[data-testid="stMainBlockContainer"] { max-width: none; padding: 0.75rem 2rem; }
[data-testid="stMainBlockContainer"] [data-testid="stVerticalBlock"] { gap: 0.5rem; }
.st-key-present_top h1 { font-size: 1.75rem; padding: 0; }
.st-key-present_formula { max-height: 36vh; overflow: auto; }
.st-key-present_formula.st-key-present_formula .katex {
  font-size: clamp(1rem, min(2.2vw, 4.4vh, var(--fitting)), 2.4rem); }
.st-key-present_end kbd { color: inherit; opacity: 1; }
.st-key-present_formula [class*="st-key-long-formula-"] { font-size: 1.3rem; text-align: center; }
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


def frame(run: current_run.Run, run_state: str, snapshot: Mapping[str, Any] | None) -> None:
    """Draw what surrounds the refreshed part: style, heading, the button to go on or pause, and the way back."""
    st.html(STYLE)
    with st.container(horizontal=True, vertical_alignment="center", key="present_top"):
        st.title(f"Explaining {escaped(shorten(run.config['target'], 40))}", anchor=False, width="content")
        st.space("stretch")
        if run_state in ACTIVE and not current_run.is_read_only(run):
            go_on(run, run_state, snapshot)
        st.button("End the presentation", icon=":material/close_fullscreen:", key="present_end", on_click=end,
                  shortcut="Esc")


def draw(config: Mapping[str, Any], snapshot: Mapping[str, Any] | None, done: bool,
         trace: Mapping[str, Any] | None = None, phase: str = "") -> None:
    """Draw one snapshot: the network being tried (the best one at the end), the best formula and its score.

    Of a search step by step the phase of the step is drawn.
    """
    best = snapshot["best"] if snapshot else None
    if trace is not None:
        step_view(trace, phase, config, large=True)
    else:
        _network(config, snapshot, best, done)
    if best is None:
        return
    with st.container(key="present_formula"):
        show_formula(best, room=1.3, place="present")
    name = "Best formula" if done else "Best formula so far"
    st.markdown(f"**{name}:** {escaped(accuracy_text(best))} · {escaped(unexplained_text(best['loss']))} left "
                "unexplained", text_alignment="center")


def _network(config: Mapping[str, Any], snapshot: Mapping[str, Any] | None, best: Mapping[str, Any] | None,
             done: bool) -> None:
    best_wanted = done or st.session_state.get(state.DRAWN_NETWORK) == "Best network"
    record = best and {**best, "changed": [] if done else best["changed"]}
    if snapshot and not best_wanted:
        record = snapshot["current"]
    network_view(record, target=config["target"], columns=config["inputs"], key="present_network", live=not done,
                 seq=snapshot["seq"] if snapshot else 0, large=True, empty="The first network appears in a moment.",
                 announce=f"Best so far: {typeset_text(best['text'])}" if best else "")
