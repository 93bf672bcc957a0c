"""The demonstration on the Learn page: alternating backpropagation on a dozen points, one phase at a time."""

from __future__ import annotations

import streamlit as st

from xnet.drawings.layout import labels, layout
from xnet.engine.formulas.text import to_text
from xnet.learn.toy import (
    CHOICE,
    ENOUGH,
    EXACT,
    FORWARD,
    NOTHING,
    PARAMETERS,
    PHASES,
    STARTS,
    TARGETS,
    Toy,
    proposals,
    rows_of,
)
from xnet.learn.toy_moves import activation_name, curve_of, outputs, place_names, symbol, targets_of
from xnet.learn.toy_points import CHANCE, LAWS
from xnet.ui.components.network_view import network_view
from xnet.ui.session import state
from xnet.ui.text import escaped
from xnet.wording.formula_notation import shortened_text

from . import toy_charts as charts
from . import toy_state
from .toy_points import edit_points
from .toy_question import chosen_proposal, question_card

_TITLES = {FORWARD: "Forward", TARGETS: "Targets", CHOICE: "Choice of activation", PARAMETERS: "Parameters"}
_STORY = {
    FORWARD: "Each neuron applies its activation to its inputs from the left, and passes the result on. The output of "
             "the last neuron is the output of the network. The gaps to your points are not explained yet.",
    TARGETS: "Derivatives are propagated backwards. They give every neuron a target: the value that it should have put "
             "out for the network to hit your points. A faint gap means that this neuron has little influence there.",
    PARAMETERS: "The structure stays fixed and its numbers are fitted. Numbers that are not needed are removed. "
                "Then the next round begins.",
}


def toy_section() -> None:
    """Draw the demonstration."""
    toy_state.fill()
    now = toy_state.toy()
    _choices()
    with st.container(border=True):
        _steering(now)
        st.markdown(_story(now))
        left, right = st.columns([1, 1], gap="medium")
        with left:
            _answer(now)
        with right:
            _network(now)
    _neurons(now)
    question_card(now)
    st.fragment(run_every=toy_state.pace() if toy_state.playing() else None)(toy_state.tick)()


def _choices() -> None:
    """Draw the choices of points, noise and initial network."""
    with st.container(horizontal=True, vertical_alignment="bottom", gap="small"):
        st.selectbox("Points of a hidden law", [*LAWS, toy_state.OWN], key=state.TOY_LAW, on_change=toy_state.restart,
                     persist_state="session", width=210)
        law = st.session_state[state.TOY_LAW]
        if law in LAWS:
            st.select_slider("Noise", toy_state.NOISES, key=state.TOY_NOISE, on_change=toy_state.restart, width=200,
                             format_func=lambda n: f"{n} %", persist_state="session", disabled=law == CHANCE,
                             help="The standard deviation of the noise, relative to the standard deviation of the law.")
        st.selectbox("Initial network", STARTS, key=state.TOY_START, on_change=toy_state.restart,
                     format_func=lambda start: "0 (nothing yet)" if start == NOTHING else start,
                     persist_state="session", width=210)
        if law == CHANCE or (law in LAWS and st.session_state[state.TOY_NOISE]):
            st.button("Draw again", icon=":material/casino:", key="toy_draw_again", on_click=toy_state.draw_again)
    with st.container(horizontal=True):
        edit_points()
        if law in LAWS:
            with st.popover("Show the hidden law", icon=":material/visibility:", type="tertiary"):
                st.markdown(f"{escaped(LAWS[law].text)}: {LAWS[law].description}.")


def _steering(now: Toy) -> None:
    with st.container(horizontal=True, vertical_alignment="center", gap="small", key="toy_steering"):
        st.button("Back", icon=":material/arrow_back:", key="toy_back", on_click=toy_state.back,
                  disabled=toy_state.position() == 0)
        st.button("Next", icon=":material/arrow_forward:", icon_position="right", type="primary", key="toy_next",
                  on_click=toy_state.forward, disabled=toy_state.at_end())
        if toy_state.playing():
            st.button("Pause", icon=":material/pause:", key="toy_pause", on_click=toy_state.pause)
        else:
            st.button("Play", icon=":material/play_arrow:", key="toy_play", on_click=toy_state.play,
                      disabled=toy_state.at_end())
        st.button("Start over", icon=":material/restart_alt:", type="tertiary", key="toy_restart",
                  on_click=toy_state.restart)
        st.toggle("Repeat endlessly", key=state.TOY_LOOP, persist_state="session")
        st.space("stretch")
        st.markdown(f"Round {now.round}", width="content")
        for k, phase in enumerate(PHASES, start=1):
            st.badge(f"{k} {_TITLES[phase]}", color="blue" if phase == now.phase else "gray")


def _story(now: Toy) -> str:
    """One or two sentences about the phase."""
    left = charts.percent(now.losses[-1])
    if now.ended == EXACT:
        return (f"**Found.** {_STORY[PARAMETERS].partition(' Then')[0]} The network fits all points exactly."
                f"{_hidden_law()}")
    if now.ended == ENOUGH:
        return ("**The search stops here.** No other activation improves the fit enough to justify its neurons. "
                f"{left} stays unexplained and may be noise. If you expect a law, try another initial network, or "
                "choose an activation below. The real search also tries two changes at once.")
    if now.phase != CHOICE or now.chosen is None:
        return f"**{_TITLES[now.phase]}.** {_STORY[now.phase]}"
    was, new = now.subject.neurons[now.chosen.place].activation, now.chosen.activation
    name = escaped(activation_name(new))
    change = f"**{name}** stays, with another input" if symbol(was) == symbol(new) else \
        f"**{escaped(symbol(was))}** became **{escaped(symbol(new))}** ({name})"
    if now.by_hand:
        return (f"**Your choice.** {change}. With its scale and bias fitted to the targets, "
                f"{escaped(charts.percent(now.chosen.loss))} is left unexplained.")
    return (f"**Choice of activation.** Every activation was tried in place of every neuron and fitted to the targets. "
            f"The best one for its size is kept: {change}. This leaves "
            f"{escaped(charts.percent(now.chosen.loss))} unexplained.")


def _hidden_law() -> str:
    """The hidden law of the points, once it is found; "" for points that the user typed."""
    law = LAWS.get(st.session_state[state.TOY_LAW])
    return f" The points come from {escaped(law.text)}: {escaped(law.description)}." if law else ""


def _answer(now: Toy) -> None:
    st.markdown("**Your points and the output of the network**")
    st.vega_lite_chart(charts.answer_table(now.points, now.network, gaps=now.phase in (FORWARD, TARGETS)),
                       charts.ANSWER_SPEC, height=300, key="toy_answer",
                       alt="Your points, and the output of the network as a curve over x")
    losses = [*now.losses, now.chosen.loss] if now.phase == CHOICE and now.chosen else now.losses
    st.markdown("Left unexplained: " + " → ".join(escaped(charts.percent(loss)) for loss in losses[-5:-1])
                + f"{' → ' * (len(losses) > 1)}**{escaped(charts.percent(losses[-1]))}**")


def _network(now: Toy) -> None:
    text = shortened_text(to_text(now.network, ["x"], "y"))
    ids, changed = toy_state.identities()
    xs = now.points.x
    st.markdown("**The network**")
    network_view({"network": now.network.to_json(), "layout": layout(now.network), "ids": ids, "changed": changed,
                  "labels": labels(now.network, ["x"]), "text": text},
                 target="y", columns=["x"], key="toy_network", seq=toy_state.position(), height=300, live=True,
                 notes=_notes(now), caption=text, announce=f"{_TITLES[now.phase]}: {text}")
    values = "targets" if now.phase == TARGETS else "outputs"
    st.select_slider(f"The numbers at the neurons are {values} for the point at x =", range(len(xs)),
                     key=f"{state.TOY_POINT}_{len(xs)}", format_func=lambda i: f"{xs[i]:.4g}")


def _notes(now: Toy) -> list[tuple[str, bool]]:
    """The output of every neuron for the selected point or, in the phase of targets, its target."""
    i = st.session_state.get(f"{state.TOY_POINT}_{len(now.points.x)}") or 0
    rows, neurons = rows_of(now.points), now.network.neurons
    if now.phase == TARGETS:
        targets = targets_of(now.network, rows)
        return [(f"{targets[k].values[i]:.3g}", True) if k in targets and targets[k].weight[i] > 0 else ("", False)
                for k in range(len(neurons))]
    return [("" if neuron.activation in ("constant", "number") else f"{value[i]:.3g}", False)
            for neuron, value in zip(neurons, outputs(now.network, rows.columns), strict=True)]


def _neurons(now: Toy) -> None:
    """Draw a card for each neuron: outputs, targets, and in the phase of choice the activations tried."""
    choosing, x = now.phase == CHOICE, charts.fine_x(now.points)
    network = now.subject if choosing else now.network
    targets = {} if now.phase in (FORWARD, PARAMETERS) else targets_of(network, rows_of(now.points))
    tried = chosen_proposal(now)
    names = place_names(network)
    st.header("The neurons", anchor=False)
    with st.grid(3, min_column_width=300):
        for place, name in names.items():
            with st.container(border=True, height="stretch"):
                proposal = tried if tried is not None and tried.place == place else None
                chosen = now.chosen if choosing and now.chosen and now.chosen.place == place else None
                arrow = f" → **{escaped(symbol(chosen.activation))}**" if chosen else ""
                st.markdown(f"**Neuron {escaped(name)}**{arrow}")
                curve = proposal or chosen
                st.vega_lite_chart(
                    charts.neuron_table(now.points, network, place, targets.get(place),
                                        (x, curve_of(curve, x)) if curve else None),
                    charts.NEURON_SPEC, height=220, key=f"toy_neuron_{list(names).index(place)}",
                    alt=f"Neuron {name}: its output over x, and its targets if they are known")
                if choosing:
                    _bars(now, place, list(names).index(place), chosen.activation if chosen else "")
    if choosing:
        st.caption("Each bar shows what the whole network would leave unexplained with that activation in this place, "
                   "with its scale and bias fitted to the targets. Shorter is better.")


def _bars(now: Toy, place: int, k: int, chosen: str) -> None:
    st.vega_lite_chart(
        charts.bars_table(proposals(now.points, now.subject)[place], now=now.subject.neurons[place].activation,
                          chosen=chosen), charts.BARS_SPEC, height=300, key=f"toy_bars_{k}",
        alt="What the network would leave unexplained with each activation in place of this neuron, best first")
