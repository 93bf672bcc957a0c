"""The settings of the app's server."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest

from xnet.archive.bundle import MAX_BYTES
from xnet.ui.components import charts

SETTINGS = tomllib.loads((Path(__file__).parents[2] / ".streamlit" / "config.toml").read_text("utf-8"))


def test_no_watcher_of_files_takes_the_time_of_the_sessions() -> None:
    assert SETTINGS["server"]["fileWatcherType"] == "none"


def test_the_server_is_for_this_computer_only_and_other_sites_cannot_talk_to_it() -> None:
    server = SETTINGS["server"]
    assert (server["address"], server["enableXsrfProtection"], server["enableCORS"]) == ("127.0.0.1", True, True)
    assert SETTINGS["client"]["showErrorDetails"] == "none"


def test_a_run_bundle_that_may_be_opened_can_be_uploaded() -> None:
    assert SETTINGS["server"]["maxUploadSize"] == MAX_BYTES >> 20


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_plotly_takes_the_colours_of_the_theme(theme: str) -> None:
    """Streamlit's page writes the first ten colours in the place of these names; what is missing makes all invalid."""
    own = SETTINGS["theme"][theme]["chartCategoricalColors"]
    assert len(set(own)) == len(own) == len(set(charts.colours(20)))
