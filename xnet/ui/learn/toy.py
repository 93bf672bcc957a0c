"""The toy on the Learn page: a dozen points, a few neurons, and alternating backpropagation one phase at a time."""

from __future__ import annotations

import streamlit as st

from xnet.drawings.layout import labels, layout
from xnet.engine.formulas.text import to_text
from xnet.learn.toy import CHOICE, ENOUGH, EXACT, FORWARD, PARAMETERS, PHASES, STARTS, TARGETS, Toy, offers, rows_of
from xnet.learn.toy_moves import curve_of, outputs, place_names, symbol, targets_of, words
from xnet.learn.toy_points import CHANCE, LAWS
from xnet.ui.components.formula_view import compact_text
from xnet.ui.components.network_view import network_view
from xnet.ui.session import state
from xnet.ui.text import escaped

from . import toy_charts as charts
from . import toy_state as held
from .toy_points import edit_points
from .toy_question import ask, asked

_TITLES = {FORWARD: "Forward", TARGETS: "Targets", CHOICE: "Choice of activation", PARAMETERS: "Parameters"}
_STORY = {
    FORWARD: "Each neuron takes what comes in from its left, applies its activation, and hands the result on. The last "
             "one gives the network's answer; the gaps to your points are what it cannot explain yet.",
    TARGETS: "Now backwards: every neuron is told what it should have put out for the answer to be right. Where a gap "
             "is faint, this neuron hardly matters.",
    PARAMETERS: "The wiring stays, the numbers in it are fitted, and numbers that turn out not to be needed are "
                "dropped. Then the next round begins.",
}


def toy_section() -> None:
    """The whole toy."""
    held.fill()
    now = held.toy()
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
    ask(now)
    st.fragment(run_every=held.PACE if held.playing() else None)(held.tick)()


def _choices() -> None:
    """Which points, how noisy, and where to start."""
    with st.container(horizontal=True, vertical_alignment="bottom", gap="small"):
        st.selectbox("Points of a hidden law", [*LAWS, held.OWN], key=state.TOY_LAW, on_change=held.restart,
                     persist_state="session", width=210)
        law = st.session_state[state.TOY_LAW]
        if law in LAWS:
            st.select_slider("Noise", held.NOISES, key=state.TOY_NOISE, on_change=held.restart, width=200,
                             format_func=lambda n: f"{n} %", persist_state="session", disabled=law == CHANCE,
                             help="As a share of the law's own ups and downs.")
        st.selectbox("Network to start from", STARTS, key=state.TOY_START, on_change=held.restart,
                     persist_state="session", width=210)
        if law == CHANCE or (law in LAWS and st.session_state[state.TOY_NOISE]):
            st.button("Draw again", icon=":material/casino:", key="toy_draw_again", on_click=held.draw_again)
    with st.container(horizontal=True):
        edit_points()
        if law in LAWS:
            with st.popover("Show the hidden law", icon=":material/visibility:", type="tertiary"):
                st.markdown(f"{escaped(LAWS[law].text)}: {LAWS[law].words}.")


def _steering(now: Toy) -> None:
    with st.container(horizontal=True, vertical_alignment="center", gap="small", key="toy_steering"):
        st.button("Back", icon=":material/arrow_back:", key="toy_back", on_click=held.back,
                  disabled=held.position() == 0)
        st.button("Next", icon=":material/arrow_forward:", icon_position="right", type="primary", key="toy_next",
                  on_click=held.forward, disabled=held.at_end())
        if held.playing():
            st.button("Pause", icon=":material/pause:", key="toy_pause", on_click=held.pause)
        else:
            st.button("Play", icon=":material/play_arrow:", key="toy_play", on_click=held.play,
                      disabled=held.at_end())
        st.button("Start over", icon=":material/restart_alt:", type="tertiary", key="toy_restart",
                  on_click=held.restart)
        st.space("stretch")
        st.markdown(f"Round {now.round}", width="content")
        for k, phase in enumerate(PHASES, start=1):
            st.badge(f"{k} {_TITLES[phase]}", color="blue" if phase == now.phase else "gray")


def _story(now: Toy) -> str:
    """The phase in one or two sentences."""
    left = charts.percent(now.losses[-1])
    if now.ended == EXACT:
        return f"**Found.** {_STORY[PARAMETERS].partition(' Then')[0]} Nothing is left to explain."
    if now.ended == ENOUGH:
        return (f"**It stops here.** No other activation explains enough more to be worth its neurons; {left} stays "
                "unexplained, which may be noise. If you think there is a law in it, try another start, or put in an "
                "activation below; the real search also tries two changes at once.")
    if now.phase != CHOICE or now.chosen is None:
        return f"**{_TITLES[now.phase]}.** {_STORY[now.phase]}"
    was, new = now.subject.neurons[now.chosen.place].activation, now.chosen.activation
    change = f"**{escaped(words(was))}** became **{escaped(words(new))}**" if symbol(was) != symbol(new) else \
        f"**{escaped(words(new))}** stays, over something else"
    if now.by_hand:
        return (f"**Your choice.** {change}. With its scale and bias fitted to the targets, "
                f"{escaped(charts.percent(now.chosen.loss))} is left unexplained.")
    return (f"**Choice of activation.** Every activation was tried in every neuron's place and fitted to the targets. "
            f"The one that explains most for its size stays there: {change}, which leaves "
            f"{escaped(charts.percent(now.chosen.loss))}.")


def _answer(now: Toy) -> None:
    st.markdown("**Your points and the network's answer**")
    st.vega_lite_chart(charts.answer_table(now.points, now.network, gaps=now.phase in (FORWARD, TARGETS)),
                       charts.ANSWER_SPEC, height=300, key="toy_answer",
                       alt="Your points, and the answer of the network as a curve over x")
    losses = [*now.losses, now.chosen.loss] if now.phase == CHOICE and now.chosen else now.losses
    st.markdown("Left unexplained: " + " → ".join(escaped(charts.percent(loss)) for loss in losses[-5:-1])
                + f"{' → ' * (len(losses) > 1)}**{escaped(charts.percent(losses[-1]))}**")


def _network(now: Toy) -> None:
    text = compact_text(to_text(now.network, ["x"], "y"))
    ids, changed = held.identities()
    xs = now.points.x
    st.markdown("**The network**")
    network_view({"network": now.network.to_json(), "layout": layout(now.network), "ids": ids, "changed": changed,
                  "labels": labels(now.network, ["x"]), "text": text},
                 target="y", columns=["x"], key="toy_network", seq=held.position(), height=300, live=True,
                 notes=_notes(now), caption=text, announce=f"{_TITLES[now.phase]}: {text}")
    told = "what they should have put out" if now.phase == TARGETS else "their outputs"
    st.select_slider(f"Numbers below the neurons: {told} for the point at x =", range(len(xs)),
                     key=f"{state.TOY_POINT}_{len(xs)}", format_func=lambda i: f"{xs[i]:.4g}")


def _notes(now: Toy) -> list[tuple[str, bool]]:
    """For the point that is followed: what every neuron puts out or, where targets are shown, should have put out."""
    i = st.session_state.get(f"{state.TOY_POINT}_{len(now.points.x)}") or 0
    rows, neurons = rows_of(now.points), now.network.neurons
    if now.phase == TARGETS:
        targets = targets_of(now.network, rows)
        return [(f"{targets[k].values[i]:.3g}", True) if k in targets and targets[k].weight[i] > 0 else ("", False)
                for k in range(len(neurons))]
    return [("" if neuron.activation in ("constant", "number") else f"{value[i]:.3g}", False)
            for neuron, value in zip(neurons, outputs(now.network, rows.columns), strict=True)]


def _neurons(now: Toy) -> None:
    """One card a neuron, from left to right: outputs, targets, and in the phase of choice what was tried."""
    choosing, x = now.phase == CHOICE, charts.fine_x(now.points)
    network = now.subject if choosing else now.network
    targets = {} if now.phase in (FORWARD, PARAMETERS) else targets_of(network, rows_of(now.points))
    tried = asked(now)
    names = place_names(network)
    st.subheader("Every neuron by itself", anchor=False)
    with st.grid(3, min_column_width=300):
        for place, name in names.items():
            with st.container(border=True, height="stretch"):
                offer = tried if tried is not None and tried.place == place else None
                chosen = now.chosen if choosing and now.chosen and now.chosen.place == place else None
                arrow = f" → **{escaped(symbol(chosen.activation))}**" if chosen else ""
                st.markdown(f"**Neuron {escaped(name)}**{arrow}")
                curve = offer or chosen
                st.vega_lite_chart(
                    charts.neuron_table(now.points, network, place, targets.get(place),
                                        (x, curve_of(curve, x)) if curve else None),
                    charts.NEURON_SPEC, height=220, key=f"toy_neuron_{list(names).index(place)}",
                    alt=f"Neuron {name}: what it puts out over x, and what it should put out where that is known")
                if choosing:
                    _bars(now, place, list(names).index(place), chosen.activation if chosen else "")
    if choosing:
        st.caption("Each bar: what the whole network would leave unexplained with that activation in this place, its "
                   "scale and bias fitted to the targets. Shorter is better.")


def _bars(now: Toy, place: int, k: int, chosen: str) -> None:
    st.vega_lite_chart(
        charts.bars_table(offers(now.points, now.subject)[place], now=now.subject.neurons[place].activation,
                          chosen=chosen), charts.BARS_SPEC, height=300, key=f"toy_bars_{k}",
        alt="What each activation in this neuron's place would leave unexplained, best first")
