"""A formula that the user types on the Library page, scored next to the best formula of the search."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd
import streamlit as st

from xnet.config.class_runs import is_class
from xnet.counts import counted
from xnet.engine.fitting.error_losses import Poisson
from xnet.engine.formulas.text import quoted_name
from xnet.engine.networks.own_constants import LETTERS
from xnet.errors import FormulaError, XNetError
from xnet.evidence.scores import Score
from xnet.evidence.typical_error import OF_COUNTS
from xnet.limited_process import SECONDS, LimitError, limited
from xnet.prediction import user_formula
from xnet.tables.weights import Weight
from xnet.ui.components.formula_view import show_formula
from xnet.ui.session import current_run, state
from xnet.ui.text import escaped, label_text
from xnet.wording.number_text import measured
from xnet.wording.score_text import log_loss_text, percent, r2


def user_formula_card(run: current_run.Run, best: Mapping[str, Any]) -> None:
    """Draw the text field, and below it the scores or an error."""
    config = run.config
    with st.container(border=True, key="own_card"):
        st.markdown("**Score a formula of your own**")
        a, b, c = free_letters([*config["inputs"], config["target"]])
        text = st.text_input(f"{label_text(config['target'])} =", key=f"{state.USER_FORMULA}_{run.id}", max_chars=2000,
                             placeholder=f"such as {a}*{quoted_name(config['inputs'][0])} + {b}")
        names = ", ".join([*(escaped(quoted_name(name)) for name in config["inputs"][:12]),
                           *["…"] * (len(config["inputs"]) > 12)])
        st.caption(f"Columns: {names}. Use + - \\* / \\*\\* and functions such as sqrt, exp, log, sin. Letters such as "
                   f"{a}, {b} and {c} are fitted to the training rows. Numbers stay as you type them.")
        if not text or not text.strip():
            return
        try:
            scored = _scored(str(run.folder), text, run)
        except XNetError as error:
            st.error(escaped(error), icon=":material/error:")
            return
        show_formula({"text": scored.text, "latex": scored.latex}, room=1.7, place="own")
        if scored.fitted:
            st.caption(f"Fitted to the training rows: {', '.join(scored.fitted)}.")
        rows = _rows(str(run.folder), run)
        found = user_formula.score_record(best, rows)
        both, probabilities = {"Your formula": scored, "Best of the search": found}, {}
        if is_class(config):
            probabilities = {who: user_formula.probability_scores(s.network, rows) for who, s in both.items()}
            if outside := probabilities["Your formula"].outside:
                st.warning(f"The value of your formula is below 0 or above 1 in {counted(outside, 'row')}, so it is "
                           "not a probability. The scores count these values as 0 or 1. A formula such as 1/(1 + "
                           "exp(-(…))) stays between 0 and 1.", icon=":material/warning:")
        st.dataframe(user_formula_table(both, probabilities), hide_index=True, key="own_scores",
                     alt="Scores of your formula and of the best formula of the search")
        st.caption(escaped(rows_sentence(found, config)))


def free_letters(columns: Sequence[str]) -> list[str]:
    """Three letters for an example, which name no column.

    >>> free_letters(["a", "c", "mass"])
    ['b', 'd', 'f']
    """
    return [letter for letter in (*LETTERS, "c1", "c2", "c3") if letter not in columns][:3]


def rows_sentence(found: user_formula.Scored, config: Mapping[str, Any]) -> str:
    """The sentences on which rows the scores count and how the rows are weighted."""
    text = f"The search learnt from {counted(found.train.rows, 'training row')}"
    text += f"; {counted(found.holdout.rows, 'row')} were held out. " if found.holdout else "; no rows were held out. "
    if is_class(config):
        return (f"{text}Right: the share of rows with the right class; a value above 0.5 means yes. Log loss: 0 is "
                "perfect, a probability of 0.5 for every row gives 0.693.")
    weights, unit = Weight.from_config(config.get("weight")).describe(), config["units"].get(config["target"], "")
    text += f"R²: as in the search, {weights}. " if weights else ""
    text += f"Typical error: root mean square error{f', in {unit}' if unit not in ('', '1') else ''}"
    text += f"; {OF_COUNTS}." if config.get("loss") == Poisson.name else "."
    return text


def user_formula_table(scored: Mapping[str, user_formula.Scored],
                       probabilities: Mapping[str, user_formula.ProbabilityScores]) -> pd.DataFrame:
    """Formulas and their scores as a table, one in each row.

    Args:
        probabilities: for a class, their scores as probabilities; otherwise empty.
    """
    def cell(found: Score | None, what: str) -> str:
        if found is None:
            return "–"
        value = found.r2 if what == "r2" else found.rmse
        return r2(value) if what == "r2" else "–" if value is None else measured(value)

    def accuracies(who: str, s: user_formula.Scored) -> dict[str, str]:
        if who not in probabilities:
            return {"R², training rows": cell(s.train, "r2"), "R², held-out rows": cell(s.holdout, "r2"),
                    "Typical error, training rows": cell(s.train, "rmse"),
                    "Typical error, held-out rows": cell(s.holdout, "rmse")}
        train, holdout = probabilities[who].train, probabilities[who].holdout
        return {"Right, training rows": percent(train.accuracy),
                "Right, held-out rows": percent(holdout.accuracy if holdout else None),
                "Log loss, training rows": log_loss_text(train.log_loss),
                "Log loss, held-out rows": log_loss_text(holdout.log_loss if holdout else None)}

    return pd.DataFrame([{
        "Formula": who, **accuracies(who, s),
        "Complexity": s.network.complexity, "Fitted numbers": s.n_parameters,
        "Rows without a value": s.train.missing + (s.holdout.missing if s.holdout else 0)}
        for who, s in scored.items()])


@st.cache_resource(show_spinner=False, max_entries=4)
def _rows(folder: str, _run: current_run.Run) -> user_formula.Problem:
    return user_formula.rows_of(_run)


@st.cache_resource(show_spinner="Fitting the letters…", max_entries=32)
def _scored(folder: str, text: str, _run: current_run.Run) -> user_formula.Scored:
    rows = _rows(folder, _run)
    if not user_formula.has_letters(text, rows):
        return user_formula.score_text(text, rows)
    try:  # many letters take minutes, which other sessions would miss
        return limited("the formula", user_formula.score_in_run, text, _run)
    except LimitError:
        raise FormulaError(f"The letters of this formula take more than {SECONDS} seconds of computing. Write numbers "
                           "for some of them, or search with it as the initial formula.") from None
