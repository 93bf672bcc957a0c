"""One step of a search, phase by phase: a network with values, and one or two sentences.

`picture` and `sentences` are pure functions of a trace (see `xnet.evidence.step_story`), so tests need no page.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd
import streamlit as st

from xnet.config.class_runs import is_class
from xnet.counts import counted
from xnet.evidence.step_story import PHASES
from xnet.ui.components.network_view import network_view
from xnet.ui.text import escaped, shorten, unexplained_text
from xnet.wording.formula_notation import shortened_text, typeset_text

#: Task of a step -> its candidates, in words.
TASKS = {
    "simple": "straight lines and power laws of the columns", "dense": "sums of powers and functions of the columns",
    "curves": "single curves with fitted numbers inside, such as growth curves or waves",
    "root": "thousands of small networks in place of the whole network", "curves of monomials": "curves of products of "
    "columns", "two curves": "products of two curves", "pairs": "two small networks at once, as terms and as factors",
    "seeds": "small networks as one part of the formula, with a second part matched to the rest",
    "similarity": "a product of powers times a function of one product of powers",
    "sums": "sums that grow term by term", "tangent": "further numbers and terms, with all other numbers refitted",
    "within": "a new form of one term of a sum: a curve with a fitted number inside, or two factors at once",
    "waves": "waves of one column, and products of waves of two, by a scan of their frequencies",
    "expand": "for every neuron thousands of small networks: in its place, as a further term or factor, or inside "
              "another activation",
    "realise": "the formulas of a search with fitted numbers, with numbers made of 1 and 2 instead"}


def step_view(trace: Mapping[str, Any], phase: str, config: Mapping[str, Any], *, large: bool = False) -> None:
    """Draw one phase of a step; `large` for a projector, without the table of candidates."""
    net, notes = picture(trace, phase)
    st.markdown(f"**Step {trace['number']}, phase {PHASES.index(phase) + 1} of {len(PHASES)}: {phase.lower()}**")
    st.markdown(escaped(sentences(trace, phase, config)))
    network_view(net, target=config["target"], columns=config["inputs"], notes=notes, phase=phase,
                 key="present_network" if large else "live_network", seq=10 * trace["number"] + PHASES.index(phase),
                 caption="" if large else shortened_text(net["text"]), live=phase in PHASES[2:], large=large)
    if phase == PHASES[2] and not large:
        _candidates(trace)


def picture(trace: Mapping[str, Any], phase: str) -> tuple[dict[str, Any], list[tuple[str, bool]]]:
    """The network of a phase, and for every neuron the text at it and whether the text is a target value."""
    row = trace["row"]
    if phase in PHASES[:2]:
        wanted = phase == PHASES[1]
        values = row["targets"] if wanted else row["outputs"]
        leaves = [n["activation"] in ("variable", "number") for n in trace["net"]["network"]["neurons"]]
        # Columns and numbers get no target, because the search does not change them by it.
        notes = ["" if v is None or (wanted and leaf) else f"→ {_number(v)}" if wanted else _number(v)
                 for v, leaf in zip(values, leaves, strict=True)]
        return {**trace["net"], "changed": []}, [(note, wanted) for note in notes]
    if phase == PHASES[2]:
        return trace["matched"], []
    neurons, pairs = trace["winner"]["network"]["neurons"], trace["constants"]
    was = [pairs[n["index"]] if n["activation"] == "constant" else None for n in neurons]
    return trace["winner"], [(f"was {_number(p[0])}" if p and _number(p[0]) != _number(p[1]) else "", False)
                             for p in was]


def sentences(trace: Mapping[str, Any], phase: str, config: Mapping[str, Any]) -> str:
    """The sentences about a phase."""
    describe = {PHASES[0]: _forward, PHASES[1]: _targets, PHASES[2]: _choice, PHASES[3]: _parameters}[phase]
    return describe(trace, config)


def _forward(trace: Mapping[str, Any], config: Mapping[str, Any]) -> str:
    row, target = trace["row"], shorten(config["target"], 40)
    out, actual = _number(row["outputs"][-1]), _number(row["target"])
    if trace["scratch"]:
        return (f"This step starts without a network. The best prediction is then one number for all rows: {out}. "
                f"In the row with the largest error, {target} is {actual}.")
    read = dict.fromkeys(n["index"] for n in trace["net"]["network"]["neurons"] if n["activation"] == "variable")
    inputs = ", ".join(f"{shorten(config['inputs'][i], 24)} is {_number(row['inputs'][i])}" for i in [*read][:3])
    return (f"Every neuron passes its output on, from the columns to {target}. The numbers belong to the row with the "
            f"largest error, where {inputs}: the network gives {out}, and the actual value is {actual}.")


def _targets(trace: Mapping[str, Any], config: Mapping[str, Any]) -> str:
    if trace["scratch"]:
        return (f"The target of the output is the column {shorten(config['target'], 40)} itself: "
                f"{_number(trace['row']['target'])} in this row.")
    return ("Derivatives are propagated backwards through the network. They give every neuron a target: the output at "
            "which the error of this row would vanish if all other neurons stayed the same. A neuron with "
            "little influence has a target far from its output.")


def _choice(trace: Mapping[str, Any], config: Mapping[str, Any]) -> str:
    best = trace["considered"][0]
    before = "" if trace["scratch"] else f", instead of {unexplained_text(trace['loss'])}"
    what = "log loss" if is_class(config) else "variation"
    candidates = TASKS.get(trace["task"], trace["task"])
    return (f"The search compares these candidates with the targets in training rows: {candidates}. The best new "
            f"network is estimated to leave {unexplained_text(best['matched'])} of the {what} unexplained{before}. "
            "Neurons with a ring are new.")


def _parameters(trace: Mapping[str, Any], config: Mapping[str, Any]) -> str:
    best = trace["considered"][0]
    of = " of the log loss" if is_class(config) else ""
    fitted = (f"The structure stays fixed, and its {counted(len(trace['constants']), 'number')} "
              f"{'is' if len(trace['constants']) == 1 else 'are'} fitted to the training rows: "
              f"{unexplained_text(best['fitted'])}{of} is left unexplained."
              if trace["constants"] else "The network has no numbers to fit.")
    best_now = trace["improved"]  # of runs of earlier releases, whether there is one
    return f"{fitted} " + (f"The best formula is now {shortened_text(best_now)}." if isinstance(best_now, str) else
                           "The best formula stays as it is; later steps may build on this network.")


def _candidates(trace: Mapping[str, Any]) -> None:
    considered: Sequence[Mapping[str, Any]] = trace["considered"]
    st.dataframe(pd.DataFrame({
        "Candidate": [shorten(shortened_text(c["text"], note=""), 90) for c in considered],
        "Leaves unexplained": [unexplained_text(c["matched"]) for c in considered],
        "After fitting": [unexplained_text(c["fitted"]) for c in considered]}),
        hide_index=True, key="candidates",
        column_config={"Candidate": st.column_config.TextColumn(width=340),
                       "Leaves unexplained": st.column_config.TextColumn(width=130),
                       "After fitting": st.column_config.TextColumn(width=100)},
        alt="The best candidates of this step, with the estimated error of each")


def _number(value: float | None) -> str:
    """A number with four digits.

    >>> _number(-0.0), _number(0.54030), _number(None)
    ('0', '0.5403', 'no number')
    """
    return "no number" if value is None else typeset_text(f"{value + 0.0:.4g}")
