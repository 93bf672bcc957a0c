"""A form with unknown parts on the Setup page: checked, explained, and handed to the run."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from streamlit.testing.v1 import AppTest

from tests.ui.data_page import paste
from xnet import runs
from xnet.tables.weights import Weight
from xnet.ui.session import state


@pytest.mark.slow
def test_a_form_with_unknown_parts_is_checked_while_it_is_typed(app: Callable[..., AppTest]) -> None:
    at = app("pages/data.py", sample="earth_satellites").switch_page("pages/setup.py").run()
    at.text_input(key=state.TEMPLATE).set_value("a*f(perigee_km, perigee_km)").run()
    assert not at.exception
    assert all("names a column twice" in error.value for error in at.error)
    assert at.button(key="discover").disabled
    at.text_input(key=state.TEMPLATE).set_value("a*perigee_km + f(apogee_km)").run()
    assert not at.error
    assert any("f of apogee" in caption.value and "a is fitted" in caption.value for caption in at.caption)
    at.button(key="discover").click().run()
    assert runs.list_runs()[0].config["prior"] == {"template": "a*perigee_km + f(apogee_km)"}


def test_what_was_set_is_in_view_when_the_page_is_opened_again(app: Callable[..., AppTest]) -> None:
    at = app("pages/data.py", sample="earth_satellites").switch_page("pages/setup.py").run()

    def opened() -> bool:
        return next(one for one in at.expander if one.label == "What you already know").proto.expanded

    assert not opened()
    at.multiselect(key=state.FORBIDDEN).set_value(["perigee_km"]).run()
    at.switch_page("pages/data.py").run().switch_page("pages/setup.py").run()
    assert opened()
    at.multiselect(key=state.FORBIDDEN).set_value([]).run()
    assert opened(), "it does not close while a field is emptied"


def test_setup_says_that_errors_are_divided_by_their_standard_errors(app: Callable[..., AppTest]) -> None:
    table = "sigma,t,U\n" + "".join(f"{0.1 + k % 2},{k},{k * k + k % 3}\n" for k in range(30))
    at = paste(app("pages/data.py"), table)
    at.session_state[state.WEIGHT] = Weight("sigma", "error")
    at.switch_page("pages/setup.py").run()
    captions = [caption.value for caption in at.caption]
    assert "Each error is divided by its standard error, in the column sigma." in captions
    at.selectbox(key=state.LOSS).set_value("absolute").run()
    assert any("through the median" in caption.value for caption in at.caption)
