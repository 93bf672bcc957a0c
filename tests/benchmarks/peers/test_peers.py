"""Other programs, each in a process of its own."""

from __future__ import annotations

import importlib.util

import pytest

from benchmarks.formulas import measurement
from benchmarks.formulas.command import main as formulas_main
from benchmarks.formulas.report import closing
from benchmarks.peers import processes as peers
from benchmarks.peers.processes import PeerError, fit_peer
from benchmarks.tables.command import main as tables_main
from tests.benchmarks.helpers import named, read


def test_rounding_errors_of_a_peer_do_not_count():
    X, y = named("Line").sample(50, 1)
    network = peers.without_rounding_errors(read("1.0000000312*(1.99999999*a + 1.0000000012) - 0.0000000021"), X, y)
    assert network.complexity == named("Line").truth.complexity
    rough = read("0.123456789*a + 0.7654321")
    same = peers.without_rounding_errors(rough, X, rough.evaluate(X))
    assert same.constants == pytest.approx(rough.constants, abs=1e-7)


def test_a_missing_or_unknown_peer_gives_one_sentence(monkeypatch: pytest.MonkeyPatch):
    with pytest.raises(SystemExit, match="'eureqa', which is not a peer"):
        formulas_main(["--peers", "eureqa"])
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None)
    with pytest.raises(SystemExit, match=r"gplearn is not installed; run: pip install -r requirements-benchmarks\.txt"):
        tables_main(["--peers", "gplearn"])


def test_a_row_survives_a_peer_that_hangs_or_crashes(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(peers, "_GRACE", 0.0)
    X, y = named("Line").sample(20, 1)
    with pytest.raises(PeerError, match="still running"):
        fit_peer("gplearn", X, y, X, seconds=0.01)
    monkeypatch.setattr(peers, "_GRACE", 60.0)
    with pytest.raises(PeerError, match="ended with code 1: KeyError"):
        fit_peer("nobody", X, y, X, seconds=0.01)
    row = measurement.measure(named("Line"), "nobody", measurement.Settings(seconds=0.01))
    assert "KeyError" in row.failure
    assert not row.exact
    assert "1 failed" in closing([row])


@pytest.mark.parametrize("name", peers.PEERS)
def test_a_peer_finds_a_line(name: str):
    pytest.importorskip(name)
    row = measurement.measure(named("Line"), name, measurement.Settings(seconds=1.0, rows=50))
    assert not row.failure
    assert row.r2 > 0.9
    assert row.counted == "neurons"
