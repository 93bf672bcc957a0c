"""What the toy of the Learn page remembers: the phases gone through so far, and which of them is looked at.

Every phase is a value (`xnet.toy`), so the session keeps a trail of them: Next adds one, Back looks at the one before,
and a choice by hand starts a new branch from where it was made.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from typing import Any

import streamlit as st

from xnet.drawings.layout import NodeIds
from xnet.engine.networks.network import Network
from xnet.errors import DataError
from xnet.learn.toy import CHOICE, STARTS, Toy, begin, put, step
from xnet.learn.toy_moves import Proposal
from xnet.learn.toy_points import LAWS, Points, law_points, typed_points
from xnet.ui.session import state

#: In place of a law when the points were typed.
OWN = "My own points"
NOISES = (0, 5, 10, 20, 40)
#: Seconds that Play stays with a phase.
PACE = 2.5
#: A trail is cut off from the front beyond this.
_LONGEST = 200


def fill() -> None:
    """Give the toy its defaults once, before any widget reads them."""
    for key, value in ((state.TOY_LAW, next(iter(LAWS))), (state.TOY_NOISE, 0), (state.TOY_START, STARTS[0]),
                       (state.TOY_NOISE_SEED, 0), (state.TOY_PLAYING, None)):
        st.session_state.setdefault(key, value)
    if state.TOY_HISTORY not in st.session_state:
        restart()


def toy() -> Toy:
    """The phase that is looked at."""
    shown: Toy = st.session_state[state.TOY_HISTORY][st.session_state[state.TOY_POSITION]]
    return shown


def position() -> int:
    """How many phases lie before the one that is looked at."""
    return int(st.session_state[state.TOY_POSITION])


def points() -> Points:
    """The points that the chosen law has, or those that were typed."""
    own: Points | None = st.session_state.get(state.TOY_TYPED_POINTS)
    law = st.session_state[state.TOY_LAW]
    if law in LAWS:
        return law_points(law, int(st.session_state[state.TOY_NOISE]), int(st.session_state[state.TOY_NOISE_SEED]))
    return own or law_points(next(iter(LAWS)))


def restart() -> None:
    """Begin anew with the chosen points and the chosen start (a callback of buttons and widgets)."""
    st.session_state[state.TOY_HISTORY] = [begin(points(), st.session_state[state.TOY_START])]
    st.session_state[state.TOY_POSITION] = 0
    pause()


def draw_again() -> None:
    """Draw the noise anew (a button's callback)."""
    st.session_state[state.TOY_NOISE_SEED] += 1
    restart()


def forward() -> None:
    """Go to the next phase (a button's callback)."""
    trail, at = st.session_state[state.TOY_HISTORY], st.session_state[state.TOY_POSITION]
    if at + 1 < len(trail):
        st.session_state[state.TOY_POSITION] = at + 1
    elif not trail[at].ended:
        _follow(step(trail[at]))


def back() -> None:
    """Look at the phase before (a button's callback)."""
    st.session_state[state.TOY_POSITION] = max(0, st.session_state[state.TOY_POSITION] - 1)
    pause()


def put_there(offer: Proposal) -> None:
    """Put the activation that was asked about into the network (a button's callback)."""
    now = toy()
    if now.phase == CHOICE:  # what was chosen gives way to what a person prefers
        st.session_state[state.TOY_POSITION] -= 1
    _follow(put(now, offer))
    pause()


def _follow(new: Toy) -> None:
    trail: list[Toy] = [*st.session_state[state.TOY_HISTORY][:position() + 1], new][-_LONGEST:]
    st.session_state[state.TOY_HISTORY] = trail
    st.session_state[state.TOY_POSITION] = len(trail) - 1


def play() -> None:
    """Go on by itself from now on (a button's callback)."""
    st.session_state[state.TOY_PLAYING] = time.monotonic()
    forward()


def pause() -> None:
    """Stop going on by itself (a button's callback)."""
    st.session_state[state.TOY_PLAYING] = None


def playing() -> bool:
    """Whether the toy goes on by itself."""
    return st.session_state.get(state.TOY_PLAYING) is not None


def at_end() -> bool:
    """Whether there is no next phase."""
    return bool(toy().ended) and position() == len(st.session_state[state.TOY_HISTORY]) - 1


def tick() -> None:
    """One look at the clock while the toy goes on by itself: a phase later, the page is drawn anew."""
    began = st.session_state.get(state.TOY_PLAYING)
    if began is None or time.monotonic() - began < PACE - 0.2:
        return
    forward()
    st.session_state[state.TOY_PLAYING] = None if at_end() else time.monotonic()
    st.rerun()


def take_points(cells: Sequence[tuple[Any, Any]]) -> None:
    """Use points from the table, or keep the old ones and say what is wrong (a button's callback)."""
    try:
        st.session_state[state.TOY_TYPED_POINTS] = typed_points(cells)
    except DataError as error:
        st.session_state[state.TOY_ERROR] = str(error)
        return
    st.session_state.pop(state.TOY_ERROR, None)
    st.session_state[state.TOY_LAW] = OWN
    restart()


def identities() -> tuple[list[str], list[int]]:
    """Ids of the shown network's neurons, which unchanged ones keep along the trail, and which are new."""
    ids, last = NodeIds(), (list[str](), list[int]())
    before: Network | None = None
    for one in st.session_state[state.TOY_HISTORY][:position() + 1]:
        if one.network != before:
            last, before = ids.update(one.network), one.network
    return last[0], last[1] if toy().phase == CHOICE else []
