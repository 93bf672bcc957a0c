"""A table with columns of every kind, and how a test brings it to the Data page."""

from __future__ import annotations

from collections.abc import Callable

import pandas as pd
from streamlit.testing.v1 import AppTest

from tests.ui.conftest import texts
from xnet.ui.data.page import PASTED, TABS
from xnet.ui.session import state

Open = Callable[..., AppTest]
FRAME = pd.DataFrame({
    "day": [f"2021-{1 + k % 12:02d}-15" for k in range(40)], "colour": ["red", "green", "blue", "red"] * 10,
    "mass": [float(k % 7 + 1) for k in range(40)], "speed": [float(k % 11) if k != 5 else None for k in range(40)],
    "sigma": [0.5 + k % 3 for k in range(40)], "energy": [float((k % 7 + 1) * (k % 11) ** 2) for k in range(40)]})
TABLE = FRAME.to_csv(index=False)


def paste(at: AppTest, text: str) -> AppTest:
    at.text_area(key=PASTED).set_value(text)
    return at.button(key="use_pasted").click().run()


def tab(at: AppTest, name: str) -> AppTest:
    assert name in TABS
    at.session_state[state.DATA_TABS] = name
    return at.run()


def plain(at: AppTest) -> str:
    return texts(at).replace("\\", "")


def with_table(app: Open) -> AppTest:
    """The Data page with the table."""
    page = paste(app("pages/data.py"), TABLE)
    assert not page.exception
    return page
