"""A formula of one's own on the Library page: typed, read safely, scored beside what the search found."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd
import streamlit as st

from xnet.config.class_runs import is_class
from xnet.engine.formulas.text import quoted_name
from xnet.errors import XNetError
from xnet.evidence.scores import Score
from xnet.prediction import user_formula as own
from xnet.tables.weights import Weight
from xnet.ui.components.formula_view import show_formula
from xnet.ui.session import current_run, state
from xnet.ui.text import counted, escaped, log_loss_text
from xnet.wording.score_text import percent, r2


def user_formula_card(run: current_run.Run, best: Mapping[str, Any]) -> None:
    """The box, and below it the scores or what is wrong."""
    config = run.config
    with st.container(border=True, key="own_card"):
        st.markdown("**Score a formula of your own**")
        text = st.text_input(f"{escaped(config['target'])} =", key=f"{state.USER_FORMULA}_{run.id}", max_chars=2000,
                             placeholder="such as a*" + quoted_name(config["inputs"][0]) + " + b")
        names = ", ".join([*(escaped(quoted_name(name)) for name in config["inputs"][:12]),
                           *["…"] * (len(config["inputs"]) > 12)])
        st.caption(f"Columns: {names}. Use + - \\* / \\*\\* and functions such as sqrt, exp, log, sin. Letters such as "
                   "a, b and c are fitted; without letters every number counts as you write it.")
        if not text or not text.strip():
            return
        try:
            scored = _scored(str(run.folder), text, run)
        except XNetError as error:
            st.error(escaped(error), icon=":material/error:")
            return
        show_formula({"text": scored.text, "latex": scored.latex}, room=1.7, place="own")
        if scored.fitted:
            st.caption(f"Fitted to the training rows: {', '.join(scored.fitted)}, and the numbers beside them.")
        rows = _rows(str(run.folder), run)
        found = own.score_record(best, rows)
        both, chances = {"Yours": scored, "The search's": found}, {}
        if is_class(config):
            chances = {who: own.probability_scores(s.network, rows) for who, s in both.items()}
            if outside := chances["Yours"].outside:
                st.warning(f"Your formula is no probability: its value lies below 0 or above 1 in "
                           f"{counted(outside, 'row')}, where it counts as 0 or 1; a probability such as "
                           "1/(1 + exp(-(…))) stays between them.", icon=":material/warning:")
        st.dataframe(user_formula_table(both, chances), hide_index=True, key="own_scores",
                     alt="Scores of your formula and of the search's")
        st.caption(escaped(rows_sentence(found, config)))


def rows_sentence(found: own.Scored, config: Mapping[str, Any]) -> str:
    """On which rows the scores are, and how much these count."""
    told = f"Training rows: the {counted(found.train.rows, 'row')} that the search learnt from"
    told += (f"; held-out rows: the {counted(found.holdout.rows, 'row')} that it did not. " if found.holdout else
             "; none were held out. ")
    if is_class(config):
        return (f"{told}Right: the rows that are given their class, yes where the value is above one half. Log loss: "
                "0 is sure and right, 0.693 a tossed coin.")
    weighed, unit = Weight.from_config(config.get("weight")).describe(), config["units"].get(config["target"], "")
    told += f"As in the search, {weighed}. " if weighed else ""
    told += f"Typical error: root mean square{f', in {unit}' if unit not in ('', '1') else ''}."
    return told


def user_formula_table(scored: Mapping[str, own.Scored], chances: Mapping[str, own.ProbabilityScores]) -> pd.DataFrame:
    """Formulas and their scores, one a row.

    Args:
        chances: of a class, their scores as probabilities; else empty.
    """
    def cell(found: Score | None, what: str) -> str:
        if found is None:
            return "–"
        value = found.r2 if what == "r2" else found.rmse
        return r2(value) if what == "r2" else "–" if value is None else f"{value:.4g}"

    def accuracies(who: str, s: own.Scored) -> dict[str, str]:
        if who not in chances:
            return {"R², training rows": cell(s.train, "r2"), "R², held-out rows": cell(s.holdout, "r2"),
                    "Typical error, training rows": cell(s.train, "rmse"),
                    "Typical error, held-out rows": cell(s.holdout, "rmse")}
        train, holdout = chances[who].train, chances[who].holdout
        return {"Right, training rows": percent(train.accuracy),
                "Right, held-out rows": percent(holdout.accuracy if holdout else None),
                "Log loss, training rows": log_loss_text(train.log_loss),
                "Log loss, held-out rows": log_loss_text(holdout.log_loss if holdout else None)}

    return pd.DataFrame([{
        "Formula": who, **accuracies(who, s),
        "Complexity": s.network.complexity, "Fitted numbers": s.network.n_parameters,
        "Rows without a value": s.train.missing + (s.holdout.missing if s.holdout else 0)}
        for who, s in scored.items()])


@st.cache_resource(show_spinner=False, max_entries=4)
def _rows(folder: str, _run: current_run.Run) -> own.Problem:
    return own.rows_of(_run)


@st.cache_resource(show_spinner="Fitting the letters…", max_entries=32)
def _scored(folder: str, text: str, _run: current_run.Run) -> own.Scored:
    return own.score_text(text, _rows(folder, _run))
