"""The question below the demonstration: what would another activation do in place of a neuron?"""

from __future__ import annotations

import streamlit as st

from xnet.engine.algebra.conversion import to_network
from xnet.engine.formulas.text import to_text
from xnet.engine.networks.network import Network
from xnet.learn.toy import CHOICE, Toy, loss_of, proposals
from xnet.learn.toy_moves import CHOICES, LIBRARY, Proposal, activation_name, place_names, symbol
from xnet.ui.session import state
from xnet.ui.text import escaped
from xnet.wording.formula_notation import shortened_text

from . import toy_charts as charts
from . import toy_state


def question_card(now: Toy) -> None:
    """Draw the choice of a neuron and an activation, its effect, and the button that applies it."""
    network = _network_of_question(now)
    names = place_names(network)
    with st.container(border=True, key="toy_ask"):
        st.markdown("**What would another activation do here?**")
        st.pills("Neuron", list(names), key=_key(state.TOY_NEURON, now), format_func=names.__getitem__)
        st.pills("Activation", CHOICES, key=_key(state.TOY_ACTIVATION, now), format_func=symbol)
        place, name = _selection(now)
        if place is None or name is None:
            st.caption("Choose a neuron and an activation. The chart of the neuron above shows how close its curve "
                       "comes to the targets.")
            return
        proposal = chosen_proposal(now)
        if proposal is None:
            st.markdown(f"{escaped(activation_name(name)).capitalize()} is not possible there: it has no value for "
                        "some of the points, or the network would have more than three neurons.")
            return
        _answer(now, proposal, names[place], loss_of(now.points, network))


def chosen_proposal(now: Toy) -> Proposal | None:
    """The proposal for the chosen neuron and activation, if both are chosen and it exists."""
    place, name = _selection(now)
    if place is None:
        return None
    at_place = proposals(now.points, _network_of_question(now)).get(place, ())
    return next((proposal for proposal in at_place if proposal.activation == name), None)


def _answer(now: Toy, proposal: Proposal, neuron: str, before: float) -> None:
    own = to_network(proposal.expression, 1, LIBRARY)
    formula = "" if own is None else f", as {escaped(shortened_text(to_text(own, ['x'])))},"
    st.markdown(f"With **{escaped(activation_name(proposal.activation))}** in the place of neuron "
                f"{escaped(neuron)}{formula} the network would leave **{charts.percent(proposal.loss)}** unexplained, "
                f"instead of {charts.percent(before)}.")
    st.button("Use this activation", icon=":material/swap_horiz:", key="toy_put",
              on_click=toy_state.use_proposal, args=(proposal,))


def _network_of_question(now: Toy) -> Network:
    """The network of the question; in the phase of choice, the network before the choice."""
    return now.subject if now.phase == CHOICE else now.network


def _selection(now: Toy) -> tuple[int | None, str | None]:
    return st.session_state.get(_key(state.TOY_NEURON, now)), st.session_state.get(_key(state.TOY_ACTIVATION, now))


def _key(name: str, now: Toy) -> str:
    """A widget key for each network, because another network has other neurons."""
    return f"{name}_{hash(_network_of_question(now).structure())}"
