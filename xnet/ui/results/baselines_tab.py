"""The tab Baselines: the selected formula compared with other models on the same rows."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from xnet.evidence.baselines import MOST_ROWS, Baseline, fit_baselines
from xnet.evidence.verdict import FEW_ROWS
from xnet.ui.components.selected_formula import RowGroup, SelectedFormula
from xnet.ui.session import state
from xnet.wording.row_words import HELD_OUT, TRAINING
from xnet.wording.score_text import distinct, r2


@st.cache_data(show_spinner="Fitting the other models", max_entries=16)
def _fitted(run_id: str, _chosen: SelectedFormula) -> list[Baseline]:
    train, held = _chosen.rows_for_models(TRAINING), _chosen.rows_for_models(HELD_OUT)
    assert train is not None
    return fit_baselines(train, held, groups=_chosen.group_columns)


def baselines_tab(chosen: SelectedFormula) -> None:
    """Draw the tab Baselines: a button, then the comparison; the fits are cached for the run."""
    st.caption("Compare with the mean, a linear formula, a polynomial, boosted trees and a small neural network, "
               "fitted to the same training rows. This takes a few seconds.")
    if not comparison_requested(chosen):
        return
    scores = chosen.scores()
    own_r2 = scores[TRAINING].r2, scores[HELD_OUT].r2 if HELD_OUT in scores else None
    others = [(b.name, b.r2_train, b.r2_holdout, b.parameters)
              for b in _fitted(chosen.run_id, chosen)]
    table = [("This formula", *own_r2, chosen.record["n_parameters"]), *others]
    st.dataframe(pd.DataFrame({
        "Model": [name for name, *_ in table],
        f"{chosen.r2_name}, training rows": distinct([r for _, r, _, _ in table], r2),
        f"{chosen.r2_name}, held-out rows": distinct([r for _, _, r, _ in table], r2),
        "Fitted numbers": [p for *_, p in table]}),
        hide_index=True, key="baseline_table", alt="The scores of the formula and of other models")
    comparison_notes(chosen.groups[TRAINING], "Polynomial, boosted trees and neural network were fitted to")


def comparison_requested(chosen: SelectedFormula) -> bool:
    """Whether the user has requested the comparison, which takes seconds; if not, draws the button for it."""
    key = f"{state.BASELINES_REQUESTED}_{chosen.run_id}"
    if not st.session_state.get(key):
        st.button("Compare with other models", icon=":material/compare_arrows:", key="compare",
                  on_click=st.session_state.__setitem__, args=(key, True))
    return bool(st.session_state.get(key))


def comparison_notes(train: RowGroup, fitted_to_sample: str) -> None:
    """Write the notes below the table of models.

    Args:
        train: the training rows.
        fitted_to_sample: subject and verb of the sentence on the models that see a sample of many rows.
    """
    if len(train.y) < FEW_ROWS:
        st.caption(f"With {len(train.y)} training rows, these scores depend mostly on chance.")
    if len(train.y) > MOST_ROWS:
        st.caption(f"{fitted_to_sample} about {MOST_ROWS:,} training rows drawn at random, and scored on all.")
    st.caption("For boosted trees, the number of fitted numbers is the number of nodes of all trees. Compare on "
               "held-out rows: on training rows, a model with many numbers looks better than it is.")
