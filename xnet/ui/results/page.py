"""The Results page: the selected formula, the front to select another from, tabs about it, and downloads."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import streamlit as st

from xnet.counts import counted
from xnet.drawings.layout import NodeIds, labels, layout
from xnet.engine.networks.network import Network
from xnet.evidence.group_estimates import group_estimates
from xnet.evidence.wild_rows import is_of_second_look
from xnet.exports.report import held_out_words
from xnet.tables.changes import changes_from_json
from xnet.tables.holdout import Split
from xnet.tables.weights import Weight
from xnet.ui.components.front_view import show_front
from xnet.ui.components.network_view import network_view
from xnet.ui.components.selected_formula import SelectedFormula
from xnet.ui.components.share import share_popover
from xnet.ui.page_list import DISCOVER, SETUP
from xnet.ui.session import actions, current_run, state
from xnet.ui.shell import empty_state, no_formula_yet
from xnet.ui.text import RUN_STATES, escaped, shorten
from xnet.wording.given_text import given_text

from .baselines_tab import baselines_tab
from .class_tabs import class_baselines_tab, class_fit_tab, mistakes_tab
from .downloads import downloads
from .fit_tab import fit_tab, residuals_tab
from .formula_card import formula_card
from .groups_tab import groups_tab
from .importance_tab import importance_tab
from .permutation_tab import permutation_tab
from .replay_tab import replay_tab
from .response_tab import extrapolation_tab, what_if_tab
from .series_results import searched_for, series_results, series_title, state_shown, watch


def results_page() -> None:
    """Draw the Results page."""
    run = current_run.attached_run()
    snapshot = run.snapshot() if run is not None else None
    if run is None or snapshot is None or not snapshot["front"]:
        st.title("Results", anchor=False)
        if run is None:
            empty_state("No search is open here. Start one with an example, or bring your own table.")
        else:
            _not_ready(run)
        return
    _top(run, snapshot)
    if series_results(run):
        return
    watch([run])
    # The formula is drawn above the front, because it is what users look for, but depends on the selection there.
    card = st.container()
    selected = show_front(run, snapshot)
    if "given" in snapshot:
        st.caption(f":material/edit_note: {escaped(given_text(snapshot['given']))}")
    with card:
        chosen = formula_card(run, snapshot, snapshot["front"][selected])
    _detail(run, snapshot, selected, chosen)


def _not_ready(run: current_run.Run) -> None:
    no_formula_yet(run)
    watch([run])


def _top(run: current_run.Run, snapshot: Mapping[str, Any]) -> None:
    config = run.config
    run_state = run.status()["state"]
    label, icon, color = RUN_STATES[state_shown(run)]
    with st.container(horizontal=True, vertical_alignment="center", gap="small", key="results_top"):
        what = series_title(run) or config["target"]
        st.title(f"Formulas for {escaped(shorten(what, 40))}", anchor=False, width="content")
        st.badge(label, icon=icon, color=color)  # type: ignore[arg-type]
        st.space("stretch")
        if st.button("Back to the search", icon=DISCOVER.icon, key="to_live"):
            st.switch_page(DISCOVER.path, query_params=current_run.run_query(run))
        if not current_run.is_read_only(run):
            st.button("Search again", icon=SETUP.icon, key="again", on_click=actions.search_again, args=(run,))
            share_popover(run)
    rows = f"{counted(snapshot['rows_train'], 'training row')}"
    if snapshot["rows_holdout"]:
        rows += f", {counted(snapshot['rows_holdout'], 'held-out row')}{_split_and_weights(config, snapshot)}"
    st.caption(f"{escaped(shorten(config['source'], 80))} · {rows} · {searched_for(run, snapshot)}")
    if changes := changes_from_json(config.get("changes")):
        with st.expander(f"{counted(len(changes), 'change')} to the table before the search",
                         icon=":material/edit_note:"):
            st.markdown("\n".join(f"- {escaped(change.describe())}" for change in changes))
    if run.is_alive():
        now = "waits for its turn" if run_state == "queued" else "is paused" if run_state == "paused" else "is running"
        st.info(f"The search {now}. These are the formulas that it has found so far; the page shows all when it has "
                "ended.", icon=":material/info:")


def _split_and_weights(config: Mapping[str, Any], snapshot: Mapping[str, Any]) -> str:
    """How rows were held out, unless at random, and how they were weighted; in brackets, or ""."""
    split, weight = Split.from_config(config.get("split")), Weight.from_config(config.get("weight"))
    parts = [held_out_words(snapshot, config)] if split.kind != "random" else []
    parts += [weight.describe()] if weight.column else []
    return f" ({escaped('; '.join(parts))})" if parts else ""


def _detail(run: current_run.Run, snapshot: Mapping[str, Any], selected: int, chosen: SelectedFormula) -> None:
    config, row = run.config, snapshot["front"][selected]

    def groups(chosen: SelectedFormula) -> None:
        groups_tab(chosen, group_estimates(chosen.network, current_run.problem_of(run), parts=row.get("parts"),
                                           of_second_look=is_of_second_look(row, snapshot)))

    shown = CLASS_TABS if chosen.as_class else (*TABS, ("Groups", groups)) if config.get("group") else TABS
    with st.container(key="result_tabs"):  # page.css hides the network below while Replay shows one
        *tabs, permutation, replay = st.tabs([*(title for title, _ in shown), "Permutation check", "Replay"])
    for tab, (_, show) in zip(tabs, shown, strict=True):
        with tab:
            show(chosen)
    with permutation:
        permutation_tab(run)
    with replay:
        replay_tab(run)
    with st.container(border=True, key="result_network_card"):
        st.markdown("**The network**")
        network_view(drawn(run.id, row, config["inputs"]), target=config["target"], columns=config["inputs"],
                     key="result_network", seq=row["complexity"], height=330)
    downloads(run, row)


#: The tabs about a formula: (title, function that draws it).
TABS = (("Fit", fit_tab), ("Residuals", residuals_tab), ("Importance", importance_tab), ("What if", what_if_tab),
        ("Extrapolation", extrapolation_tab), ("Baselines", baselines_tab))
#: The tabs about the probability of a class. Its differences from 0 or 1 are not residuals that could show a pattern.
CLASS_TABS = (("Fit", class_fit_tab), ("Mistakes", mistakes_tab), ("Importance", importance_tab),
              ("What if", what_if_tab), ("Extrapolation", extrapolation_tab), ("Baselines", class_baselines_tab))


def drawn(run_id: str, row: Mapping[str, Any], names: Sequence[str]) -> dict[str, Any]:
    """The record of a formula with its layout; neurons that it shares with the formula drawn before keep their ids."""
    network = Network.from_json(row["network"])
    remembered: tuple[str, NodeIds] | None = st.session_state.get(state.NODE_IDS)
    if remembered is None or remembered[0] != run_id:
        remembered = (run_id, NodeIds())
        st.session_state[state.NODE_IDS] = remembered
    ids, _ = remembered[1].update(network)
    return {**row, "ids": ids, "changed": [], "layout": layout(network), "labels": labels(network, names)}
