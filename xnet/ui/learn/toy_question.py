"""The question below the toy: what would sin do here? Any activation, in any neuron's place."""

from __future__ import annotations

import streamlit as st

from xnet.engine.algebra.conversion import to_network
from xnet.engine.formulas.text import to_text
from xnet.engine.networks.network import Network
from xnet.learn.toy import CHOICE, Toy, loss_of, offers
from xnet.learn.toy_moves import CHOICES, LIBRARY, Proposal, place_names, symbol, words
from xnet.ui.components.formula_view import compact_text
from xnet.ui.session import state
from xnet.ui.text import escaped

from . import toy_charts as charts
from . import toy_state as held


def ask(now: Toy) -> None:
    """Choose a neuron and an activation; see what the network would leave unexplained, and put it there."""
    network = _asked_network(now)
    names = place_names(network)
    with st.container(border=True, key="toy_ask"):
        st.markdown("**What would another activation do here?**")
        st.pills("Neuron", list(names), key=_key(state.TOY_NEURON, now), format_func=names.__getitem__)
        st.pills("Activation", CHOICES, key=_key(state.TOY_ACTIVATION, now), format_func=symbol)
        place, name = _wish(now)
        if place is None or name is None:
            st.caption("Choose a neuron and an activation: the picture of the neuron above shows how near it comes.")
            return
        offer = asked(now)
        if offer is None:
            st.markdown(f"{escaped(words(name)).capitalize()} is not possible there: it has no value for some of the "
                        "points, or the network would have more than three neurons.")
            return
        _answer(now, offer, names[place], loss_of(now.points, network))


def asked(now: Toy) -> Proposal | None:
    """The offer that is asked about, if one is."""
    place, name = _wish(now)
    return next((o for o in offers(now.points, _asked_network(now)).get(place, ()) if o.activation == name), None) \
        if place is not None else None


def _answer(now: Toy, offer: Proposal, neuron: str, before: float) -> None:
    own = to_network(offer.answer, 1, LIBRARY)
    formula = "" if own is None else f", as {escaped(compact_text(to_text(own, ['x'])))},"
    st.markdown(f"With **{escaped(words(offer.activation))}** in the place of neuron {escaped(neuron)}{formula} the "
                f"network would leave **{charts.percent(offer.loss)}** unexplained, instead of "
                f"{charts.percent(before)}.")
    st.button("Put it there", icon=":material/swap_horiz:", key="toy_put", on_click=held.put_there, args=(offer,))


def _asked_network(now: Toy) -> Network:
    """The network that is asked about: in the phase of choice still the one from before."""
    return now.subject if now.phase == CHOICE else now.network


def _wish(now: Toy) -> tuple[int | None, str | None]:
    return st.session_state.get(_key(state.TOY_NEURON, now)), st.session_state.get(_key(state.TOY_ACTIVATION, now))


def _key(name: str, now: Toy) -> str:
    """A key of its own for every network: another network has other neurons to ask about."""
    return f"{name}_{hash(_asked_network(now).structure())}"
