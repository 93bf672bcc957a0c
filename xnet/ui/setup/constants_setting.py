"""Constants that a person knows: fixed, bounded or whole ones, and those of the table of physical constants."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd
import streamlit as st

from xnet.engine.problem.named_constants import Constant, NamedConstants, constants_of, physical_constants
from xnet.errors import ConstraintError
from xnet.ui.session import state
from xnet.ui.text import escaped

_HELP = ("One constant a line. `g = 9.81` is fixed: formulas in which the rows allow it are printed with the name, and "
         "a formula that you start from keeps it. `k = 0.3[0:1]` is fitted between 0 and 1 from 0.3 on, and "
         "`n[1:6] whole` is a whole number: both apply to names in the formula that you start from, and to formulas of "
         "the same structure. Other formulas have no constant of that name.")


def constants_setting(inputs: Sequence[str]) -> None:
    """Draw the field of constants, the list of physical constants, and how the constants are understood."""
    left, right = st.columns([3, 2], gap="large")
    left.text_area("Constants that you know", key=state.CONSTANTS, persist_state="session", height=100,
                   placeholder="g = 9.81\nk = 0.3[0:1]\nn[1:6] whole", help=_HELP)
    right.selectbox("Add a physical constant (SI units)", list(physical_constants()), index=None,
                    key=state.PHYSICAL_CONSTANT, format_func=_title, on_change=_add, placeholder="Choose a constant",
                    help="Values of CODATA. They are recognised only where the columns are in SI units.")
    texts = state.lines(st.session_state.get(state.CONSTANTS))
    if not texts:
        return
    try:
        _understood(constants_of(texts, inputs))
    except ConstraintError as error:
        st.error(escaped(str(error)), icon=":material/error:")


def _title(symbol: str) -> str:
    known = physical_constants()[symbol]
    return f"{symbol} = {known.value:.7g} {known.unit}, {known.title}"


def _add() -> None:
    """Add the chosen physical constant to the field (the callback of the list)."""
    symbol = st.session_state.get(state.PHYSICAL_CONSTANT)
    texts = state.lines(st.session_state.get(state.CONSTANTS))
    if symbol in physical_constants() and symbol not in [text.partition("=")[0].strip() for text in texts]:
        added = f"{symbol} = {physical_constants()[symbol].value!r}".removesuffix(".0")
        st.session_state[state.CONSTANTS] = "\n".join([*texts, added])
    st.session_state[state.PHYSICAL_CONSTANT] = None


def _understood(constants: NamedConstants) -> None:
    known = physical_constants()
    st.dataframe(pd.DataFrame([{
        "Name": name, "Value or start": "" if c.start is None else f"{c.start:.15g}", "Kind": _kind(c),
        "From": "" if c.low is None else f"{c.low:g}", "To": "" if c.high is None else f"{c.high:g}",
        "Meaning": known[name].title if name in known and known[name].value == c.start else ""}
        for name, c in constants]), hide_index=True, key="constants_understood",
        alt="The constants as they were understood: name, value, kind and bounds")


def _kind(constant: Constant) -> str:
    return "fixed" if constant.fixed else "fitted, whole" if constant.whole else "fitted"
