"""A form with unknown parts on the Setup page: checked, explained, and handed to the run."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from streamlit.testing.v1 import AppTest

from xnet import runs
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
