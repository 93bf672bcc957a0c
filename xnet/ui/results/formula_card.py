"""The card of the chosen formula: typeset, in words, scored as printed, its constants, and fewer digits on trial."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd
import streamlit as st

from xnet.config.class_runs import class_event, is_class
from xnet.engine.formulas.latex import to_latex
from xnet.engine.formulas.text import constant_text, to_text
from xnet.engine.networks.network import Network
from xnet.evidence.class_probability import to_search_form
from xnet.evidence.evidence import confidence_intervals, most_digits, rounded
from xnet.evidence.units import units_report
from xnet.evidence.verdict import rivals, verdict
from xnet.tables.weights import Weight
from xnet.ui.components import charts
from xnet.ui.components.formula_view import show_formula
from xnet.ui.components.selected_formula import SelectedFormula, choose
from xnet.ui.session import current_run, state
from xnet.ui.text import counted, escaped
from xnet.wording.formula_words import formula_in_words
from xnet.wording.score_text import r2

from .class_tabs import class_metrics, verdict_of

#: How each verdict is shown: level -> (words, icon, colour).
BADGES = {
    "exact": ("Exact", ":material/verified:", "green"),
    "strong": ("Strong", ":material/thumb_up:", "green"),
    "plausible": ("Plausible", ":material/rule:", "blue"),
    "line": ("No better than a straight line", ":material/trending_flat:", "orange"),
    "mean": ("No better than the mean", ":material/block:", "red"),
    "logistic": ("No better than logistic regression", ":material/trending_flat:", "orange"),
    "share": ("No better than the share of the class", ":material/block:", "red"),
}


def formula_card(run: current_run.Run, row: Mapping[str, Any]) -> SelectedFormula:
    """The card; returns the formula as chosen there, rounded if asked."""
    printed = Network.from_json(row["network"])
    config = run.config
    with st.container(border=True, key="formula_card"):
        verdict_line(choose(run, row, printed))
        above = st.container()  # the formula stands before the slider that it is rounded by
        network = rounded(printed, _digits(run.id, row, printed))
        changed = network != printed
        shown = row if not changed else {
            **row, "network": network.to_json(), "text": to_text(network, config["inputs"], config["target"]),
            "latex": to_latex(network, config["inputs"], config["target"])}
        with above:
            show_formula(shown, room=1.7, place="card")
            if is_class(config):
                st.caption(f"The probability that {escaped(class_event(config))}: between 0 and 1, “yes” above "
                           "one half.")
            st.caption("In words: " + escaped(formula_in_words(network, config["inputs"], config["target"])) + ".")
        chosen = choose(run, shown, network)
        _scores(chosen)
        if weighed := Weight.from_config(config.get("weight")).describe():
            where = "In the search" if is_class(config) else "In the search, the list of formulas and the report"
            st.caption(f":material/balance: All rows count alike in these numbers. {where}: {escaped(weighed)}.")
        if sentence := _units(network, config["inputs"], config["target"], config["units"]):
            st.caption(f":material/straighten: Units: {escaped(sentence)}.")
        with st.expander("Fitted numbers and text to copy", icon=":material/content_copy:"):
            _constants(run, printed, network)
            st.code(shown["text"], language=None, wrap_lines=True)
            st.code(shown["latex"], language="latex", wrap_lines=True)
    return chosen


@st.cache_data(show_spinner=False, max_entries=256, hash_funcs={Network: Network.to_json})
def _units(network: Network, names: Sequence[str], target: str, units: Mapping[str, str]) -> str:
    """Whether the formula adds like to like; "" where the target or all inputs have no unit to go by."""
    used = [names[i] for i in network.variables]
    known = {c: u for c, u in units.items() if c == target or c in used}
    if target not in known or len(known) < 2:
        return ""
    return units_report([network], names, target, known)[0]


def verdict_line(chosen: SelectedFormula) -> None:
    """Badge and sentence: what the formula is worth."""
    train, held = chosen.groups[charts.TRAIN], chosen.groups.get(charts.HOLDOUT)
    found = verdict_of(chosen) if chosen.as_class else verdict(
        rivals(chosen.network, (train.X, train.y), None if held is None else (held.X, held.y)))
    label, icon, color = BADGES[found.level]
    with st.container(horizontal=True, vertical_alignment="center", gap="small", key="verdict"):
        st.badge(label, icon=icon, color=color)  # type: ignore[arg-type]
        st.markdown(found.sentence, width="content")
    if found.cautions:
        st.caption(":material/warning: " + " ".join(found.cautions))


def _digits(run_id: str, row: Mapping[str, Any], network: Network) -> int | None:
    """The number of significant digits asked for; None for all of them."""
    most = most_digits(network)
    if most < 2:
        return None
    digits = st.select_slider("Digits of the fitted numbers", [*range(1, most), "all"], value="all", width=420,
                              key=f"{state.DIGITS}_{run_id}_{row['complexity']}",
                              help="Fewer digits are easier to remember; the scores below are those of the formula "
                                   "with the digits you choose.")
    return digits if isinstance(digits, int) else None


def _scores(chosen: SelectedFormula) -> None:
    with st.container(horizontal=True, gap="medium", key="card_scores"):
        if chosen.as_class:
            class_metrics(chosen.class_scores())
        for name, found in () if chosen.as_class else chosen.scores().items():
            st.metric(f"R², {name}", r2(found.r2), width="content",
                      help="Of the formula as printed: 1 is perfect, 0 is no better than the average.")
            rmse = "–" if found.rmse is None else f"{found.rmse:.4g}{chosen.short_unit(chosen.target)}"
            st.metric(f"Typical error, {name}", rmse, width="content",
                      help="Root mean squared error (RMSE) of the formula as printed."
                           + chosen.unit_sentence(chosen.target))
        st.metric("Complexity", chosen.row["complexity"], width="content", help="Neurons and numbers in the network.")
        st.metric("Fitted numbers", chosen.row["n_parameters"], width="content",
                  help="Parameters: numbers that were fitted to your data. Fewer is more convincing.")
    missing = sum(found.missing for found in chosen.scores().values())
    if missing:
        st.caption(f"The formula has no value for {counted(missing, 'row')}; they are left out.")


def _constants(run: current_run.Run, printed: Network, network: Network) -> None:
    """The constants with their confidence intervals, which belong to the fitted values, not to rounded ones."""
    if not printed.constants:
        st.caption("This formula holds no fitted numbers.")
        return
    problem = current_run.problem_of(run)
    spans = confidence_intervals(to_search_form(printed, problem), problem.train)
    st.dataframe(pd.DataFrame({
        "Fitted number": [constant_text(c)[0] for c in network.constants],
        "95 % interval": ["not determined by the rows" if s is None else "no visible error" if s[0] == s[1]
                          else f"{s[0]:.5g} to {s[1]:.5g}" for s in spans]}),
        hide_index=True, alt="Every fitted number with its interval", key="constants")
    if is_class(run.config):
        st.caption("Intervals: from the curvature of the log loss at the fit on the training rows, with Student's t; "
                   "they suppose that the formula is right and that the rows are independent.")
        return
    st.caption("Intervals: Gauss–Newton covariance at the fit on the training rows, with Student's t; they suppose "
               "that the formula is right and that the errors are alike and independent.")
