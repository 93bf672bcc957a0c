"""Limits in environment variables are read in one way."""

from __future__ import annotations

import pytest

from xnet.environment import positive_count, positive_number
from xnet.run_queue import most_running
from xnet.runs.launcher import most_of_session


@pytest.mark.parametrize(("text", "number"), [
    ("3", 3), ("2.5", 2.5), (" 4 ", 4), ("0", 7), ("-1", 7),
    ("many", 7), ("", 7), ("inf", 7), ("nan", 7), ("1e400", 7)])
def test_only_a_number_above_zero_counts(text: str, number: float, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XNET_TRIED", text)
    assert positive_number("XNET_TRIED", 7) == number
    assert positive_count("XNET_TRIED", 7) == int(number)


def test_a_count_is_one_at_least(monkeypatch: pytest.MonkeyPatch) -> None:
    assert positive_count("XNET_NOT_THERE", 0) == 1
    monkeypatch.setenv("XNET_TRIED", "0.2")
    assert positive_count("XNET_TRIED", 7) == 1


def test_the_limits_of_a_server_are_read_so(monkeypatch: pytest.MonkeyPatch) -> None:
    for variable, limit in (("XNET_MAX_RUNNING", most_running), ("XNET_MAX_SEARCHES", most_of_session)):
        monkeypatch.delenv(variable, raising=False)
        default = limit()
        for text, number in (("3", 3), ("0", default), ("inf", default)):
            monkeypatch.setenv(variable, text)
            assert limit() == number
