"""One step of a search, phase by phase: a picture with values in it, and one or two sentences.

`picture` and `sentences` are plain functions of a trace (see `xnet.phases`), so that they can be tested without a page.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd
import streamlit as st

from xnet.config.class_runs import is_class
from xnet.evidence.step_story import PHASES
from xnet.ui.components.formula_view import compact_text
from xnet.ui.components.network_view import network_view
from xnet.ui.text import counted, escaped, shorten, unexplained_text

#: What a step tries, by its task on the agenda.
TASKS = {
    "simple": "straight lines and power laws of the columns", "dense": "sums of powers of the columns",
    "curves": "single curves, such as a growth or a wave with numbers inside",
    "root": "thousands of small networks in the place of the whole", "curves of monomials": "curves of products of "
    "columns", "two curves": "products of two curves", "pairs": "two small networks at once, as terms and as factors",
    "seeds": "small networks as one half of the answer, with the other half matched to what is left",
    "sums": "sums that grow term by term", "tangent": "further numbers and terms, all others refitted beside them",
    "within": "one term of a sum explained afresh, by a curve with a number inside or by two factors at once",
    "expand": "for every neuron thousands of small networks: in its place, as a further term or factor, or under "
              "another activation",
    "realise": "the formulas of a search with fitted numbers, with numbers made of 1 and 2 instead"}


def step_view(trace: Mapping[str, Any], phase: str, config: Mapping[str, Any]) -> None:
    """Draw one phase of a step."""
    net, notes = picture(trace, phase)
    st.markdown(f"**Step {trace['number']}, phase {PHASES.index(phase) + 1} of {len(PHASES)}: {phase.lower()}**")
    st.markdown(escaped(sentences(trace, phase, config)))
    network_view(net, target=config["target"], columns=config["inputs"], key="live_network", notes=notes, phase=phase,
                 seq=10 * trace["number"] + PHASES.index(phase), caption=compact_text(net["text"]),
                 live=phase in PHASES[2:])
    if phase == PHASES[2]:
        _candidates(trace)


def picture(trace: Mapping[str, Any], phase: str) -> tuple[dict[str, Any], list[tuple[str, bool]]]:
    """The network of a phase, and what stands below its neurons: (text, whether it is a target)."""
    row = trace["row"]
    if phase in PHASES[:2]:
        wanted = phase == PHASES[1]
        values = row["targets"] if wanted else row["outputs"]
        leaves = [n["activation"] in ("variable", "number") for n in trace["net"]["network"]["neurons"]]
        # A column cannot be anything else than it is; its target is left out, as nothing will come of it.
        notes = ["" if v is None or (wanted and leaf) else f"→ {v:.4g}" if wanted else f"{v:.4g}"
                 for v, leaf in zip(values, leaves, strict=True)]
        return {**trace["net"], "changed": []}, [(note, wanted) for note in notes]
    if phase == PHASES[2]:
        return trace["matched"], []
    neurons, pairs = trace["winner"]["network"]["neurons"], trace["constants"]
    was = [pairs[n["index"]] if n["activation"] == "constant" else None for n in neurons]
    return trace["winner"], [(f"was {p[0]:.4g}" if p and f"{p[0]:.4g}" != f"{p[1]:.4g}" else "", False) for p in was]


def sentences(trace: Mapping[str, Any], phase: str, config: Mapping[str, Any]) -> str:
    """What happens in a phase."""
    say = {PHASES[0]: _forward, PHASES[1]: _targets, PHASES[2]: _choice, PHASES[3]: _parameters}[phase]
    return say(trace, config)


def _forward(trace: Mapping[str, Any], config: Mapping[str, Any]) -> str:
    row, target = trace["row"], shorten(config["target"], 40)
    out, actual = _number(row["outputs"][-1]), _number(row["target"])
    if trace["scratch"]:
        return (f"This step starts from scratch. Before there is a network the best guess is one number for all rows: "
                f"{out}. In the row that this explains worst, {target} is {actual}.")
    read = dict.fromkeys(n["index"] for n in trace["net"]["network"]["neurons"] if n["activation"] == "variable")
    inputs = ", ".join(f"{shorten(config['inputs'][i], 24)} is {_number(row['inputs'][i])}" for i in [*read][:3])
    return (f"Every neuron passes its output on, from the columns to {target}. The numbers are those of the row that "
            f"this network explains worst, where {inputs}: it gives {out}, and the table says {actual}.")


def _targets(trace: Mapping[str, Any], config: Mapping[str, Any]) -> str:
    if trace["scratch"]:
        return (f"What should have come out is the column {shorten(config['target'], 40)} itself: "
                f"{_number(trace['row']['target'])} in this row.")
    return ("Derivatives say backwards what every neuron should have put out in this row for the error to vanish, if "
            "all others stayed as they are. A neuron that hardly matters would have to change a lot.")


def _choice(trace: Mapping[str, Any], config: Mapping[str, Any]) -> str:
    best = trace["considered"][0]
    before = "" if trace["scratch"] else f"; before, it was {unexplained_text(trace['loss'])}"
    what = "log loss" if is_class(config) else "variation"
    return (f"Matched to these targets over all rows: {TASKS.get(trace['task'], trace['task'])}. The network drawn "
            f"promises to leave {unexplained_text(best['matched'])} of the {what} unexplained{before}. Ringed "
            "neurons are new.")


def _parameters(trace: Mapping[str, Any], config: Mapping[str, Any]) -> str:
    best = trace["considered"][0]
    of = " of the log loss" if is_class(config) else ""
    fitted = (f"With its structure held fixed, its {counted(len(trace['constants']), 'number')} "
              f"{'is' if len(trace['constants']) == 1 else 'are'} fitted to all rows: "
              f"{unexplained_text(best['fitted'])}{of} is left unexplained."
              if trace["constants"] else "It has no numbers to fit.")
    return f"{fitted} " + ("That gives a new best formula." if trace["improved"] else
                           "That is no better than the best formula so far; later steps may build on it.")


def _candidates(trace: Mapping[str, Any]) -> None:
    considered: Sequence[Mapping[str, Any]] = trace["considered"]
    st.dataframe(pd.DataFrame({
        "Candidate": [shorten(compact_text(c["text"]), 90) for c in considered],
        "Leaves unexplained": [unexplained_text(c["matched"]) for c in considered],
        "After fitting": [unexplained_text(c["fitted"]) for c in considered]}),
        hide_index=True, key="candidates",
        column_config={"Candidate": st.column_config.TextColumn(width=340),
                       "Leaves unexplained": st.column_config.TextColumn(width=130),
                       "After fitting": st.column_config.TextColumn(width=100)},
        alt="The best candidates of this step, with the error that each promises")


def _number(value: float | None) -> str:
    return "no number" if value is None else f"{value:.4g}"
