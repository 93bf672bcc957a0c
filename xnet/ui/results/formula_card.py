"""The card of the selected formula: verdict, formula, scores, fitted numbers, and a slider for rounding."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd
import streamlit as st

from xnet.config.class_runs import class_event, is_class
from xnet.counts import counted
from xnet.engine.fitting.error_losses import Poisson
from xnet.engine.formulas.latex import to_latex
from xnet.engine.formulas.printed_network import printed_network
from xnet.engine.formulas.text import constant_text, to_text
from xnet.engine.networks.network import Network
from xnet.evidence.class_probability import to_search_form
from xnet.evidence.constants import ConstantEstimate, estimation_rows
from xnet.evidence.evidence import most_digits, rounded
from xnet.evidence.formula_verdict import formula_verdict, without_wild_rows
from xnet.evidence.group_constants import noise_of_groups
from xnet.evidence.printed_estimates import printed_estimates
from xnet.evidence.typical_error import OF_COUNTS
from xnet.evidence.units import units_report
from xnet.evidence.verdict import Verdict
from xnet.evidence.wild_rows import is_of_second_look
from xnet.evidence.without_wild_rows import WithoutWildRows
from xnet.exports.all_rows import JSON, PYTHON, TEXT, OfAllRows
from xnet.exports.export import Export
from xnet.exports.records import own_sentences
from xnet.runs.permutation import finished_check
from xnet.tables.weights import Weight
from xnet.ui.components.formula_view import FITTED, SIZE, show_formula
from xnet.ui.components.selected_formula import SelectedFormula, select
from xnet.ui.session import current_run, state
from xnet.ui.text import escaped
from xnet.ways import for_app
from xnet.wording.constant_text import (
    METHODS,
    METHODS_HELP,
    constants_caption,
    fitted_text,
    interval_text,
    outside_sentence,
)
from xnet.wording.formula_notation import typeset_text
from xnet.wording.formula_words import formula_in_words
from xnet.wording.known_text import known_text
from xnet.wording.number_text import measured
from xnet.wording.score_text import r2

from .class_tabs import class_metrics

#: Badges of the verdicts: level -> (label, icon, colour).
BADGES = {
    "exact": ("Exact", ":material/verified:", "green"),
    "strong": ("Strong", ":material/thumb_up:", "green"),
    "plausible": ("Plausible", ":material/rule:", "blue"),
    "line": ("Not clearly better than a linear formula", ":material/trending_flat:", "orange"),
    "mean": ("Not clearly better than the mean", ":material/block:", "red"),
    "logistic": ("Not clearly better than logistic regression", ":material/trending_flat:", "orange"),
    "share": ("Not clearly better than the share of the class", ":material/block:", "red"),
}
#: The most groups whose constants the card lists.
MOST_GROUPS = 8
#: What a person can do whose table gave no formula.
NOTHING_FOUND = ("The columns may not determine the target. Other inputs, more rows or a longer search can help; the "
                 "tab Permutation check tells how good a formula becomes by chance alone.")


def formula_card(run: current_run.Run, snapshot: Mapping[str, Any], row: Mapping[str, Any]) -> SelectedFormula:
    """Draw the card of a row of the front; returns the selected formula, rounded as chosen on the card."""
    printed = Network.from_json(row["network"])
    config = run.config
    with st.container(border=True, key="formula_card"):
        labels = run.row_labels()
        verdict_line(formula_verdict(row, snapshot, current_run.problem_of(run), finished_check(run), labels))
        above = st.container()  # the formula is drawn above the slider that rounds it
        network = rounded(printed, _digits(run.id, row, printed))
        changed = network != printed
        shown = row if not changed else {
            **row, "network": network.to_json(), "text": to_text(network, config["inputs"], config["target"]),
            "latex": to_latex(network, config["inputs"], config["target"])}
        with above:
            show_formula(shown, room=1.7, place="card")
            if is_class(config):
                st.caption(f"The value is the probability that {escaped(class_event(config))}, between 0 and 1. "
                           "Above 0.5, the formula says yes.")
            if sentence := known_text(row):
                st.caption(f":material/pin: {escaped(sentence[0].upper() + sentence[1:])}.")
            st.caption("In words: " + escaped(formula_in_words(network, config["inputs"], config["target"])) + ".")
            for sentence in _of_groups(network, config["inputs"]):
                st.caption(f":material/group_work: {escaped(sentence)}")
        chosen = select(run, shown, network)
        _scores(chosen, without_wild_rows(row, snapshot, current_run.problem_of(run), network, labels))
        if weights := Weight.from_config(config.get("weight")).describe():
            st.caption(":material/balance: In the search and in all scores but the typical error: "
                       f"{escaped(weights)}.")
        if sentence := _units(network, config["inputs"], config["target"], config["units"]):
            st.caption(f":material/straighten: Units: {escaped(typeset_text(sentence))}.")
        with st.expander("Fitted numbers, and the formula as text to copy", icon=":material/content_copy:"):
            _constants(run, row, network, snapshot)
            st.code(shown["text"], language=None, wrap_lines=True)
            st.code(shown["latex"], language="latex", wrap_lines=True)
            if printed.constants or printed.own is not None:
                _of_all_rows(run, row, snapshot)
    return chosen


def _of_groups(network: Network, names: Sequence[str]) -> list[str]:
    """The values of the constants of groups, a sentence for each; of many groups, where they stand."""
    own = network.own
    if own is not None and own.n_groups > MOST_GROUPS:
        return [f"The tab Groups lists the constants of all {own.n_groups} groups."]
    return own_sentences(network, names)


@st.cache_data(show_spinner=False, max_entries=256, hash_funcs={Network: Network.to_json})
def _units(network: Network, names: Sequence[str], target: str, units: Mapping[str, str]) -> str:
    """A sentence on whether the units fit together; "" if neither the target nor an input used has a unit."""
    used = [names[i] for i in network.variables]
    known = {c: u for c, u in units.items() if u and (c == target or c in used)}
    return units_report([network], names, target, known)[0] if known else ""


def verdict_line(found: Verdict, key: str = "verdict") -> None:
    """Draw the verdict: a badge, a sentence and cautions; a page with several verdicts has a key for each."""
    label, icon, color = BADGES[found.level]
    with st.container(horizontal=True, vertical_alignment="center", gap="small", key=key):
        st.badge(label, icon=icon, color=color)  # type: ignore[arg-type]
        st.markdown(escaped(for_app(found.sentence)), width="content")
    if found.level in ("mean", "share"):
        st.caption(NOTHING_FOUND)
    if found.cautions:
        st.caption(":material/warning: " + escaped(for_app(" ".join(found.cautions))))


def _digits(run_id: str, row: Mapping[str, Any], network: Network) -> int | None:
    """Draw the slider for rounding; returns the number of significant digits, None for all."""
    most = most_digits(network)
    if most < 2:
        return None
    digits = st.select_slider("Digits of the fitted numbers", [*range(1, most), "all"], value="all", width=420,
                              key=f"{state.DIGITS}_{run_id}_{row['complexity']}",
                              help="A formula with fewer digits is easier to remember. The scores below are those of "
                                   "the rounded formula.")
    return digits if isinstance(digits, int) else None


def _scores(chosen: SelectedFormula, without: Mapping[str, WithoutWildRows]) -> None:
    """Draw the scores; `without` are those without wild rows that stand beside them."""
    with st.container(horizontal=True, gap="medium", key="card_scores"):
        if chosen.as_class:
            class_metrics(chosen.class_scores())
        for name, found in () if chosen.as_class else chosen.scores().items():
            st.metric(f"{chosen.r2_name}, {name}", r2(found.r2), width="content",
                      delta=without[name].note if name in without else None, delta_color="off", delta_arrow="off",
                      help="R² of the formula as shown: 1 is perfect, 0 is no better than the mean of these rows. A "
                           "dash: the target does not vary in these rows, so there is no R².")
            unit = chosen.short_unit(chosen.target)
            rmse = "–" if found.rmse is None else f"{measured(found.rmse)}{unit}"
            st.metric(f"Typical error, {name}", rmse, width="content", delta_color="off", delta_arrow="off",
                      delta=without[name].error_note(unit) if name in without else None,
                      help="Root mean square error (RMSE) of the formula as shown."
                           + chosen.unit_sentence(chosen.target))
        st.metric("Complexity", chosen.record["complexity"], width="content", help=SIZE)
        st.metric("Fitted numbers", chosen.record["n_parameters"], width="content",
                  help=FITTED)
    if not chosen.as_class and chosen.unit(chosen.target) and not chosen.short_unit(chosen.target):
        st.caption(f"Typical errors are in {escaped(chosen.unit(chosen.target).strip())}.")
    if isinstance(chosen.loss, Poisson):
        st.caption(f"Typical error: {OF_COUNTS}.")
    for name, found in () if chosen.as_class else chosen.scores().items():
        if found.r2 is None and found.missing < found.rows:
            st.caption(f"The target does not vary in the {name}, so there is no R² there.")
    missing = sum(found.missing for found in chosen.scores().values())
    if missing:
        st.caption(f"The formula has no value in {counted(missing, 'row')}. The scores leave them out.")


def _constants(run: current_run.Run, row: Mapping[str, Any], network: Network, snapshot: Mapping[str, Any]) -> None:
    """Draw the fitted numbers: as printed, as fitted on all rows with their standard errors, and their intervals.

    Args:
        row: the formula as the search printed it.
        network: the same formula, rounded as chosen on the card.
        snapshot: the snapshot that the row belongs to.
    """
    of_second_look = is_of_second_look(row, snapshot)
    printed = Network.from_json(row["network"])
    if not printed.constants:
        st.caption("This formula has no fitted numbers." if network.own is None else
                   "All fitted numbers of this formula are constants of the groups: the tab Groups lists them.")
        return
    estimates = _estimates(str(run.folder), printed, row.get("parts"), of_second_look, run)
    found = [estimate.to_json() for estimate in estimates]
    st.dataframe(pd.DataFrame({
        "Printed": [constant_text(c, network.known)[0] for c in printed_network(network).constants],
        "Fitted": [fitted_text(estimate) for estimate in found],
        "95 % interval": [interval_text(estimate) for estimate in found],
        "Method": [METHODS[estimate["method"]] for estimate in found]}),
        hide_index=True, alt="Every number of the formula, as printed and as fitted, with its 95 % interval",
        key="constants", column_config={"Method": st.column_config.TextColumn(help=METHODS_HELP)})
    if sentence := outside_sentence(found, held_out=bool(snapshot["rows_holdout"])):
        st.caption(f":material/warning: {escaped(sentence)}")
    noise = _noise(str(run.folder), network, of_second_look, run)
    st.caption(constants_caption(run.config, of_second_look=of_second_look, noise=noise,
                                 methods={estimate["method"] for estimate in found}))


def _of_all_rows(run: current_run.Run, row: Mapping[str, Any], snapshot: Mapping[str, Any]) -> None:
    """Offer the formula with numbers fitted to all rows, to copy and as files; nothing where it is the printed one."""
    files = _files_of_all_rows(str(run.folder), row["network"], is_of_second_look(row, snapshot), snapshot["seconds"],
                               row, snapshot, run)
    if not files:
        return
    with st.container(horizontal=True, vertical_alignment="center", key="all_rows"):
        st.caption("With numbers fitted to all rows, training and held-out; no rows are left to score it:",
                   width="content")
        for name, label in ((PYTHON, "Python"), (JSON, "JSON")):
            st.download_button(label, files[name], name, icon=":material/download:", type="tertiary",
                               on_click="ignore", key=f"get_{name}")
    st.code(files[TEXT].strip(), language=None, wrap_lines=True)


@st.cache_data(show_spinner=False, max_entries=64)
def _files_of_all_rows(folder: str, network: Mapping[str, Any], of_second_look: bool, seconds: float,
                       _row: Mapping[str, Any], _snapshot: Mapping[str, Any], _run: current_run.Run) -> dict[str, str]:
    """The files of the formula with numbers of all rows, by name; none where it is the printed one."""
    found = OfAllRows.of(Export(_run, _snapshot, _row))
    return {} if found is None else found.files()


@st.cache_data(show_spinner=False, max_entries=256, hash_funcs={Network: Network.to_json})
def _noise(folder: str, network: Network, of_second_look: bool, _run: current_run.Run) -> str:
    rows = estimation_rows(current_run.problem_of(_run), of_second_look=of_second_look)
    return noise_of_groups(network, rows)


@st.cache_data(show_spinner=False, max_entries=256, hash_funcs={Network: Network.to_json})
def _estimates(folder: str, printed: Network, parts: Mapping[str, Any] | None, of_second_look: bool,
               _run: current_run.Run) -> list[ConstantEstimate]:
    problem = current_run.problem_of(_run)
    network = to_search_form(printed, problem)
    return printed_estimates(network, problem, of_second_look=of_second_look, parts=parts)
