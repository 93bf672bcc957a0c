"""The state of the demonstration: the phases so far, and which of them is shown.

Every phase is an immutable value (`xnet.learn.toy.Toy`), so the session keeps a history of them. Next adds a phase,
Back shows the one before, and a choice of the user replaces the later phases.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from typing import Any

import streamlit as st

from xnet.drawings.layout import NodeIds
from xnet.engine.networks.network import Network
from xnet.errors import DataError
from xnet.learn.demonstrations import Demonstration
from xnet.learn.toy import CHOICE, STARTS, Toy, begin, put, step
from xnet.learn.toy_moves import Proposal
from xnet.learn.toy_points import LAWS, Points, law_points, typed_points
from xnet.ui.session import state

#: The choice in place of a law if the user typed the points.
OWN = "My own points"
NOISES = (0, 5, 10, 20, 40)
#: Seconds that Play shows each phase, and each phase of a demonstration from the Home page.
PACE, DEMONSTRATION_PACE = 2.5, 1.2
#: Longest history; earlier phases are dropped.
_MAX_HISTORY = 200


def fill() -> None:
    """Set the defaults of the demonstration, unless the session has values already."""
    for key, value in ((state.TOY_LAW, next(iter(LAWS))), (state.TOY_NOISE, 0), (state.TOY_START, STARTS[0]),
                       (state.TOY_NOISE_SEED, 0), (state.TOY_PLAYING, None)):
        st.session_state.setdefault(key, value)
    if state.TOY_HISTORY not in st.session_state:
        restart()


def toy() -> Toy:
    """The phase that is shown."""
    shown: Toy = st.session_state[state.TOY_HISTORY][st.session_state[state.TOY_POSITION]]
    return shown


def position() -> int:
    """The number of phases before the one that is shown."""
    return int(st.session_state[state.TOY_POSITION])


def points() -> Points:
    """The points of the chosen law, or the points that the user typed."""
    own: Points | None = st.session_state.get(state.TOY_TYPED_POINTS)
    law = st.session_state[state.TOY_LAW]
    if law in LAWS:
        return law_points(law, int(st.session_state[state.TOY_NOISE]), int(st.session_state[state.TOY_NOISE_SEED]))
    return own or law_points(next(iter(LAWS)))


def demonstrate(shown: Demonstration) -> None:
    """Start to play a demonstration."""
    st.session_state.update({state.TOY_LAW: shown.law, state.TOY_NOISE: 0, state.TOY_START: shown.start,
                             state.TOY_NOISE_SEED: 0, state.TOY_PACE: DEMONSTRATION_PACE})
    restart()
    st.session_state[state.TOY_PLAYING] = time.monotonic()


def pace() -> float:
    """Seconds that Play shows each phase."""
    return float(st.session_state.get(state.TOY_PACE, PACE))


def restart() -> None:
    """Restart with the chosen points and the chosen initial network (a callback)."""
    st.session_state[state.TOY_HISTORY] = [begin(points(), st.session_state[state.TOY_START])]
    st.session_state[state.TOY_POSITION] = 0
    pause()


def draw_again() -> None:
    """Draw new random noise (a button's callback)."""
    st.session_state[state.TOY_NOISE_SEED] += 1
    restart()


def forward() -> None:
    """Go to the next phase (a button's callback)."""
    history, at = st.session_state[state.TOY_HISTORY], st.session_state[state.TOY_POSITION]
    if at + 1 < len(history):
        st.session_state[state.TOY_POSITION] = at + 1
    elif not history[at].ended:
        _follow(step(history[at]))


def back() -> None:
    """Go to the phase before (a button's callback)."""
    st.session_state[state.TOY_POSITION] = max(0, st.session_state[state.TOY_POSITION] - 1)
    pause()


def use_proposal(proposal: Proposal) -> None:
    """Put the proposed activation into the network (a button's callback)."""
    now = toy()
    if now.phase == CHOICE:  # the user's choice replaces the automatic one
        st.session_state[state.TOY_POSITION] -= 1
    _follow(put(now, proposal))
    pause()


def _follow(new: Toy) -> None:
    history: list[Toy] = [*st.session_state[state.TOY_HISTORY][:position() + 1], new][-_MAX_HISTORY:]
    st.session_state[state.TOY_HISTORY] = history
    st.session_state[state.TOY_POSITION] = len(history) - 1


def play() -> None:
    """Start to advance automatically (a button's callback)."""
    st.session_state[state.TOY_PLAYING] = time.monotonic()
    forward()


def pause() -> None:
    """Stop advancing automatically (a button's callback)."""
    st.session_state[state.TOY_PLAYING] = None


def playing() -> bool:
    """Whether the demonstration advances automatically."""
    return st.session_state.get(state.TOY_PLAYING) is not None


def at_end() -> bool:
    """Whether there is no next phase."""
    return bool(toy().ended) and position() == len(st.session_state[state.TOY_HISTORY]) - 1


def tick() -> None:
    """While playing: when the time of a phase is over, advance (or begin again, if asked) and rerun the page."""
    began = st.session_state.get(state.TOY_PLAYING)
    if began is None or time.monotonic() - began < pace() - 0.2:
        return
    if at_end():
        restart()
    else:
        forward()
    goes_on = not at_end() or st.session_state.get(state.TOY_LOOP)
    st.session_state[state.TOY_PLAYING] = time.monotonic() if goes_on else None
    st.rerun()


def take_points(cells: Sequence[tuple[Any, Any]]) -> None:
    """Use the points of the table; on an error keep the old ones and store the reason (a button's callback)."""
    try:
        st.session_state[state.TOY_TYPED_POINTS] = typed_points(cells)
    except DataError as error:
        st.session_state[state.TOY_ERROR] = str(error)
        return
    st.session_state.pop(state.TOY_ERROR, None)
    st.session_state[state.TOY_LAW] = OWN
    restart()


def identities() -> tuple[list[str], list[int]]:
    """Ids of the shown network's neurons, which unchanged neurons keep along the history, and the new neurons."""
    ids, last = NodeIds(), (list[str](), list[int]())
    before: Network | None = None
    for one in st.session_state[state.TOY_HISTORY][:position() + 1]:
        if one.network != before:
            last, before = ids.update(one.network), one.network
    return last[0], last[1] if toy().phase == CHOICE else []
